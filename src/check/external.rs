//! Links to other sites: which there are and where, and what is said of them once they were asked for. Nothing is asked
//! for here.

use std::collections::BTreeMap;

use super::links::{Owner, Text, broken};
use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::reached::Reached;
use crate::base::span::Place;
use crate::history::timeline::Timeline;
use crate::site::Site;
use crate::site::body;
use crate::site::links::{Leads, leads, scheme};
use crate::site::policy::Policy;

/// A link to another site.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The address, without the place in its page.
    pub address: String,
    /// That place, with its `#`; nothing for the whole page.
    fragment: String,
    /// Where the link stands.
    place: Place,
    /// Whether it stands in a published text, which stays as it is.
    is_published: bool,
}

impl Outside {
    fn new(href: &str, place: Place, is_published: bool) -> Option<Self> {
        let (address, fragment) = href.split_at_checked(href.find('#').unwrap_or(href.len()))?;
        let is_web = scheme(address)
            .is_some_and(|(scheme, _)| ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)));
        let leads_away = matches!(leads(href), Leads::Away(_)) && is_web && broken(href).is_none();
        let (address, fragment) = (address.to_owned(), fragment.to_owned());
        leads_away.then_some(Self { address, fragment, place, is_published })
    }
}

/// The links of the pages and of the navigation.
#[must_use]
pub fn of_site(site: &Site) -> Vec<Outside> {
    let navigation = site.config.navigation.iter();
    let navigation = navigation.filter_map(|link| Outside::new(&link.url, link.place.clone(), false));
    let pages = site.pages.iter().flat_map(|page| of_text(&Text::of_page(page, &site.config.base)));
    pages.chain(navigation).collect()
}

/// The links of a policy's drafts, and of its versions that are in force or will be; of all, where `all` says so.
#[must_use]
pub fn of_policy(policy: &Policy, timeline: &Timeline, (now, all): (Moment, bool)) -> Vec<Outside> {
    let drafts = policy.draft.iter().chain(policy.drafts.values());
    let drafts =
        drafts.map(|draft| Text { doc: &draft.doc, body: &draft.body, owner: Owner::Draft(policy), base: None });
    let mut found: Vec<Outside> = drafts.flat_map(|text| of_text(&text)).collect();
    let mut looked_at = timeline.upcoming(now);
    looked_at.extend(timeline.in_force(now));
    for (index, entry) in timeline.entries.iter().enumerate() {
        if entry.redacted() || !(all || looked_at.contains(&index)) {
            continue;
        }
        let translated = entry.translations().filter_map(|(tag, _)| policy.translation(&entry.version, tag));
        for (file, front) in policy.file(&entry.version).into_iter().chain(translated) {
            let doc = body::parse(file.body.text(), front.manner());
            let owner = Owner::Published(policy, entry.effective.moment(&entry.zone));
            found.extend(of_text(&Text { doc: &doc, body: &file.body, owner, base: None }));
        }
    }
    found
}

fn of_text(text: &Text<'_>) -> Vec<Outside> {
    let is_published = matches!(text.owner, Owner::Published(..));
    let links = text.targets().into_iter().filter(|(target, _)| !target.picture);
    links.filter_map(|(target, span)| Outside::new(&target.href, text.body.place(span), is_published)).collect()
}

/// What is to be said of links, once their addresses were asked for. What was not asked for is not spoken of.
#[must_use]
pub fn judge(links: &[Outside], reached: &BTreeMap<String, Reached>) -> Vec<Diagnostic> {
    links.iter().filter_map(|link| Some((link, reached.get(&link.address)?))).filter_map(finding).collect()
}

fn finding((link, reached): (&Outside, &Reached)) -> Option<Diagnostic> {
    let address = &link.address;
    let (code, message, help) = match reached {
        Reached::Here => return None,
        Reached::Gone(said) => (
            Code::V410,
            format!("`{address}` is gone: {said}"),
            "link to where it is now, or take the link out".to_owned(),
        ),
        Reached::Untold(said) => {
            let help = "look at it in a browser; `checks: {external: {ignore: […]}}` in site.yaml leaves it out";
            (Code::V411, format!("nobody can tell whether `{address}` is there: {said}"), help.to_owned())
        }
        Reached::Moved(to) => {
            (Code::V412, format!("`{address}` moved for good, to `{to}`"), format!("write `{to}{}`", link.fragment))
        }
    };
    let finding = Diagnostic::new(code, link.place.clone(), message);
    if !link.is_published {
        return Some(finding.help(help));
    }
    let later = if code == Code::V411 { &help } else { "it was published like this; the next draft can mend it" };
    Some(finding.weighing(Severity::Note).help(later))
}
