//! A page → the text that is marked in it, as the sequence of its blocks' texts: white space collapsed, what is `data-ui`
//! left out, empty blocks dropped. Markup that a server in between rewrote reads the same; a changed word does not.

use crate::site::tokens::{Token, each};

/// Elements that begin and end a block.
const BLOCKS: &[&str] = &[
    "article",
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements that hold nothing.
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta", "source", "wbr"];

/// Elements whose words no reader sees.
const UNSEEN: &[&str] = &["noscript", "script", "style", "template"];

/// A text as it stands in a page.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Marked {
    /// The texts of its blocks.
    pub blocks: Vec<String>,
    /// Where its links to other sites lead, and what stands for its pictures.
    pub links: Vec<String>,
}

/// What is taken from a page.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// The attribute that marks the text.
    pub mark: &'static str,
    /// The element that is left out.
    pub without: &'static str,
}

#[derive(Default)]
struct Reader {
    inside: Option<(String, usize)>,
    skipped: Option<(String, usize)>,
    found: bool,
    text: Marked,
}

/// Reads the marked text of a page; nothing comes back when nothing is marked. Two marked texts are read as one, so that
/// a second one is a difference.
pub fn read(html: &str, wanted: Wanted) -> Option<Marked> {
    let mut reader = Reader::default();
    each(html, &mut |token| match token {
        Token::Start(name, attribute) => reader.start(name, attribute, wanted),
        Token::End(name) => reader.end(name),
        Token::Text(text) => reader.words(text),
    });
    let Reader { found, text: Marked { blocks, links }, .. } = reader;
    let collapsed = blocks.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    found.then(|| Marked { blocks: collapsed.filter(|text| !text.is_empty()).collect(), links })
}

impl Reader {
    fn start(&mut self, name: &str, attribute: &dyn Fn(&str) -> Option<String>, wanted: Wanted) {
        if let Some((held, depth)) = self.skipped.as_mut().or(self.inside.as_mut()) {
            *depth += usize::from(held == name);
        }
        if self.skipped.is_some() {
            return;
        }
        if self.inside.is_none() {
            self.found |= attribute(wanted.mark).is_some();
            self.inside = attribute(wanted.mark).map(|_| (name.to_owned(), 1));
            return self.block();
        }
        let holds = !VOID.contains(&name);
        if holds && (name == wanted.without || UNSEEN.contains(&name) || attribute("data-ui").is_some()) {
            // What is left out ends inside the text, so its own depth is counted apart.
            if let Some((held, depth)) = self.inside.as_mut() {
                *depth -= usize::from(held == name);
            }
            self.skipped = Some((name.to_owned(), 1));
        } else if name == "br" {
            self.words(" ");
        } else if BLOCKS.contains(&name) {
            self.block();
        }
        if name == "img" && self.skipped.is_none() {
            self.text.links.extend(attribute("alt"));
        }
        if name == "a" && self.skipped.is_none() {
            let away = |href: &String| ["http:", "https:", "mailto:", "tel:"].iter().any(|way| href.starts_with(way));
            self.text.links.extend(attribute("href").filter(away));
        }
    }

    fn end(&mut self, name: &str) {
        let open = if self.skipped.is_some() { &mut self.skipped } else { &mut self.inside };
        let Some((held, depth)) = open else { return };
        if held == name {
            *depth -= 1;
            if *depth == 0 {
                *open = None;
            }
        }
        if BLOCKS.contains(&name) {
            self.block();
        }
    }

    fn words(&mut self, text: &str) {
        if self.inside.is_some() && self.skipped.is_none() {
            match self.text.blocks.last_mut() {
                Some(block) => block.push_str(text),
                None => self.text.blocks.push(text.to_owned()),
            }
        }
    }

    fn block(&mut self) {
        self.text.blocks.push(String::new());
    }
}

/// Attributes that show, hide or lead, or say what a program goes by.
const TELLING: &[&str] = &[
    "alt",
    "content",
    "data-begins",
    "data-ends",
    "data-from",
    "data-policy-text",
    "data-redline",
    "data-ui",
    "data-until",
    "data-version",
    "data-withdrawn",
    "datetime",
    "hidden",
    "href",
    "id",
    "src",
    "style",
];

/// Everything that a page says to a reader, without white space, as one text: all words, and of each element what shows,
/// hides or leads. Scripts, styles and names of classes are left out: hosts put in their own.
pub fn whole(html: &str) -> String {
    let (mut text, mut unseen) = (String::new(), None);
    each(html, &mut |token| match token {
        Token::Start(name, _) if UNSEEN.contains(&name) => {
            unseen = unseen.take().or_else(|| Some(name.to_owned()));
        }
        Token::End(name) if unseen.as_deref() == Some(name) => unseen = None,
        Token::Start(name, attribute) if unseen.is_none() => {
            let told = TELLING.iter().filter_map(|key| Some(format!("\u{1}{name} {key}={}\u{1}", attribute(key)?)));
            text.extend(told);
        }
        Token::Text(words) if unseen.is_none() => text.extend(words.split_whitespace()),
        _ => {}
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(html: &str, without: &'static str) -> Option<Vec<String>> {
        read(html, Wanted { mark: "data-x", without }).map(|text| text.blocks)
    }

    #[test]
    fn only_the_marked_words_are_read() {
        let page =
            "<p>no<article data-x><h2>A <span data-ui>1<span>2</span></span>b</h2><p>c<br>d &amp;\n e</article>f";
        assert_eq!(blocks(page, "").unwrap(), ["A b", "c d & e"]);
        assert_eq!(blocks("<p>x</p>", ""), None);
        assert_eq!(blocks("<div data-x></div>", "").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn markup_that_was_rewritten_reads_the_same() {
        let page = "<article data-x=\"\"><ul><li>a</li><li>b</li></ul><p>c</p></article>";
        let other = "<ARTICLE class=q data-x><script>x('<p>')</script><UL><LI>a<LI>b</UL><!-- z --><p>c</ARTICLE><p>z";
        assert_eq!(blocks(page, ""), blocks(other, ""));
    }

    #[test]
    fn what_a_whole_page_says_is_any_word_and_what_hides_it() {
        let page = "<p>a <b>b</b></p><script>x</script><p id=q>c";
        assert_eq!(whole(page), whole("<P CLASS=z>a<b> b</b>\n<P id='q'>c</p><!-- z --><script>y('<p>')</script>"));
        let others = ["<p>a <b>b</b><p id=q>d", "<p hidden>a b<p id=q>c", "<p>a<i data-ui>x</i> b<p id=q>c"];
        assert!(others.iter().all(|other| whole(page) != whole(other)));
    }

    #[test]
    fn one_side_of_a_redline_is_read() {
        let page = "<div data-x><div>a <del>b<span data-ui>.</span></del><ins>c</ins></div></div>";
        assert_eq!(
            (blocks(page, "del").unwrap(), blocks(page, "ins").unwrap()),
            (vec!["a c".into()], vec!["a b".into()])
        );
    }

    #[test]
    fn a_second_marked_text_is_a_difference_and_links_away_are_kept() {
        let found = read(
            "<b data-x><a href=https://e.org/>e</a><a href=/x>f</a></b><b data-x>g</b>",
            Wanted { mark: "data-x", without: "" },
        );
        let found = found.unwrap();
        assert_eq!(
            (found.blocks, found.links),
            (vec!["ef".to_owned(), "g".to_owned()], vec!["https://e.org/".to_owned()])
        );
    }
}
