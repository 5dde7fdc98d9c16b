//! What arrives: read by a mail parser that is not ours.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::desk::{Desk, desk};
use crate::peer::{GOOD, Got, Peer};

const PARSER: &str = r#"
import email, email.policy, json, sys
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
text = lambda content: content if isinstance(content, str) else content.decode("latin-1")
defects = [str(one) for part in mail.walk() for one in part.defects]
print(json.dumps({
    "headers": [[name, str(value)] for name, value in mail.items()],
    "defects": defects,
    "kind": mail.get_content_type(),
    "parts": [[part.get_content_type(), text(part.get_content())] for part in mail.iter_parts()],
    "date": mail["Date"] and mail["Date"].datetime.timestamp(),
}))
"#;

/// A mail, parsed.
pub struct Parsed(Value);

impl Parsed {
    pub fn of(got: &Got) -> Self {
        let mut python = Command::new("python3");
        let mut child = python.args(["-c", PARSER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&got.text).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        Self(serde_json::from_slice(&output.stdout).unwrap())
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        let lines = self.0["headers"].as_array().unwrap().iter();
        let named = lines.filter(|line| line[0].as_str().unwrap().eq_ignore_ascii_case(name));
        named.map(|line| line[1].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub fn one(&self, name: &str) -> String {
        let all = self.all(name);
        assert_eq!(all.len(), 1, "{name}: {all:?}");
        all[0].clone()
    }

    /// The text of a part, with its lines ended by LF.
    pub fn part(&self, number: usize) -> String {
        self.0["parts"][number][1].as_str().unwrap().replace("\r\n", "\n")
    }
}

/// A mail is clean: one header of each, whole lines, nothing that a server could take for a command.
#[track_caller]
pub fn clean(got: &Got) -> Parsed {
    assert_eq!((got.from.as_str(), got.to.len()), ("<forms@example.org>", 1));
    let text = &got.text;
    for (at, byte) in text.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| text[at]);
        assert!(*byte != 0, "a NUL");
        assert!(*byte != b'\n' || before == Some(b'\r'), "a bare LF at {at}");
        assert!(*byte != b'\r' || text.get(at + 1) == Some(&b'\n'), "a bare CR at {at}");
        assert!(byte.is_ascii(), "a byte beyond ASCII at {at}");
    }
    assert!(text.split(|byte| *byte == b'\n').all(|line| line.len() < 998), "a line is too long");
    let mail = Parsed::of(got);
    assert_eq!(mail.0["defects"].as_array().unwrap().len(), 0, "{}", mail.0["defects"]);
    for name in ["From", "To", "Date", "Message-ID", "Subject", "MIME-Version"] {
        mail.one(name);
    }
    assert_eq!(mail.one("From"), "Our website <forms@example.org>");
    assert!(mail.all("Bcc").is_empty() && mail.all("Cc").is_empty());
    let kinds: Vec<&str> = mail.0["parts"].as_array().unwrap().iter().map(|part| part[0].as_str().unwrap()).collect();
    assert_eq!(
        (mail.0["kind"].as_str().unwrap(), kinds.as_slice()),
        ("multipart/alternative", &["text/plain", "text/html"][..])
    );
    mail
}

/// Sends with good values but for some, and returns the one clean mail.
#[track_caller]
fn sent(pairs: &[(&str, &str)]) -> Parsed {
    let (desk, peer) = pair();
    let all = with(pairs);
    let answer = desk.send(&all);
    assert_eq!(answer.status, 303, "{}", answer.body);
    clean(&peer.one())
}

fn pair() -> (Desk, Peer) {
    let peer = Peer::start(&[GOOD]);
    (desk(&peer.url()), peer)
}

fn with<'a>(pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![("_seen", "privacy@1.0:x"), ("name", "Ada"), ("email", "ada@example.org")];
    all.retain(|(name, _)| !pairs.iter().any(|(other, _)| other == name));
    all.extend(pairs);
    all
}

#[test]
fn row_03_encoded_words_in_a_subject_are_shown_as_they_are() {
    let mail = sent(&[("topic", "=?utf-8?B?8J+SqQ==?=")]);
    assert_eq!(mail.one("Subject"), "=?utf-8?B?8J+SqQ==?= from Ada");
    let long = "Grüße aus dem schönen Łódź ".repeat(6);
    assert_eq!(sent(&[("topic", long.trim())]).one("Subject"), format!("{} from Ada", long.trim()));
}

#[test]
fn row_04_a_name_with_an_address_stays_a_name() {
    let mail = sent(&[("name", "Bank <security@bank.com>")]);
    assert_eq!(mail.one("Reply-To"), "ada@example.org");
    assert!(mail.part(0).contains("Name: Bank <security@bank.com>\n"));
    assert!(mail.part(1).contains("Bank &lt;security@bank.com&gt;"));
}

#[test]
fn row_04_what_an_address_holds_says_nothing_to_a_mail_program() {
    let address = "boss?bcc=v%40evil.example&body=#x@example.org";
    let mail = sent(&[("email", address)]);
    assert_eq!(mail.one("Reply-To"), address);
    let link = "href=\"mailto:boss%3Fbcc%3Dv%2540evil.example%26body%3D%23x@example.org\"";
    assert!(mail.part(1).contains(link), "{}", mail.part(1));
}

#[test]
fn row_05_unseen_characters_are_taken_out_and_joiners_stay() {
    let mail = sent(&[("name", "A\u{202e}d\u{200b}a\u{feff}\u{200d}\u{200c}x")]);
    assert!(mail.part(0).contains("Name: Ada\u{200d}\u{200c}x\n"));
    let name = "A\u{ad}d\u{34f}a\u{180e} \u{206a}\u{e0041}L\u{fff9} \u{263a}\u{fe0f}";
    let mail = sent(&[("name", name), ("email", "a\u{ad}da@example.org")]);
    assert!(mail.part(0).contains("Name: Ada L \u{263a}\u{fe0f}\n") && mail.one("Reply-To") == "ada@example.org");
}

/// A text of many lines as it stands in a mail.
pub fn marked(text: &str) -> String {
    let line = |line: &str| if line.is_empty() { "|".to_owned() } else { format!("| {line}") };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn row_06_a_text_that_looks_like_smtp_stays_a_text() {
    for text in ["a\r\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<v@x>\r\nb", "a\n.\nb", "a\n.\r\nb", ".\n..\n.", "a\r.\rb"] {
        let mail = sent(&[("message", text)]);
        let wanted = marked(&text.replace("\r\n", "\n").replace('\r', "\n"));
        assert!(mail.part(0).contains(&wanted), "{text:?}: {}", mail.part(0));
    }
}

#[test]
fn row_08_a_line_of_100_kilobytes_arrives_whole() {
    let long = "ä1".repeat(33_000);
    assert!(sent(&[("message", &long)]).part(0).contains(&long));
}

#[test]
fn row_10_an_address_beyond_ascii_stands_in_the_text_only() {
    let mail = sent(&[("email", "用户@例子.广告")]);
    assert!(mail.all("Reply-To").is_empty() && mail.part(0).contains("用户@例子.广告"));
    let mail = sent(&[("email", "ada@bücher.example")]);
    assert_eq!(mail.one("Reply-To"), "ada@xn--bcher-kva.example");
}

#[test]
fn row_11_without_an_address_there_is_nobody_to_answer() {
    assert!(sent(&[("email", "")]).all("Reply-To").is_empty());
}

#[test]
fn rows_49_and_50_the_mail_names_what_was_seen_and_when_it_must_be_gone() {
    let mail = sent(&[("box", "yes"), ("more", "a"), ("more", "b"), ("day", "2026-03-31"), ("news", "yes")]);
    let policy = mail.one("X-Vellum-Policy");
    assert!(policy.starts_with("privacy@1.0; sha256=") && policy.ends_with("; seen=yes"), "{policy}");
    assert_eq!(mail.one("X-Vellum-Delete-By"), "2027-11-24");
    for line in ["Box: yes", "More: a, b", "Day: 2026-03-31", "Consent: News please: yes", "Delete by: 2027-11-24"] {
        assert!(mail.part(0).contains(&format!("{line}\n")), "{line}: {}", mail.part(0));
    }
    let id = mail.one("Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@example.org>") && id.len() == 32 + "<@example.org>".len(), "{id}");
    let unstated = sent(&[("_seen", "privacy@9.9:x")]).one("X-Vellum-Policy");
    assert!(unstated.starts_with("privacy@1.1;") && unstated.ends_with("; seen=no"), "{unstated}");
}
