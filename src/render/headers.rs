//! `_headers` and `_redirects`, as static hosts read them.

use std::fmt::Write;

use super::single;
use super::stage::{Failure, Stage};
use crate::site::config::BaseUrl;

/// What every page is sent with beside its policy for content.
const PAGE: &[(&str, &str)] = &[
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
];

/// Files that any site may read, and what they are; a name in the path stands for one part of it.
const OPEN: &[(&str, &str)] = &[
    ("policies.json", "application/json"),
    ("schemas/*", "application/schema+json"),
    ("policies/:policy/versions.json", "application/json"),
    ("policies/:policy/ledger.json", "application/json"),
    ("policies/:policy/v/:version/meta.json", "application/json"),
    ("policies/:policy/v/:version/text.md", "text/markdown; charset=utf-8"),
    ("policies/:policy/v/:version/text.txt", "text/plain; charset=utf-8"),
    ("policies/:policy/v/:version/:language/meta.json", "application/json"),
    ("policies/:policy/v/:version/:language/text.md", "text/markdown; charset=utf-8"),
    ("policies/:policy/v/:version/:language/text.txt", "text/plain; charset=utf-8"),
    ("policies/:policy/feed.atom", "application/atom+xml; charset=utf-8"),
    ("policies/feed.atom", "application/atom+xml; charset=utf-8"),
    ("policies/:policy/feed.json", "application/feed+json"),
    ("policies/feed.json", "application/feed+json"),
    ("policies/:policy/timemap", "application/link-format"),
    ("policies/:policy/v/:version/disclosures.json", "application/json"),
    ("policies/:policy/v/:version/disclosures.jsonld", "application/ld+json"),
];

/// Writes both files.
///
/// # Errors
/// A file cannot be kept.
pub fn write(stage: &Stage<'_>) -> Result<(), Failure> {
    let mut headers = format!("{}*\n  Content-Security-Policy: {}\n", stage.base.path(), content_policy(stage));
    for (name, value) in PAGE {
        let _ = writeln!(headers, "  {name}: {value}");
    }
    for (path, media) in OPEN {
        let _ =
            write!(headers, "{}\n  Access-Control-Allow-Origin: *\n  Content-Type: {media}\n", stage.base.local(path));
    }
    let _ = write!(headers, "{}\n  Cache-Control: public, max-age=31536000, immutable\n", stage.base.local("assets/*"));
    stage.put("_headers", headers.into_bytes())?;
    let mut redirects = String::new();
    for card in stage.cards {
        let to = stage.base.local(&format!("policies/{}/", card.slug));
        for alias in &card.aliases {
            let from = stage.base.local(alias.trim_matches('/'));
            let _ = write!(redirects, "{from} {to} 301\n{from}/ {to} 301\n");
        }
    }
    stage.put("_redirects", redirects.into_bytes())
}

/// Nothing is loaded from elsewhere, nothing may frame a page, and forms go to this host or to the relay. Where there are
/// forms, their script may ask there too, and work beside the page.
fn content_policy(stage: &Stage<'_>) -> String {
    let origin = stage.site.config.relay.url.as_ref().map(BaseUrl::origin);
    let relay = origin.filter(|origin| *origin != stage.base.origin()).map(|origin| format!(" {origin}"));
    let relay = relay.unwrap_or_default();
    let scripts = if stage.site.forms.is_empty() {
        String::new()
    } else {
        format!("connect-src 'self'{relay}; worker-src 'self'; ")
    };
    // The file of a version has its style and its pictures inside.
    format!(
        "default-src 'none'; style-src 'self' {}; script-src 'self'; img-src 'self' data:; {scripts}form-action 'self'{relay}; base-uri 'none'; frame-ancestors 'none'",
        single::style_source(stage)
    )
}
