//! `explain`: what a code means, or the schema of a kind of file, to standard output.

use super::args::Explain;
use super::world::{Ended, World};
use crate::base::codes::{Code, Entry};
use crate::base::error::Error;

/// The schemas by their names, as they stand in `schemas/`.
const SCHEMAS: &[(&str, &str)] = &[
    ("draft", include_str!("../../schemas/draft.json")),
    ("form", include_str!("../../schemas/form.json")),
    ("page", include_str!("../../schemas/page.json")),
    ("policy", include_str!("../../schemas/policy.json")),
    ("site", include_str!("../../schemas/site.json")),
    ("theme", include_str!("../../schemas/theme.json")),
    ("translation", include_str!("../../schemas/translation.json")),
    ("version", include_str!("../../schemas/version.json")),
];

/// Explains a code, or prints a schema.
///
/// # Errors
/// There is no such code or schema (wrong use), or the stream is closed.
pub fn run(options: &Explain, world: &mut World) -> Result<Ended, Error> {
    if let Some(name) = &options.schema {
        let Some((_, schema)) = SCHEMAS.iter().find(|(known, _)| known == name) else {
            let names: Vec<&str> = SCHEMAS.iter().map(|(name, _)| *name).collect();
            return Err(Error::usage(format!("there is no schema `{name}`; there are {}", names.join(", "))));
        };
        return world.write(schema.as_bytes()).map(|()| Ended::Done);
    }
    let code = options.code.as_deref().unwrap_or_default();
    let Some(entry) = Code::find(code) else {
        return Err(Error::usage(format!("there is no code `{code}`; codes look like V204")));
    };
    world.say(&words(entry))?;
    Ok(Ended::Done)
}

fn words(entry: &Entry) -> String {
    let fixed = if entry.code.is_fixed() { "\n\nA site can neither lower nor except it." } else { "" };
    let Entry { name, title, text, .. } = entry;
    format!("{name} ({}): {title}\n\n{text}{fixed}\n\n{}", entry.severity.word(), entry.page())
}
