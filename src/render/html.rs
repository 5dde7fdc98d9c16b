//! Markup that is safe by how it is made: text is escaped, and tags come from the program only.

/// Markup that may stand in a page as it is.
#[derive(Clone, Debug, Default)]
pub struct Html(String);

impl Html {
    /// No markup yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The beginning of a whole document, with room for so many bytes.
    #[must_use]
    pub fn doctype(room: usize) -> Self {
        let mut html = String::with_capacity(room);
        html.push_str("<!doctype html>\n");
        Self(html)
    }

    /// The markup, taken out.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Adds words.
    pub fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// Adds markup of the program's own, as it is.
    pub fn markup(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Adds a start tag.
    pub fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(value, &mut self.0);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Adds an end tag.
    pub fn close(&mut self, tag: &'static str) {
        self.0.extend(["</", tag, ">"]);
    }

    /// Adds an element that holds words only.
    pub fn element(&mut self, tag: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// The same markup with another address for each picture; `address` is asked with the one that is written.
    #[must_use]
    pub fn with_pictures(&self, address: &dyn Fn(&str) -> String) -> Self {
        const START: &str = "<img src=\"";
        let mut out = String::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once(START) {
            let (src, after) = after.split_once('"').unwrap_or((after, ""));
            out.push_str(before);
            out.push_str(START);
            escape(&address(src), &mut out);
            out.push('"');
            rest = after;
        }
        out.push_str(rest);
        Self(out)
    }

    /// Adds words or a mark that are not the policy's own text.
    pub fn ui(&mut self, class: &'static str, text: &str) {
        self.element("span", &[("class", class), ("data-ui", "")], text);
    }
}

/// Escapes words for elements and quoted attributes; a control becomes U+FFFD.
fn escape(text: &str, out: &mut String) {
    // The first byte of a control beyond ASCII is 0xC2. Most words hold nothing of the kind.
    let may_be_special = |byte: u8| match byte {
        b'&' | b'<' | b'>' | b'"' | 0xC2 => true,
        b'\n' | b'\t' => false,
        other => other.is_ascii_control(),
    };
    // Without an end before the last byte: many are looked at at once.
    if !text.bytes().fold(false, |found, byte| found | may_be_special(byte)) {
        return out.push_str(text);
    }
    let is_special = |char: char| match char {
        '&' | '<' | '>' | '"' => true,
        '\n' | '\t' => false,
        other => other.is_control(),
    };
    let mut rest = text;
    while let Some((before, found)) = rest.find(is_special).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let mut after = found.chars();
        match after.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            _ => out.push('\u{fffd}'),
        }
        rest = after.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_get_other_addresses_and_words_that_look_like_one_do_not() {
        let mut html = Html::new();
        html.text("<img src=\"a\">");
        html.open("img", &[("src", "b&c"), ("alt", "d")]);
        html.text(" end");
        let found = html.with_pictures(&|src| format!("{src}!\""));
        let expected = "&lt;img src=&quot;a&quot;&gt;<img src=\"b&amp;amp;c!&quot;\" alt=\"d\"> end";
        assert_eq!(found.as_str(), expected);
    }

    #[test]
    fn nothing_that_is_text_becomes_markup() {
        let mut html = Html::new();
        html.element("a", &[("href", "\"><script>")], "<b>&\u{1b}");
        assert_eq!(html.as_str(), "<a href=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;\u{fffd}</a>");
    }
}
