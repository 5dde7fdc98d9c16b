//! TLS and login: a mail goes only to a server that proves its name, and a password only over TLS. The server is Python's.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crate::client::Answer;
use crate::desk::{Desk, site};
use crate::mails::clean;
use crate::peer::Got;

const SERVER: &str = r#"
import base64, socket, ssl, sys, threading
mode, cert, key, mechanism, password = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
one = threading.Lock()
def serve(stream):
    try:
        secure = mode == "implicit"
        if secure:
            stream = context.wrap_socket(stream, server_side=True)
        lines = stream.makefile("rwb")
        def say(text):
            lines.write(text.encode() + b"\r\n"); lines.flush()
        say("220 python")
        logged_in = not password
        while line := lines.readline():
            word = line.strip().upper()
            if word.startswith(b"EHLO"):
                offer = "STARTTLS" if mode == "starttls" and not secure else "AUTH " + mechanism if secure else "SIZE"
                say("250-python"); say("250 " + offer)
            elif word == b"STARTTLS" and mode == "starttls":
                say("220 go on")
                stream = context.wrap_socket(stream, server_side=True)
                lines, secure = stream.makefile("rwb"), True
            elif word.startswith(b"AUTH PLAIN"):
                logged_in = secure and base64.b64decode(line.split()[2]) == b"\0forms\0" + password.encode()
                say("235 yes" if logged_in else "535 no")
            elif word == b"AUTH LOGIN":
                say("334 VXNlcm5hbWU6"); user = base64.b64decode(lines.readline())
                say("334 UGFzc3dvcmQ6"); secret = base64.b64decode(lines.readline())
                logged_in = secure and (user, secret) == (b"forms", password.encode())
                say("235 yes" if logged_in else "535 no")
            elif word.startswith(b"AUTH XOAUTH2"):
                wanted = b"user=forms\1auth=Bearer " + password.encode() + b"\1\1"
                logged_in = secure and base64.b64decode(line.split()[2]) == wanted
                if not logged_in:
                    say("334 eyJzdGF0dXMiOiI0MDEifQ==")
                    lines.readline() == b"\r\n" or sys.exit("an answer to the challenge")
                say("235 yes" if logged_in else "535 no")
            elif word.startswith(b"DATA"):
                say("354 go on")
                text = b""
                while (line := lines.readline()) != b".\r\n":
                    text += line[1:] if line.startswith(b".") else line
                with one:
                    print(len(text), flush=True)
                    sys.stdout.buffer.write(text); sys.stdout.flush()
                say("250 taken")
            elif word == b"QUIT":
                say("221 bye"); break
            else:
                say("250 ok" if secure and logged_in else "530 first TLS and a login")
    except (OSError, ssl.SSLError):
        pass
    stream.close()
while True:
    stream, _ = listener.accept()
    threading.Thread(target=serve, args=(stream,), daemon=True).start()
"#;

/// A server with a certificate for a name.
pub struct Server {
    child: Child,
    pub port: u16,
    out: BufReader<std::process::ChildStdout>,
}

impl Server {
    /// One with a certificate for a name, which ran out long ago if the name begins so.
    pub fn start(folder: &Path, mode: &str, name: &str, (mechanism, password): (&str, &str)) -> Self {
        let mut params = rcgen::CertificateParams::new(vec![name.trim_start_matches("expired ").to_owned()]).unwrap();
        if name.starts_with("expired ") {
            params.not_before = rcgen::date_time_ymd(2019, 1, 1);
            params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        } else {
            params.not_after = rcgen::date_time_ymd(2099, 12, 31);
        }
        let key = rcgen::KeyPair::generate().unwrap();
        fs::write(folder.join("cert.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
        let mut python = Command::new("python3");
        python.args(["-c", SERVER, mode]).arg(folder.join("cert.pem")).arg(folder.join("key.pem"));
        python.args([mechanism, password]);
        let mut child = python.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap(), out }
    }

    /// Ends it, and returns the mails that it took.
    pub fn mails(mut self) -> Vec<Got> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut mails = Vec::new();
        let mut line = String::new();
        while self.out.read_line(&mut line).unwrap() > 0 {
            let mut text = vec![0; line.trim().parse().unwrap()];
            self.out.read_exact(&mut text).unwrap();
            let to = vec!["<office@example.org>".to_owned()];
            mails.push(Got { from: "<forms@example.org>".to_owned(), to, text });
            line.clear();
        }
        mails
    }
}

/// A relay of a site whose one server is of a mode, with a certificate for a name; `settings` are those of the relay's
/// server. It takes the password `right`, where one is given.
pub fn pair(mode: &str, name: &str, settings: &str, mechanism: &str) -> (Desk, Server) {
    let home = site();
    let password = if settings.contains("user") { "right" } else { "" };
    let server = Server::start(home.path(), mode, name, (mechanism, password));
    let text =
        format!("{}  servers:\n    - {{host: localhost, port: {}, {settings}}}\n", home.read("site.yaml"), server.port);
    home.write("site.yaml", text);
    home.write("right.txt", "right\n");
    home.write("wrong.txt", "wrong\n");
    (Desk::start(Arc::new(home), ""), server)
}

/// Sends by it.
fn sent(mode: &str, name: &str, settings: &str) -> (Answer, Vec<Got>, String) {
    let (desk, server) = pair(mode, name, settings, "PLAIN");
    let answer = desk.send(&[("name", "Ada")]);
    (answer, server.mails(), desk.log())
}

#[test]
fn a_server_that_proves_its_name_gets_the_mail() {
    for (mode, settings) in [
        ("implicit", "tls: implicit, ca_file: cert.pem"),
        ("starttls", "tls: starttls, ca_file: cert.pem"),
        ("implicit", "tls: implicit, ca_file: cert.pem, user: forms, password_file: right.txt"),
        ("starttls", "tls: starttls, ca_file: cert.pem, user: forms, password_file: right.txt"),
    ] {
        let (answer, mails, log) = sent(mode, "localhost", settings);
        assert_eq!((answer.status, mails.len()), (303, 1), "{settings}: {log}");
        clean(&mails[0]);
    }
}

#[test]
fn row_39_one_that_does_not_gets_nothing() {
    for (mode, name, settings, step) in [
        ("implicit", "localhost", "tls: implicit", "tls"),
        ("starttls", "localhost", "tls: starttls", "tls"),
        ("implicit", "mail.example.org", "tls: implicit, ca_file: cert.pem", "tls"),
        ("implicit", "expired localhost", "tls: implicit, ca_file: cert.pem", "tls"),
        ("starttls", "expired localhost", "tls: starttls, ca_file: cert.pem", "tls"),
        ("implicit", "localhost", "tls: starttls, ca_file: cert.pem", "tls"),
        ("plain", "localhost", "tls: starttls, ca_file: cert.pem", "tls"),
    ] {
        let (answer, mails, log) = sent(mode, name, settings);
        assert_eq!((answer.status, mails.len()), (503, 0), "{settings}");
        assert!(log.contains(&format!("server 1, step {step}, no answer")), "{settings}: {log}");
    }
}

#[test]
fn row_40_a_login_that_is_refused_is_told_to_the_operator() {
    let settings = "tls: implicit, ca_file: cert.pem, user: forms, password_file: wrong.txt";
    let (answer, mails, log) = sent("implicit", "localhost", settings);
    assert_eq!((answer.status, mails.len()), (503, 0));
    assert!(log.contains("server 1, step auth, code 535") && !log.contains("wrong"), "{log}");
}

#[test]
fn row_40_the_way_of_the_login_is_the_servers() {
    for (mechanism, settings, taken) in [
        ("LOGIN", "password_file: right.txt", 1),
        ("LOGIN", "password_file: wrong.txt", 0),
        ("LOGIN PLAIN", "password_file: right.txt", 1),
        ("XOAUTH2", "oauth_token_file: right.txt", 1),
        ("PLAIN XOAUTH2", "oauth_token_file: right.txt", 1),
        ("XOAUTH2", "oauth_token_file: wrong.txt", 0),
    ] {
        let settings = format!("tls: implicit, ca_file: cert.pem, user: forms, {settings}");
        let (desk, server) = pair("implicit", "localhost", &settings, mechanism);
        let status = desk.send(&[("name", "Ada")]).status;
        let (mails, log) = (server.mails(), desk.log());
        assert_eq!((status, mails.len()), (if taken == 1 { 303 } else { 503 }, taken), "{mechanism} {settings}: {log}");
        if taken == 0 {
            assert!(log.contains("server 1, step auth, code 535") && !log.contains("wrong"), "{log}");
        }
    }
}

#[test]
fn row_40_a_server_without_a_way_to_log_in_gets_no_password_and_no_mail() {
    for (mechanism, place) in [("CRAM-MD5", "password_file"), ("PLAIN", "oauth_token_file")] {
        let settings = format!("tls: implicit, ca_file: cert.pem, user: forms, {place}: right.txt");
        let (desk, server) = pair("implicit", "localhost", &settings, mechanism);
        let status = desk.send(&[("name", "Ada")]).status;
        assert_eq!((status, server.mails().len()), (503, 0));
        assert!(desk.log().contains("server 1, step auth, no answer"), "{}", desk.log());
    }
}

#[test]
fn a_token_is_read_at_each_login() {
    let settings = "tls: implicit, ca_file: cert.pem, user: forms, oauth_token_file: wrong.txt";
    let (desk, server) = pair("implicit", "localhost", settings, "XOAUTH2");
    assert_eq!(desk.send(&[("name", "Ada")]).status, 503);
    desk.home.write("wrong.txt", "right\n");
    assert_eq!(desk.send(&[("name", "Ada")]).status, 303);
    // What cannot be a token is not sent.
    desk.home.write("wrong.txt", "right \u{1}x\n");
    assert_eq!(desk.send(&[("name", "Eve")]).status, 503);
    assert_eq!(server.mails().len(), 1);
}
