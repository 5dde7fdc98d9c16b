//! The interface's words, by language. Every text that a page shows stands in the theme's `text/<lang>.yaml`.

use std::collections::BTreeMap;

use super::raw::Reading;
use super::yaml::NodeKind;
use crate::base::codes::Code;
use crate::base::date::Day;
use crate::base::span::Spanned;

/// The texts that Vellum fills in, with the values each may name in braces.
const FILLED: &[(&str, &[&str])] = &[
    ("acknowledge-reference", &["reference"]),
    ("acknowledge-stranger", &[]),
    ("acknowledge-text", &["site"]),
    ("applied-all", &[]),
    ("applied-for", &["audience"]),
    ("applied-until", &["date", "until"]),
    ("applied-again", &["version"]),
    ("applies-for", &["audience", "date"]),
    ("applies-from", &["date"]),
    ("broken-hint", &[]),
    ("change-after", &[]),
    ("change-before", &[]),
    ("changed-nothing", &[]),
    ("coming-heading", &["from", "to"]),
    ("coming-link", &["version"]),
    ("date", &["day", "month", "year"]),
    ("draft-changes-heading", &["version"]),
    ("draft-first", &[]),
    ("draft-identical", &["version"]),
    ("draft-same-words", &["version"]),
    ("error-agree", &["label"]),
    ("error-choose", &["label"]),
    ("error-date", &["label"]),
    ("error-email", &["label"]),
    ("error-file-empty", &["label", "name"]),
    ("error-file-many", &["count", "label", "many"]),
    ("error-file-part", &["label"]),
    ("error-file-required", &["label"]),
    ("error-file-size", &["label", "max", "name", "size"]),
    ("error-file-total", &["max", "size"]),
    ("error-file-type", &["label", "name", "types"]),
    ("error-line", &["label"]),
    ("error-long", &["count", "label", "max"]),
    ("error-many", &["label"]),
    ("error-required", &["label"]),
    ("error-telephone", &["label"]),
    ("error-type", &["label"]),
    ("error-unknown", &["name"]),
    ("failed-hint", &[]),
    ("failed-some", &[]),
    ("failed-text", &[]),
    ("feed-all", &[]),
    ("feed-title", &["title"]),
    ("folded-many", &["count"]),
    ("folded-one", &[]),
    ("file-again", &["names"]),
    ("file-hint", &["max", "types"]),
    ("file-hint-many", &["many", "max", "total", "types"]),
    ("file-lost", &["names"]),
    ("foreign-text", &[]),
    ("from-contract-end", &["keep"]),
    ("from-receipt", &["keep"]),
    ("from-resolution", &["keep"]),
    ("identical", &[]),
    ("index-coming", &["date", "version"]),
    ("index-gap", &["date", "until"]),
    ("index-in-force", &["date", "version"]),
    ("index-none", &[]),
    ("limited-text-many", &["count"]),
    ("limited-text-one", &[]),
    ("mail-file", &["hash", "name", "size"]),
    ("mail-intro", &["form", "site"]),
    ("mail-not-seen", &["title", "version"]),
    ("mail-seen", &["title", "version"]),
    ("months", &[]),
    ("notice-behind", &["date", "version"]),
    ("notice-coming", &["date", "version"]),
    ("notice-draft", &[]),
    ("notice-not-yet", &["date"]),
    ("notice-replaced", &["date", "version"]),
    ("notice-since", &["date", "new", "old"]),
    ("notice-translation", &["language"]),
    ("notice-withdrawn", &["date", "reason"]),
    ("overview-changed-many", &["count"]),
    ("overview-changed-one", &[]),
    ("overview-deleted-many", &["count"]),
    ("overview-deleted-one", &[]),
    ("overview-format-many", &["count"]),
    ("overview-format-one", &[]),
    ("overview-inserted-many", &["count"]),
    ("overview-inserted-one", &[]),
    ("overview-renumbered-many", &["count"]),
    ("overview-renumbered-one", &[]),
    ("period-day-many", &["count"]),
    ("period-day-one", &[]),
    ("period-month-many", &["count"]),
    ("period-month-one", &[]),
    ("period-week-many", &["count"]),
    ("period-week-one", &[]),
    ("period-year-many", &["count"]),
    ("period-year-one", &[]),
    ("picture-text", &[]),
    ("picture-title", &["title"]),
    ("read-governing", &["language"]),
    ("refused-400", &[]),
    ("refused-405", &[]),
    ("refused-408", &[]),
    ("refused-413", &[]),
    ("refused-415", &[]),
    ("refused-503", &[]),
    ("refused-heading", &[]),
    ("recorded-after", &["date"]),
    ("renumbered", &["from", "to"]),
    ("replaced-from", &["date", "version"]),
    ("rescheduled", &["date", "on"]),
    ("review-again", &[]),
    ("review-changed", &[]),
    ("review-expired", &[]),
    ("review-files-lacking", &[]),
    ("review-files-other", &[]),
    ("review-text", &[]),
    ("same-day", &["version"]),
    ("semantic-basis", &["new", "old", "purpose"]),
    ("semantic-data-added", &["items", "purpose"]),
    ("semantic-data-removed", &["items", "purpose"]),
    ("semantic-purpose-added", &["items"]),
    ("semantic-purpose-removed", &["items"]),
    ("semantic-recipient-added", &["items"]),
    ("semantic-recipient-removed", &["items"]),
    ("semantic-retention", &["new", "old", "purpose"]),
    ("semantic-right-added", &["items"]),
    ("semantic-right-removed", &["items"]),
    ("semantic-transfers", &["new", "old"]),
    ("sent-text", &[]),
    ("size-bytes", &["count"]),
    ("size-kilobytes", &["count"]),
    ("size-megabytes", &["count"]),
    ("size-point", &[]),
    ("since-link", &["version"]),
    ("since-page", &["version"]),
    ("tally-changed", &["count"]),
    ("tally-deleted", &["count"]),
    ("tally-format", &["count"]),
    ("tally-inserted", &["count"]),
    ("tally-moved", &["count"]),
    ("tally-renumbered", &["count"]),
    ("translated-on", &["date", "language"]),
    ("unconfirmed-hint", &[]),
    ("unconfirmed-text", &[]),
    ("was-end", &[]),
    ("was-start", &[]),
    ("withdrawn-on", &["date"]),
];

/// The texts of one language.
#[derive(Clone, Debug, Default)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Reads a text file: a flat map from keys to texts.
    pub fn read(reading: &Reading<'_>) -> Self {
        let mut texts = BTreeMap::new();
        let Some(node) = reading.node() else { return Self(texts) };
        reading.fields(&node);
        if let NodeKind::Map(entries) = &node.kind {
            for (key, value) in entries {
                let Some(text) = reading.text(value) else { continue };
                check(reading, &key.value, &text);
                texts.insert(key.value.clone(), text.value);
            }
        }
        Self(texts)
    }

    /// The words of a language over those of its first part, and these over the English ones.
    #[must_use]
    pub fn spoken(files: &BTreeMap<String, Self>, language: &str) -> Self {
        let short = language.split('-').next().unwrap_or(language);
        let found = ["en", short, language].into_iter().filter_map(|wanted| files.get(wanted));
        Self(found.flat_map(|texts| texts.0.clone()).collect())
    }

    /// The keys that Vellum fills in and that no file has.
    pub fn missing(&self) -> impl Iterator<Item = &'static str> {
        FILLED.iter().map(|(key, _)| *key).filter(|key| !self.0.contains_key(*key))
    }

    /// All texts, for templates.
    #[must_use]
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// A text with its values filled in; the key itself when no file has it.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(text) = self.0.get(key) else { return key.to_owned() };
        let mut said = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            said.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value));
            rest = after;
        }
        said + rest
    }

    /// A text in the form for one or for many, with the count filled in.
    #[must_use]
    pub fn count(&self, key: &str, count: usize) -> String {
        let form = if count == 1 { "one" } else { "many" };
        self.say(&format!("{key}-{form}"), &[("count", &count.to_string())])
    }

    /// The label of an id, such as `data-email`; the id in plain words when the theme has none.
    #[must_use]
    pub fn label(&self, family: &str, id: &str) -> String {
        self.0.get(&format!("{family}-{id}")).cloned().unwrap_or_else(|| id.replace('-', " "))
    }

    /// A size in words, never too small: whole kilobytes, or tenths of megabytes, as file managers count them.
    #[must_use]
    pub fn size(&self, bytes: u64) -> String {
        let (kilo, mega) = (1 << 10, 1 << 20);
        let (unit, number) = if bytes < kilo {
            ("size-bytes", bytes.to_string())
        } else if bytes < mega {
            ("size-kilobytes", bytes.div_ceil(kilo).to_string())
        } else {
            let tenths = bytes.saturating_mul(10).div_ceil(mega);
            let point = self.say("size-point", &[]);
            (
                "size-megabytes",
                if tenths % 10 == 0 {
                    (tenths / 10).to_string()
                } else {
                    format!("{}{point}{}", tenths / 10, tenths % 10)
                },
            )
        };
        self.say(unit, &[("count", &number)])
    }

    /// A day in words.
    #[must_use]
    pub fn day(&self, day: Day) -> String {
        let (number, month, year) = day.parts();
        let months = self.0.get("months").map_or("", String::as_str);
        let name = months.split_whitespace().nth(usize::from(month).saturating_sub(1));
        let name = name.map_or_else(|| month.to_string(), str::to_owned);
        self.say("date", &[("day", &number.to_string()), ("month", &name), ("year", &year.to_string())])
    }
}

/// Names every value in braces that the text will not be given.
fn check(reading: &Reading<'_>, key: &str, text: &Spanned<String>) {
    let Some((_, known)) = FILLED.iter().find(|(filled, _)| *filled == key) else { return };
    for part in text.value.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default();
        if !known.contains(&name) {
            let message = format!("the text `{key}` names `{{{name}}}`, which has no value");
            let help = if known.is_empty() {
                "it has no values".to_owned()
            } else {
                format!("it may name {}", known.join(", "))
            };
            reading.say(Code::V116, text.span, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::span::SourceText;
    use crate::site::builtin;

    #[test]
    fn a_language_stands_over_its_first_part_and_over_english() {
        let file = |pairs: &[(&str, &str)]| {
            Texts(pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect())
        };
        let files = [
            ("en", file(&[("a", "en"), ("b", "en"), ("c", "en")])),
            ("fr", file(&[("b", "fr"), ("c", "fr")])),
            ("fr-CA", file(&[("c", "fr-CA")])),
        ];
        let files = files.into_iter().map(|(tag, texts)| (tag.to_owned(), texts)).collect();
        let said = |language| ["a", "b", "c"].map(|key| Texts::spoken(&files, language).say(key, &[])).join(" ");
        assert_eq!((said("fr-CA"), said("fr")), ("en fr fr-CA".to_owned(), "en fr fr".to_owned()));
        assert_eq!(said("de"), "en en en");
    }

    #[test]
    fn the_theme_says_everything_in_each_of_its_languages() {
        let files: BTreeMap<&str, Texts> = builtin::FILES
            .iter()
            .filter(|(name, _)| name.starts_with("text/"))
            .map(|(name, bytes)| {
                let source =
                    SourceText::new(SitePath::parse(name).unwrap(), String::from_utf8(bytes.to_vec()).unwrap());
                let reading = Reading::new(&source);
                let texts = Texts::read(&reading);
                assert!(reading.into_findings().is_empty(), "{name}");
                (*name, texts)
            })
            .collect();
        for (name, texts) in &files {
            let missing: Vec<&String> =
                files["text/en.yaml"].0.keys().filter(|key| !texts.0.contains_key(*key)).collect();
            assert!(missing.is_empty(), "{name} lacks {missing:?}");
        }
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn sizes_are_told_as_people_read_them() {
        let texts = [("size-bytes", "{count} B"), ("size-kilobytes", "{count} KB"), ("size-megabytes", "{count} MB")];
        let mut texts: BTreeMap<String, String> =
            texts.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        texts.insert("size-point".to_owned(), ",".to_owned());
        let said = |bytes| Texts(texts.clone()).size(bytes);
        let rows = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (1025, "2 KB"),
            (5 << 20, "5 MB"),
            ((5 << 20) + 1, "5,1 MB"),
        ];
        for (bytes, words) in rows {
            assert_eq!(said(bytes), words);
        }
    }

    #[test]
    fn values_are_filled_in_once_and_never_again() {
        let texts = Texts(BTreeMap::from([("x".to_owned(), "a {one} b {two} {none}".to_owned())]));
        assert_eq!(texts.say("x", &[("one", "{two}"), ("two", "2")]), "a {two} b 2 ");
        assert_eq!(texts.say("y", &[]), "y");
        assert_eq!(texts.label("data", "first-name"), "first name");
    }
}
