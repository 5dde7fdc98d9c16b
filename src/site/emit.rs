//! JSON values → block YAML that reads back as the same values.

use std::fmt::{Arguments, Write};

use super::yaml::plain_reads_as_text;
use crate::base::json::{Value, line};

/// Writes a value as block YAML at a depth of indentation, in levels of two spaces.
#[must_use]
pub fn yaml(value: &Value, depth: usize) -> String {
    let mut out = String::new();
    block(value, depth, &mut out);
    out
}

fn block(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                put(out, format_args!("{indent}{}:", scalar(key)));
                nested(inner, depth + 1, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                let text = yaml(item, depth + 1);
                let rest = text.get(indent.len() + 2..).unwrap_or_default();
                match item {
                    Value::Object(map) if !map.is_empty() => put(out, format_args!("{indent}- {rest}")),
                    other => put(out, format_args!("{indent}- {}\n", flow(other))),
                }
            }
        }
        other => put(out, format_args!("{indent}{}\n", flow(other))),
    }
}

fn put(out: &mut String, text: Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = out.write_fmt(text);
}

fn nested(value: &Value, depth: usize, out: &mut String) {
    let empty = match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    };
    if empty {
        put(out, format_args!(" {}\n", flow(value)));
    } else {
        out.push('\n');
        block(value, depth, out);
    }
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        other => line(other),
    }
}

/// A text, quoted unless it surely reads as itself.
#[must_use]
pub fn scalar(text: &str) -> String {
    if plain_reads_as_text(text) { text.to_owned() } else { line(&text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::parse;

    #[test]
    fn what_looks_like_something_else_is_quoted() {
        let value = parse(r#"{"a":{"on":"2025-01-01","v":"2.0","n":"no: #x","t":true,"l":["1e5","x",{"k":"naïve, “é”","m":[]}]},"e":{}}"#.as_bytes()).unwrap();
        let expected = "a:\n  on: 2025-01-01\n  v: \"2.0\"\n  n: \"no: #x\"\n  t: true\n  l:\n    - \"1e5\"\n    - x\n    - k: naïve, “é”\n      m: []\ne: {}\n";
        assert_eq!(yaml(&value, 0), expected);
    }
}
