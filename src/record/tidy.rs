//! What `import` does to a foreign text: comments are taken out, foreign front matter is put aside. Pure.

use crate::base::date::Day;
use crate::base::diag::Diagnostic;
use crate::base::path::SitePath;
use crate::base::span::SourceText;
use crate::base::text::canonical_body;
use crate::site::body::{self, HtmlRule, Manner, Numbering};
use crate::site::decode::{characters, decode};
use crate::site::doc::{Block, RemarkKind, words};
use crate::site::front::split;
use crate::site::markdown::html_ranges;
use crate::site::yaml::{self, NodeKind};

/// A foreign text, tidied.
#[derive(Debug)]
pub struct Tidied {
    /// The canonical body.
    pub body: String,
    /// Its title, from the front matter or the first heading.
    pub title: Option<String>,
    /// Its day, from the front matter or the file's name.
    pub day: Option<Day>,
    /// How many comments were taken out.
    pub comments: usize,
    /// Keys of the front matter that mean nothing here.
    pub dropped: Vec<String>,
    /// Whether HTML is left.
    pub html: bool,
}

/// Keys that may hold the day of a text.
const DAYS: &[&str] = &["effective", "effective_date", "published", "date"];

/// Tidies a file.
#[must_use]
pub fn tidy(path: &SitePath, bytes: &[u8], findings: &mut Vec<Diagnostic>) -> Tidied {
    let source = decode(path, bytes, findings);
    characters(&source, findings);
    let (front, body) = if source.text().starts_with("---\n") {
        let split = split((path, source.text()), &mut Vec::new());
        (split.front, split.body.text().to_owned())
    } else {
        (None, source.text().to_owned())
    };
    let mut tidied =
        Tidied { body: String::new(), title: None, day: None, comments: 0, dropped: Vec::new(), html: false };
    if let Some(front) = front {
        tidied.front(&front);
    }
    let (body, comments) = without_comments(&canonical_body(&body));
    tidied.comments = comments;
    tidied.body = canonical_body(&body).into_owned();
    let doc = body::parse(&tidied.body, Manner { title: "", numbering: Numbering::None, html: HtmlRule::Refuse });
    tidied.html = doc.remarks.iter().any(|remark| remark.kind == RemarkKind::Html);
    let first = doc.blocks.iter().find_map(|block| match block {
        Block::Heading(heading) if heading.level == 1 => Some(words(&heading.runs)),
        _ => None,
    });
    tidied.title = tidied.title.or(first).filter(|title| !title.is_empty());
    tidied.day = tidied.day.or_else(|| Day::find(path.name()));
    tidied
}

impl Tidied {
    fn front(&mut self, front: &SourceText) {
        let Some(node) = yaml::parse(front, &mut Vec::new()) else { return };
        let NodeKind::Map(entries) = node.kind else { return };
        for (key, value) in entries {
            let text = match value.kind {
                NodeKind::Text(text) => text,
                _ => String::new(),
            };
            let day = if DAYS.contains(&key.value.as_str()) { Day::find(&text) } else { None };
            match key.value.as_str() {
                "title" if !text.is_empty() => self.title = Some(text),
                // One day only is taken; another one is named among what is left out.
                _ if day.is_some() && self.day.is_none_or(|taken| Some(taken) == day) => self.day = day,
                _ => self.dropped.push(key.value),
            }
        }
    }
}

/// Takes comments out of the parts of a text that are HTML; in code they stay.
#[must_use]
pub fn without_comments(body: &str) -> (String, usize) {
    let mut text = body.to_owned();
    let mut removed = 0;
    // What stood behind a comment may only now be read as HTML; each round takes out at least one comment.
    loop {
        let cuts = comments(&text);
        if cuts.is_empty() {
            return (text, removed);
        }
        removed += cuts.len();
        for cut in cuts.into_iter().rev() {
            text.replace_range(cut, "");
        }
    }
}

fn comments(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut cuts = Vec::new();
    for range in html_ranges(text) {
        let part = text.get(range.clone()).unwrap_or_default();
        let mut at = 0;
        while let Some(start) = part.get(at..).and_then(|rest| rest.find("<!--")).map(|found| at + found) {
            let rest = part.get(start..).unwrap_or_default();
            let end = rest.find("-->").map_or(part.len(), |end| start + end + 3);
            cuts.push(range.start + start..range.start + end);
            at = end;
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_code_stays() {
        let body = "a <!-- one --> b\n\n<!-- two\nlines -->\n\n`<!-- code -->`\n\n<div><!-- three --></div>\n";
        let (text, removed) = without_comments(body);
        assert_eq!(removed, 3);
        assert_eq!(text, "a  b\n\n\n\n`<!-- code -->`\n\n<div></div>\n");
        assert_eq!(without_comments("<!-- open\n\nend\n").0, "");
    }

    #[test]
    fn foreign_front_matter_is_read_for_title_and_day_and_the_rest_is_listed() {
        let path = SitePath::parse("x/0001_2023-05-01T101500.md").unwrap();
        let found = tidy(&path, b"---\ntitle: Terms\nlayout: page\n---\n# Terms\n\nText\n", &mut Vec::new());
        assert_eq!((found.title.as_deref(), found.dropped), (Some("Terms"), vec!["layout".to_owned()]));
        assert_eq!(found.day, Day::parse("2023-05-01").ok());
        assert_eq!(found.body, "# Terms\n\nText\n");
    }
}
