//! Parts of `relay` in `site.yaml` that bound what a peer may take, and how long things may take. What could never work is
//! refused: a relay that gives everything back says so before the first visitor comes.

use std::time::Duration;

use super::raw::Fields;
use super::relay::{Deadlines, Limits};
use super::relay_rate;
use super::yaml::NodeKind;
use crate::base::codes::Code;

/// Nothing on a network is done in less time.
const LEAST: Duration = Duration::from_secs(1);

/// What a peer may take, by `limits`.
pub fn sizes(fields: &Fields<'_>, usual: Limits) -> Limits {
    let Some(fields) = fields.get("limits").and_then(|node| fields.reading().fields(node)) else { return usual };
    let size = |key, usual| bytes(&fields, key).and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usual);
    let limits = Limits {
        body: size("body", usual.body),
        files: size("files", usual.files),
        connections: connections(&fields).unwrap_or(usual.connections),
        in_flight: size("in_flight", usual.in_flight),
        per_address: relay_rate::read(&fields, "per_address").unwrap_or(usual.per_address),
    };
    let least = limits.body.saturating_add(limits.files);
    if limits.in_flight < least {
        let message =
            "`in_flight` is less than `body` and `files` together: a submission of that length would never be read";
        let help = format!(
            "give `in_flight` {}KiB at least, better four times that, or make the others less",
            least.div_ceil(1024)
        );
        let node = ["in_flight", "files", "body"].into_iter().find_map(|key| fields.get(key));
        fields.reading().say(Code::V105, node.map_or(fields.span(), |node| node.span), message, help);
    }
    fields.done();
    limits
}

fn connections(fields: &Fields<'_>) -> Option<usize> {
    let (node, count) = fields.get("connections").zip(fields.number("connections"))?;
    let count = usize::try_from(count).ok().filter(|count| *count > 0);
    if count.is_none() {
        fields.reading().say(
            Code::V105,
            node.span,
            "`connections` is 0: nobody could send anything",
            "the usual is 1024",
        );
    }
    count
}

/// How long things may take, by `deadlines`.
pub fn times(fields: &Fields<'_>, usual: Deadlines) -> Deadlines {
    let Some(fields) = fields.get("deadlines").and_then(|node| fields.reading().fields(node)) else { return usual };
    let time = |key, usual| unit(&fields, key, MILLISECONDS).map_or(usual, Duration::from_millis);
    let times = [("head", usual.head), ("body", usual.body), ("mail", usual.mail)].map(|(key, usual)| {
        let time = time(key, usual);
        if let Some(node) = fields.get(key).filter(|_| time < LEAST) {
            let message = format!("`{key}` is less than a second: nothing would be done in time");
            fields.reading().say(Code::V105, node.span, message, "give it 1s at least");
        }
        time
    });
    fields.done();
    let [head, body, mail] = times;
    Deadlines { head, body, mail }
}

const BYTES: &[(&str, u64)] = &[("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
const MILLISECONDS: &[(&str, u64)] = &[("ms", 1), ("s", 1000), ("min", 60_000)];

/// A size such as `5MiB`, if the key is there.
pub fn bytes(fields: &Fields<'_>, key: &'static str) -> Option<u64> {
    unit(fields, key, BYTES)
}

/// A whole number with a unit, such as `256KiB` or `30s`; never nothing and never 0.
fn unit(fields: &Fields<'_>, key: &'static str, units: &[(&str, u64)]) -> Option<u64> {
    let node = fields.get(key)?;
    let written = match &node.kind {
        NodeKind::Text(text) | NodeKind::Plain(text, _) => text.trim(),
        _ => "",
    };
    let read = units.iter().find_map(|(unit, worth)| {
        let count: u64 = written.strip_suffix(unit)?.trim().parse().ok()?;
        count.checked_mul(*worth).filter(|amount| *amount > 0)
    });
    if read.is_none() {
        let names: Vec<&str> = units.iter().map(|(unit, _)| *unit).collect();
        let message = format!("`{key}` is a whole number and one of {}", names.join(", "));
        fields.reading().say(Code::V105, node.span, message, "such as 256KiB, or 30s");
    }
    read
}

#[cfg(test)]
mod tests {
    use crate::base::path::SitePath;
    use crate::base::span::SourceText;
    use crate::site::raw::Reading;

    #[test]
    fn what_could_never_work_is_told() {
        let said = |text: &str| {
            let source = SourceText::new(SitePath::parse("site.yaml").unwrap(), text.to_owned());
            let reading = Reading::new(&source);
            let node = reading.node().unwrap();
            let _ = crate::site::relay::read(&reading, &node);
            reading.into_findings().into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        for (bad, words) in [
            ("limits: {in_flight: 1KiB}", "`in_flight` is less than"),
            ("limits: {files: 100MiB}", "`in_flight` is less than"),
            ("limits: {connections: 0}", "`connections` is 0"),
            ("deadlines: {mail: 5ms}", "`mail` is less than a second"),
            ("deadlines: {head: 999ms, mail: 1s}", "`head` is less than a second"),
        ] {
            let said = said(&format!("{bad}\n"));
            assert!(said.len() == 1 && said[0].starts_with(words), "{bad}: {said:?}");
        }
        for good in ["limits: {body: 1KiB, files: 1KiB, in_flight: 2KiB, connections: 1}", "deadlines: {mail: 1000ms}"]
        {
            assert!(said(&format!("{good}\n")).is_empty(), "{good}");
        }
    }
}
