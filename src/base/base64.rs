//! Base64 (RFC 4648, section 4), with padding: for `data:` addresses, for hashes in a policy for content, and for
//! solutions of a proof of work.

use std::fmt::Write;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes as base64.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(chunk.get(place).copied().unwrap_or_default());
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (place, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = usize::try_from(group >> shift & 63).ok().and_then(|digit| DIGITS.get(digit));
            let digit = digit.map_or('=', |digit| char::from(*digit));
            let _ = text.write_char(if place <= chunk.len() { digit } else { '=' });
        }
    }
    text
}

/// Reads base64; nothing comes back for any other digit, a wrong length, or bits that stand for nothing.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let padded = text.len().is_multiple_of(4) && text.len() - digits.len() <= 2;
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let (mut held, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let place = DIGITS.iter().position(|known| *known == digit)?;
        held = held << 6 | u32::try_from(place).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (padded && bits < 6 && held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard() {
        let vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (length, encoded) in vectors.iter().enumerate() {
            assert_eq!(encode(&b"foobar"[..length]), *encoded);
            assert_eq!(decode(encoded).as_deref(), Some(&b"foobar"[..length]));
        }
        assert_eq!(encode(&[0xfb, 0xff, 0xfe]), "+//+");
        assert_eq!(decode("+//+"), Some(vec![0xfb, 0xff, 0xfe]));
    }

    #[test]
    fn what_is_not_base64_is_not_read() {
        for bad in ["Z", "Zg", "Zg=", "Zh==", "Z===", "====", "Zg==Zg==", "Zm9-", "Zm 9", "Zm9\n", "é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
