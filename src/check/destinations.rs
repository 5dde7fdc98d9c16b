//! What is known of a link's destination by how it is written, wherever it stands: worked out once for all texts that are
//! read one after the other.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::links::broken;
use super::spellings;
use crate::base::table::Table;
use crate::site::config::BaseUrl;
use crate::site::links::{Leads, leads};

/// A destination as it is written.
#[derive(Debug)]
pub struct Destination {
    /// The address from the site's root that a whole address stands for, if what stands there is surely ours: other things
    /// may be served from the same host.
    pub own: Option<Arc<str>>,
    /// Where it leads.
    pub leads: Leads,
    /// What all likely spellings of it have in common; nothing for what is no address of a page.
    pub spelling: Option<String>,
    /// What to write instead, where it has a scheme and leads nowhere.
    pub broken: Option<String>,
}

/// Where only Vellum's pages stand.
const OURS: &[&str] = &["forms/", "policies/"];

impl Destination {
    fn new(href: &str, base: Option<&BaseUrl>) -> Self {
        let within = base.and_then(|base| base.within(href));
        let own =
            within.filter(|path| OURS.iter().any(|ours| path.starts_with(ours))).map(|path| format!("/{path}").into());
        let leads = leads(own.as_deref().unwrap_or(href));
        Self { own, leads, spelling: spellings::key(href, base), broken: broken(href) }
    }
}

/// Destinations of links to and from one site, by how they are written.
#[derive(Default)]
pub struct Destinations(RefCell<Table<String, Rc<Destination>>>);

impl Destinations {
    /// What is known of a destination in a site that stands somewhere, if that is known.
    #[must_use]
    pub fn of(&self, href: &str, base: Option<&BaseUrl>) -> Rc<Destination> {
        if let Some(known) = self.0.borrow().get(href) {
            return Rc::clone(known);
        }
        let new = Rc::new(Destination::new(href, base));
        self.0.borrow_mut().insert(href.to_owned(), Rc::clone(&new));
        new
    }
}
