//! Where a link leads, told from how it is written.

use crate::base::slug::Slug;
use crate::base::version::Version;

/// Where a link leads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Leads {
    /// To a clause of the same text.
    Clause(String),
    /// To a file of the policy, below `assets/`.
    Asset(String),
    /// To a place in the site, from its root.
    Site(String),
    /// To another policy: its name, perhaps a version, perhaps a clause.
    Policy(Slug, Option<Version>, String),
    /// Somewhere else, as written.
    Away(String),
    /// Nowhere: it is refused, or shown as its text only.
    Nowhere,
}

/// Schemes that a link may have.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Tells where a link leads.
#[must_use]
pub fn leads(href: &str) -> Leads {
    let odd = |char: char| char.is_control() || char == '\\';
    if href.starts_with("//") || href.contains(odd) {
        return Leads::Nowhere;
    }
    if let Some(id) = href.strip_prefix('#') {
        return Leads::Clause(id.to_owned());
    }
    if let Some(path) = href.strip_prefix('/') {
        return Leads::Site(path.to_owned());
    }
    if let Some(path) = href.strip_prefix("assets/").or_else(|| href.strip_prefix("./assets/")) {
        return Leads::Asset(path.to_owned());
    }
    match scheme(href) {
        None => Leads::Away(href.to_owned()),
        Some(("policy", rest)) => policy(rest).unwrap_or(Leads::Nowhere),
        Some((scheme, _)) if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => Leads::Away(href.to_owned()),
        Some(_) => Leads::Nowhere,
    }
}

/// A scheme (RFC 3986, 3.1) and what follows its colon.
#[must_use]
pub fn scheme(href: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = href.split_once(':')?;
    let fits = scheme.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
    (fits && scheme.starts_with(|char: char| char.is_ascii_alphabetic())).then_some((scheme, rest))
}

/// `slug[/version][#id]`
fn policy(rest: &str) -> Option<Leads> {
    let (rest, id) = rest.split_once('#').unwrap_or((rest, ""));
    let (slug, version) = match rest.split_once('/') {
        Some((slug, version)) => (slug, Some(Version::parse(version)?)),
        None => (rest, None),
    };
    Some(Leads::Policy(Slug::parse(slug)?, version, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_could_do_something_lead_nowhere() {
        for bad in [
            "javascript:x",
            "JavaScript:x",
            "data:text/html,x",
            "//evil.example",
            "vbscript:x",
            "java\nscript:x",
            "\\\\host",
            "policy:A B",
        ] {
            assert_eq!(leads(bad), Leads::Nowhere, "{bad:?}");
        }
    }

    #[test]
    fn the_others_lead_where_they_say() {
        assert_eq!(leads("#a"), Leads::Clause("a".into()));
        assert_eq!(leads("/policies/"), Leads::Site("policies/".into()));
        assert_eq!(leads("assets/a.svg"), Leads::Asset("a.svg".into()));
        assert_eq!(leads("mailto:a@b.example"), Leads::Away("mailto:a@b.example".into()));
        assert_eq!(leads("other.md#x:y"), Leads::Away("other.md#x:y".into()));
        let slug = Slug::parse("terms").unwrap();
        assert_eq!(leads("policy:terms/2.0#use"), Leads::Policy(slug, Version::parse("2"), "use".into()));
    }
}
