//! A version in one file, to be kept: its text with its dates, its hash and the address it came from, with style and
//! pictures inside. Opened anywhere, it asks nobody for anything; a policy for content inside it holds that.

use std::collections::BTreeMap;

use serde::Serialize;

use super::body::{self, Setting};
use super::html::Html;
use super::linker::Linker;
use super::stage::{Failure, Stage};
use super::version::{Shown, address, version};
use super::view::{PageView, SiteView, VersionView};
use crate::base::base64;
use crate::base::hash::Hash;
use crate::history::card::Card;
use crate::history::timeline::Entry;

/// The theme's style sheet for these files; it is served nowhere else.
pub const STYLE: &str = "single.css";

/// The bytes of a picture, asked by its address as written.
pub type Pictures<'a> = &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync);

/// What `single.html` sees.
#[derive(Serialize)]
struct Page {
    site: SiteView,
    page: PageView,
    version: VersionView,
    chain: String,
    style: String,
}

/// Where the file stands; a version whose text may not be shown has none.
#[must_use]
pub fn file(card: &Card, entry: &Entry) -> Option<String> {
    (!entry.redacted()).then(|| format!("{}{}-{}.html", address(card, entry), card.slug, entry.version))
}

/// Writes the file of a version.
///
/// # Errors
/// The page cannot be made or kept.
pub fn page(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, pictures: Pictures<'_>) -> Result<(), Failure> {
    let Some(at) = file(card, shown.entry) else { return Ok(()) };
    let setting = stage.setting(Some(&card.slug), Some(shown.first_day()));
    let away = stage.base.from_away();
    let setting = Setting { linker: Linker { base: &away, ..setting.linker }, ..setting };
    let inside = inside(shown, setting, pictures);
    let markup = body::markup(&shown.doc, setting);
    let markup = markup.with_pictures(&|src| inside.get(src).cloned().unwrap_or_else(|| "data:,".to_owned()));
    let view = Page {
        site: stage.view(&at),
        page: PageView { title: title(stage, shown), ..PageView::default() },
        version: version(stage, card, shown),
        chain: shown.entry.chain.to_string(),
        style: style(stage),
    };
    stage.render("single.html", &at, &view, &markup)
}

/// The title of the window.
fn title(stage: &Stage<'_>, shown: &Shown<'_>) -> String {
    let word = stage.texts().label("word", "version");
    format!("{} – {word} {}", shown.front.title, shown.entry.version)
}

/// The pictures of a text as `data:` addresses, by the address that the markup has for each.
fn inside(shown: &Shown<'_>, setting: Setting<'_>, pictures: Pictures<'_>) -> BTreeMap<String, String> {
    let mut inside = BTreeMap::new();
    for target in &shown.doc.targets {
        let Some(address) = setting.linker.picture(&target.href) else { continue };
        let Some((media, bytes)) = media(&target.href).zip(pictures(&target.href)) else { continue };
        let mut written = Html::new();
        written.text(&address);
        inside.insert(written.as_str().to_owned(), format!("data:{media};base64,{}", base64::encode(&bytes)));
    }
    inside
}

/// The media type of a picture, by its name.
fn media(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "avif" => "image/avif",
        "gif" => "image/gif",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        _ => return None,
    })
}

/// The style sheet as it stands in the file: nothing in it can end the element.
fn style(stage: &Stage<'_>) -> String {
    let bytes = stage.site.theme.assets.get(STYLE).map_or(&[][..], Vec::as_slice);
    String::from_utf8_lossy(bytes).replace("</", "<\\/")
}

/// What lets a browser use that style where the file is opened on the site, and no other style.
#[must_use]
pub fn style_source(stage: &Stage<'_>) -> String {
    format!("'sha256-{}'", Hash::of(style(stage).as_bytes()).base64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_name() {
        assert_eq!(media("assets/Plan.SVG?x=1"), Some("image/svg+xml"));
        assert_eq!((media("assets/plan.pdf"), media("plan")), (None, None));
    }
}
