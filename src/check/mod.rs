//! Rules over what was read. A rule looks and says; it never edits.

pub mod agreement;
pub mod caught;
pub mod clauses;
pub mod coverage;
pub mod destinations;
pub mod disclosures;
pub mod external;
pub mod forms;
pub mod known;
pub mod languages;
pub mod links;
pub mod manuscript;
pub mod notes;
pub mod originals;
pub mod prose;
pub mod published;
pub mod reach;
pub mod record;
pub mod references;
pub mod scene;
mod spellings;
pub mod terms;
pub mod translations;
pub mod weights;

use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::parallel::in_parallel;
use crate::base::source::Source;
use crate::base::span::Place;
use crate::base::version::Version;
use crate::history::ledger::Ledger;
use crate::history::timeline::{Entry, Timeline};
use crate::site::Site;
use crate::site::config::{BaseUrl, Navigation, Organisation};
use crate::site::links::{Leads, leads, scheme};
use crate::site::policy::Policy;
use destinations::Destinations;
use known::Kept;
use links::{Pending, Text, broken};
use manuscript::Manuscript;
use published::note;
use scene::Scene;

/// What the rules of one policy look at.
pub struct Subject<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// Its versions in order, those that are not published yet left out.
    pub timeline: &'a Timeline,
    /// Its versions in order, those that are not published yet included: they are frozen too.
    pub record: &'a Timeline,
    /// The moment of the run.
    pub now: Moment,
    /// Where originals of changed texts may be found.
    pub source: &'a dyn Source,
    /// The site's settings, where they can be read.
    pub site: Option<&'a Site>,
}

impl<'a> Subject<'a> {
    /// A version, if it is published at the moment of the run; where it stands in the record is known.
    #[must_use]
    pub fn published(&self, index: usize, version: &Version) -> Option<&'a Entry> {
        let is_it = |entry: &&Entry| entry.version == *version;
        // Most often, nothing stands between them.
        let likely = self.timeline.entries.get(index).filter(is_it);
        likely.or_else(|| self.timeline.entries.iter().find(is_it))
    }

    /// The language of the site.
    #[must_use]
    pub fn language(&self) -> &'a str {
        self.site.map_or("en", |site| site.config.language.as_str())
    }

    /// Where the site stands.
    #[must_use]
    pub fn base(&self) -> Option<&'a BaseUrl> {
        self.site.map(|site| &site.config.base)
    }

    /// Who publishes.
    #[must_use]
    pub fn organisation(&self) -> Option<&'a Organisation> {
        self.site.map(|site| &site.config.organisation)
    }
}

type Rule = fn(&Subject<'_>, &mut Vec<Diagnostic>);

/// The rules for a policy, in order.
const RULES: &[Rule] = &[
    record::names,
    record::known,
    record::present,
    record::days,
    languages::names,
    languages::known,
    languages::listed,
    translations::drafts,
    clauses::gone,
    clauses::renamed,
    disclosures::named,
    agreement::drafts,
    links::draft,
    manuscript::drafts,
];

/// Runs all rules over a policy, with what is kept of others; with `notes` those about what was published and nobody can
/// mend, too. Links of published texts that need the whole site are handed back.
pub fn policy(subject: &Subject<'_>, notes: bool, kept: &Kept, findings: &mut Vec<Diagnostic>) -> Vec<Pending> {
    for rule in RULES {
        rule(subject, findings);
    }
    published::read(subject, notes, kept, findings)
}

/// Runs the rules that need the whole site: over pages, the navigation, and the links that texts handed on.
///
/// # Errors
/// A policy that is linked to cannot be read again.
pub fn site(scene: &Scene<'_>, texts: &[Pending], findings: &mut Vec<Diagnostic>) -> Result<(), Error> {
    let site = scene.reach().site;
    let (mut pages, known): (Vec<Pending>, _) = (Vec::new(), Destinations::default());
    for page in &site.pages {
        let text = Text::of_page(page, &site.config.base);
        pages.extend(text.links(&known, findings));
        let (language, organisation) = (site.config.language.as_str(), &site.config.organisation);
        Manuscript::new(&text, language, Some(organisation)).look(findings);
    }
    pages.extend(site.config.navigation.iter().filter_map(|link| navigation(link, findings)));
    for links in [&pages, texts] {
        let judged = in_parallel(links, |link| {
            let judged = scene.judge(link)?.into_iter();
            // Only what is published has a first day.
            Ok(judged.map(|finding| if link.first_day.is_some() { note(finding) } else { finding }).collect::<Vec<_>>())
        });
        let judged = judged?;
        findings.reserve(judged.iter().map(Vec::len).sum());
        findings.extend(judged.into_iter().flatten());
    }
    Ok(())
}

/// Takes out what is told already, of findings that are sorted: that an address is written in two ways, where this one of
/// them leads nowhere or to another one.
pub fn once(findings: &mut Vec<Diagnostic>) {
    fn place(Diagnostic { place: Place { file, line, column, .. }, .. }: &Diagnostic) -> (&str, usize, usize) {
        (file, *line, *column)
    }
    let is_wrong = |finding: &Diagnostic| matches!(finding.code, Code::V401 | Code::V402 | Code::V405 | Code::V414);
    let mut told = Vec::with_capacity(findings.len());
    for there in findings.chunk_by(|one, next| place(one) == place(next)) {
        let wrong = there.iter().any(is_wrong);
        told.extend(there.iter().map(|finding| wrong && finding.code == Code::V413));
    }
    let mut told = told.into_iter();
    findings.retain(|_| told.next() == Some(false));
}

/// A link at the top of each page leads into the site or to a whole address.
fn navigation(link: &Navigation, findings: &mut Vec<Diagnostic>) -> Option<Pending> {
    let url = &link.url;
    match leads(url) {
        Leads::Site(_) => return Some(into_site(link)),
        Leads::Away(_) if scheme(url).is_some() => {
            let say =
                |help| Diagnostic::new(Code::V404, link.place.clone(), format!("`{url}` is not an address")).help(help);
            findings.extend(broken(url).map(say));
        }
        _ => {
            let message = format!("`{url}` is no address for the navigation");
            let finding = Diagnostic::new(Code::V105, link.place.clone(), message);
            findings.push(finding.help("write it from the site's root, `/policies/`, or as a whole address"));
        }
    }
    None
}

fn into_site(link: &Navigation) -> Pending {
    Pending { href: link.url.as_str().into(), picture: false, own: None, first_day: None, place: link.place.clone() }
}
