//! What is known of other sites from earlier runs: a file that may be lost at any time. Pure: the time is handed in.

use std::collections::BTreeMap;

use crate::base::json::{self, Map, Value};
use crate::base::reached::Reached;

/// The form of the file.
const FORMAT: u64 = 1;
/// For how many seconds it is believed that something is gone, or that nobody can tell.
const BAD: i64 = 3600;
/// The seconds of a day.
const DAY: i64 = 86400;

/// What came of asking for addresses, and when each was asked for.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Known(BTreeMap<String, (i64, Reached)>);

impl Known {
    /// Reads the file; nothing comes back for what is none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let value = json::parse(bytes)?;
        let fits = value.get("format").and_then(Value::as_u64) == Some(FORMAT);
        let addresses = value.get("addresses").and_then(Value::as_object).filter(|_| fits)?;
        let read = |(address, entry): (&String, &Value)| Some((address.clone(), read_entry(entry)?));
        addresses.iter().map(read).collect::<Option<_>>().map(Self)
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let entry =
            |(address, (asked, reached)): (&String, &(i64, Reached))| (address.clone(), write_entry(*asked, reached));
        let addresses: Map<String, Value> = self.0.iter().map(entry).collect();
        let all = [("format".to_owned(), Value::from(FORMAT)), ("addresses".to_owned(), Value::Object(addresses))];
        json::pretty(&Value::Object(all.into_iter().collect()))
    }

    /// Takes in what came of asking for an address.
    pub fn learn(&mut self, address: &str, now: i64, reached: Reached) {
        self.0.insert(address.to_owned(), (now, reached));
    }

    /// Forgets what is not believed any more: what is good for so many days, all else for an hour.
    pub fn forget(&mut self, now: i64, days: u32) {
        self.0.retain(|_, (asked, reached)| {
            let is_good = matches!(reached, Reached::Here | Reached::Moved(_));
            let age = now.saturating_sub(*asked);
            age >= 0 && age < if is_good { i64::from(days) * DAY } else { BAD }
        });
    }

    /// What is known of an address.
    #[must_use]
    pub fn get(&self, address: &str) -> Option<&Reached> {
        self.0.get(address).map(|(_, reached)| reached)
    }
}

fn read_entry(entry: &Value) -> Option<(i64, Reached)> {
    let words = || entry.get("words").and_then(Value::as_str).map(str::to_owned);
    let reached = match entry.get("found").and_then(Value::as_str)? {
        "here" => Reached::Here,
        "moved" => Reached::Moved(words()?),
        "gone" => Reached::Gone(words()?),
        "untold" => Reached::Untold(words()?),
        _ => return None,
    };
    Some((entry.get("asked").and_then(Value::as_i64)?, reached))
}

fn write_entry(asked: i64, reached: &Reached) -> Value {
    let (found, words) = match reached {
        Reached::Here => ("here", None),
        Reached::Moved(to) => ("moved", Some(to)),
        Reached::Gone(said) => ("gone", Some(said)),
        Reached::Untold(said) => ("untold", Some(said)),
    };
    let mut entry = Map::new();
    entry.insert("asked".to_owned(), Value::from(asked));
    entry.insert("found".to_owned(), Value::from(found));
    entry.extend(words.map(|words| ("words".to_owned(), Value::from(words.as_str()))));
    Value::Object(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Known {
        let mut known = Known::default();
        known.learn("https://a.example/", 1000, Reached::Here);
        known.learn("https://b.example/", 1000, Reached::Moved("https://c.example/".to_owned()));
        known.learn("https://d.example/", 1000, Reached::Gone("the server answers 404".to_owned()));
        known.learn("https://e.example/", 1000, Reached::Untold("it kept silent".to_owned()));
        known
    }

    #[test]
    fn what_was_written_is_read_and_anything_else_is_none() {
        assert_eq!(Known::read(&all().bytes()), Some(all()));
        for none in [
            "",
            "{}",
            "[]",
            r#"{"format":2,"addresses":{}}"#,
            r#"{"format":1,"addresses":{"a":{"asked":1,"found":"gone"}}}"#,
        ] {
            assert_eq!(Known::read(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn good_answers_are_believed_for_days_and_bad_ones_for_an_hour() {
        for (age, days, left) in
            [(0, 7, 4), (3599, 7, 4), (3600, 7, 2), (7 * DAY - 1, 7, 2), (7 * DAY, 7, 0), (-1, 7, 0), (0, 0, 2)]
        {
            let mut known = all();
            known.forget(1000 + age, days);
            assert_eq!(known.0.len(), left, "{age} {days}");
        }
    }
}
