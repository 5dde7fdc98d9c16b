//! HTML in a policy whose past has it → builder. The whole text is sanitised before anything of it becomes a block.
//! The only importer of the sanitiser.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder as Sanitiser, UrlRelative};

use super::builder::{Builder, Draft, Open};
use super::doc::{Align, Mark};
use super::markdown;
use super::tokens::{self, Token};
use crate::base::span::Span;

/// Elements that are kept. What is in others is kept too, but for scripts, styles and the like.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
];

/// Reads Markdown with HTML in it.
#[must_use]
pub fn parse(body: &str) -> Draft {
    let clean = sanitise(&markdown::to_html(body));
    let mut state = State { builder: Builder::default(), open: Vec::new() };
    tokens::each(&clean, &mut |token| match token {
        Token::Start(name, attribute) => state.start(name, attribute),
        Token::End(name) => state.end(name),
        Token::Text(text) => state.builder.text(text),
    });
    state.builder.finish()
}

fn sanitise(html: &str) -> String {
    static SANITISER: LazyLock<Sanitiser<'static>> = LazyLock::new(sanitiser);
    SANITISER.clean(html).to_string()
}

fn sanitiser() -> Sanitiser<'static> {
    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::new();
    attributes.insert("a", HashSet::from(["href"]));
    attributes.insert("img", HashSet::from(["src", "alt"]));
    attributes.insert("ol", HashSet::from(["start"]));
    for tag in ["td", "th"] {
        attributes.insert(tag, HashSet::from(["align", "style"]));
    }
    for tag in ["sup", "div", "s"] {
        attributes.insert(tag, HashSet::from(["data-note"]));
    }
    for tag in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        attributes.insert(tag, HashSet::from(["id"]));
    }
    let mut sanitiser = Sanitiser::default();
    sanitiser
        .tags(TAGS.iter().copied().collect())
        .tag_attributes(attributes)
        .generic_attributes(HashSet::new())
        .filter_style_properties(HashSet::from(["text-align"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "policy"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true);
    sanitiser
}

struct State {
    builder: Builder,
    open: Vec<Opened>,
}

struct Opened {
    name: String,
    closes: Closes,
}

/// What the end tag of an element does.
#[derive(Clone, Copy)]
enum Closes {
    Block,
    Link,
    Mark,
    Nothing,
}

impl State {
    fn start(&mut self, name: &str, attribute: impl Fn(&str) -> Option<String>) {
        let note = attribute("data-note");
        let closes = match (name, note) {
            ("br", _) => return self.builder.hard_break(),
            ("hr", _) => return self.builder.rule(),
            ("img", _) => {
                self.builder.begin_picture(&attribute("src").unwrap_or_default(), Span::default());
                self.builder.text(&attribute("alt").unwrap_or_default());
                return self.builder.end_picture();
            }
            ("sup", Some(label)) => {
                self.builder.note(&label);
                Closes::Nothing
            }
            ("s", Some(task)) => {
                self.builder.task(task == "task-true");
                Closes::Nothing
            }
            ("div", Some(label)) => self.block(Open::Note(label)),
            ("a", _) => self.anchor(attribute("href")),
            _ => self.element(name, &attribute),
        };
        self.open.push(Opened { name: name.to_owned(), closes });
    }

    fn anchor(&mut self, href: Option<String>) -> Closes {
        let Some(href) = href else { return Closes::Nothing };
        self.builder.link(&href, false, Span::default());
        Closes::Link
    }

    fn element(&mut self, name: &str, attribute: &impl Fn(&str) -> Option<String>) -> Closes {
        if let Some(mark) = mark(name) {
            self.builder.mark(mark);
            return Closes::Mark;
        }
        if matches!(name, "span" | "abbr" | "cite" | "q") {
            return Closes::Nothing;
        }
        if name == "code" && self.open.iter().any(|opened| opened.name == "pre") {
            return Closes::Nothing;
        }
        if name == "code" {
            self.builder.mark(Mark::Code);
            return Closes::Mark;
        }
        self.block(container(name, attribute, self.in_head()))
    }

    fn block(&mut self, open: Open) -> Closes {
        self.builder.open(open, Span::default());
        Closes::Block
    }

    fn in_head(&self) -> bool {
        self.open.iter().any(|opened| opened.name == "thead")
    }

    fn end(&mut self, name: &str) {
        if !self.open.iter().any(|opened| opened.name == name) {
            return;
        }
        while let Some(opened) = self.open.pop() {
            match opened.closes {
                Closes::Block => self.builder.close(),
                Closes::Link => self.builder.unlink(),
                Closes::Mark => self.builder.unmark(),
                Closes::Nothing => {}
            }
            if opened.name == name {
                return;
            }
        }
    }
}

fn mark(name: &str) -> Option<Mark> {
    Some(match name {
        "b" | "strong" => Mark::Strong,
        "i" | "em" | "var" => Mark::Emphasis,
        "s" | "strike" | "del" => Mark::Struck,
        "u" | "ins" => Mark::Underlined,
        "sub" => Mark::Sub,
        "sup" => Mark::Sup,
        "kbd" | "samp" => Mark::Keyboard,
        "mark" => Mark::Marked,
        "small" => Mark::Small,
        _ => return None,
    })
}

fn container(name: &str, attribute: &impl Fn(&str) -> Option<String>, in_head: bool) -> Open {
    match name {
        "p" | "summary" | "figcaption" | "caption" => Open::Paragraph,
        "h1" => Open::Heading(1, attribute("id")),
        "h2" => Open::Heading(2, attribute("id")),
        "h3" => Open::Heading(3, attribute("id")),
        "h4" => Open::Heading(4, attribute("id")),
        "h5" => Open::Heading(5, attribute("id")),
        "h6" => Open::Heading(6, attribute("id")),
        "blockquote" => Open::Quote,
        "pre" => Open::Code,
        "ul" => Open::List(None),
        "ol" => Open::List(Some(attribute("start").and_then(|start| start.parse().ok()).unwrap_or(1))),
        "li" => Open::Item,
        "dl" => Open::Definitions,
        "dt" => Open::Term,
        "dd" => Open::Details,
        "table" => Open::Table(Vec::<Align>::new()),
        "tr" => Open::Row(in_head),
        "td" | "th" => Open::Cell,
        _ => Open::Through,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::doc::{Block, words};

    fn texts(body: &str) -> Vec<String> {
        let line = |block: &Block| match block {
            Block::Paragraph(runs) => words(runs),
            other => format!("{other:?}").split(['(', ' ']).next().unwrap_or_default().to_owned(),
        };
        parse(body).blocks.iter().map(line).collect()
    }

    #[test]
    fn what_is_dangerous_is_gone_and_the_words_stay() {
        assert_eq!(texts("a <span onclick=\"x()\">b</span><script>evil()</script> <!-- c -->d\n"), ["a b d"]);
        assert_eq!(texts("<div>one<p>two</p>three</div>\n"), ["one", "two", "three"]);
    }

    #[test]
    fn dangerous_links_lose_their_destination() {
        let draft = parse("[a](javascript:x) <a href=\"https://b.example\">b</a>\n");
        assert_eq!(draft.targets.len(), 1);
    }

    #[test]
    fn an_unclosed_element_does_not_swallow_the_rest() {
        assert_eq!(texts("<div>\n\none\n\n## two\n\nthree\n"), ["one", "Heading", "three"]);
    }
}
