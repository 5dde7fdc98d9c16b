//! `ledger.json` → events, with the chain computed again from the first to the last.

use super::Look;
use super::lists::written_as_vellum_writes;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::hash::Hash;
use crate::base::json::{self, Value};
use crate::base::path::SitePath;
use crate::base::span::{Place, SourceText, Span};
use crate::history::event::link;
use crate::history::ledger::{self, Ledger};
use crate::site::emit;

/// A ledger that was read.
pub struct Read {
    /// Its events.
    pub ledger: Ledger,
    /// The chain after each event, as far as it holds.
    pub chains: Vec<Hash>,
    /// How many events it lists.
    events: usize,
}

impl Read {
    /// Whether every event could be read and is linked to those before.
    pub fn is_whole(&self) -> bool {
        self.chains.len() == self.events && self.ledger.events.len() == self.events
    }
}

/// Reads a policy's ledger, and says where its chain breaks.
pub fn read(look: &mut Look<'_>, slug: &str) -> Result<Option<Read>, Error> {
    let path = format!("policies/{slug}/ledger.json");
    let Some(bytes) = look.need(&path)? else { return Ok(None) };
    let value = json::parse(&bytes).unwrap_or_default();
    let events = value.get("events").and_then(Value::as_array);
    let Some(events) = events.filter(|_| value.get("format") == Some(&Value::from(1))) else {
        look.say(Code::V242, &path, format!("the ledger of {slug} is no ledger of format 1"));
        return Ok(None);
    };
    let before = look.findings.len();
    let read = parsed(&path, &value, look);
    let chains = chains(events);
    if let Some(broken) = events.get(chains.len()) {
        look.findings.push(breaks(&path, &bytes, (chains.len() + 1, broken)));
    }
    if look.findings.len() == before {
        written_as_vellum_writes(look, &path, &read.json(), &bytes);
    }
    Ok(Some(Read { ledger: read, chains, events: events.len() }))
}

/// The events, read as those of the source are.
fn parsed(path: &str, value: &Value, look: &mut Look<'_>) -> Ledger {
    let yaml = if value.get("events").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return Ledger::default();
    } else {
        format!("{}{}", ledger::opening(), emit::yaml(value.get("events").unwrap_or(&Value::Null), 1))
    };
    let Some(name) = SitePath::parse(path) else { return Ledger::default() };
    let mut said = Vec::new();
    let ledger = Ledger::read(&SourceText::new(name, yaml), &mut said);
    // The chain is computed from the JSON itself; a break of it is told with its place there.
    for finding in said.into_iter().filter(|finding| finding.code != Code::V207) {
        look.say(Code::V242, path, format!("an event cannot be read: {}", finding.message));
    }
    ledger
}

/// The chain after each event, up to the first that is not linked to those before.
fn chains(events: &[Value]) -> Vec<Hash> {
    let mut before = Hash::ZERO;
    let mut chains = Vec::new();
    for event in events {
        let chain = link(before, event);
        let said = event.get("chain").and_then(Value::as_str).and_then(Hash::parse);
        if said != Some(chain) {
            break;
        }
        chains.push(chain);
        before = chain;
    }
    chains
}

fn breaks(path: &str, bytes: &[u8], (number, event): (usize, &Value)) -> Diagnostic {
    let word = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or("unknown").to_owned();
    let (act, version, chain) = (word("event"), word("version"), word("chain"));
    let text = String::from_utf8_lossy(bytes).into_owned();
    let at = text.find(&chain).filter(|_| chain.len() == 64);
    let place = match (at, SitePath::parse(path)) {
        (Some(start), Some(name)) => SourceText::new(name, text).place(Span { start, end: start + chain.len() }),
        _ => Place::of_file(path),
    };
    let message = format!("the chain breaks at event {number} ({act} of version {version})");
    let help =
        "this event, or one before it, is not what was recorded; compare the file with ledger.yaml in the repository";
    Diagnostic::new(Code::V242, place, message).help(help)
}
