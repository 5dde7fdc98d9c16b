//! JSON: the canonical form that hashes are over, and the form that is served. The only importer of the JSON crates.

pub use serde_json::{Map, Value};

use std::fmt;

use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// RFC 8785 canonical JSON.
#[must_use]
pub fn canonical<T: Serialize>(value: &T) -> String {
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

/// JSON that may stand in a script element of a page: no character of it can end the element or begin a comment.
#[must_use]
pub fn script<T: Serialize>(value: &T) -> String {
    let mut text = line(value);
    for (char, escaped) in [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")] {
        text = text.replace(char, escaped);
    }
    text
}

/// Reads JSON.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

/// Reads JSON into a type.
#[must_use]
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}

/// Reads one object: its keys and values in order. Nothing comes back when a key stands twice, or for anything else.
#[must_use]
pub fn entries(bytes: &[u8]) -> Option<Vec<(String, Value)>> {
    serde_json::from_slice(bytes).ok().map(|Entries(entries)| entries)
}

struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Collect)
    }
}

struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Entries;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries: Vec<(String, Value)> = Vec::new();
        let mut known = std::collections::BTreeSet::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if !known.insert(key.clone()) {
                return Err(A::Error::custom("a key stands twice"));
            }
            entries.push((key, value));
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_page_cannot_leave_its_element() {
        let value = parse(br#"{"a":"</script><!--&"}"#).unwrap();
        let text = script(&value);
        assert_eq!(text, r#"{"a":"\u003c/script\u003e\u003c!--\u0026"}"#);
        assert_eq!(parse(text.as_bytes()), Some(value));
    }

    #[test]
    fn canonical_json_sorts_keys_by_utf16_units() {
        let value = parse("{\"\u{fb33}\":1,\"\u{1f600}\":2,\"a\":[true,\"\\u000f\"]}".as_bytes()).unwrap();
        assert_eq!(canonical(&value), "{\"a\":[true,\"\\u000f\"],\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }
}
