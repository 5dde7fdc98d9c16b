//! SHA-256, as FORMAT.md writes it: 64 hex digits in lower case.

use std::fmt;

use ring::digest::{SHA256, digest};

/// A SHA-256 hash (FIPS 180-4).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the chain of the first event stands on: 64 zeros.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.iter_mut().zip(digest(&SHA256, bytes).as_ref()).for_each(|(to, from)| *to = *from);
        Self(hash)
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

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
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
    fn only_lower_case_hex_of_the_right_length_is_read() {
        assert_eq!(Hash::parse("E3"), None);
        assert_eq!(Hash::parse(&"A".repeat(64)), None);
        assert_eq!(Hash::parse(&"0".repeat(64)), Some(Hash::ZERO));
    }
}
