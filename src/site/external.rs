//! `checks: {external: …}` of `site.yaml`: how links to other sites are asked for.

use super::raw::{Fields, Reading};
use super::yaml::Node;
use crate::base::codes::Code;
use crate::base::span::Spanned;
use crate::base::text::is_like;

/// How links to other sites are asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct External {
    /// What is never asked for: addresses, in which `*` stands for anything.
    pub ignore: Vec<String>,
    /// How many seconds one request may take.
    pub timeout: u32,
    /// How often an address is asked for again that gave no answer.
    pub retries: u32,
    /// For how many days a good answer is believed.
    pub days: u32,
}

impl Default for External {
    fn default() -> Self {
        Self { ignore: Vec::new(), timeout: 10, retries: 2, days: 7 }
    }
}

impl External {
    /// Reads the key `external` of the key `checks`.
    #[must_use]
    pub fn read(reading: &Reading<'_>, node: &Node) -> Self {
        reading.fields(node).map_or_else(Self::default, |fields| Self::of(reading, fields))
    }

    fn of(reading: &Reading<'_>, fields: Fields<'_>) -> Self {
        let usual = Self::default();
        let number = |key, usual: u32, most| match fields.number(key) {
            Some(number) if number <= most => number,
            Some(number) => {
                let span = fields.get(key).map(|node| node.span).unwrap_or_default();
                reading.say(
                    Code::V105,
                    span,
                    format!("{number} is too much for `{key}`"),
                    format!("{most} is the most"),
                );
                usual
            }
            None => usual,
        };
        let ignore = fields.texts("ignore").into_iter().filter_map(|text| pattern(reading, text)).collect();
        let read = Self {
            ignore,
            timeout: number("timeout", usual.timeout, 60).max(1),
            retries: number("retries", usual.retries, 5),
            days: number("days", usual.days, 365),
        };
        fields.done();
        read
    }

    /// Whether an address is never asked for.
    #[must_use]
    pub fn ignores(&self, address: &str) -> bool {
        self.ignore.iter().any(|pattern| is_like(pattern, address))
    }
}

fn pattern(reading: &Reading<'_>, text: Spanned<String>) -> Option<String> {
    if ["http://", "https://", "*"].iter().any(|start| text.value.starts_with(start)) {
        return Some(text.value);
    }
    let message = format!("`{}` is no address to leave out", text.value);
    reading.say(Code::V105, text.span, message, "write it whole, `*` for anything: `https://intranet.example.org/*`");
    None
}
