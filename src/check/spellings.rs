//! One address in two spellings: links of a text that most likely lead to one place and are written in two ways. Told
//! from how they are written; nothing is asked for.

use std::rc::Rc;

use super::destinations::Destination;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::percent;
use crate::base::span::{SourceText, Span};
use crate::base::table::Table;
use crate::site::config::BaseUrl;
use crate::site::doc::Target;
use crate::site::links::{Leads, leads};

/// Shorter words are not taken for a plural.
const SHORT: usize = 3;

/// Names each link whose address stood in the same text before, in another spelling.
pub fn twice<'t>(
    links: impl Iterator<Item = ((&'t Target, Span), &'t Rc<Destination>)>,
    body: &SourceText,
    findings: &mut Vec<Diagnostic>,
) {
    let mut first: Table<&str, (&str, Span)> = Table::default();
    for ((target, span), destination) in links.filter(|((target, _), _)| !target.picture) {
        let written = page(&target.href);
        let Some(key) = &destination.spelling else { continue };
        let (before, there) = *first.entry(key).or_insert((written, span));
        if before == written || is_told(before, written) {
            continue;
        }
        let message = format!("`{written}` and `{before}` are most likely one address in two spellings");
        let finding = Diagnostic::new(Code::V413, body.place(span), message);
        let finding = finding.help("write the one that leads there without a redirect, in both places");
        findings.push(finding.related(body.place(there), "the other spelling"));
    }
}

/// An address without the place in its page.
fn page(href: &str) -> &str {
    href.split('#').next().unwrap_or_default()
}

/// Whether two links of the site differ in a last slash, in case or in how a character is encoded, and no more: what is
/// wrong with that has a finding of its own.
fn is_told(one: &str, other: &str) -> bool {
    let plain = |href: &str| href.strip_prefix('/').map(folded);
    plain(one).is_some_and(|one| Some(one) == plain(other))
}

/// What all likely spellings of an address have in common, in a site that stands somewhere; nothing for what is no address of
/// a page. What a policy is called is never taken for a plural.
pub fn key(href: &str, base: Option<&BaseUrl>) -> Option<String> {
    let written = page(href);
    if let Some(path) = base.and_then(|base| base.within(written)).filter(|path| !path.is_empty()) {
        return Some(own_key(path));
    }
    match leads(written) {
        Leads::Site(path) if !path.is_empty() => Some(own_key(&path)),
        Leads::Policy(slug, None, _) => Some(own_key(&format!("policies/{slug}"))),
        Leads::Policy(slug, Some(version), _) => Some(own_key(&format!("policies/{slug}/v/{version}"))),
        Leads::Away(href) => {
            let (scheme, rest) = href.split_once("://")?;
            let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.to_ascii_lowercase();
            let host = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(&host);
            let host = host.strip_prefix("www.").unwrap_or(host);
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            let parts: Vec<String> = folded(path).split('/').map(singular).collect();
            is_web.then(|| format!("//{host}/{}?{query}", parts.join("/")))
        }
        _ => None,
    }
}

/// The key of an address of the site.
fn own_key(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = folded(path);
    let (first, rest) = path.split_once('/').unwrap_or((&path, ""));
    format!("{}/{rest}?{query}", singular(first))
}

/// A path in lower case, decoded, without a last slash or the name of a folder's page.
fn folded(path: &str) -> String {
    let path = percent::decode(path).unwrap_or_else(|| path.to_owned()).to_lowercase();
    path.strip_suffix("index.html").unwrap_or(&path).trim_end_matches('/').to_owned()
}

/// `policies` and `policy` are one word, and so are `terms` and `term`.
fn singular(word: &str) -> String {
    if word.len() <= SHORT {
        return word.to_owned();
    }
    let stem = |ending: &str, new: &str| word.strip_suffix(ending).map(|stem| format!("{stem}{new}"));
    stem("ies", "y").or_else(|| stem("s", "")).unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_spellings_of_one_address_have_one_key() {
        for same in [
            &["/policy/terms", "/policies/terms/", "policy:terms", "/Policies/terms/index.html"][..],
            &["/policies/terms/v/2.0/", "policy:terms/2.0"],
            &["http://www.a.example/x", "https://a.example:443/X/", "HTTPS://A.example/%78"],
            &["https://a.example", "https://a.example/"],
        ] {
            let keys: Vec<_> = same.iter().map(|href| key(href, None).unwrap()).collect();
            assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
        }
    }

    #[test]
    fn what_has_a_finding_of_its_own_is_not_told_again() {
        assert!(is_told("/a", "/a/") && is_told("/A%20b", "/a b") && is_told("/a/", "/a/index.html"));
        assert!(!is_told("/policy/a", "/policies/a") && !is_told("policy:a", "/policies/a"));
        assert!(!is_told("https://a.example/a", "https://a.example/A"));
    }

    #[test]
    fn other_addresses_have_other_keys() {
        let all = [
            "/a/",
            "/as/",
            "/a/?b",
            "policy:terms/1.0",
            "/policies/terms/",
            "https://a.example/a",
            "https://b.example/a",
        ];
        for (at, one) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                assert_ne!(key(one, None), key(other, None), "{one} {other}");
            }
        }
        for none in ["/", "#a", "mailto:a@b.example", "assets/a.svg", "javascript:x"] {
            assert_eq!(key(none, None), None, "{none}");
        }
    }
}
