//! What a mail server says → the same as the mail library reads it. Pure. Only the code of a reply means something (RFC 5321,
//! section 4.2): a reply without any text, with a text that is not UTF-8, or with a very long one is as good as any other,
//! and the library takes none of these.

/// The longest line of a reply (RFC 5321, section 4.5.3.1.5), in bytes; the text behind is left out.
const LONGEST: usize = 512;

/// Reads replies as they come, in whatever pieces.
#[derive(Default)]
pub struct Heard {
    /// How many bytes of the line came.
    column: usize,
    /// Whether all of them are digits.
    digits: bool,
}

impl Heard {
    /// Takes what was said, and adds it to what the library reads.
    pub fn take(&mut self, said: &[u8], into: &mut Vec<u8>) {
        for byte in said {
            match byte {
                b'\n' => {
                    self.column = 0;
                    into.push(b'\n');
                    continue;
                }
                b'\r' if self.column == 3 && self.digits => into.extend(b" \r"),
                b'\r' => into.push(b'\r'),
                _ if self.column >= LONGEST => {}
                byte => into.push(if byte.is_ascii() { *byte } else { b'?' }),
            }
            self.digits = byte.is_ascii_digit() && (self.column == 0 || self.digits);
            self.column += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(said: &[u8], piece: usize) -> String {
        let (mut heard, mut into) = (Heard::default(), Vec::new());
        said.chunks(piece).for_each(|piece| heard.take(piece, &mut into));
        String::from_utf8(into).unwrap()
    }

    #[test]
    fn only_the_code_of_a_reply_matters() {
        let long = format!("250 {}\r\n", "x".repeat(3000));
        let rows: &[(&[u8], &str)] = &[
            (b"250\r\n", "250 \r\n"),
            (b"250-a\r\n250\r\n354\r\n", "250-a\r\n250 \r\n354 \r\n"),
            (b"250 Gr\xf6\xdfe\r\n", "250 Gr??e\r\n"),
            (b"250 ok\r\n220-\r\n25\r\nabc\r\n1234\r\n\r\n", "250 ok\r\n220-\r\n25\r\nabc\r\n1234\r\n\r\n"),
            (b"250 \r\r\n", "250 \r\r\n"),
        ];
        for (said, wanted) in rows {
            for piece in [1, 2, 100] {
                assert_eq!(heard(said, piece), *wanted);
            }
        }
        assert_eq!(heard(long.as_bytes(), 700), format!("250 {}\r\n", "x".repeat(LONGEST - 4)));
    }
}
