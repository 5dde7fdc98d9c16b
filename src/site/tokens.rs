//! HTML → tags and words, as browsers read them. The only importer of the HTML tokenizer.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token as Raw, TokenSink, TokenSinkResult, Tokenizer};

/// A piece of a page.
pub enum Token<'a> {
    /// A start tag: its name, and what gives the values of its attributes.
    Start(&'a str, &'a dyn Fn(&str) -> Option<String>),
    /// An end tag.
    End(&'a str),
    /// Words, with entities decoded.
    Text(&'a str),
}

/// Hands over a page piece by piece.
pub fn each(html: &str, take: &mut dyn FnMut(Token<'_>)) {
    let tokenizer = Tokenizer::new(Sink(RefCell::new(take)), html5ever::tokenizer::TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(html.into());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
}

struct Sink<'a>(RefCell<&'a mut dyn FnMut(Token<'_>)>);

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Raw, _line: u64) -> TokenSinkResult<()> {
        let mut take = self.0.borrow_mut();
        match token {
            Raw::CharacterTokens(text) => take(Token::Text(&text)),
            Raw::TagToken(tag) if tag.kind == TagKind::EndTag => take(Token::End(&tag.name)),
            Raw::TagToken(tag) => {
                let attribute = |name: &str| {
                    let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == name);
                    found.map(|attribute| attribute.value.to_string())
                };
                take(Token::Start(&tag.name, &attribute));
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                    _ => TokenSinkResult::Continue,
                };
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_decoded_and_scripts_are_no_tags() {
        let mut said = Vec::new();
        each("<A HREF=x>a &amp; b</a><script>if (a<b) '<p>'</script>", &mut |token| match token {
            Token::Start(name, attribute) => said.push(format!("<{name} {:?}>", attribute("href"))),
            Token::End(name) => said.push(format!("</{name}>")),
            Token::Text(text) => said.push(text.to_owned()),
        });
        // Words may come in several pieces.
        assert_eq!(said.concat(), "<a Some(\"x\")>a & b</a><script None>if (a<b) '<p>'</script>");
    }
}
