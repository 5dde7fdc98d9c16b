//! JSON: the canonical form that hashes are over, and the form that is served. The only importer of the JSON crates.

pub use serde_json::{Map, Value};

use serde::Serialize;

/// RFC 8785 canonical JSON.
#[must_use]
pub fn canonical(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).unwrap_or_default()
}

/// JSON as it is served: two spaces, keys in the order of the type, one final LF.
#[must_use]
pub fn pretty<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// JSON on one line, for lists of findings and attributes.
#[must_use]
pub fn line<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads JSON.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_json_sorts_keys_by_utf16_units() {
        let value = parse("{\"\u{fb33}\":1,\"\u{1f600}\":2,\"a\":[true,\"\\u000f\"]}".as_bytes()).unwrap();
        assert_eq!(canonical(&value), "{\"a\":[true,\"\\u000f\"],\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }
}
