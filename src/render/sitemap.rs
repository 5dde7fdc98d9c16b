//! `sitemap.xml` and `robots.txt`. A page's `lastmod` is its text's date, never the build's.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::stage::{Failure, Stage};
use super::tongue;
use super::view::TongueView;
use crate::base::date::Day;
use crate::history::timeline::Entry;

/// The list of pages that search engines may show (sitemaps.org), and the file that points to it (RFC 9309).
///
/// # Errors
/// A file cannot be kept.
pub fn write(stage: &Stage<'_>) -> Result<(), Failure> {
    let mut pages: Vec<(String, Option<String>)> =
        stage.site.pages.iter().map(|page| (page.address.clone(), None)).collect();
    let mut tongues: BTreeMap<String, Vec<TongueView>> = BTreeMap::new();
    pages.push(("policies/".to_owned(), None));
    pages.extend(stage.site.forms.iter().map(|form| (format!("forms/{}/", form.id), None)));
    for card in stage.cards {
        let shown = card.timeline.in_force(stage.now).and_then(|index| card.timeline.entries.get(index));
        let newest = card.timeline.entries.iter().map(|entry| entry.published).max();
        pages.push((format!("policies/{}/", card.slug), shown.map(|entry| entry.effective.to_string())));
        let group = card.timeline.in_force(stage.now).map_or_else(Vec::new, |index| tongue::group(stage, card, index));
        tongues.insert(format!("policies/{}/", card.slug), group.clone());
        for (language, entry) in shown.into_iter().flat_map(translations) {
            let address = tongue::text_address(card, entry, Some(language));
            pages.push((address.clone(), Some(since(entry, language).to_string())));
            tongues.insert(address, group.clone());
        }
        pages.push((format!("policies/{}/history/", card.slug), newest.map(|day| day.to_string())));
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let links = tongues.values().any(|group| !group.is_empty());
    let links = if links { " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"" } else { "" };
    let _ = writeln!(xml, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"{links}>");
    for (address, day) in pages {
        let _ = write!(xml, "  <url><loc>{}</loc>", stage.base.absolute(&address));
        if let Some(day) = day {
            let _ = write!(xml, "<lastmod>{day}</lastmod>");
        }
        for TongueView { hreflang, href } in tongues.get(&address).into_iter().flatten() {
            let _ = write!(xml, "<xhtml:link rel=\"alternate\" hreflang=\"{hreflang}\" href=\"{href}\"/>");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    stage.put("sitemap.xml", xml.into_bytes())?;
    let robots = format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", stage.base.absolute("sitemap.xml"));
    stage.put("robots.txt", robots.into_bytes())
}

/// The languages of a version in which it does not govern; nothing where it may not be shown.
fn translations(entry: &Entry) -> impl Iterator<Item = (&str, &Entry)> {
    entry.translations().map(move |(language, _)| (language.as_str(), entry))
}

/// The day from which a version applies, or that of its translation if that came later.
fn since(entry: &Entry, language: &str) -> Day {
    let added = entry.translated.iter().find(|event| event.languages.iter().any(|own| own == language));
    added.map_or(entry.effective, |event| event.on.max(entry.effective))
}
