//! HMAC-SHA256 (RFC 2104): what only the holder of a key can make.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The fewest bytes that a key has.
pub const LEAST: usize = 32;

/// A key. It is never shown.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// A key of at least [`LEAST`] bytes, taken as they are.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mac = Hmac::new_from_slice(bytes).ok()?;
        (bytes.len() >= LEAST).then_some(Self(mac))
    }

    /// The MAC of some parts, each but the first behind a NUL: 64 hex digits in lower case.
    #[must_use]
    pub fn sign(&self, parts: &[&str]) -> String {
        hex(&self.over(parts).finalize().into_bytes())
    }

    /// The first 64 bits of the MAC of some parts, as a number.
    #[must_use]
    pub fn number(&self, parts: &[&str]) -> u64 {
        let mac = self.over(parts).finalize().into_bytes();
        mac.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default()
    }

    /// Whether some hex digits are the beginning of the MAC of some parts, at least half of it. The time it takes tells
    /// nothing of where they differ.
    #[must_use]
    pub fn verify(&self, parts: &[&str], hex: &str) -> bool {
        let pairs = hex.as_bytes().chunks_exact(2);
        let even = pairs.remainder().is_empty() && (32..=64).contains(&hex.len());
        let digit = |byte: &u8| char::from(*byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
        let read = |pair: &[u8]| match pair {
            [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = pairs.map(read).collect();
        even && bytes.is_some_and(|bytes| self.over(parts).verify_truncated_left(&bytes).is_ok())
    }

    fn over(&self, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                mac.update(&[0]);
            }
            mac.update(part.as_bytes());
        }
        mac
    }
}

/// Bytes as hex digits in lower case.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&digits(*byte));
    }
    String::from_utf8(text).unwrap_or_default()
}

/// A byte as two hex digits in lower case.
#[must_use]
pub fn digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [byte >> 4, byte & 15].map(|half| DIGITS.get(usize::from(half)).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_that_of_rfc_4231() {
        // Test case 6: a key longer than a block.
        let key = Key::new(&[0xaa; 131]).unwrap();
        let mac = key.sign(&["Test Using Larger Than Block-Size Key - Hash Key First"]);
        assert_eq!(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
        assert!(Key::new(&[1; 31]).is_none());
    }

    #[test]
    fn parts_are_parted_and_short_or_other_macs_are_refused() {
        let key = Key::new(&[7; 32]).unwrap();
        let mac = key.sign(&["a", "b"]);
        assert!(mac != key.sign(&["ab"]) && mac == key.sign(&["a\0b"]));
        let first = |digits: usize| mac.chars().take(digits).collect::<String>();
        assert!(key.verify(&["a", "b"], &mac) && key.verify(&["a", "b"], &first(32)));
        for bad in ["", &first(30), &first(33), &mac.to_uppercase(), &format!("{mac}00"), &"0".repeat(64), "é"] {
            assert!(!key.verify(&["a", "b"], bad), "{bad}");
        }
    }
}
