//! What `reschedule` and `withdraw` say of the other versions.

use crate::base::date::Moment;
use crate::history::timeline::{Entry, Timeline, Unpublished};
use crate::record::act::Done;

fn entry(timeline: &Timeline, index: Option<usize>) -> Option<&Entry> {
    index.and_then(|index| timeline.entries.get(index))
}

/// How a version that was moved stands among the others.
#[must_use]
pub fn neighbours(done: &Done) -> Vec<String> {
    let after = &done.after;
    let Some(index) = after.entries.iter().position(|entry| entry.version == done.was.version) else {
        return Vec::new();
    };
    let before =
        entry(after, replaced(after, index)).map(|entry| format!("until then version {} holds", entry.version));
    let next = entry(after, after.replaced_by(index));
    let next = next.map(|entry| format!("version {} replaces it from {}", entry.version, entry.effective));
    before.into_iter().chain(next).collect()
}

/// The version whose place another takes.
fn replaced(after: &Timeline, index: usize) -> Option<usize> {
    let replaces = |other: &usize| after.stretches(*other, None).iter().any(|held| held.next == Some(index));
    (0..after.entries.len()).find(replaces)
}

/// What holds instead of a version that was withdrawn, for everybody and for named audiences.
#[must_use]
pub fn instead(done: &Done, now: Moment) -> Vec<String> {
    let (before, after) = (&done.before, &done.after);
    let held = |index: Option<usize>| entry(before, index).is_some_and(|entry| entry.version == done.was.version);
    let (general, is) = (held(before.in_force(now)), after.in_force(now));
    let mut said = vec![if general { holds(after, "", is) } else { stays(after, is) }];
    for name in before.audiences() {
        let own = after.in_force_for(&name, now);
        if held(before.in_force_for(&name, now)) && !(general && own == is) {
            said.push(holds(after, &format!(" for {name}"), own));
        }
    }
    said.extend(coming(after, now));
    said
}

fn holds(after: &Timeline, whom: &str, index: Option<usize>) -> String {
    match entry(after, index) {
        Some(other) => {
            format!("from today version {} holds{whom} instead, which applies from {}", other.version, other.effective)
        }
        None => format!("mind: from today nothing is in force{whom}"),
    }
}

fn stays(after: &Timeline, index: Option<usize>) -> String {
    let nothing = || "nothing is in force, as before".to_owned();
    entry(after, index).map_or_else(nothing, |entry| format!("version {} stays in force", entry.version))
}

fn coming(after: &Timeline, now: Moment) -> Vec<String> {
    let entries = after.upcoming(now).into_iter().filter_map(|index| after.entries.get(index));
    entries.map(|entry| format!("version {} applies from {}", entry.version, entry.effective)).collect()
}

/// That a version which was frozen for a day to come never is published.
#[must_use]
pub fn recalled(done: &Done, slug: &str) -> Vec<String> {
    let was = &done.was;
    if !done.after.is_recalled(&was.version) {
        return Vec::new();
    }
    vec![
        format!("it was to be published on {}: nothing of it ever is, and its number is not used again", was.published),
        "ledger.json holds both events, without a word of its text".to_owned(),
        format!("content/policies/{slug}/versions/{}.md is no longer needed and may be taken away", was.version),
    ]
}

/// That the ledger names a version before its day.
#[must_use]
pub fn early(coming: &Unpublished) -> String {
    let (version, on) = (&coming.version, coming.on);
    format!(
        "mind: ledger.json holds the event of version {version} from now on, before its day of publication, {on}: its number, days and hashes, and no word of its text"
    )
}

/// What a redaction does, and what it cannot do.
#[must_use]
pub fn redaction(slug: &str, done: &Done) -> Vec<String> {
    let first =
        "redacted: its page keeps the hash and the reason; text, files and redlines are not built any more".to_owned();
    let place = |file: &String| format!("content/policies/{slug}/{file} is no longer needed and may be taken away");
    let mut said = vec![first];
    said.extend(files(done).iter().map(place));
    said.push("mind: the text may remain in draft.md, in policy.yaml (`ids` names clauses), in the history of your repository, in caches and in copies of others".to_owned());
    said
}

/// The files of a redacted version, below the policy: its texts, and what no text uses that is still shown.
fn files(done: &Done) -> Vec<String> {
    let was = &done.was;
    let others = was.translations().map(|(language, _)| format!("versions/{}.{language}.md", was.version));
    let shown =
        |path: &&String| done.after.entries.iter().any(|entry| !entry.redacted() && entry.assets.contains_key(*path));
    let alone = was.assets.keys().filter(|path| !shown(path)).map(|path| format!("assets/{path}"));
    [format!("versions/{}.md", was.version)].into_iter().chain(others).chain(alone).collect()
}

/// The head, and what to do next.
#[must_use]
pub fn closing(done: &Done) -> Vec<String> {
    let early = done.after.named_early().filter(|coming| coming.number > done.before.events).map(early);
    let last = [
        format!("head {}", done.head),
        "next: commit content/ to your repository, run `vellum check`, then build and deploy today; keep the head where others can see it".to_owned(),
    ];
    early.chain(last).collect()
}
