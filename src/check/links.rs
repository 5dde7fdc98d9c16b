//! Links of a text that its own policy decides: clauses of the same text, files in assets/, addresses elsewhere.
//! What needs the whole site is handed on.

use std::cell::OnceCell;
use std::sync::Arc;

use super::Subject;
use super::destinations::{Destination, Destinations};
use super::spellings;
use crate::base::address::Address;
use crate::base::codes::Code;
use crate::base::date::Moment;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::percent;
use crate::base::slug::Slug;
use crate::base::span::{Place, SourceText, Span};
use crate::site::config::BaseUrl;
use crate::site::doc::{Doc, Target};
use crate::site::ids::{Fate, Moved, carried, fate_of};
use crate::site::links::{Leads, scheme};
use crate::site::page::{Page, refused_link};
use crate::site::policy::Policy;
use crate::site::raw::nearest;

/// A text and where it stands.
pub struct Text<'a> {
    /// The text.
    pub doc: &'a Doc,
    /// What it was read from.
    pub body: &'a SourceText,
    /// Whose it is.
    pub owner: Owner<'a>,
    /// Where the site stands, if that is known.
    pub base: Option<&'a BaseUrl>,
}

/// Whose a text is.
#[derive(Clone, Copy)]
pub enum Owner<'a> {
    /// A policy's draft.
    Draft(&'a Policy),
    /// A policy's published version; its files are looked at with the record.
    Published(&'a Policy, Moment),
    /// Nobody's: an ordinary page.
    Page,
}

/// A link that can only be judged when the whole site is known.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The destination as written.
    pub href: Arc<str>,
    /// Whether it is a picture.
    pub picture: bool,
    /// The policy whose text it stands in.
    pub own: Option<Slug>,
    /// The first moment of the published version it stands in; none for what can still be mended.
    pub first_day: Option<Moment>,
    /// Where it stands.
    pub place: Place,
}

impl Pending {
    /// A finding about the link.
    #[must_use]
    pub fn finding(&self, code: Code, message: String) -> Diagnostic {
        Diagnostic::new(code, self.place.clone(), message)
    }
}

impl<'a> Text<'a> {
    /// The text of a page.
    #[must_use]
    pub fn of_page(page: &'a Page, base: &'a BaseUrl) -> Self {
        Self { doc: &page.doc, body: &page.body, owner: Owner::Page, base: Some(base) }
    }

    fn policy(&self) -> Option<&'a Policy> {
        match self.owner {
            Owner::Draft(policy) | Owner::Published(policy, _) => Some(policy),
            Owner::Page => None,
        }
    }

    /// Where each link stands. Sanitised HTML keeps no places, so its links are sought by how they are written.
    #[must_use]
    pub fn targets(&self) -> Vec<(&'a Target, Span)> {
        let mut from = 0;
        let mut place = |target: &Target| {
            let sought = if target.span == Span::default() { self.sought(&target.href, from) } else { None };
            from = sought.map_or(from, |span| span.end);
            sought.unwrap_or(target.span)
        };
        self.doc.targets.iter().map(|target| (target, place(target))).collect()
    }

    fn sought(&self, words: &str, from: usize) -> Option<Span> {
        let start = from + self.body.text().get(from..)?.find(words).filter(|_| !words.is_empty())?;
        Some(Span { start, end: start + words.len() })
    }

    /// Judges what can be judged here, and hands on the rest.
    pub fn links(&self, known: &Destinations, findings: &mut Vec<Diagnostic>) -> Vec<Pending> {
        let ids = OnceCell::new();
        let ids = || ids.get_or_init(|| self.doc.headings().iter().map(|heading| &*heading.id).collect::<Vec<_>>());
        let targets = self.targets();
        let destinations: Vec<_> = targets.iter().map(|(target, _)| known.of(&target.href, self.base)).collect();
        spellings::twice(targets.iter().copied().zip(&destinations), self.body, findings);
        let mut pending = Vec::new();
        for ((target, span), destination) in targets.into_iter().zip(&destinations) {
            let place = || self.body.place(span);
            match &destination.leads {
                Leads::Clause(id) if !target.picture => findings.extend(self.clause(id, ids(), &place)),
                Leads::Asset(path) => findings.extend(self.asset(path, &place)),
                Leads::Away(href) if scheme(href).is_some() => {
                    findings.extend(away((target, destination), &place));
                }
                Leads::Nowhere if matches!(self.owner, Owner::Published(..)) => {
                    findings.extend(refused_link(target, place()));
                }
                Leads::Nowhere => {}
                Leads::Away(href) if href.is_empty() => findings.extend(without_destination(target, &place)),
                _ => pending.push(Pending {
                    href: Arc::clone(destination.own.as_ref().unwrap_or(&target.href)),
                    picture: target.picture,
                    own: self.policy().map(|policy| policy.slug.clone()),
                    first_day: if let Owner::Published(_, day) = self.owner { Some(day) } else { None },
                    place: place(),
                }),
            }
        }
        pending
    }

    /// A reference to a clause of the same text.
    fn clause(&self, id: &str, ids: &[&str], place: &dyn Fn() -> Place) -> Option<Diagnostic> {
        let id = percent::decode(id).unwrap_or_else(|| id.to_owned());
        let moved: &[Moved] = self.policy().map_or(&[], |policy| &policy.settings.ids);
        let is_published = matches!(self.owner, Owner::Published(..));
        let has_old = || carried(moved, &|own| ids.contains(&own)).iter().any(|(old, _)| *old == id);
        let note = id.strip_prefix("v-fn-").and_then(|number| number.parse::<usize>().ok());
        let is_note = note.is_some_and(|number| (1..=self.doc.notes.len()).contains(&number));
        if ids.contains(&id.as_str()) || is_note || is_published && has_old() || id == "top" {
            return None;
        }
        let help = match fate_of(moved, &id) {
            Some(Fate::Renamed(new)) => format!("`{id}` was renamed: write `#{new}`"),
            Some(Fate::Gone(reason)) => format!("its clause is gone: {reason}"),
            // Nobody can write anything else into a published text, so nothing is sought for it.
            None if is_published => String::new(),
            None => match nearest(&id, ids.iter().copied()) {
                Some(near) => format!("did you mean `#{near}`?"),
                None if id.is_empty() => "name a clause: `#id`".to_owned(),
                None => format!("give the heading that is meant this id: `## Heading {{#{id}}}`"),
            },
        };
        let message = if id.is_empty() {
            "the reference names no clause".to_owned()
        } else {
            format!("no clause of this text has the id `{id}`")
        };
        Some(Diagnostic::new(Code::V301, place(), message).help(help))
    }

    /// A file in assets/.
    fn asset(&self, path: &str, place: &dyn Fn() -> Place) -> Option<Diagnostic> {
        let plain = path.split(['?', '#']).next().unwrap_or(path);
        let help = match self.owner {
            Owner::Published(..) => return None,
            Owner::Page => "pages have no assets/: put the file into static/ and write its address there, `/name.svg`",
            Owner::Draft(policy) if policy.assets.contains_key(path) => return None,
            Owner::Draft(policy) => &missing(policy, plain),
        };
        let finding = Diagnostic::new(Code::V407, place(), format!("assets/{path} is not there"));
        Some(finding.help(help))
    }
}

fn missing(policy: &Policy, path: &str) -> String {
    if let Some(name) = percent::decode(path).filter(|name| name != path && policy.assets.contains_key(name)) {
        return format!("write the name as it is: `<assets/{name}>`");
    }
    match nearest(path, policy.assets.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `assets/{near}`?"),
        None => format!("put the file into content/policies/{}/assets/", policy.slug),
    }
}

/// A link that leads nowhere at all; one that the sanitiser emptied was refused as it was written.
fn without_destination(target: &Target, place: &dyn Fn() -> Place) -> Option<Diagnostic> {
    let written = target.span != Span::default();
    let finding = || Diagnostic::new(Code::V404, place(), "the link has no destination");
    written.then(|| finding().help("write where it leads: `[words](/about/)`"))
}

/// A link or picture with a scheme.
fn away((target, known): (&Target, &Destination), place: &dyn Fn() -> Place) -> Option<Diagnostic> {
    if let Some(help) = &known.broken {
        let message = format!("`{}` is not an address", target.href);
        return Some(Diagnostic::new(Code::V404, place(), message).help(help));
    }
    target.picture.then(|| {
        let message = format!("the picture `{}` is not shown: it is on another host", target.href);
        let finding = Diagnostic::new(Code::V407, place(), message).weighing(Severity::Warning);
        finding.help("keep a copy of it with the site, so that no page asks a third party for anything")
    })
}

/// What to write instead of an address with a scheme that leads nowhere; nothing when it is one.
#[must_use]
pub fn broken(href: &str) -> Option<String> {
    let (scheme, rest) = scheme(href)?;
    match scheme.to_ascii_lowercase().as_str() {
        web @ ("http" | "https") => broken_web(web, rest),
        "mailto" => broken_mail(rest),
        "tel" => broken_telephone(rest),
        _ => None,
    }
}

fn broken_web(scheme: &str, rest: &str) -> Option<String> {
    let place = rest.trim_start_matches('/');
    if !is_host(place) {
        return Some("write the scheme, two slashes and a host: `https://www.example.org/`".to_owned());
    }
    (rest.len() - place.len() != 2).then(|| format!("did you mean `{scheme}://{place}`?"))
}

/// RFC 6068: addresses with commas between them, percent-encoded, then perhaps what the mail begins with.
fn broken_mail(rest: &str) -> Option<String> {
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let fits = |part: &str| percent::decode(part).is_some_and(|part| Address::parse(&part).is_some());
    if !to.starts_with('/') && to.split(',').all(fits) && !fields.contains(char::is_whitespace) {
        return None;
    }
    let meant = to.trim_start_matches('/').split(',').map(str::trim).collect::<Vec<_>>().join(",");
    if meant.split(',').all(fits) {
        let fields = if fields.is_empty() { String::new() } else { format!("?{}", fields.replace(' ', "%20")) };
        return Some(format!("did you mean `mailto:{meant}{fields}`?"));
    }
    Some("write `mailto:` and an address for mail: `mailto:name@example.org`".to_owned())
}

/// RFC 3966: digits with `-`, `.` and brackets between them, after `+` those of a country too, then perhaps parameters.
fn broken_telephone(rest: &str) -> Option<String> {
    let (number, parameters) = rest.split_once(';').unwrap_or((rest, ""));
    let (is_global, local) = number.strip_prefix('+').map_or((false, number), |local| (true, local));
    let digits: String = local.chars().filter(char::is_ascii_digit).collect();
    let separated = |more: &str| local.chars().all(|char| char.is_ascii_digit() || more.contains(char));
    let length = if is_global { 7..=15 } else { 3..=15 };
    let parameters_fit = !parameters.contains(char::is_whitespace);
    if length.contains(&digits.len()) && separated("-.()") && parameters_fit {
        return None;
    }
    let spaced = percent::decode(local).unwrap_or_else(|| local.to_owned()).replace("(0)", "");
    let digits: String = spaced.chars().filter(char::is_ascii_digit).collect();
    let only_separators =
        spaced.chars().all(|char| char.is_ascii_digit() || char.is_whitespace() || "-.()/".contains(char));
    if only_separators && length.contains(&digits.len()) {
        return Some(format!("did you mean `tel:{}{digits}`?", if is_global { "+" } else { "" }));
    }
    Some("write `tel:`, `+` and the whole number in digits: `tel:+441234567890`".to_owned())
}

/// Whether an address begins with a host, perhaps after a user, perhaps with a port, and holds no white space.
fn is_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if let Some(inner) = host.strip_prefix('[') {
        return inner.contains(']') && !rest.contains(char::is_whitespace);
    }
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    let label = |label: &str| {
        let plain = |char: char| char.is_alphanumeric() || !char.is_ascii() || matches!(char, '-' | '_' | '%');
        !label.is_empty() && label.chars().all(plain)
    };
    let port_fits = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    host.strip_suffix('.').unwrap_or(host).split('.').all(label) && port_fits && !rest.contains(char::is_whitespace)
}

/// The links of a policy's draft and its translations, as a rule: what the draft alone decides.
pub fn draft(subject: &Subject<'_>, findings: &mut Vec<Diagnostic>) {
    for text in of_drafts(subject.policy, subject.base()) {
        text.links(&Destinations::default(), findings);
    }
}

/// The links of a policy's draft and its translations that need the whole site.
#[must_use]
pub fn pending(policy: &Policy, base: Option<&BaseUrl>) -> Vec<Pending> {
    let known = Destinations::default();
    of_drafts(policy, base).flat_map(|text| text.links(&known, &mut Vec::new())).collect()
}

fn of_drafts<'a>(policy: &'a Policy, base: Option<&'a BaseUrl>) -> impl Iterator<Item = Text<'a>> {
    let drafts = policy.draft.iter().chain(policy.drafts.values());
    drafts.map(move |draft| Text { doc: &draft.doc, body: &draft.body, owner: Owner::Draft(policy), base })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_none_are_told_with_what_was_meant() {
        for good in [
            "https://example.org",
            "HTTP://user@example.org:8080/a?b#c",
            "https://münchen.example./x",
            "https://[::1]/",
            "mailto:a@b.example,c@d.example?subject=x%20y",
            "mailto:a%2Bb@c.example",
            "mailto:info@münchen.example",
            "tel:+44-330-12345",
            "tel:(0330)1234.567;ext=12",
            "tel:112",
        ] {
            assert_eq!(broken(good), None, "{good}");
        }
        assert_eq!(broken("https:/a.example/b").as_deref(), Some("did you mean `https://a.example/b`?"));
        assert_eq!(broken("http:a.example").as_deref(), Some("did you mean `http://a.example`?"));
        assert_eq!(broken("https:///a.example").as_deref(), Some("did you mean `https://a.example`?"));
        for (bad, meant) in [
            ("mailto: a@b.example", "mailto:a@b.example"),
            ("mailto://a@b.example", "mailto:a@b.example"),
            ("mailto:a@b.example?subject=a b", "mailto:a@b.example?subject=a%20b"),
            ("tel:+44 330 123456", "tel:+44330123456"),
            ("tel:+44%20330%20123456", "tel:+44330123456"),
            ("tel:+44 (0)330/123456", "tel:+44330123456"),
        ] {
            assert_eq!(broken(bad), Some(format!("did you mean `{meant}`?")), "{bad}");
        }
        for bad in ["https://", "https://a..b/", "https://a b/", "https://a:x/"] {
            assert!(broken(bad).is_some_and(|help| help.starts_with("write the scheme")), "{bad}");
        }
        for bad in ["mailto:a", "mailto:", "mailto:a@b", "mailto:?subject=x", "mailto:A B <a@b.example>"] {
            assert!(broken(bad).is_some_and(|help| help.starts_with("write `mailto:`")), "{bad}");
        }
        for bad in ["tel:x", "tel:", "tel:0800-CALL-US", "tel:12", "tel:+44330", "tel:+1234567890123456", "tel:4+4330"]
        {
            assert!(broken(bad).is_some_and(|help| help.starts_with("write `tel:`")), "{bad}");
        }
    }
}
