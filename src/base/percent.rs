//! Percent-encoding of paths (RFC 3986, section 2.1).

use std::fmt::Write;

/// Decodes a path; nothing comes back when an escape is cut short or the bytes are not UTF-8.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    decode_as(text, b'+')
}

/// Decodes a name or a value of a form, in which a plus is a space.
#[must_use]
pub fn decode_form(text: &str) -> Option<String> {
    decode_as(text, b' ')
}

fn decode_as(text: &str, plus: u8) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => digit(bytes.next()?)? << 4 | digit(bytes.next()?)?,
            b'+' => plus,
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Encodes a path; what may stand in one, `/` included, stays as it is.
#[must_use]
pub fn encode(path: &str) -> String {
    all_but(path, b"-._~!$&'()*+,;=:@/")
}

/// Encodes a value of a query: everything but unreserved characters.
#[must_use]
pub fn encode_all(text: &str) -> String {
    all_but(text, b"-._~")
}

fn all_but(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_again() {
        for path in ["/a/b.c", "/é ü", "/100%", "/\u{1f600}", "/a?b#c", ""] {
            assert_eq!(decode(&encode(path)).as_deref(), Some(path));
        }
        assert_eq!(encode("/é b"), "/%C3%A9%20b");
        assert_eq!(decode("/%c3%A9").as_deref(), Some("/é"));
    }

    #[test]
    fn a_plus_is_a_space_in_forms_only() {
        let text = "+a+%2B%c3%BC+";
        assert_eq!((decode(text).as_deref(), decode_form(text).as_deref()), (Some("+a++ü+"), Some(" a +ü ")));
    }

    #[test]
    fn broken_escapes_are_refused() {
        for bad in ["%", "%4", "%zz", "%+1", "%ff"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
