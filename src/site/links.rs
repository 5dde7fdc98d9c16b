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
    if href.starts_with("//") || href.contains(is_odd) {
        return Leads::Nowhere;
    }
    if let Some(id) = href.strip_prefix('#') {
        return Leads::Clause(id.to_owned());
    }
    if let Some(path) = href.strip_prefix('/') {
        return Leads::Site(path.to_owned());
    }
    if let Some(path) = asset(href) {
        return Leads::Asset(path.to_owned());
    }
    match scheme(href) {
        None => Leads::Away(href.to_owned()),
        Some(("policy", rest)) => policy(rest).unwrap_or(Leads::Nowhere),
        Some((scheme, _)) if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => Leads::Away(href.to_owned()),
        Some(_) => Leads::Nowhere,
    }
}

/// The file of the policy that a link leads to, below `assets/`.
#[must_use]
pub fn asset(href: &str) -> Option<&str> {
    let path = href.strip_prefix("assets/").or_else(|| href.strip_prefix("./assets/"))?;
    (!href.contains(is_odd)).then_some(path)
}

fn is_odd(char: char) -> bool {
    char.is_control() || char == '\\'
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

/// What is most likely meant by a link to a policy that cannot be read; nothing for other links.
#[must_use]
pub fn policy_meant(href: &str) -> Option<String> {
    let (_, rest) = scheme(href).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("policy"))?;
    let (place, id) =
        rest.trim().split_once('#').map_or((rest.trim(), String::new()), |(at, id)| (at, format!("#{id}")));
    let (slug, version) = place.trim_matches('/').split_once('/').unwrap_or((place.trim_matches('/'), ""));
    let version = version.trim_start_matches("v/").trim_start_matches(['v', 'V']).trim_end_matches('/');
    let version = if version.is_empty() { String::new() } else { format!("/{version}") };
    let meant = Slug::from_name(slug).map(|slug| format!("policy:{slug}{version}{id}"));
    match meant.filter(|meant| leads(meant) != Leads::Nowhere) {
        Some(meant) => Some(format!("did you mean `{meant}`?")),
        None => {
            Some("name a policy by its folder: `policy:terms`, `policy:terms/2.0` or `policy:terms#clause`".to_owned())
        }
    }
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
    fn a_policy_that_is_written_in_another_way_is_offered() {
        for (written, meant) in [
            ("policy:Privacy", "policy:privacy"),
            ("policy:privacy/", "policy:privacy"),
            ("policy:privacy/v1.0", "policy:privacy/1.0"),
            ("policy:/privacy/v/1.0/#use", "policy:privacy/1.0#use"),
            ("Policy:privacy", "policy:privacy"),
        ] {
            assert_eq!(policy_meant(written), Some(format!("did you mean `{meant}`?")));
        }
        assert!(policy_meant("policy:a/b").is_some_and(|help| help.starts_with("name a policy")));
        assert_eq!(policy_meant("javascript:x"), None);
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
