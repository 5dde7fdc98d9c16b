//! Files → what they mean, spans kept. Pure: nothing is read here but what is handed in, and every mistake is told.

pub mod beside;
pub mod body;
pub mod builder;
pub mod builtin;
pub mod checks;
pub mod config;
pub mod decode;
pub mod disclose;
pub mod doc;
pub mod draft;
pub mod emit;
pub mod external;
pub mod file_type;
pub mod form;
pub mod form_file;
pub mod form_mail;
pub mod front;
pub mod heading_id;
pub mod html;
pub mod ids;
pub mod links;
pub mod markdown;
pub mod openpgp;
pub mod page;
pub mod passage;
pub mod plain;
pub mod policy;
pub mod raw;
pub mod relay;
pub mod relay_door;
pub mod relay_limits;
pub mod relay_mail;
pub mod relay_proxies;
pub mod relay_rate;
pub mod shared;
pub mod shelf;
pub mod space;
pub mod subject;
pub mod terms;
pub mod texts;
pub mod theme;
pub mod tokens;
pub mod yaml;

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::path::SitePath;
use crate::base::source::Loaded;
use crate::base::span::Place;

/// The small part of a site that every page needs.
#[derive(Debug)]
pub struct Site {
    /// The settings.
    pub config: config::Config,
    /// The theme.
    pub theme: theme::Theme,
    /// Ordinary pages, by address.
    pub pages: Vec<page::Page>,
    /// The forms, by name.
    pub forms: Vec<form::Form>,
}

/// Reads everything but the policies; nothing comes back when the settings cannot be used.
pub fn read(loaded: Loaded, findings: &mut Vec<Diagnostic>) -> Option<Site> {
    findings.extend(loaded.problems);
    let path = SitePath::parse("site.yaml")?;
    let config = config::read(&path, loaded.files.get(&path).unwrap_or_default(), findings);
    let (mut pages, mut forms) = (Vec::new(), Vec::new());
    for (path, bytes) in loaded.files.iter() {
        match path.under("content") {
            Some(_) if path.extension() == "md" => pages.extend(page::read(path, bytes, findings)),
            Some(_) => {
                let finding = Diagnostic::new(Code::V120, Place::of_file(path.as_str()), "nothing reads this file");
                findings.push(finding.help("pages are .md files; files to be copied as they are stand in static/"));
            }
            None if path.under(form::FOLDER).is_some() => forms.extend(form::read(path, bytes, findings)),
            None => {}
        }
    }
    for form::Form { mailing, source, .. } in &mut forms {
        mailing.look_up(source, &loaded.files, findings);
    }
    pages.sort_by(|one, two| one.address.cmp(&two.address));
    let config = config?;
    let theme = theme::read(&config.theme, &config.language, &loaded.files, findings);
    Some(Site { config, theme, pages, forms })
}
