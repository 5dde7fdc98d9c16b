//! `evidence` from outside: the bundle is unpacked and checked with common tools, by the words of its own note.

use std::fs;

use vellum::base::json;

use crate::harness::{Home, files};

const DAY: &str = "2026-11-23";

/// Makes a bundle and unpacks it; gives back its folder.
fn unpacked(home: &Home, policy: &str, version: &str) -> String {
    let ran = home.run(&["--as-of", DAY, "evidence", policy, version]).quiet();
    let folder = format!("{policy}-{version}");
    assert!(ran.out.starts_with(&format!("wrote {folder}.zip: ")), "{}", ran.out);
    home.shell(&format!("unzip -q {folder}.zip")).quiet();
    folder
}

/// The commands in the note that begin with a word, as somebody would paste them.
fn commands(note: &str, begin: &str) -> String {
    let lines = note.lines().skip_while(|line| !line.starts_with(&format!("    {begin}")));
    lines.map_while(|line| line.strip_prefix("    ")).collect::<Vec<_>>().join("\n")
}

/// Some lines of the note, as somebody would paste them: not a space of them is taken away.
fn pasted(note: &str, begin: &str, end: &str) -> String {
    let lines: Vec<&str> = note.lines().skip_while(|line| !line.starts_with(begin)).collect();
    let last = lines.iter().position(|line| *line == end).unwrap();
    lines[..=last].join("\n")
}

/// The hash at the beginning of a line.
fn hash(line: &str) -> &str {
    line.split(' ').next().unwrap()
}

fn head(home: &Home, policy: &str) -> String {
    let manifest = json::parse(home.read(&format!("public/policies/{policy}/versions.json")).as_bytes()).unwrap();
    manifest["head"].as_str().unwrap().to_owned()
}

#[test]
fn a_bundle_is_checked_by_the_commands_of_its_note() {
    let home = Home::sample();
    home.run(&["--as-of", DAY, "build"]).quiet();
    let policy = "endusertermsandconditions";
    let folder = unpacked(&home, policy, "3.0");
    let inside = files(&home.at(&folder));
    let names =
        ["README.txt", "SHA256SUMS", "assets/devices.svg", "ledger.json", "ledger.yaml", "meta.json", "page.html"];
    let one = ["endusertermsandconditions-3.0.html"];
    let (first, last) = names.split_at(2);
    let wanted: Vec<&str> = [first, &one, last, &["redline.html", "text.md", "text.txt"]].concat();
    let plain = |name: &&str| !name.starts_with("assets/");
    let found: Vec<&str> = inside.iter().map(String::as_str).collect();
    assert_eq!(
        found.iter().copied().filter(|name| plain(name)).collect::<Vec<_>>(),
        wanted.iter().copied().filter(|name| plain(name)).collect::<Vec<_>>()
    );
    assert_eq!(found.iter().filter(|name| !plain(name)).count(), 1, "{found:?}");
    for name in ["text.md", "text.txt", "meta.json"] {
        assert_eq!(
            home.read(&format!("{folder}/{name}")),
            home.read(&format!("public/policies/{policy}/v/3.0/{name}"))
        );
    }
    let note = home.read(&format!("{folder}/README.txt"));
    let run = |command: &str| home.shell(&format!("cd {folder} && {command}")).quiet().out;
    let sums = run(&commands(&note, "sha256sum -c"));
    assert_eq!(sums.matches(": OK\n").count(), inside.len() - 1, "{sums}");
    let printed = commands(&note, hash(&run("sha256sum text.md"))) + "\n";
    assert_eq!(run(&commands(&note, "sha256sum text.md")), printed);
    let by_python = run(&pasted(&note, "python3", "END"));
    let chains: Vec<&str> = by_python.lines().map(hash).collect();
    assert_eq!(by_python.matches(" as recorded ").count(), chains.len(), "{by_python}");
    assert_eq!(*chains.last().unwrap(), head(&home, policy));
    assert!(note.contains(&format!("begins with the head\n\n    {}\n", chains.last().unwrap())), "{note}");
    let jq = pasted(&note, "chain=", "done");
    assert_eq!(run(&jq).lines().collect::<Vec<_>>(), chains);
    assert!(note.contains("\nApplies from 3 November 2025.\nFrom 1 March 2027 version 4.0 replaces it.\n"), "{note}");
    // A changed record is told by the same commands.
    let ledger = home.read(&format!("{folder}/ledger.json"));
    home.write(&format!("{folder}/ledger.json"), ledger.replacen("2023", "2022", 1));
    assert!(run(&pasted(&note, "python3", "END")).contains("NOT AS RECORDED"));
    assert_ne!(home.shell(&format!("cd {folder} && sha256sum -c SHA256SUMS")).status, 0);
}

#[test]
fn the_same_record_makes_the_same_bytes() {
    let home = Home::sample();
    let make = |out: &str| {
        home.run(&["--as-of", DAY, "evidence", "customerprivacypolicy", "2.0", "--out", out]).quiet();
        fs::read(home.at(out)).unwrap()
    };
    let first = make("a.zip");
    assert!(first == make("b.zip") && first == make("a.zip"));
    // Nothing but an earlier bundle of the same version is replaced.
    home.write("note.txt", "mine");
    fs::copy(home.at("a.zip"), home.at("other.zip")).unwrap();
    for (version, out) in [("2.0", "note.txt"), ("1.0", "other.zip"), ("2.0", "content")] {
        let ran = home.run(&["--as-of", DAY, "evidence", "customerprivacypolicy", version, "--out", out]);
        let said = format!("error: {out} is there already, and is another file: it is not replaced\n");
        assert_eq!((ran.status, ran.err), (2, said));
    }
    assert_eq!((home.read("note.txt"), fs::read(home.at("other.zip")).unwrap()), ("mine".to_owned(), first));
}

#[test]
fn what_a_bundle_does_not_hold_is_said() {
    let home = Home::of(&["with/base", "with/terms", "with/forge"]);
    let publish = |day: &str| home.run(&["--as-of", day, "publish", "terms", "--effective", day]).quiet();
    publish("2025-01-01");
    let draft = home.read("content/policies/terms/draft.md");
    home.write("content/policies/terms/draft.md", draft.replace("12", "24"));
    publish("2025-02-01");
    let note = home.read(&format!("{}/README.txt", unpacked(&home, "terms", "1.0")));
    assert!(note.contains("\nNot here: a redline, since no version before it can be shown.\n"), "{note}");
    home.run(&["--as-of", DAY, "build"]).quiet();
    let event = "{'event': 'withdrawn', 'version': '1.1', 'on': '2025-03-01', 'zone': 'Europe/London', \
                 'reason': 'By order.', 'redacted': True}";
    home.shell(&format!("python3 forge.py terms \"events.append({event})\"")).quiet();
    let file = "content/policies/terms/versions/1.1.md";
    home.write(file, home.read(file).replace("title: Terms of use", "title: A secret"));
    let folder = unpacked(&home, "terms", "1.1");
    let names = ["README.txt", "SHA256SUMS", "ledger.json", "ledger.yaml", "page.html"];
    assert_eq!(files(&home.at(&folder)), names);
    let note = home.read(&format!("{folder}/README.txt"));
    assert!(
        note.contains("\nIt was withdrawn on 2025-03-01: By order.\nIts text may not be shown any more."),
        "{note}"
    );
    assert!(
        note.contains("\nNot here: the text, its plain form, its front matter, its pictures and its redline."),
        "{note}"
    );
    assert!(!home.read(&format!("{folder}/page.html")).contains("24 months") && !note.contains("secret"));
    home.run(&["--as-of", DAY, "build"]).quiet();
    let verified = home.run(&["verify"]);
    assert_eq!((verified.status, verified.err.as_str()), (0, ""), "{}", verified.out);
}
