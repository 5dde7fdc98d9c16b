//! Texts in several languages: where each stands, how they lead to one another, and which of them governs.
//!
//! The pages that search engines may show are one group: the policy's own page, and the translations of the version in
//! force. The texts of any other version are a group of their own. Each page of a group names all of it.

use super::stage::Stage;
use super::version::{Shown, address};
use super::view::{LanguageView, NoticeView, TongueView};
use crate::history::card::Card;
use crate::history::timeline::{Entry, Translated};
use crate::site::texts::Texts;

/// Where the text of a version stands in a language; without one, or where it has none in that, the one that governs.
/// A version that is redacted shows no text in any.
#[must_use]
pub fn text_address(card: &Card, entry: &Entry, language: Option<&str>) -> String {
    let own = address(card, entry);
    match language.filter(|wanted| !entry.redacted() && entry.translations().any(|(tag, _)| tag == wanted)) {
        Some(language) => format!("{own}{language}/"),
        None => own,
    }
}

/// What a language is called, in the words of a theme.
#[must_use]
pub fn name(texts: &Texts, language: &str) -> String {
    let short = language.split('-').next().unwrap_or(language);
    let named = |tag: &str| texts.all().get(&format!("language-{tag}")).cloned();
    named(language).or_else(|| named(short)).unwrap_or_else(|| language.to_owned())
}

/// What a language calls itself, where the theme knows.
fn own_name(stage: &Stage<'_>, language: &str) -> String {
    let theirs = stage.site.theme.speaking(language).and_then(|texts| texts.all().get("language-own"));
    theirs.cloned().unwrap_or_else(|| name(stage.texts(), language))
}

fn is_translated(entry: &Entry) -> bool {
    !entry.redacted() && entry.translations().next().is_some()
}

/// All languages of a version, the one that governs first; nothing when it has only that.
#[must_use]
pub fn languages(stage: &Stage<'_>, card: &Card, entry: &Entry, current: Option<&str>) -> Vec<LanguageView> {
    if !is_translated(entry) {
        return Vec::new();
    }
    let view = |(place, language): (usize, &String)| LanguageView {
        language: language.clone(),
        name: own_name(stage, language),
        url: stage.base.local(&text_address(card, entry, Some(language))),
        governs: place == 0,
        current: current.map_or(place == 0, |current| current == language),
    };
    entry.texts.iter().map(|(language, _)| language).enumerate().map(view).collect()
}

/// The pages of one text in all its languages, by their absolute addresses; `x-default` is the one that governs.
/// Nothing when it has only that.
#[must_use]
pub fn group(stage: &Stage<'_>, card: &Card, index: usize) -> Vec<TongueView> {
    let Some(entry) = card.timeline.entries.get(index).filter(|entry| is_translated(entry)) else {
        return Vec::new();
    };
    let governing = match card.timeline.in_force(stage.now) {
        Some(shown) if shown == index => format!("policies/{}/", card.slug),
        _ => address(card, entry),
    };
    let place = |(place, language): (usize, &String)| {
        let address = if place == 0 { governing.clone() } else { text_address(card, entry, Some(language)) };
        (language.clone(), address)
    };
    let all = entry.texts.iter().map(|(language, _)| language).enumerate().map(place);
    let all = all.chain([("x-default".to_owned(), governing.clone())]);
    all.map(|(hreflang, address)| TongueView { hreflang, href: stage.base.absolute(&address) }).collect()
}

/// The links in the head of a text's page: its group, if it belongs to one.
#[must_use]
pub fn alternates(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>, is_permanent: bool) -> Vec<TongueView> {
    let apart = is_permanent && shown.language.is_none() && in_force(stage, card, shown);
    if apart { Vec::new() } else { group(stage, card, shown.index) }
}

/// Whether a text is one of the version in force.
#[must_use]
pub fn in_force(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> bool {
    card.timeline.in_force(stage.now) == Some(shown.index)
}

/// That a version was given in further languages later.
#[must_use]
pub fn added(event: &Translated, texts: &Texts) -> String {
    let names: Vec<String> = event.languages.iter().map(|language| name(texts, language)).collect();
    texts.say("translated-on", &[("date", &texts.day(event.on)), ("language", &names.join(", "))])
}

/// On the page of a translation: that it is one, and which text governs.
#[must_use]
pub fn governs(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Option<NoticeView> {
    shown.language?;
    let (texts, governing) = (stage.texts(), shown.entry.governing()?);
    let language = name(texts, governing);
    let say = |key| texts.say(key, &[("language", language.as_str())]);
    Some(NoticeView {
        text: say("notice-translation"),
        url: stage.base.local(&address(card, shown.entry)),
        label: say("read-governing"),
    })
}

/// On the page of a translation whose version is replaced by one that is not there in its language: which one that is,
/// from when, and the way to the text that governs.
#[must_use]
pub fn behind(stage: &Stage<'_>, card: &Card, shown: &Shown<'_>) -> Option<NoticeView> {
    let language = shown.language?;
    let next = card.timeline.entries.get(card.timeline.replaced_by(shown.index)?)?;
    if next.texts.iter().any(|(tag, _)| tag == language) {
        return None;
    }
    let texts = stage.texts();
    let date = texts.day(next.effective);
    let version = next.version.as_str();
    Some(NoticeView {
        text: texts.say("notice-behind", &[("date", date.as_str()), ("version", version)]),
        url: stage.base.local(&address(card, next)),
        label: texts.label("read", "version").replace("{version}", version),
    })
}
