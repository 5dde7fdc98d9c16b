//! The parts of a mail, one after the other (RFC 2046, 5.1). Types and boundaries are Vellum's own words; texts are encoded,
//! so that no line of theirs can be taken for a boundary's. Pure.

use std::fmt;

use super::quoted;

/// A mail that is being written.
pub struct Mime(Vec<u8>);

impl Mime {
    /// Nothing yet, with room for so many bytes.
    #[must_use]
    pub fn with_room(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    /// Adds lines of headers.
    pub fn headers(&mut self, lines: &str) {
        self.0.extend_from_slice(lines.as_bytes());
    }

    /// Adds pieces of lines.
    pub fn lines(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.headers(piece));
    }

    /// Says that parts follow: which kind of them, with further parameters, and the line between them. It ends the headers,
    /// but for those in `more`.
    pub fn open(&mut self, (kind, parameters): (&str, &str), boundary: &str, more: &str) {
        self.lines(&[
            "Content-Type: multipart/",
            kind,
            ";\r\n boundary=\"",
            boundary,
            "\"",
            parameters,
            "\r\n",
            more,
            "\r\n",
        ]);
    }

    /// Begins a part.
    pub fn next(&mut self, boundary: &str) {
        self.lines(&["--", boundary, "\r\n"]);
    }

    /// Adds a part with a text.
    pub fn text(&mut self, boundary: &str, media: &str, text: &str) {
        self.next(boundary);
        let encoded = "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
        self.lines(&["Content-Type: ", media, encoded]);
        quoted::encode(text, &mut self.0);
        self.headers("\r\n");
    }

    /// Adds a part that is written already, from its first header to the end of its last line.
    pub fn part(&mut self, boundary: &str, part: &[u8]) {
        self.next(boundary);
        self.0.extend_from_slice(part);
    }

    /// Says that no further part follows.
    pub fn close(&mut self, boundary: &str) {
        self.lines(&["--", boundary, "--\r\n"]);
    }

    /// The mail.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Write for Mime {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.headers(text);
        Ok(())
    }
}
