//! SHA-256, as FORMAT.md writes it: 64 hex digits in lower case.

use std::fmt;

use ring::digest::{self, Context, SHA256, digest};

/// A SHA-256 hash (FIPS 180-4).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the chain of the first event stands on: 64 zeros.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        digest(&SHA256, bytes).into()
    }

    /// Reads 64 hex digits in lower case.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        if hex.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }

    /// The hash as base64, for a policy for content.
    #[must_use]
    pub fn base64(&self) -> String {
        super::base64::encode(&self.0)
    }

    /// The first `digits` hex digits, for file names and short forms.
    #[must_use]
    pub fn short(&self, digits: usize) -> String {
        self.to_string().chars().take(digits).collect()
    }
}

impl From<digest::Digest> for Hash {
    fn from(digest: digest::Digest) -> Self {
        let mut hash = [0; 32];
        hash.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
        Self(hash)
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&super::mac::digits(byte));
        }
        out.write_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

/// A number in four bytes: nothing that is hashed in pieces is longer than that says.
fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

/// The hash of texts and numbers in a row, which no other row of them has.
pub struct Digest(Vec<u8>);

impl Digest {
    /// Nothing yet, with room for so many bytes.
    #[must_use]
    pub fn with_room(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    /// Adds two numbers.
    pub fn counts(&mut self, one: usize, other: usize) {
        self.0.extend_from_slice([four(one), four(other)].as_flattened());
    }

    /// Adds a text, behind its length.
    pub fn add(&mut self, text: &str) {
        self.0.extend_from_slice(&four(text.len()));
        self.0.extend_from_slice(text.as_bytes());
    }

    /// The hash.
    #[must_use]
    pub fn end(self) -> Hash {
        Hash::of(&self.0)
    }
}

/// Hashes texts one after the other. What one begins with as the one before did is not hashed again.
#[derive(Default)]
pub struct Succession {
    last: Vec<u8>,
    /// How far the hash was behind each step of the last text.
    behind: Vec<Context>,
}

/// So many bytes are a step: some blocks of the hash.
const STEP: usize = 512;

impl Succession {
    /// The hash of the next text.
    pub fn of(&mut self, bytes: &[u8]) -> Hash {
        let steps = self.last.chunks_exact(STEP).zip(bytes.chunks_exact(STEP));
        let shared = steps.take_while(|(one, other)| one == other).count();
        self.behind.truncate(shared);
        self.last.truncate(self.behind.len() * STEP);
        let rest = bytes.get(self.last.len()..).unwrap_or_default();
        self.last.extend_from_slice(rest);
        let mut context = self.behind.last().cloned().unwrap_or_else(|| Context::new(&SHA256));
        for step in rest.chunks(STEP) {
            context.update(step);
            if step.len() == STEP {
                self.behind.push(context.clone());
            }
        }
        context.finish().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_input_has_the_known_hash() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hash::of(b"").to_string(), hex);
        assert_eq!(Hash::parse(hex), Some(Hash::of(b"")));
    }

    #[test]
    fn rows_of_texts_are_told_apart() {
        let hash = |texts: &[&str]| {
            let mut digest = Digest::with_room(0);
            texts.iter().for_each(|text| digest.add(text));
            digest.end()
        };
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
        assert!(hash(&["ab", "c"]) != hash(&["a", "bc"]) && hash(&["a"]) != hash(&["a", ""]));
    }

    #[test]
    fn texts_in_succession_have_the_hashes_that_each_has_by_itself() {
        let mut succession = Succession::default();
        let text = |length: usize, changed: usize| {
            let byte = |at: usize| if at == changed { b'x' } else { u8::try_from(at / STEP % 7).unwrap() };
            (0..length).map(byte).collect::<Vec<u8>>()
        };
        for (length, changed) in [(0, 0), (STEP, 1), (STEP, 1), (3 * STEP, 1), (3 * STEP, 0), (5 * STEP + 9, 2 * STEP)]
        {
            for length in [length, length + 1, length + STEP - 1, length / 2] {
                let bytes = text(length, changed);
                assert_eq!(succession.of(&bytes), Hash::of(&bytes), "{length} {changed}");
            }
        }
    }

    #[test]
    fn only_lower_case_hex_of_the_right_length_is_read() {
        assert_eq!(Hash::parse("E3"), None);
        assert_eq!(Hash::parse(&"A".repeat(64)), None);
        assert_eq!(Hash::parse(&"0".repeat(64)), Some(Hash::ZERO));
    }
}
