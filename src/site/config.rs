//! `site.yaml` → the site's settings.

use super::checks::{self, Checks};
use super::decode::{characters, decode};
use super::raw::{Fields, Reading};
use super::relay::{self, Relay};
use crate::base::codes::Code;
use crate::base::date::Zone;
use crate::base::diag::Diagnostic;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::span::{Place, Spanned};

/// The settings of a site.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's name.
    pub title: String,
    /// What feed ids begin with: a domain and a year, RFC 4151.
    pub tag: String,
    /// Where the site stands.
    pub base: BaseUrl,
    /// The language of the interface, a BCP 47 tag.
    pub language: String,
    /// The zone that days are days of.
    pub zone: Zone,
    /// The theme's name.
    pub theme: String,
    /// Who publishes.
    pub organisation: Organisation,
    /// What every page shows.
    pub notice: String,
    /// Links at the top of each page.
    pub navigation: Vec<Navigation>,
    /// The policies that come first, in order.
    pub policies: Vec<Spanned<Slug>>,
    /// How many versions, counted from the newest, are compared with the one in force.
    pub since: usize,
    /// What findings weigh.
    pub checks: Checks,
    /// How forms are sent.
    pub relay: Relay,
}

/// How many versions are compared with the one in force where `site.yaml` does not say.
const SINCE: usize = 50;

/// A link at the top of each page.
#[derive(Clone, Debug)]
pub struct Navigation {
    /// Its words.
    pub label: String,
    /// Where it leads, as written.
    pub url: String,
    /// Where the settings say so.
    pub place: Place,
}

/// Who publishes.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    /// The name by law.
    pub name: String,
    /// The name in trade.
    pub trading_as: String,
    /// The site of the organisation.
    pub url: String,
    /// An address for mail.
    pub email: String,
    /// A telephone number.
    pub telephone: String,
}

/// The address that a site stands at: a scheme, a host, and perhaps a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    origin: String,
    path: String,
    away: bool,
}

impl BaseUrl {
    /// Reads `https://host[:port][/path]`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if !matches!(scheme, "http" | "https") {
            return None;
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host_char = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | ':' | '[' | ']');
        let path = path.trim_end_matches('/');
        let path_fits =
            path.is_empty() || SitePath::parse(path).is_some() && !path.contains(['?', '#', ' ', '"', '<', '>', '&']);
        let fits = !host.is_empty() && host.chars().all(host_char) && path_fits;
        let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
        // The usual port says nothing, and browsers leave it out of an origin (RFC 6454, 6.2).
        let usual = if scheme == "https" { ":443" } else { ":80" };
        let host = host.strip_suffix(usual).unwrap_or(host);
        fits.then(|| Self { origin: format!("{scheme}://{}", host.to_ascii_lowercase()), path, away: false })
    }

    /// What a whole address says of a place in the site, from its root; nothing for one elsewhere.
    #[must_use]
    pub fn within<'h>(&self, href: &'h str) -> Option<&'h str> {
        let length = self.origin.len();
        let own = href.get(..length).is_some_and(|origin| origin.eq_ignore_ascii_case(&self.origin));
        href.get(length..).filter(|_| own)?.strip_prefix(self.path.as_str())
    }

    /// The scheme and host, without a path.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path of the site's first page: `/`, or `/sub/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same site, seen from pages of another host: every address is whole.
    #[must_use]
    pub fn from_away(&self) -> Self {
        Self { away: true, ..self.clone() }
    }

    /// Whether the site is seen from another host.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away
    }

    /// The address, on a page, of something in the site: `policies/` becomes `/sub/policies/`.
    #[must_use]
    pub fn local(&self, address: &str) -> String {
        if self.away { self.absolute(address) } else { self.on_host(address) }
    }

    /// The address on the host of something in the site.
    #[must_use]
    pub fn on_host(&self, address: &str) -> String {
        format!("{}{}", self.path, address.trim_start_matches('/'))
    }

    /// The whole address of something in the site.
    #[must_use]
    pub fn absolute(&self, address: &str) -> String {
        format!("{}{}", self.origin, self.on_host(address))
    }
}

/// Reads `site.yaml`; nothing comes back when it cannot be used.
pub fn read(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Option<Config> {
    let source = decode(path, bytes, findings);
    characters(&source, findings);
    let reading = Reading::new(&source);
    let node = reading.node();
    if node.is_none() && reading.is_clean() {
        let finding = Diagnostic::new(Code::V103, Place::of_file(path.as_str()), "site.yaml is empty");
        findings.push(finding.help("add at least title, tag, base_url, language and time_zone"));
    }
    let config = node.and_then(|node| reading.fields(&node).and_then(config));
    findings.extend(reading.into_findings());
    config
}

fn config(fields: Fields<'_>) -> Option<Config> {
    let reading = fields.reading();
    let title = fields.need_text("title");
    let tag = fields.need_text("tag").and_then(|text| tag(reading, text));
    let base = fields.need_text("base_url").and_then(|text| base_url(reading, &text));
    let language = fields.need_text("language");
    let zone = fields.need_text("time_zone").and_then(|text| zone(reading, &text));
    let theme = fields.text("theme").map_or_else(|| "default".to_owned(), |text| text.value);
    let organisation = fields.get("organisation").and_then(|node| reading.fields(node)).map(organisation);
    let notice = fields.plain("notice");
    let navigation = fields.items("navigation").iter().filter_map(|node| link(reading.fields(node)?)).collect();
    let policies = fields.texts("policies").iter().filter_map(|text| policy(reading, text)).collect();
    let relay = fields.get("relay").and_then(|node| relay::read(reading, node));
    let since = fields.number("since").and_then(|count| count.try_into().ok());
    let checks = fields.get("checks").and_then(|node| checks::read(reading, node));
    fields.done();
    Some(Config {
        title: title?.value,
        tag: tag?,
        base: base?,
        language: language?.value,
        zone: zone?,
        theme,
        organisation: organisation.unwrap_or_default(),
        notice,
        navigation,
        policies,
        since: since.unwrap_or(SINCE),
        checks: checks.unwrap_or_default(),
        relay: relay.unwrap_or_default(),
    })
}

fn tag(reading: &Reading<'_>, text: Spanned<String>) -> Option<String> {
    let (domain, date) = text.value.split_once(',').unwrap_or((&text.value, ""));
    let domain_fits =
        domain.contains('.') && domain.chars().all(|char| char.is_ascii_alphanumeric() || "-.@".contains(char));
    let date_fits = matches!(date.len(), 4 | 7 | 10) && date.chars().all(|char| char.is_ascii_digit() || char == '-');
    if domain_fits && date_fits {
        return Some(text.value);
    }
    let message = format!("`{}` is not a tag", text.value);
    reading.say(Code::V105, text.span, message, "a domain you own and a year in which you owned it: example.org,2025");
    None
}

fn base_url(reading: &Reading<'_>, text: &Spanned<String>) -> Option<BaseUrl> {
    let found = BaseUrl::parse(&text.value);
    if found.is_none() {
        let message = format!("`{}` is not an address for a site", text.value);
        reading.say(Code::V105, text.span, message, "write https://www.example.org, with a path if the site has one");
    }
    found
}

fn zone(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Zone> {
    let found = Zone::parse(&text.value);
    if found.is_none() {
        let message = format!("`{}` is not a time zone", text.value);
        reading.say(Code::V105, text.span, message, "use a name of the IANA database: Europe/London, or UTC");
    }
    found
}

fn organisation(fields: Fields<'_>) -> Organisation {
    let organisation = Organisation {
        name: fields.plain("name"),
        trading_as: fields.plain("trading_as"),
        url: fields.plain("url"),
        email: fields.plain("email"),
        telephone: fields.plain("telephone"),
    };
    fields.done();
    organisation
}

fn link(fields: Fields<'_>) -> Option<Navigation> {
    let label = fields.need_text("label");
    let url = fields.need_text("url");
    let place = url.as_ref().map(|url| fields.reading().source.place(url.span));
    fields.done();
    Some(Navigation { label: label?.value, url: url?.value, place: place? })
}

fn policy(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Spanned<Slug>> {
    let slug = Slug::parse(&text.value);
    if slug.is_none() {
        reading.say(Code::V114, text.span, format!("`{}` cannot be the name of a policy", text.value), "");
    }
    Some(Spanned { value: slug?, span: text.span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_may_have_a_path() {
        let base = BaseUrl::parse("https://example.org/legal/").unwrap();
        assert_eq!((base.path(), base.local("/policies/").as_str()), ("/legal/", "/legal/policies/"));
        assert_eq!(base.absolute("policies.json"), "https://example.org/legal/policies.json");
        assert_eq!(BaseUrl::parse("http://127.0.0.1:4000").unwrap().path(), "/");
        for bad in ["example.org", "ftp://x", "https://", "https://a b", "https://a/../b", "https://a/?q"] {
            assert!(BaseUrl::parse(bad).is_none(), "{bad}");
        }
    }
}
