//! The part `relay` of `site.yaml`: where forms post to, from whom mails come, and the servers that take them.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::config::BaseUrl;
use super::raw::{Fields, Reading};
use super::relay_door::{self, Door};
use super::relay_limits;
use super::relay_mail::{self, Password};
use super::relay_proxies::{self, Proxies};
use super::relay_rate::{Rate, USUAL};
use super::yaml::Node;
use crate::base::address::Address;
use crate::base::codes::Code;
use crate::base::span::Spanned;

/// The relay's settings.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Where the forms post to, if not to the site's own origin.
    pub url: Option<BaseUrl>,
    /// From whom mails come.
    pub from: Option<Sender>,
    /// Whether it was written, or something that may have been meant for it, and was told not to be understood.
    pub misspelt: bool,
    /// The mail servers, tried in order.
    pub servers: Vec<Server>,
    /// Connections to a mail server at one time.
    pub mail_connections: usize,
    /// The name servers that are asked, over TCP; the system's when there are none.
    pub resolvers: Vec<SocketAddr>,
    /// Origins beside the site's and the relay's own whose pages may post.
    pub origins: Vec<String>,
    /// The proxies that are believed.
    pub proxies: Proxies,
    /// How it is run.
    pub door: Door,
    /// What a peer may take.
    pub limits: Limits,
    /// How long things may take.
    pub deadlines: Deadlines,
}

/// From whom mails come: a name, perhaps empty, and an address of the site's own.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The name that is shown.
    pub name: String,
    /// The address, also the envelope's.
    pub address: Address,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// Who logs in, and where the password stands.
    pub login: Option<(String, Password)>,
    /// A file of certificate authorities beside those that browsers trust.
    pub ca_file: Option<String>,
}

/// How a connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// Not at all; to this machine only.
    Plain,
    /// After `STARTTLS` (RFC 3207), which must succeed.
    StartTls,
}

/// What a peer may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest body, in bytes, not counting files.
    pub body: usize,
    /// All files of one submission, in bytes.
    pub files: usize,
    /// Connections at one time.
    pub connections: usize,
    /// The bodies of all requests at one time, in bytes.
    pub in_flight: usize,
    /// Submissions from one address.
    pub per_address: Rate,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the opening of a connection to the end of a request's head.
    pub head: Duration,
    /// The body of a request.
    pub body: Duration,
    /// One mail, all servers and retries included.
    pub mail: Duration,
}

impl Default for Relay {
    fn default() -> Self {
        Self {
            url: None,
            from: None,
            misspelt: false,
            servers: Vec::new(),
            mail_connections: relay_mail::CONNECTIONS,
            resolvers: Vec::new(),
            origins: Vec::new(),
            proxies: Proxies::default(),
            door: Door::default(),
            limits: Limits {
                body: 256 * 1024,
                files: 10 << 20,
                connections: 1024,
                in_flight: 64 * 1024 * 1024,
                per_address: USUAL,
            },
            deadlines: Deadlines {
                head: Duration::from_secs(10),
                body: Duration::from_secs(30),
                mail: Duration::from_mins(1),
            },
        }
    }
}

/// Whether a host is this machine, so that what is said to it is heard by nobody else.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Reads the settings; what is right in them is kept.
pub fn read(reading: &Reading<'_>, node: &Node) -> Option<Relay> {
    let fields = reading.fields(node)?;
    let mut relay = Relay {
        url: fields.text("url").and_then(|text| url(reading, &text)),
        from: fields.text("from").and_then(|text| sender(reading, &text)),
        servers: fields.items("servers").iter().filter_map(|node| server(reading.fields(node)?)).collect(),
        mail_connections: relay_mail::connections(&fields),
        resolvers: relay_mail::resolvers(&fields),
        origins: fields.texts("origins").iter().filter_map(|text| origin(reading, text)).collect(),
        ..Relay::default()
    };
    relay.limits = relay_limits::sizes(&fields, relay.limits);
    relay.deadlines = relay_limits::times(&fields, relay.deadlines);
    relay.proxies = relay_proxies::read(&fields);
    relay.door = relay_door::read(&fields);
    let (written, before) = (fields.get("from").is_some(), reading.count());
    fields.done();
    relay.misspelt = relay.from.is_none() && (written || reading.count() > before);
    Some(relay)
}

fn url(reading: &Reading<'_>, text: &Spanned<String>) -> Option<BaseUrl> {
    let found = BaseUrl::parse(&text.value);
    if found.is_none() {
        let message = format!("`{}` is not an address for a relay", text.value);
        reading.say(Code::V105, text.span, message, "write https://forms.example.org");
    }
    found
}

fn origin(reading: &Reading<'_>, text: &Spanned<String>) -> Option<String> {
    // The usual port stands in no origin that a browser sends, and so it is left out.
    let pathless = text.value.split_once("://").is_some_and(|(_, host)| !host.contains('/'));
    let base = BaseUrl::parse(&text.value).filter(|_| pathless);
    if base.is_none() {
        let message = format!("`{}` is not an origin", text.value);
        reading.say(Code::V105, text.span, message, "write a scheme and a host: https://www.example.org");
    }
    base.map(|base| base.origin().to_owned())
}

/// `Name <address>`, or an address.
fn sender(reading: &Reading<'_>, text: &Spanned<String>) -> Option<Sender> {
    let written = text.value.trim();
    let (name, address) = match written.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"'), address),
        None => ("", written),
    };
    let odd = |char: char| char.is_control() || matches!(char, '<' | '>' | '"' | '\\');
    if name.contains(odd) || name.contains("=?") {
        reading.say(Code::V105, text.span, format!("`{name}` cannot be a sender's name"), "use words and plain marks");
        return None;
    }
    let found = Address::parse(address).filter(|address| address.ascii().is_some());
    if found.is_none() {
        let message = format!("`{written}` is not a sender with a mail address");
        reading.say(
            Code::V105,
            text.span,
            message,
            "write it as Our website <forms@example.org>, or forms@example.org",
        );
    }
    Some(Sender { name: name.to_owned(), address: found? })
}

fn server(fields: Fields<'_>) -> Option<Server> {
    let reading = fields.reading();
    let host = fields.need_text("host");
    let tls = fields.need("tls").and_then(|node| reading.choice(node, &["implicit", "starttls", "plain"]));
    let tls = tls.map(|word| match word {
        "implicit" => Tls::Implicit,
        "starttls" => Tls::StartTls,
        _ => Tls::Plain,
    });
    let port = fields.number("port").map(u16::try_from);
    if let Some(Err(_)) = port {
        reading.say(
            Code::V105,
            fields.span(),
            "the port is not between 0 and 65535",
            "465 is usual, 587 with starttls",
        );
    }
    let login = relay_mail::login(&fields);
    let ca_file = fields.text("ca_file").map(|text| text.value);
    fields.done();
    let (host, tls) = (host?, tls?);
    if tls == Tls::Plain && !is_loopback(&host.value) {
        let message = format!("mail to {} would be sent without encryption", host.value);
        reading.say(Code::V105, host.span, message, "use `tls: implicit`; `plain` is for this machine only");
        return None;
    }
    let usual = match tls {
        Tls::Implicit => 465,
        Tls::Plain => 25,
        Tls::StartTls => 587,
    };
    Some(Server { host: host.value, port: port.unwrap_or(Ok(usual)).ok()?, tls, login, ca_file })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::span::SourceText;

    fn said(text: &str) -> (Option<Relay>, Vec<String>) {
        let source = SourceText::new(SitePath::parse("site.yaml").unwrap(), text.to_owned());
        let reading = Reading::new(&source);
        let node = reading.node().unwrap();
        let relay = super::read(&reading, &node);
        (relay, reading.into_findings().into_iter().map(|finding| finding.message).collect())
    }

    #[test]
    fn what_the_design_shows_is_read() {
        let (relay, said) = said(
            "url: https://forms.example.org\nfrom: PiPcall website <forms@example.org>\nservers:\n  - {host: mail.example.org, port: 465, tls: implicit, user: forms, password_env: VELLUM_SMTP_PASSWORD}\norigins: [https://www.example.org]\nlimits: {body: 256KiB}\ndeadlines: {mail: 1500ms, head: 2min}\n",
        );
        let relay = relay.unwrap();
        assert!(said.is_empty(), "{said:?}");
        let from = relay.from.unwrap();
        assert_eq!((from.name.as_str(), from.address.as_str()), ("PiPcall website", "forms@example.org"));
        assert_eq!((relay.servers[0].port, relay.servers[0].tls), (465, Tls::Implicit));
        assert_eq!((relay.limits.body, relay.deadlines.head), (262_144, Duration::from_mins(2)));
    }

    #[test]
    fn plain_goes_to_this_machine_only_and_every_mistake_is_told() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        let (_, said) = said(
            "from: x\nservers:\n  - {host: mail.example.org, tls: plain}\n  - {host: a, tls: implicit, user: u}\nlimits: {body: 0B, per_address: 10/h}\norigins: [https://a.example/x]\n",
        );
        assert_eq!(said.len(), 5, "{said:?}");
        let (relay, said) = super::tests::said(
            "proxies: {trusted: [10.0.0.0/8, \"::1\"], header: Forwarded}\nlimits: {per_address: 3/d}\n",
        );
        assert!(said.is_empty(), "{said:?}");
        let proxies = relay.unwrap().proxies;
        assert!(proxies.trusts("10.255.0.1".parse().unwrap()) && !proxies.trusts("11.0.0.1".parse().unwrap()));
        for bad in [
            "trusted: [10.0.0.1/8]",
            "trusted: [x]",
            "trusted: [0.0.0.0/0]",
            "trusted: [\"::/0\"]",
            "trusted: [0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/2]",
            "header: Forwarded",
            "trusted: [10.0.0.1], header: X-Real-IP",
        ] {
            let (_, said) = super::tests::said(&format!("proxies: {{{bad}}}\n"));
            assert_eq!(said.len(), 1, "{bad}: {said:?}");
        }
    }

    #[test]
    fn the_usual_port_stands_in_no_origin() {
        let (relay, said) =
            said("origins: [\"https://A.example:443\", \"http://b.example:80\", \"https://c.example:80\"]\n");
        assert_eq!(relay.unwrap().origins, ["https://a.example", "http://b.example", "https://c.example:80"]);
        assert!(said.is_empty(), "{said:?}");
    }

    #[test]
    fn the_usual_port_of_a_plain_server_is_25() {
        let (relay, _) = said("servers:\n  - {host: localhost, tls: plain}\n  - {host: a.example, tls: starttls}\n");
        assert_eq!(relay.unwrap().servers.iter().map(|server| server.port).collect::<Vec<_>>(), [25, 587]);
    }
}
