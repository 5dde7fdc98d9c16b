//! `verify` from outside: whatever was changed is found and named, a past that was written anew is found by a kept head,
//! and a server in between may rewrite markup.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;

use vellum::base::json::{self, Value};

use crate::harness::{Home, Ran, files};

const DAY: &str = "2026-11-23";
const OUT: &str = "public";

/// How many bytes are changed, one at a time for each file.
const CHANGES: usize = 1000;

/// The sample, built.
fn sample() -> Home {
    let home = Home::sample();
    home.run(&["--as-of", DAY, "build"]).quiet();
    home
}

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// The files in which a changed byte is a changed record or a changed site: where they are, and what `verify` calls them.
fn targets(home: &Home) -> Vec<(PathBuf, String)> {
    let built = files(&home.at(OUT)).into_iter().map(|path| (home.at(OUT).join(&path), path));
    let used = |path: &String| {
        let asset = path.split_once("/assets/").map(|(policy, name)| format!("policies/{policy}/assets/{name}"));
        let shown = asset.is_some_and(|asset| home.at(OUT).join(asset).is_file());
        path.ends_with("/ledger.yaml") || path.contains("/versions/") || shown
    };
    let policies = "content/policies";
    let source = files(&home.at(policies)).into_iter().filter(used);
    let source = source.map(|path| (home.at(policies).join(&path), format!("{policies}/{path}")));
    built.chain(source).filter(|(place, _)| fs::metadata(place).unwrap().len() > 0).collect()
}

/// What other files are made from or compared with: changed alone, so that nothing else is named because of it.
fn is_alone(name: &str) -> bool {
    name.contains("ledger.") || name == "policies.json"
}

/// Changes a byte of each file, asks, and puts the files back.
fn change(home: &Home, random: &mut Random, files: &[&(PathBuf, String)]) {
    let mut before = BTreeMap::new();
    let mut said = Vec::new();
    for (place, name) in files {
        let bytes = fs::read(place).unwrap();
        let (at, by) = (random.below(bytes.len()), 1 + random.below(255));
        let mut changed = bytes.clone();
        changed[at] = changed[at].wrapping_add(u8::try_from(by).unwrap());
        said.push(format!("{name} at {at}: {} is {}", bytes[at], changed[at]));
        fs::write(place, changed).unwrap();
        before.insert(place.clone(), bytes);
    }
    let ran = home.run(&["verify", "--format", "json"]);
    let named = named(&ran);
    for ((_, name), said) in files.iter().zip(&said) {
        assert!(named.contains(name), "{said}, which is not among {named:?}");
    }
    let changed: BTreeSet<&String> = files.iter().map(|(_, name)| name).collect();
    if !files.iter().any(|(_, name)| is_alone(name)) {
        let others: Vec<&String> = named.iter().filter(|name| !changed.contains(name)).collect();
        assert!(others.is_empty(), "{others:?} are named beside {said:#?}\n{}", ran.out);
    }
    // A source that says the same in other bytes is noted; all else fails the run.
    let only_noted = changed.iter().all(|name| name.starts_with("content/"));
    assert!(ran.status == 1 || only_noted && ran.status == 0, "{said:?}");
    before.into_iter().for_each(|(place, bytes)| fs::write(place, bytes).unwrap());
}

fn named(ran: &Ran) -> BTreeSet<String> {
    let file = |line: &str| json::parse(line.as_bytes()).unwrap()["file"].as_str().unwrap().to_owned();
    ran.out.lines().map(file).collect()
}

#[test]
fn a_changed_byte_of_any_file_is_found_and_named() {
    let home = sample();
    let targets = targets(&home);
    assert!(targets.len() > 100, "{}", targets.len());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut changes = 0;
    while changes < CHANGES {
        let (alone, others): (Vec<_>, Vec<_>) = targets.iter().partition(|(_, name)| is_alone(name));
        change(&home, &mut random, &others);
        alone.iter().for_each(|one| change(&home, &mut random, &[one]));
        changes += targets.len();
    }
    let whole = home.run(&["verify"]).quiet();
    assert!(whole.out.starts_with("./public: as published; 3 policies, "), "{}", whole.out);
}

#[test]
fn a_changed_byte_of_the_builds_own_list_is_found() {
    let home = sample();
    let place = home.at("public/.vellum/manifest.json");
    let bytes = fs::read(&place).unwrap();
    let mut random = Random(7);
    for _ in 0..20 {
        let mut changed = bytes.clone();
        changed[random.below(bytes.len())] ^= 1;
        fs::write(&place, changed).unwrap();
        assert_eq!(home.run(&["verify"]).status, 1);
    }
}

#[test]
fn a_past_that_was_written_anew_is_found_by_a_kept_head_alone() {
    let publish = |home: &Home, day: &str, words: &str| {
        let draft = home.read("content/policies/terms/draft.md").replace("12 months", words);
        home.write("content/policies/terms/draft.md", &draft);
        let ran = home.run(&["--as-of", day, "publish", "terms", "--effective", day, "--summary", words]).quiet();
        let head = ran.out.split("head ").nth(1).unwrap().lines().next().unwrap().to_owned();
        home.run(&["--as-of", "2026-01-01", "build"]).quiet();
        head
    };
    let home = Home::of(&["with/base", "with/terms"]);
    let first = publish(&home, "2025-01-01", "12 months");
    assert!(home.run(&["verify", "--head", &first]).quiet().out.ends_with(&format!("{first} is the head of terms\n")));
    home.write("content/policies/terms/draft.md", home.read("content/policies/terms/draft.md").replace("12", "18"));
    let second = publish(&home, "2025-02-01", "18 months");
    let went_on = home.run(&["verify", "--head", &first, "--head", &second]).quiet().out;
    let wanted =
        format!("the record of terms goes on from {first}: it was event 1 of 2\n{second} is the head of terms\n");
    assert!(went_on.ends_with(&wanted), "{went_on}");
    // Another text, with hashes and a chain that fit it.
    let forged = Home::of(&["with/base", "with/terms"]);
    publish(&forged, "2025-01-01", "6 months");
    assert_eq!(forged.run(&["verify"]).quiet().status, 0);
    let found = forged.run(&["verify", "--head", &first]);
    assert_eq!(found.status, 1);
    assert!(found.out.starts_with(&format!("error[V246]: no ledger of this site goes on from the head {first}\n")));
    // Without its source it is found in the same way, and the source finds it too.
    let site = forged.at(OUT);
    let site = site.to_str().unwrap();
    let elsewhere = Home::new();
    assert_eq!(elsewhere.run(&["verify", site]).quiet().status, 0);
    assert_eq!(elsewhere.run(&["verify", site, "--head", &first]).status, 1);
    let source = home.run(&["verify", site]);
    assert!(source.status == 1 && source.out.contains("error[V247]"), "{}", source.out);
}

/// Serves a folder as a host that rewrites markup does; the folder can be changed meanwhile.
fn cdn(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            BufReader::new(&stream).read_line(&mut line).unwrap();
            let path = line.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
            let path = if path.is_empty() || path.ends_with('/') { path + "index.html" } else { path };
            let reply = match fs::read(folder.join(&path)) {
                Ok(bytes) if path.ends_with(".html") => rewritten(&String::from_utf8(bytes).unwrap()).into_bytes(),
                Ok(bytes) => bytes,
                Err(_) => {
                    let _ =
                        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                    continue;
                }
            };
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", reply.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply));
        }
    });
    address
}

/// Other quotes, no optional end tags, other white space, comments, scripts.
fn rewritten(page: &str) -> String {
    let page = page.replace("</p>", "\n").replace("</li>", "").replace("<p>", "<P CLASS='x'>").replace("</td>", "");
    let page = page.replace("<body>", "<body><script>beacon('<p data-policy-text>')</script>");
    page.replace("</article>", "<!-- cached --><script>more('</div>')</script></ARTICLE>")
        .replace(" data-ui>", " DATA-UI=''>")
}

#[test]
fn a_served_site_is_checked_whatever_its_host_does_to_markup() {
    let home = sample();
    let address = cdn(home.at(OUT));
    let elsewhere = Home::new();
    let verify = || elsewhere.run(&["verify", "--site", &address]);
    let whole = verify();
    assert_eq!((whole.status, whole.err.as_str()), (0, ""), "{}", whole.out);
    assert!(whole.out.starts_with(&format!("{address}/: as published; 3 policies, ")), "{}", whole.out);
    let page = "policies/customerprivacypolicy/v/2.0/index.html";
    let kept = home.read(&format!("{OUT}/{page}"));
    let (before, text) = kept.split_at(kept.find("data-policy-text").unwrap());
    home.write(&format!("{OUT}/{page}"), format!("{before}{}", text.replacen("We ", "They ", 1)));
    fs::remove_file(home.at("public/policies/customerprivacypolicy/v/1.0/text.txt")).unwrap();
    let found = verify();
    assert_eq!(found.status, 1);
    assert!(
        found.out.contains(&format!("error[V244]: the page does not show the text of version 2.0\n--> {page}:1:1"))
    );
    assert!(found.out.contains("error[V241]: policies/customerprivacypolicy/v/1.0/text.txt cannot be had: the server"));
    assert!(found.out.contains("2 errors\n"), "{}", found.out);
}

#[test]
fn a_site_under_development_is_checked_as_it_is_served() {
    let home = Home::sample();
    let mut command = home.command(&["--as-of", DAY, "serve", "--port", "0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
    let ran = home.run(&["verify", "--site", &address]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
}

#[test]
fn a_foreign_site_does_not_rule_the_terminal() {
    let home = Home::of(&["with/base", "with/terms"]);
    home.run(&["--as-of", "2025-01-01", "publish", "terms", "--effective", "2025-01-01"]).quiet();
    home.run(&["--as-of", "2025-01-01", "build"]).quiet();
    let place = "public/policies.json";
    home.write(place, home.read(place).replace("\"terms\"", "\"x\\u001b[31mEVIL\\u202e\""));
    let text = "public/policies/terms/v/1.0/text.md";
    home.write(text, home.read(text).replace("12", "1\u{1b}[2J\r2"));
    let elsewhere = Home::new();
    for format in ["human", "json"] {
        let ran = elsewhere.run(&["verify", home.at(OUT).to_str().unwrap(), "--format", format]);
        assert!(ran.status == 1 && ran.out.contains("x\u{fffd}[31mEVIL\u{fffd}"), "{}", ran.out);
        let odd = |char: char| char != '\n' && (char.is_control() || char == '\u{202e}');
        assert!(!ran.out.contains(odd), "{}", ran.out);
    }
}

#[test]
fn a_server_that_cannot_be_reached_is_the_networks_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let ran = Home::new().run(&["verify", "--site", &address]);
    assert_eq!(ran.status, 3);
    assert!(ran.err.starts_with(&format!("error: cannot get {address}/policies.json: ")), "{}", ran.err);
}

#[test]
fn findings_can_be_read_by_programs() {
    let home = sample();
    let place = "public/policies/customerprivacypolicy/versions.json";
    home.write(place, home.read(place).replacen("\"superseded\"", "\"in force\"", 1));
    let ran = home.run(&["verify", "--format", "json"]);
    let rows: Vec<Value> = ran.out.lines().map(|line| json::parse(line.as_bytes()).unwrap()).collect();
    assert_eq!((ran.status, rows.len(), rows[0]["code"].as_str().unwrap()), (1, 1, "V243"));
    let message = "versions.json says other than the ledger: `versions.1.status` is \"in force\", not \"superseded\"";
    assert_eq!(rows[0]["message"].as_str().unwrap(), message);
}
