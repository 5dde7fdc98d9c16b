//! One version of a policy → what proves it, in files that common tools read, with a note in plain language. Pure.

use std::collections::BTreeMap;

use super::bundle;
use crate::base::date::Day;
use crate::base::hash::Hash;
use crate::history::timeline::{Entry, Timeline};

/// What a bundle is made of.
pub struct Case<'a> {
    /// The policy's name in addresses.
    pub slug: &'a str,
    /// The version's title.
    pub title: &'a str,
    /// The policy's versions.
    pub timeline: &'a Timeline,
    /// The place of the version among them.
    pub index: usize,
    /// The day for which the bundle is made.
    pub today: Day,
    /// When it applies, in the sentences of its page.
    pub standing: Vec<String>,
    /// The address of the version's page.
    pub url: String,
    /// The ledger as the source has it.
    pub ledger: &'a [u8],
}

/// The files of a build, by their address below the site.
pub type Pages = BTreeMap<String, Vec<u8>>;

/// The files of a bundle, by name.
#[must_use]
pub fn files(case: &Case<'_>, pages: &Pages) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Some(entry) = case.timeline.entries.get(case.index) else { return files };
    let policy = format!("policies/{}/", case.slug);
    let own = format!("{policy}v/{}/", entry.version);
    let below = |name: &String| name.strip_prefix(&own).and_then(named);
    files.extend(pages.iter().filter_map(|(address, bytes)| Some((below(address)?, bytes.clone()))));
    let mut take = |name: String, address: String| {
        files.extend(pages.get(&address).map(|bytes| (name, bytes.clone())));
    };
    take("ledger.json".to_owned(), format!("{policy}ledger.json"));
    if !entry.redacted() {
        entry.assets.keys().for_each(|path| take(format!("assets/{path}"), format!("{policy}assets/{path}")));
    }
    files.insert("ledger.yaml".to_owned(), case.ledger.to_vec());
    let note = note(case, entry, &files);
    files.insert("README.txt".to_owned(), note.into_bytes());
    files.insert(bundle::SUMS.to_owned(), bundle::sums(&files));
    files
}

/// What a file of a version's folder is called in the bundle. The redline to the version in force is not part of it: it
/// says something of that other version.
fn named(below: &str) -> Option<String> {
    let name = below.replace("changes/index.html", "redline.html").replace("index.html", "page.html");
    (!below.split('/').any(|part| part == "since")).then_some(name)
}

/// The note: what this is, when it applied, what is in it, and how anyone checks it.
fn note(case: &Case<'_>, entry: &Entry, files: &BTreeMap<String, Vec<u8>>) -> String {
    let what = format!("{}, version {}", case.title, entry.version);
    let rule = "=".repeat(what.chars().count());
    let parts = [opening(case), days(case, entry), contents(case, entry, files), checks(case, entry)];
    format!("{what}\n{rule}\n\n{}", parts.join("\n\n"))
}

fn opening(case: &Case<'_>) -> String {
    format!(
        "This folder holds one published version of a policy, and what shows that it is the text that was published.\n\
         Its page: {}\n\
         Made for the day {}, from the record whose head is\n{}",
        case.url,
        case.today,
        head(case)
    )
}

fn head(case: &Case<'_>) -> Hash {
    case.timeline.head.unwrap_or(Hash::ZERO)
}

/// The days on which it was published and applied, as its page says them for the day of the bundle.
fn days(case: &Case<'_>, entry: &Entry) -> String {
    let zone = entry.zone.name();
    let mut said = vec![
        "WHEN IT APPLIED".to_owned(),
        format!("Published on {}. Days are days in {zone}, from their first moment.", entry.published),
    ];
    said.extend(case.standing.iter().cloned());
    said.extend(entry.rescheduled.iter().map(|moved| {
        format!(
            "On {} it was decided that it applies from {}; another day was published before.",
            moved.on, moved.effective
        )
    }));
    said.extend(entry.after.map(|day| format!("In the record it stands after an event of {day}.")));
    said.extend(withdrawn(entry));
    said.join("\n")
}

fn withdrawn(entry: &Entry) -> Vec<String> {
    let Some(gone) = &entry.withdrawn else { return Vec::new() };
    let mut said = vec![format!("It was withdrawn on {}: {}", gone.on, gone.reason)];
    if gone.redacted {
        said.push("Its text may not be shown any more. Its hash stays in the record: whoever has the text can show that it is the one.".to_owned());
    }
    said
}

/// What each file is, and what is not here.
fn contents(case: &Case<'_>, entry: &Entry, files: &BTreeMap<String, Vec<u8>>) -> String {
    let all = [
        ("text.md", "the text, as it was written (Markdown)"),
        ("text.txt", "the text, as a reader reads it, with its numbers"),
        ("meta.json", "its front matter: title, days, summary, what it discloses"),
        ("page.html", "its page"),
        ("redline.html", "what changed against the version before"),
        ("ledger.json", "the record of all versions of this policy"),
        ("ledger.yaml", "the same record, as the publisher keeps it"),
        ("SHA256SUMS", "the hashes of all these files"),
    ];
    let here = |name: &str| name == bundle::SUMS || files.contains_key(name);
    let lines = all.into_iter().filter(|(name, _)| here(name));
    let others = files.keys().filter(|name| all.iter().all(|(known, _)| known != name));
    let rows: Vec<(&str, &str)> = lines.chain(others.map(|name| (name.as_str(), other(name)))).collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default() + 2;
    let rows = rows.into_iter().map(|(name, what)| format!("{name:<width$}{what}"));
    let said: Vec<String> = rows.chain(missing(case, entry, files)).collect();
    format!("WHAT IS HERE\n{}", said.join("\n"))
}

fn other(name: &str) -> &'static str {
    match name.split_once('/') {
        Some(("assets", _)) => "used by the text",
        Some(_) => "in another language, with the hashes that the record has for it",
        None if name.rsplit_once('.').is_some_and(|(_, end)| end == "html") => {
            "the version once more, as one file to keep"
        }
        None => "what it discloses, for programs",
    }
}

fn missing(case: &Case<'_>, entry: &Entry, files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut said = Vec::new();
    if entry.redacted() {
        said.push("Not here: the text, its plain form, its front matter, its pictures and its redline. They may not be shown.".to_owned());
    } else if !files.contains_key("redline.html") {
        let first = case.timeline.compared_with(case.index).is_none();
        let why = if first { "no version before it can be shown" } else { "it was not built" };
        said.push(format!("Not here: a redline, since {why}."));
    }
    said
}

/// How anyone checks it, in commands with what they print.
fn checks(case: &Case<'_>, entry: &Entry) -> String {
    let sums = "HOW TO CHECK IT\n\
        In a terminal, in this folder. Nothing of the publisher's is needed.\n\n\
        1. No file was changed since this bundle was made:\n\n    sha256sum -c SHA256SUMS\n";
    let (text, chain) = (text_check(entry), chain_check(case, entry));
    let head = "4. Nobody wrote the past anew. The last line that step 3 prints is the head. It is to be found on the site's\n\
        history page, in policies.json, and with everybody who kept it at an earlier day: an old head must be one of\n\
        the lines printed. If it is not, the record is another one than at that time.\n";
    [sums.to_owned(), text, chain, head.to_owned()].join("\n")
}

fn text_check(entry: &Entry) -> String {
    let (version, redacted) = (&entry.version, entry.redacted());
    let Some(hashes) = entry.hashes() else { return String::new() };
    let rows = [("text.md", hashes.sha256), ("text.txt", hashes.text_sha256), ("meta.json", hashes.meta_sha256)];
    let names = rows.map(|(name, _)| name).join(" ");
    let lines = rows.map(|(name, hash)| format!("    {hash}  {name}\n")).concat();
    if redacted {
        return format!(
            "2. The record holds the hashes of the text that is not here. A file that has one of them is the text:\n\n{lines}"
        );
    }
    format!(
        "2. The text is the one that was recorded. These hashes stand in ledger.json, at the event \"published\" of\n\
         version {version}:\n\n    sha256sum {names}\n\nIt prints\n\n{lines}"
    )
}

fn chain_check(case: &Case<'_>, entry: &Entry) -> String {
    let (number, chain) = (entry.number, entry.chain);
    format!(
        "3. The record was not changed inside. Each event carries a \"chain\": the SHA-256 of the chain of the event before\n\
         (64 zeros for the first), a line feed, and the event without its chain as JSON in canonical form (RFC 8785:\n\
         keys sorted, no spaces). Computed again with Python, to be pasted as it stands:\n\n{PYTHON}\n\
         or with jq:\n\n{JQ}\n\
         Line {number} is the publication of this version and begins with\n\n    {chain}\n\n\
         The last line begins with the head\n\n    {}\n",
        head(case)
    )
}

const PYTHON: &str = r#"python3 - <<'END'
import hashlib, json
chain = "0" * 64
for event in json.load(open("ledger.json", encoding="utf-8"))["events"]:
    recorded = event.pop("chain")
    canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    chain = hashlib.sha256((chain + "\n" + canonical).encode()).hexdigest()
    print(chain, "as recorded" if chain == recorded else "NOT AS RECORDED", event["event"], event["version"])
END
"#;

const JQ: &str = r#"chain=$(printf '%064d' 0)
jq -cS '.events[] | del(.chain)' ledger.json | while IFS= read -r event; do
  chain=$(printf '%s\n%s' "$chain" "$event" | sha256sum | cut -c1-64)
  echo "$chain"
done
"#;
