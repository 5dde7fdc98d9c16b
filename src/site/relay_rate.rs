//! How often something may be done: `10/h`.

use std::num::NonZeroU32;
use std::time::Duration;

use super::raw::Fields;
use super::yaml::NodeKind;
use crate::base::codes::Code;

/// So many times in a period.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    /// How many times, at once or spread over the period.
    pub count: NonZeroU32,
    /// The period.
    pub period: Duration,
}

/// Ten an hour.
pub const USUAL: Rate = Rate { count: NonZeroU32::MIN.saturating_add(9), period: Duration::from_hours(1) };

impl Rate {
    /// Reads a count and a period.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (count, period) = text.trim().split_once('/')?;
        let period = match period.trim() {
            "min" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            "d" => Duration::from_hours(24),
            _ => return None,
        };
        let count = count.trim().parse().ok().filter(|count: &NonZeroU32| count.get() <= 1_000_000)?;
        Some(Self { count, period })
    }
}

/// Reads a rate, or notes what is wrong with it.
pub fn read(fields: &Fields<'_>, key: &'static str) -> Option<Rate> {
    let node = fields.get(key)?;
    let rate = match &node.kind {
        NodeKind::Text(text) | NodeKind::Plain(text, _) => Rate::parse(text),
        _ => None,
    };
    if rate.is_none() {
        let message = format!("`{key}` is a whole number, from 1 to 1000000, and one of /min, /h, /d");
        fields.reading().say(Code::V105, node.span, message, "such as 10/h");
    }
    rate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_count_and_a_period() {
        assert_eq!(Rate::parse("10/h"), Some(USUAL));
        assert_eq!(Rate::parse(" 3 / min ").unwrap().period, Duration::from_mins(1));
        for bad in ["", "10", "/h", "0/h", "-1/h", "1.5/h", "1000001/d", "1/s", "1/h/h"] {
            assert_eq!(Rate::parse(bad), None, "{bad}");
        }
    }
}
