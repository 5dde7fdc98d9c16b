//! What is known → pages. Pure: a page is a path and bytes, handed to a sink as soon as it is made.

pub mod body;
pub mod changes;
pub mod compare;
pub mod diff;
pub mod disclosed;
mod dpv;
pub mod draft;
pub mod edits;
pub mod feed;
mod feed_atom;
mod feed_json;
pub mod form;
pub mod form_field;
pub mod form_file;
pub mod form_notice;
pub mod form_view;
pub mod frame;
pub mod glossary;
pub mod guide;
pub mod headers;
pub mod history;
pub mod html;
pub mod index;
pub mod linked;
pub mod linker;
pub mod manifest;
pub mod markdown;
pub mod overview;
pub mod picture;
pub mod scale;
pub mod since;
pub mod single;
pub mod sitemap;
pub mod stage;
pub mod template;
pub mod terminal;
pub mod timemap;
pub mod tongue;
pub mod version;
pub mod view;
pub mod wording;

use crate::base::error::Error;
use crate::base::path::SitePath;

/// Where pages go as they are made. Many threads hand over at once.
pub trait Sink: Sync {
    /// Takes one file of the output.
    ///
    /// # Errors
    /// The file cannot be kept.
    fn page(&self, path: SitePath, bytes: Vec<u8>) -> Result<(), Error>;
}
