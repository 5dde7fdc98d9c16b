//! The redline's laws, on generated documents and on real histories, read from the pages as a browser would.
//!
//! `VELLUM_CORPUS=folder cargo test --test laws` takes another folder: every folder below it that holds dated texts is
//! imported as a policy, built, and every redline is read.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "tests build real sites")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use scraper::{ElementRef, Html, Node, Selector};
use vellum::base::span::Place;
use vellum::redline::{redline, redline_by};
use vellum::render::body::{Setting, markup};
use vellum::render::compare;
use vellum::render::linker::Linker;
use vellum::site::body::{HtmlRule, Manner, Numbering, parse, written_out};
use vellum::site::config::BaseUrl;
use vellum::site::doc::Doc;
use vellum::site::ids::{Fate, Moved};
use vellum::site::texts::Texts;

const BLOCKS: &[&str] = &[
    "article",
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// The texts of the blocks of an element: white space collapsed, `data-ui` left out, empty blocks dropped.
fn blocks(article: ElementRef<'_>, without: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    walk(article, without, &mut found);
    found
        .iter()
        .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|text| !text.is_empty())
        .collect()
}

fn walk(element: ElementRef<'_>, without: &str, found: &mut Vec<String>) {
    for child in element.children() {
        match child.value() {
            Node::Text(text) => found.last_mut().unwrap().push_str(text),
            Node::Element(inner) if inner.name() == without || inner.attr("data-ui").is_some() => {}
            Node::Element(inner) if inner.name() == "br" => found.last_mut().unwrap().push(' '),
            Node::Element(inner) => {
                let block = BLOCKS.contains(&inner.name());
                if block {
                    found.push(String::new());
                }
                walk(ElementRef::wrap(child).unwrap(), without, found);
                if block {
                    found.push(String::new());
                }
            }
            _ => {}
        }
    }
}

/// Says how a redline breaks a law, if it does.
fn broken(redline: ElementRef<'_>, old: &[String], new: &[String]) -> Option<String> {
    let differs = |side: &str, is: &[String], wanted: &[String]| {
        let at = is.iter().zip(wanted).position(|(is, wanted)| is != wanted).unwrap_or(is.len().min(wanted.len()));
        format!("{side}, block {at}: {:?} is not {:?}", is.get(at), wanted.get(at))
    };
    let is_new = blocks(redline, "del");
    if is_new != new {
        return Some(differs("without what is deleted", &is_new, new));
    }
    let is_old = blocks(redline, "ins");
    if is_old != old {
        return Some(differs("without what is inserted", &is_old, old));
    }
    let edits = Selector::parse("ins, del").unwrap();
    for edit in redline.select(&edits) {
        let crosses = edit.descendent_elements().any(|inner| BLOCKS.contains(&inner.value().name()));
        let nested = edit.descendent_elements().skip(1).any(|inner| matches!(inner.value().name(), "ins" | "del"));
        if crosses || nested {
            return Some(format!("an edit crosses a block: {}", edit.html()));
        }
    }
    let mut ids = BTreeSet::new();
    let twice = redline.descendent_elements().filter_map(|inner| inner.value().attr("id")).find(|id| !ids.insert(*id));
    twice.map(|id| format!("the id {id} stands twice"))
}

/// Ids that went: a clause that has one now carries the old one too, on pages and in redlines.
fn moved() -> Vec<Moved> {
    let rename = |old: &str, new: &str| Moved {
        old: old.to_owned(),
        fate: Fate::Renamed(new.to_owned()),
        place: Place::of_file("policy.yaml"),
    };
    vec![rename("one", "two"), rename("two", "x"), rename("y", "three")]
}

fn pages(old: &str, new: &str, numbering: Numbering) -> [Html; 3] {
    let manner = Manner { title: "T", numbering, html: HtmlRule::Refuse };
    let (old, new) = (parse(old, manner), parse(new, manner));
    let (base, texts) = (BaseUrl::parse("https://example.org").unwrap(), Texts::default());
    let linker = Linker { base: &base, cards: &[], policy: None, language: None, first_day: None };
    let moved = moved();
    let setting = Setting { linker, texts: &texts, moved: &moved };
    let page = |markup: &str| Html::parse_document(&format!("<article>{markup}</article>"));
    let both = compare::markup(&redline_by(&old, &new, &moved), old.shift.max(new.shift), setting);
    [page(markup(&old, setting).as_str()), page(markup(&new, setting).as_str()), page(both.as_str())]
}

fn shown(doc: &Doc) -> String {
    let (base, texts) = (BaseUrl::parse("https://example.org").unwrap(), Texts::default());
    let linker = Linker { base: &base, cards: &[], policy: None, language: None, first_day: None };
    markup(doc, Setting { linker, texts: &texts, moved: &[] }).as_str().to_owned()
}

fn article(page: &Html) -> ElementRef<'_> {
    page.select(&Selector::parse("article").unwrap()).next().unwrap()
}

fn holds(old: &str, new: &str) -> Result<(), TestCaseError> {
    for numbering in [Numbering::Legal, Numbering::None] {
        let [was, is, both] = pages(old, new, numbering);
        let (was, is) = (blocks(article(&was), ""), blocks(article(&is), ""));
        if let Some(said) = broken(article(&both), &was, &is) {
            return Err(TestCaseError::fail(format!("{said}\nold:\n{old}\nnew:\n{new}")));
        }
    }
    Ok(())
}

/// Lines and pieces of lines that policies hold, and some that they should not.
const LINES: &[&str] = &[
    "",
    "",
    "",
    "## One",
    "## Two {#x}",
    "### Three",
    "# T",
    "We keep it for 12 months.",
    "We keep it for 24 months.",
    "- a",
    "- b",
    "- c",
    "  - d",
    "1. first",
    "2. second",
    "   more of it",
    "   1. deep",
    "10. ten",
    "> quoted",
    "> > deep",
    "| a | b |",
    "|---|---|",
    "| 1 | 2 |",
    "| 1 | 3 |",
    "| a | b | c |",
    "|---|---|---|",
    "```",
    "code  here",
    "---",
    "See [the site](https://example.org/a) now.",
    "See [the site](https://example.org/b) now.",
    "**bold** and *less*",
    "bold and *less*",
    "line one\\",
    "Term",
    ": means this",
    "- [ ] open",
    "- [x] open",
    "A note[^1] here.",
    "[^1]: Its text.",
    "[^2]: Another.",
    "Both[^2] of[^1] them.",
    "![map](assets/map.svg)",
    "![other](assets/map.svg)",
    "e\u{301}te\u{301}",
    "👩‍👩‍👧 and 👩‍👩‍👦",
    "ก็ดีแล้ว",
    "ก็ดีมาก",
    "שלום עולם",
    "<b>no</b>",
    "a\u{a0}b",
    "un**bold**ed",
    "`a  b`",
    "<https://x.example>",
    "See [section 1](#one) and [section 2](#x).",
    "See [section 2](#one) and [section 1](#x).",
    "[“One”](#one) says more.",
    "café",
    "cafe\u{301}",
    "שלום ‏עולם english 12",
    "العربية من اليمين",
];

/// Sentences that paragraphs are made of.
const SENTENCES: &[&str] = &[
    "We keep what you send for 12 months at most.",
    "We keep what you send for 24 months at most.",
    "Nobody else receives any of it, as [section 2](#x) says.",
    "Nobody else receives any of it, as [section 3](#x) says.",
    "You may ask us at any time what we hold about you.",
    "You may ask us **at any time** what we hold about you.",
    "ข้อมูลของคุณปลอดภัยกับเรา และเราไม่ขายข้อมูล",
    "אנו שומרים את המידע שלכם במשך שנה אחת",
    "Wide 👩‍👩‍👧 families e\u{301}te\u{301} and café.",
    "A note[^1] stands\\\nin this line.",
];

/// How a paragraph ends: another sentence, another paragraph, an item, a clause.
const SEAMS: &[&str] = &[" ", "\n", "\n\n", "\n\n- ", "\n\n> ", "\n\n## One\n\n", "\n\n## Two {#x}\n\n", "\n\n1. "];

type Sentences = Vec<(&'static str, &'static str)>;

/// Two texts of the same sentences: seams changed (splits and joins), sentences moved, edited, put in, taken out.
fn reordered() -> impl Strategy<Value = (String, String)> {
    let sentence = || (prop::sample::select(SENTENCES), prop::sample::select(SEAMS));
    let edits = prop::collection::vec((0..5_u8, 0..30_usize, sentence()), 0..6);
    let text = |all: &Sentences| {
        let text: String = all.iter().flat_map(|(words, seam)| [*words, *seam]).collect();
        text + "\n\n[^1]: The note.\n"
    };
    (prop::collection::vec(sentence(), 1..15), edits).prop_map(move |(old, edits)| {
        let mut new: Sentences = old.clone();
        for (kind, at, (words, seam)) in edits {
            let at = at % new.len().max(1);
            match (kind, new.get(at).copied()) {
                (0, Some(one)) => new[at] = (one.0, seam),
                (1, Some(one)) => new[at] = (words, one.1),
                (2, Some(one)) => {
                    new.remove(at);
                    new.insert((at * 7 + 3) % (new.len() + 1), one);
                }
                (3, Some(_)) => drop(new.remove(at)),
                _ => new.insert(at, (words, seam)),
            }
        }
        (text(&old), text(&new))
    })
}

fn document() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(LINES), 0..25)
}

/// References without words, and clauses that they lead to.
const REFERENCES: &[&str] = &[
    "See [](#one), and [](#x)!",
    "[](#x)",
    "**[](#odd)** `[](#x)` <b [](#odd)",
    "[][named] of [](#gone)",
    "[named]: #odd",
    "    [](#x)",
    "- [](#odd)[](#one)",
    "| [](#odd) | [](#x) |",
    "> [](#odd)",
    "a ` b [](#odd)",
    "# [](#x) T {#first}",
    "## From [](#x) on",
    "## From [](#one) on {#from}",
    "[](#from) and [^1] [](#from-on)",
    "[^1]: By [](#odd).",
    "## *Odd* `a  |b]` ~~c~~ \\<d> &amp; e_f_ ![g](h) {#odd}",
];

fn referring() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select([REFERENCES, REFERENCES, LINES].concat()), 0..25)
}

/// A document and an edited one: lines taken out, put in, moved.
fn edited() -> impl Strategy<Value = (String, String)> {
    let edits = prop::collection::vec((0..3_u8, 0..30_usize, prop::sample::select(LINES)), 0..8);
    (document(), edits).prop_map(|(old, edits)| {
        let mut new = old.clone();
        for (kind, at, line) in edits {
            let at = at % (new.len() + 1);
            match kind {
                0 => new.insert(at, line),
                1 if at < new.len() => drop(new.remove(at)),
                _ if at < new.len() => {
                    let line = new.remove(at);
                    let to = (at * 7) % (new.len() + 1);
                    new.insert(to, line);
                }
                _ => {}
            }
        }
        (old.join("\n") + "\n", new.join("\n") + "\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_laws_hold_for_edited_documents((old, new) in edited()) {
        holds(&old, &new)?;
    }

    #[test]
    fn the_laws_hold_for_moves_splits_and_joins((old, new) in reordered()) {
        holds(&old, &new)?;
    }

    #[test]
    fn the_laws_hold_for_documents_with_nothing_in_common(old in document(), new in document()) {
        holds(&(old.join("\n") + "\n"), &(new.join("\n") + "\n"))?;
    }

    #[test]
    fn equal_documents_have_no_redline(text in document()) {
        let text = text.join("\n") + "\n";
        let doc = parse(&text, Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse });
        prop_assert!(redline(&doc, &doc).is_empty());
    }

    #[test]
    fn references_that_are_written_out_read_as_before(lines in referring(), legal in any::<bool>(), safe in any::<bool>()) {
        let body = lines.join("\n") + "\n";
        let numbering = if legal { Numbering::Legal } else { Numbering::None };
        let html = if safe { HtmlRule::Safe } else { HtmlRule::Refuse };
        let manner = Manner { title: "T", numbering, html };
        let whole = written_out(&body, manner);
        let (before, after) = (parse(&body, manner), parse(&whole, manner));
        prop_assert_eq!(vellum::site::plain::text(&before), vellum::site::plain::text(&after));
        prop_assert_eq!(shown(&before), shown(&after));
        prop_assert_eq!(written_out(&whole, manner), whole);
    }

    #[test]
    fn any_text_is_read_and_shown(text in "\\PC{0,200}", html in any::<bool>()) {
        let html = if html { HtmlRule::Safe } else { HtmlRule::Refuse };
        let doc = parse(&text, Manner { title: "T", numbering: Numbering::Legal, html });
        let _ = vellum::site::plain::text(&doc);
        prop_assert!(redline(&doc, &doc).is_empty());
    }
}

#[test]
fn the_laws_hold_for_hard_pairs() {
    let wide = "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n";
    let pairs = [
        ("", "## A\n\none\n"),
        ("one two three. four five six.\n", "one two three.\n\nfour five six.\n"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", wide),
        ("| a | c |\n|---|---|\n| 1 | 3 |\n| 4 | 6 |\n", wide),
        ("| c |\n|---|\n| 3 |\n\n| b | x |\n|---|---|\n| 2 | y |\n", wide),
        ("| a | x | c | y |\n|---|---|---|---|\n| 1 | 7 | 3 | 8 |\n", wide),
        ("[a](https://x.example)\n", "[a](https://y.example)\n"),
        ("a **b** c\n", "a b **c**\n"),
        ("1. a\n2. b\n3. c\n", "1. a\n2. x\n3. b\n4. c\n"),
        ("- a\n  - b\n\n  c\n", "- a\n\n  c\n  - d\n"),
        ("ab![x](assets/a.svg)cd\n", "ab![y](assets/a.svg)cd\n"),
        ("## A\n\n## B\n\n## C\n", "## C\n\n## A\n\n## B\n"),
    ];
    for (old, new) in pairs {
        holds(old, new).unwrap();
        holds(new, old).unwrap();
    }
}

/// Runs the program and fails with what it said.
fn vellum(args: &[&str]) {
    let done = Command::new(env!("CARGO_BIN_EXE_vellum")).args(args).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The folders below a folder whose own folders hold texts.
fn histories(folder: &Path, found: &mut Vec<PathBuf>) {
    let inner: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    let texts = |path: &PathBuf| {
        std::fs::read_dir(path).unwrap().any(|entry| entry.unwrap().path().extension().is_some_and(|end| end == "md"))
    };
    if inner.iter().any(texts) {
        found.push(folder.to_path_buf());
    } else {
        inner.iter().for_each(|path| histories(path, found));
    }
}

/// Reads every redline of a built site, those of drafts too; says how many there are, and which break a law.
fn read(site: &Path) -> (usize, Vec<String>) {
    let (mut pairs, mut wrong) = (0, Vec::new());
    let json = |path: PathBuf| vellum::base::json::parse(&std::fs::read(path).unwrap()).unwrap();
    let page = |path: PathBuf| Html::parse_document(&std::fs::read_to_string(path).unwrap());
    let select = |page: &Html, mark: &str| {
        let mark = Selector::parse(mark).unwrap();
        page.select(&mark).next().map(|found| found.id())
    };
    for policy in json(site.join("policies.json")).get("policies").unwrap().as_array().unwrap() {
        let slug = policy.get("id").unwrap().as_str().unwrap();
        let folder = site.join("policies").join(slug);
        let versions = json(folder.join("versions.json"));
        let mut before: Option<Vec<String>> = None;
        let mut texts: Vec<(String, Vec<String>)> = Vec::new();
        let rows = versions.get("versions").unwrap().as_array().unwrap();
        let numbers = rows.iter().map(|row| row.get("version").unwrap().as_str().unwrap());
        let draft = Some("draft".to_owned()).filter(|draft| folder.join(draft).is_dir());
        for place in numbers.map(|number| format!("v/{number}")).chain(draft) {
            let own = page(folder.join(&place).join("index.html"));
            let text = select(&own, "[data-policy-text]").unwrap();
            let is = blocks(ElementRef::wrap(own.tree.get(text).unwrap()).unwrap(), "");
            if let Some(was) = &before {
                pairs += 1;
                let both = page(folder.join(&place).join("changes/index.html"));
                let mark = select(&both, "[data-redline]").unwrap();
                let said = broken(ElementRef::wrap(both.tree.get(mark).unwrap()).unwrap(), was, &is);
                wrong.extend(said.map(|said| format!("{slug} {place}: {said}")));
            }
            texts.push((place, is.clone()));
            before = Some(is);
        }
        // Each version may have a redline to the one in force; an upcoming one, from it.
        let in_force = policy.get("in_force").and_then(|holding| holding.get("version")?.as_str());
        let held = in_force.map(|number| format!("v/{number}"));
        let Some(at) = texts.iter().position(|(place, _)| Some(place) == held.as_ref()) else { continue };
        let holds = texts[at].1.clone();
        for (index, (place, text)) in texts.iter().enumerate() {
            let path = folder.join(place).join("since/index.html");
            if !path.is_file() {
                continue;
            }
            pairs += 1;
            let both = page(path);
            let mark = select(&both, "[data-redline]").unwrap();
            let redline = ElementRef::wrap(both.tree.get(mark).unwrap()).unwrap();
            let (was, is) = if index > at { (&holds, text) } else { (text, &holds) };
            wrong.extend(broken(redline, was, is).map(|said| format!("{slug} {place} since: {said}")));
        }
    }
    (pairs, wrong)
}

#[test]
fn the_laws_hold_for_real_histories() {
    let folder = tempfile::tempdir().unwrap();
    let (root, out) = (folder.path().join("site"), folder.path().join("out"));
    let (root, out) = (root.to_str().unwrap(), out.to_str().unwrap());
    if let Some(corpus) = std::env::var_os("VELLUM_CORPUS") {
        vellum(&["new", "site", root]);
        // Every version is compared with the one in force, however many there are.
        let settings = Path::new(root).join("site.yaml");
        let text = std::fs::read_to_string(&settings).unwrap();
        std::fs::write(settings, format!("{text}since: 100000\n")).unwrap();
        let mut found = Vec::new();
        histories(Path::new(&corpus), &mut found);
        for folder in found {
            vellum(&["--root", root, "import", "dir", folder.to_str().unwrap(), "--each"]);
        }
        vellum(&["--root", root, "--as-of", "2026-11-23", "build", "--out", out]);
    } else {
        vellum(&["--root", env!("CARGO_MANIFEST_DIR"), "--as-of", "2026-11-23", "build", "--drafts", "--out", out]);
        assert!(Path::new(out).join("policies/enduserprivacypolicy/draft/changes").is_dir(), "the sample has a draft");
    }
    let (pairs, wrong) = read(Path::new(out));
    assert!(pairs > 5, "only {pairs} pairs were read");
    assert!(wrong.is_empty(), "{} of {pairs} redlines break a law:\n{}", wrong.len(), wrong.join("\n"));
    println!("{pairs} redlines read, all lawful");
}
