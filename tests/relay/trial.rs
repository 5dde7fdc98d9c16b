//! `relay --test-mail`: every line of it, against servers of the test's own.

use crate::desk::site;
use crate::dns::{Dns, a, txt};
use crate::mails::Parsed;
use crate::peer::{At, Does, GOOD, Got, Peer, odd};
use crate::tls::Server;

/// What it says with these servers, with their ports left out; its exit status, and what stood on standard error.
fn tried(dns: &Dns, servers: &[(&str, u16)]) -> (String, i32, String) {
    let home = site();
    run(&home, dns, servers)
}

fn run(home: &crate::harness::Home, dns: &Dns, servers: &[(&str, u16)]) -> (String, i32, String) {
    let lines: String = servers.iter().map(|(line, port)| format!("    - {{{line}, port: {port}}}\n")).collect();
    let text = format!("{}  resolvers: [127.0.0.1:{}]\n  servers:\n{lines}", home.read("site.yaml"), dns.port);
    home.write("site.yaml", text);
    let ran = home.run(&["relay", "--test-mail", "--as-of", "2026-11-24"]);
    let hide = |out: String, (_, port): &(&str, u16)| {
        out.replace(&format!(":{port}, "), ":PORT, ").replace(&format!("port {port}\n"), "port PORT\n")
    };
    let out = servers.iter().fold(ran.out.clone(), hide);
    (out, ran.status, ran.err)
}

#[test]
fn every_step_is_told_and_a_real_mail_arrives() {
    let dns = Dns::start(vec![
        a("mail.example.org", 300, [127, 0, 0, 9]),
        a("mail.example.org", 300, [127, 0, 0, 1]),
        txt("example.org", "v=spf1 mx -all"),
        txt("example.org", "something else"),
        txt("_dmarc.example.org", "v=DMARC1; p=reject"),
    ]);
    let home = site();
    home.write("right.txt", "right\n");
    let server = Server::start(home.path(), "implicit", "mail.example.org", ("XOAUTH2", "right"));
    let settings = "host: mail.example.org, tls: implicit, ca_file: cert.pem, user: forms, oauth_token_file: right.txt";
    let (out, status, err) = run(&home, &dns, &[(settings, server.port)]);
    assert_eq!(
        out,
        "mail server 1: mail.example.org:PORT, TLS from the first byte, with a login\n\
         \x20 name        127.0.0.9, 127.0.0.1\n\
         \x20 connection  to 127.0.0.1, port PORT\n\
         \x20 TLS         1.3, the certificate proves mail.example.org and ends on 2099-12-31\n\
         \x20 login       accepted\n\
         \x20 mail        accepted for office@example.org, the first recipient of the form ask\n\
         what receivers see of mails from forms@example.org:\n\
         \x20 alignment   envelope and From are of the same domain, example.org\n\
         \x20 SPF         v=spf1 mx -all\n\
         \x20 DKIM        the mail server signs, or nobody: look for DKIM-Signature with d=example.org in the test mail\n\
         \x20 DMARC       v=DMARC1; p=reject\n"
    );
    assert_eq!((status, err.as_str()), (0, ""));
    let mails = server.mails();
    let mail = Parsed::of(&Got { ..mails[0].clone() });
    assert_eq!((mails.len(), mail.one("Subject").as_str()), (1, "Test mail of Vellum, by mail server 1"));
    assert_eq!(mail.one("Auto-Submitted"), "auto-generated");
}

#[test]
fn what_fails_is_told_where_it_fails() {
    let dns = Dns::start(vec![a("mail.example.org", 300, [127, 0, 0, 1])]);
    let (grey, good) = (Peer::start(&[odd(At::Rcpt, Does::Says("450 later"))]), Peer::start(&[GOOD]));
    let home = site();
    home.write("wrong.txt", "wrong\n");
    let expired = Server::start(home.path(), "implicit", "expired mail.example.org", ("PLAIN", ""));
    let servers = [
        ("host: nowhere.example.org, tls: implicit", 465),
        ("host: localhost, tls: plain", 1),
        ("host: mail.example.org, tls: implicit, ca_file: cert.pem", expired.port),
        ("host: localhost, tls: plain, user: forms, password_file: wrong.txt", good.port),
        ("host: localhost, tls: plain", grey.port),
        ("host: localhost, tls: plain", good.port),
        ("host: localhost, tls: implicit", good.port),
    ];
    let (out, status, err) = run(&home, &dns, &servers);
    let out = out.lines().map(|line| line.split("invalid peer certificate").next().unwrap());
    assert_eq!(
        out.collect::<Vec<_>>().join("\n"),
        "mail server 1: nowhere.example.org:PORT, TLS from the first byte, without a login\n\
         \x20 name        failed: there is nothing of this name\n\
         mail server 2: localhost:PORT, plain, on this machine, without a login\n\
         \x20 name        127.0.0.1, ::1\n\
         \x20 connection  failed: Connection refused (os error 111)\n\
         mail server 3: mail.example.org:PORT, TLS from the first byte, without a login\n\
         \x20 name        127.0.0.1\n\
         \x20 connection  to the server, port PORT\n\
         \x20 TLS         failed: \n\
         mail server 4: localhost:PORT, plain, on this machine, with a login\n\
         \x20 name        127.0.0.1, ::1\n\
         \x20 connection  to 127.0.0.1, port PORT\n\
         \x20 TLS         none: to this machine only\n\
         \x20 login       failed: step auth, no answer that belongs there\n\
         mail server 5: localhost:PORT, plain, on this machine, without a login\n\
         \x20 name        127.0.0.1, ::1\n\
         \x20 connection  to 127.0.0.1, port PORT\n\
         \x20 TLS         none: to this machine only\n\
         \x20 login       not asked for\n\
         \x20 mail        failed: step rcpt, code 450\n\
         mail server 6: localhost:PORT, plain, on this machine, without a login\n\
         \x20 name        127.0.0.1, ::1\n\
         \x20 connection  to 127.0.0.1, port PORT\n\
         \x20 TLS         none: to this machine only\n\
         \x20 login       not asked for\n\
         \x20 mail        accepted for office@example.org, the first recipient of the form ask\n\
         mail server 7: localhost:PORT, TLS from the first byte, without a login\n\
         \x20 name        127.0.0.1, ::1\n\
         \x20 connection  to the server, port PORT\n\
         \x20 TLS         failed: this port does not begin with TLS: use port 465, or `tls: starttls`\n\
         what receivers see of mails from forms@example.org:\n\
         \x20 alignment   envelope and From are of the same domain, example.org\n\
         \x20 SPF         none: add a text to example.org that names the mail server, such as v=spf1 mx -all\n\
         \x20 DKIM        the mail server signs, or nobody: look for DKIM-Signature with d=example.org in the test mail\n\
         \x20 DMARC       none: each receiver judges by itself; begin with v=DMARC1; p=none at _dmarc.example.org"
    );
    assert_eq!((status, err.as_str()), (3, "error: 6 of 7 mail servers did not take the test mail: see above\n"));
    assert_eq!(good.got().len(), 1);
}

#[test]
fn a_sender_of_whom_nothing_is_known_is_told_what_to_publish() {
    let good = Peer::start(&[GOOD]);
    let (out, status, _) = tried(&Dns::start(Vec::new()), &[("host: localhost, tls: plain", good.port)]);
    let lines: Vec<&str> = out.lines().filter(|line| line.contains("SPF") || line.contains("DMARC")).collect();
    assert_eq!(
        lines,
        [
            "  SPF         none: add a text to example.org that names the mail server, such as v=spf1 mx -all",
            "  DMARC       none: each receiver judges by itself; begin with v=DMARC1; p=none at _dmarc.example.org"
        ]
    );
    assert_eq!(status, 0);
}
