//! Mail servers of others: Postfix's sink, which keeps each mail as it came, and aiosmtpd, which parses it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::desk;
use crate::harness::{Home, files};
use crate::mails::{clean, marked};
use crate::peer::Got;

const TEXT: &str = "Grüße\n.\n..\n\n  and an end";

/// A server that keeps its mails in a folder.
struct Server {
    child: Child,
    port: u16,
    mails: PathBuf,
    _home: Home,
}

impl Server {
    /// Starts one: `command` is given the folder and the port.
    fn start(name: &str, command: impl Fn(&Path, u16) -> Command) -> Self {
        let home = Home::new();
        let mails = home.at("mails");
        fs::create_dir(&mails).unwrap();
        // It may run as somebody else.
        fs::set_permissions(home.path(), PermissionsExt::from_mode(0o755)).unwrap();
        fs::set_permissions(&mails, PermissionsExt::from_mode(0o777)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = command(&mails, port).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(child.try_wait().unwrap().is_none() && Instant::now() < until, "{name} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, port, mails, _home: home }
    }

    /// The one mail that it kept, once a visitor was told "sent".
    fn one(&self) -> String {
        let desk = desk(&format!("smtp://127.0.0.1:{}", self.port));
        assert_eq!(desk.send(&[("name", "Ada"), ("email", "ada@example.org"), ("message", TEXT)]).status, 303);
        // A folder may also have a file for the look whether it listens, without a mail in it.
        let text = |path: &String| fs::read(self.mails.join(path)).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let kept = files(&self.mails);
        let kept: Vec<String> = kept.iter().filter_map(text).filter(|text| text.contains("Message-ID:")).collect();
        assert_eq!(kept.len(), 1, "{kept:?}");
        kept[0].clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A mail without what its server put before it. Both write lines with LF.
fn whole(text: &str) {
    let got = Got {
        from: "<forms@example.org>".to_owned(),
        to: vec!["<office@example.org>".to_owned()],
        text: text.replace('\n', "\r\n").into_bytes(),
    };
    assert!(clean(&got).part(0).contains(&marked(TEXT)), "{text}");
}

#[test]
fn the_sink_of_postfix_takes_it_once_and_whole() {
    let server = Server::start("smtp-sink (Debian's package postfix)", |mails, port| {
        let mut sink = Command::new("sh");
        sink.args([
            "-c",
            "PATH=$PATH:/usr/sbin; [ $(id -u) -eq 0 ] && as='-u nobody'; exec smtp-sink $as -d \"$0/%s.\" \"$1\" 100",
        ]);
        sink.arg(mails).arg(format!("127.0.0.1:{port}"));
        sink
    });
    let kept = server.one();
    let at = kept.find("From: Our website").or_else(|| kept.find("From: \"Our website")).unwrap();
    assert!(kept[..at].contains("X-Rcpt-Args: <office@example.org>"), "{kept}");
    whole(&kept[at..]);
}

#[test]
fn a_server_that_parses_each_mail_keeps_it_as_it_was() {
    let server = Server::start("aiosmtpd (Debian's package python3-aiosmtpd)", |mails, port| {
        let mut server = Command::new("/usr/bin/python3");
        server.args(["-W", "ignore", "-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")]);
        server.args(["-c", "aiosmtpd.handlers.Mailbox"]).arg(mails.join("box"));
        server
    });
    let kept = server.one();
    let own = |line: &&str| !["X-Peer:", "X-MailFrom:", "X-RcptTo:"].iter().any(|name| line.starts_with(name));
    assert!(
        kept.contains("X-MailFrom: forms@example.org\n") && kept.contains("X-RcptTo: office@example.org\n"),
        "{kept}"
    );
    whole(&(kept.lines().filter(own).collect::<Vec<_>>().join("\n") + "\n"));
}
