//! Raw → valid: reads the keys of a YAML map one by one and collects every mistake on the way.

use std::cell::RefCell;

use super::yaml::{Entries, Node, NodeKind, Plain};
use crate::base::codes::Code;
use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::span::{SourceText, Span, Spanned};
use crate::base::text::{code_point, is_refused};

/// More words than this are not listed in a message.
const MANY: usize = 12;

/// A file that is being read, and what was found wrong with it so far.
pub struct Reading<'a> {
    /// The file.
    pub source: &'a SourceText,
    findings: RefCell<Vec<Diagnostic>>,
}

impl<'a> Reading<'a> {
    /// Begins to read a file.
    #[must_use]
    pub fn new(source: &'a SourceText) -> Self {
        Self { source, findings: RefCell::default() }
    }

    /// Parses the file as YAML.
    pub fn node(&self) -> Option<Node> {
        super::yaml::parse(self.source, &mut self.findings.borrow_mut())
    }

    /// Notes a mistake.
    pub fn say(&self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let finding = Diagnostic::new(code, self.source.place(span), message).help(help);
        self.findings.borrow_mut().push(finding);
    }

    /// All that was found.
    #[must_use]
    pub fn into_findings(self) -> Vec<Diagnostic> {
        self.findings.into_inner()
    }

    /// How much was found so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.findings.borrow().len()
    }

    /// Whether something was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.borrow().is_empty()
    }

    /// The keys of a map, or a finding.
    pub fn fields<'n>(&'n self, node: &'n Node) -> Option<Fields<'n>> {
        if let NodeKind::Map(entries) = &node.kind {
            let (known, hints) = (RefCell::default(), RefCell::default());
            return Some(Fields { reading: self, entries, span: node.span, known, hints });
        }
        self.wrong(node, "keys with values");
        None
    }

    /// A text, or a finding.
    pub fn text(&self, node: &Node) -> Option<Spanned<String>> {
        match &node.kind {
            NodeKind::Text(text) => {
                self.hidden(node.span, text);
                return Some(Spanned { value: text.clone(), span: node.span });
            }
            NodeKind::Plain(text, Plain::Float | Plain::Integer) => {
                let read = format!("`{text}` is read as a number");
                self.say(Code::V106, node.span, read, format!("quote it: \"{text}\""));
            }
            NodeKind::Plain(text, Plain::Bool(_)) => {
                let read = format!("`{text}` is read as yes or no, and a text is wanted");
                self.say(Code::V106, node.span, read, format!("quote it: \"{text}\""));
            }
            _ => self.wrong(node, "a text"),
        }
        None
    }

    /// What stands in the file as it is was looked through there; an escape such as `\u202e` shows its character here.
    fn hidden(&self, span: Span, text: &str) {
        let written = self.source.text().get(span.start..span.end).unwrap_or_default();
        if let Some(hidden) = text.chars().find(|char| is_refused(*char) && !written.contains(*char)) {
            let message = format!("the character {} may not be published", code_point(hidden));
            self.say(Code::V108, span, message, "delete it; it cannot be seen");
        }
    }

    /// The items of a list, or a finding.
    pub fn items<'n>(&self, node: &'n Node) -> &'n [Node] {
        if let NodeKind::List(items) = &node.kind {
            return items;
        }
        self.wrong(node, "a list");
        &[]
    }

    /// All texts of a list.
    pub fn texts(&self, node: &Node) -> Vec<Spanned<String>> {
        self.items(node).iter().filter_map(|item| self.text(item)).collect()
    }

    /// A day, or a finding.
    pub fn day(&self, node: &Node) -> Option<Spanned<Day>> {
        let text = self.text(node)?;
        match Day::parse(&text.value) {
            Ok(value) => Some(Spanned { value, span: text.span }),
            Err(message) => {
                self.say(Code::V201, text.span, message, "write the day as YYYY-MM-DD");
                None
            }
        }
    }

    /// One of some words, or a finding.
    pub fn choice(&self, node: &Node, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(node)?;
        let found = words.iter().find(|word| **word == text.value);
        if found.is_none() {
            // A long list stands in the help, if nothing is near.
            let message = match words.len() {
                0..=MANY => format!("`{}` is none of {}", text.value, words.join(", ")),
                _ => format!("`{}` is no word that is known here", text.value),
            };
            self.say(Code::V105, text.span, message, did_you_mean(&text.value, words));
        }
        found.copied()
    }

    fn wrong(&self, node: &Node, wanted: &str) {
        let found = match &node.kind {
            NodeKind::Plain(_, Plain::Null) => "nothing",
            NodeKind::Plain(..) | NodeKind::Text(_) => "a single value",
            NodeKind::List(_) => "a list",
            NodeKind::Map(_) => "keys with values",
        };
        self.say(Code::V105, node.span, format!("{wanted} is wanted here, and {found} stands here"), "");
    }
}

/// The keys of one map. Call [`Fields::done`] last: it names the keys that nobody asked for.
pub struct Fields<'a> {
    reading: &'a Reading<'a>,
    entries: &'a Entries,
    span: Span,
    known: RefCell<Vec<&'static str>>,
    hints: RefCell<Vec<(&'static str, &'static str)>>,
}

impl<'a> Fields<'a> {
    /// The file that is being read.
    #[must_use]
    pub fn reading(&self) -> &'a Reading<'a> {
        self.reading
    }

    /// Where the map stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// The value of a key, if it is there.
    pub fn get(&self, key: &'static str) -> Option<&'a Node> {
        self.known.borrow_mut().push(key);
        self.entries.iter().find(|(found, _)| found.value == key).map(|(_, node)| node)
    }

    /// The value of a key, or a finding that it is missing.
    pub fn need(&self, key: &'static str) -> Option<&'a Node> {
        let node = self.get(key);
        if node.is_none() {
            let start = Span { start: self.span.start, end: self.span.start };
            self.reading.say(Code::V103, start, format!("the key `{key}` is missing"), format!("add `{key}: …`"));
        }
        node
    }

    /// A text that must be there.
    pub fn need_text(&self, key: &'static str) -> Option<Spanned<String>> {
        self.reading.text(self.need(key)?)
    }

    /// A text that may be there; nothing otherwise.
    pub fn text(&self, key: &'static str) -> Option<Spanned<String>> {
        self.reading.text(self.get(key)?)
    }

    /// A text that may be there, without its place; an empty one otherwise.
    pub fn plain(&self, key: &'static str) -> String {
        self.text(key).map_or_else(String::new, |text| text.value)
    }

    /// True or false, where it stands.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let node = self.get(key)?;
        if let NodeKind::Plain(_, Plain::Bool(value)) = node.kind {
            return Some(value);
        }
        self.reading.say(Code::V105, node.span, format!("`{key}` is `true` or `false`"), "");
        None
    }

    /// A whole number that may be there.
    pub fn number(&self, key: &'static str) -> Option<u32> {
        let node = self.get(key)?;
        let number = match &node.kind {
            NodeKind::Plain(text, Plain::Integer) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.reading.say(Code::V105, node.span, format!("`{key}` is a whole number"), "");
        }
        number
    }

    /// One of some words, if the key is there.
    pub fn choice(&self, key: &'static str, words: &[&'static str]) -> Option<&'static str> {
        self.reading.choice(self.get(key)?, words)
    }

    /// All texts of a list that may be there.
    pub fn texts(&self, key: &'static str) -> Vec<Spanned<String>> {
        self.get(key).map_or_else(Vec::new, |node| self.reading.texts(node))
    }

    /// The items of a list that may be there.
    pub fn items(&self, key: &'static str) -> &'a [Node] {
        self.get(key).map_or(&[], |node| self.reading.items(node))
    }

    /// Says what to do about a key that has no place here, though people look for one.
    pub fn elsewhere(&self, key: &'static str, help: &'static str) {
        self.hints.borrow_mut().push((key, help));
    }

    /// Names every key that nobody asked for.
    pub fn done(self) {
        let (known, hints) = (self.known.borrow(), self.hints.borrow());
        for (key, _) in self.entries {
            if !known.contains(&key.value.as_str()) {
                let message = format!("unknown key `{}`", key.value);
                let hint = hints.iter().find(|(other, _)| *other == key.value).map(|(_, help)| (*help).to_owned());
                let help = hint.unwrap_or_else(|| did_you_mean(&key.value, &known));
                self.reading.say(Code::V102, key.span, message, help);
            }
        }
    }
}

/// "did you mean …?" for the nearest of some words, else all of them.
#[must_use]
pub fn did_you_mean(found: &str, words: &[&str]) -> String {
    match nearest(found, words.iter().copied()) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("known here: {}", words.join(", ")),
    }
}

/// The nearest of some words, if it is near: one that differs in case only comes first.
#[must_use]
pub fn nearest<'w>(found: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let lower = found.to_lowercase();
    let allowed = |word: &str| 2.max(word.len() / 3);
    let far = |word: &str| {
        if word.to_lowercase() == lower { 0 } else { strsim::damerau_levenshtein(found, word) }
    };
    // What differs in length by more than is allowed need not be compared.
    let fits = |word: &&'w str| word.len().abs_diff(found.len()) <= 4 * allowed(word);
    let near = words.into_iter().filter(fits).map(|word| (far(word), word)).min();
    let is_near = |distance: usize, word: &str| distance <= allowed(word) && distance * 2 <= word.chars().count();
    near.filter(|(distance, word)| is_near(*distance, word)).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_else_all() {
        assert_eq!(did_you_mean("efective", &["title", "effective"]), "did you mean `effective`?");
        assert_eq!(did_you_mean("colour", &["title", "effective"]), "known here: title, effective");
        assert_eq!(nearest("/ABOUT/", ["/abort/", "/about/"]), Some("/about/"));
    }
}
