//! `check --coverage`: what each privacy notice states of what GDPR Art. 13 asks for, where, and what was not found.

use std::fmt::Write;
use std::path::Path;

use super::args::Format;
use super::world::World;
use crate::base::error::Error;
use crate::base::json;
use crate::base::json::{Map, Value};
use crate::base::span::Place;
use crate::check::coverage::{Coverage, Item};
use crate::compile;
use crate::load::Disk;

/// Writes the report to standard output.
///
/// # Errors
/// A file cannot be read, or the stream is closed.
pub fn run(root: &Path, format: Format, world: &mut World) -> Result<(), Error> {
    let disk = Disk::open(root, Some(&root.join("public")))?;
    let clock = |zone: &_| world.now(zone);
    let texts = compile::coverage(&disk, &clock)?;
    match format {
        Format::Human => {
            texts.iter().try_for_each(|text| world.say(&human(text)))?;
            world.say("This finds words and disclosures. Whether the law is met, it does not say.")?;
        }
        Format::Json => {
            let rows = texts.iter().flat_map(|text| text.items.iter().map(|item| json::line(&row(text, item))));
            rows.into_iter().try_for_each(|row| world.say(&row))?;
        }
        // They have no form for it.
        Format::Sarif | Format::Github => {}
    }
    Ok(())
}

fn named(text: &Coverage) -> String {
    text.version.as_ref().map_or_else(|| "draft".to_owned(), |version| format!("version {version}"))
}

fn human(text: &Coverage) -> String {
    // Writing into a String cannot fail.
    let mut out = format!("{}, {}: what GDPR Art. 13 asks for\n", text.policy, named(text));
    for item in &text.items {
        for (at, (place, words)) in item.stated.iter().enumerate() {
            let what = if at == 0 { format!("{:<9} {}", item.article, item.what) } else { String::new() };
            let _ = writeln!(out, "  stated     {what:<66} {}:{} {words}", place.file, place.line);
        }
        for part in &item.missing {
            let part = if part.is_empty() { String::new() } else { format!(": {part}") };
            let _ = writeln!(out, "  not found  {:<9} {}{part}", item.article, item.what);
        }
    }
    out
}

fn row(text: &Coverage, item: &Item) -> Value {
    let place = |(place, words): &(Place, String)| {
        object([
            ("file", Value::from(&*place.file)),
            ("line", Value::from(place.line)),
            ("column", Value::from(place.column)),
            ("words", Value::from(words.as_str())),
        ])
    };
    object([
        ("coverage", Value::from(text.policy.as_str())),
        ("text", Value::from(named(text))),
        ("article", Value::from(item.article)),
        ("item", Value::from(item.what.as_str())),
        ("stated", Value::Array(item.stated.iter().map(place).collect())),
        ("found", Value::from(item.missing.is_empty())),
        ("missing", Value::from(item.missing.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>())),
    ])
}

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    Value::Object(Map::from_iter(pairs.map(|(key, value)| (key.to_owned(), value))))
}
