//! `ledger.yaml`: an append-only list of events, each chained to all before it.

use super::conflict;
use super::event::{Event, link};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::hash::Hash;
use crate::base::json::{Map, Value};
use crate::base::span::SourceText;
use crate::site::emit;
use crate::site::front;
use crate::site::raw::Reading;
use crate::site::yaml::{Node, NodeKind, Plain};

/// The events of a policy, in order of recording.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The events.
    pub events: Vec<Event>,
}

impl Ledger {
    /// Reads a ledger and checks its chain; every event that can be read is returned.
    pub fn read(source: &SourceText, findings: &mut Vec<Diagnostic>) -> Self {
        let mended = conflict::marks(source, findings);
        let reading = Reading::new(mended.as_ref().unwrap_or(source));
        let mut broken = Vec::new();
        let events = reading.node().map_or_else(Vec::new, |node| events(&reading, &node, &mut broken));
        let said = conflict::joined(reading.into_findings(), &mut broken);
        findings.extend(said.into_iter().map(|finding| match finding.code {
            Code::V101 | Code::V208 => finding,
            _ => Diagnostic { code: Code::V208, help: RESTORE.to_owned(), ..finding },
        }));
        findings.extend(broken);
        Self { events }
    }

    /// The newest chain: what proves all events.
    #[must_use]
    pub fn head(&self) -> Hash {
        self.events.last().map_or(Hash::ZERO, |event| event.chain)
    }

    /// The ledger as JSON: the same as the file.
    #[must_use]
    pub fn json(&self) -> Value {
        let events = self.events.iter().map(Event::json).collect();
        let format = ("format".to_owned(), Value::from(1));
        Value::Object([format, ("events".to_owned(), Value::Array(events))].into_iter().collect::<Map<_, _>>())
    }
}

const RESTORE: &str = "only Vellum writes ledger.yaml; restore it from your repository";

fn events(reading: &Reading<'_>, node: &Node, broken: &mut Vec<Diagnostic>) -> Vec<Event> {
    let Some(fields) = reading.fields(node) else { return Vec::new() };
    if let Some(format) = fields.need("format") {
        let one = matches!(&format.kind, NodeKind::Plain(text, Plain::Integer) if text == "1");
        if !one {
            reading.say(Code::V208, format.span, "this is not format 1", "a newer Vellum may be needed to read it");
        }
    }
    let items = fields.items("events");
    fields.done();
    let mut before = Hash::ZERO;
    let mut events = Vec::new();
    let mut whole = true;
    let mut spans = Vec::new();
    for item in items {
        let event = Event::read(reading, item);
        if let Some(event) = &event {
            if whole && link(before, &front::meta(item)) != event.chain {
                let fork = conflict::fork(reading.source, &spans, &front::meta(item), event.span);
                broken.push(fork.unwrap_or_else(|| breaks(reading, event)));
                whole = false;
            }
            before = event.chain;
            spans.push((event.chain, event.span));
        }
        events.extend(event);
    }
    events
}

fn breaks(reading: &Reading<'_>, event: &Event) -> Diagnostic {
    let message = format!("the chain breaks at this event ({} of version {})", event.act.name(), event.version);
    Diagnostic::new(Code::V207, reading.source.place(event.span), message).help(RESTORE)
}

/// What stands in a ledger before its first event.
#[must_use]
pub fn opening() -> String {
    "format: 1\nevents:\n".to_owned()
}

/// An event as it is appended to the file.
#[must_use]
pub fn line(event: &Event) -> String {
    emit::yaml(&Value::Array(vec![event.json()]), 1)
}
