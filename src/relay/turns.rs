//! Whose turn it is in a conversation with a mail server, told from the bytes that go by. Pure. Each line of ours awaits one
//! reply, a text awaits one after its final dot, and a reply that nobody awaits is not taken for an answer to what is said
//! later.

/// What ends a text.
const DOT: &[u8] = b"\r\n.\r\n";

/// The code of a server that is ready for a text.
const GO_ON: u16 = 354;

/// How far a conversation is.
pub struct Turns {
    /// Replies that we wait for, or waited for.
    awaited: usize,
    /// Replies that came.
    heard: usize,
    /// The first bytes of the line that is coming.
    line: Vec<u8>,
    /// The code of the last reply.
    code: u16,
    /// The last bytes of the text that we are sending; nothing when we are not.
    text: Option<Vec<u8>>,
}

impl Default for Turns {
    /// A conversation begins with the greeting, which is awaited.
    fn default() -> Self {
        Self { awaited: 1, heard: 0, line: Vec::new(), code: 0, text: None }
    }
}

impl Turns {
    /// Takes what the server said.
    pub fn hear(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.line.len() < 4 || *byte == b'\n' {
                self.line.push(*byte);
            }
            if *byte == b'\n' {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.get(3) == Some(&b'-') {
            return;
        }
        let digits = line.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        self.code = digits.and_then(|digits| digits.parse().ok()).unwrap_or_default();
        self.heard += 1;
        if self.code == GO_ON {
            self.text = Some(Vec::new());
        }
    }

    /// Takes what we said.
    pub fn say(&mut self, bytes: &[u8]) {
        let Some(text) = &mut self.text else {
            self.awaited += bytes.split(|byte| *byte == b'\n').skip(1).count();
            return;
        };
        text.extend(bytes.iter().skip(bytes.len().saturating_sub(DOT.len())));
        text.drain(..text.len().saturating_sub(DOT.len()));
        if text == DOT {
            self.text = None;
            self.awaited += 1;
        }
    }

    /// Whether all that was awaited has come, and we may speak.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.heard >= self.awaited
    }

    /// Whether the server said something that nobody asked for.
    #[must_use]
    pub fn is_ahead(&self) -> bool {
        self.heard > self.awaited || self.is_ours() && !self.line.is_empty()
    }

    /// The code of the last reply; 0 when there was none.
    #[must_use]
    pub fn code(&self) -> u16 {
        self.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A conversation up to the text.
    fn talked() -> Turns {
        let mut turns = Turns::default();
        for (heard, said) in
            [("220-a\r\n220 b\r\n", "EHLO x\r\n"), ("250-peer\r\n250 PIPELINING\r\n", "MAIL\r\nRCPT\r\nDATA\r\n")]
        {
            turns.hear(heard.as_bytes());
            assert!(turns.is_ours() && !turns.is_ahead(), "{heard}");
            turns.say(said.as_bytes());
            assert!(!turns.is_ours() && !turns.is_ahead(), "{said}");
        }
        turns.hear(b"250 ok\r\n250 ok\r\n35");
        assert!(!turns.is_ours() && !turns.is_ahead());
        turns.hear(b"4 go on\r\n");
        assert!(turns.is_ours() && !turns.is_ahead());
        turns
    }

    #[test]
    fn a_text_awaits_one_reply_and_that_after_its_dot() {
        let mut turns = talked();
        turns.say(b"Subject: x\r\n\r\n..\r\nx\r\n");
        turns.say(b"y");
        assert!(turns.is_ours());
        turns.say(b"\r\n.");
        assert!(turns.is_ours());
        turns.say(b"\r\n");
        assert!(!turns.is_ours());
        turns.hear(b"250 taken\r\n");
        turns.say(b"MAIL\r\n");
        assert!(!turns.is_ours() && !turns.is_ahead());
    }

    #[test]
    fn what_comes_unasked_is_told() {
        for early in ["250 early\r\n", "2", "552 too long\r\n"] {
            let mut turns = talked();
            turns.hear(early.as_bytes());
            assert!(turns.is_ahead(), "{early}");
        }
        let mut turns = talked();
        turns.say(b"text\r\n");
        turns.hear(b"552 too long\r\n");
        assert_eq!((turns.is_ahead(), turns.code()), (true, 552));
    }
}
