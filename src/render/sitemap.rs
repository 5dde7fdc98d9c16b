//! `sitemap.xml` and `robots.txt`. A page's `lastmod` is its text's date, never the build's.

use std::fmt::Write;

use super::stage::{Failure, Stage};

/// The list of pages that search engines may show (sitemaps.org), and the file that points to it (RFC 9309).
///
/// # Errors
/// A file cannot be kept.
pub fn write(stage: &Stage<'_>) -> Result<(), Failure> {
    let mut pages: Vec<(String, Option<String>)> =
        stage.site.pages.iter().map(|page| (page.address.clone(), None)).collect();
    pages.push(("policies/".to_owned(), None));
    pages.extend(stage.site.forms.iter().map(|form| (format!("forms/{}/", form.id), None)));
    for card in stage.cards {
        let shown = card.timeline.in_force(stage.now).and_then(|index| card.timeline.entries.get(index));
        let newest = card.timeline.entries.iter().map(|entry| entry.published).max();
        pages.push((format!("policies/{}/", card.slug), shown.map(|entry| entry.effective.to_string())));
        pages.push((format!("policies/{}/history/", card.slug), newest.map(|day| day.to_string())));
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (address, day) in pages {
        let _ = write!(xml, "  <url><loc>{}</loc>", stage.base.absolute(&address));
        if let Some(day) = day {
            let _ = write!(xml, "<lastmod>{day}</lastmod>");
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    stage.put("sitemap.xml", xml.into_bytes())?;
    let robots = format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", stage.base.absolute("sitemap.xml"));
    stage.put("robots.txt", robots.into_bytes())
}
