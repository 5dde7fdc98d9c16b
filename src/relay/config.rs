//! Settings and environment → what the relay runs with. Every mistake is told; passwords and keys are never shown.

#![expect(clippy::disallowed_methods, reason = "passwords and certificates are read here")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::transport::smtp::authentication::Credentials;
use url::Url;

use super::names::Names;
use super::smtp::Endpoint;
use super::talk::Login;
use super::wire::Way;
use crate::base::error::Error;
use crate::base::mac::{Key, LEAST};
use crate::base::percent;
use crate::http::tls::Tls;
use crate::site::relay::{self, Relay, Sender, Server, is_loopback};
use crate::site::relay_mail::Password;

/// What the environment says, by the name of a variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the relay runs with.
pub struct Setup {
    /// From whom mails come.
    pub from: Sender,
    /// The mail servers, in order.
    pub servers: Vec<Endpoint>,
    /// Where names are looked up.
    pub names: Names,
    /// The key of tokens and Message-IDs.
    pub key: Key,
    /// Whether other copies have the same key.
    pub shared: bool,
}

/// Puts settings and environment together. `random` makes a key where none is given.
///
/// # Errors
/// All that is missing or wrong, in one message (wrong use), or a file cannot be read.
pub fn read(settings: &Relay, root: &Path, environment: Environment<'_>, random: [u8; LEAST]) -> Result<Setup, Error> {
    let mut wrong = Vec::new();
    let from = settings.from.clone();
    if from.is_none() {
        wrong.push("site.yaml has no `relay.from`: add `relay: {from: Our website <forms@example.org>}`".to_owned());
    }
    let hello = from.as_ref().map_or_else(|| "localhost".to_owned(), |from| from.address.domain());
    let names = Names::new(&settings.resolvers);
    let servers = servers(settings, &Place { root, hello, names: names.clone() }, environment, &mut wrong)?;
    let secret = environment("VELLUM_SECRET");
    let key = Key::new(secret.as_ref().map_or(&random[..], |text| text.as_bytes()));
    if key.is_none() {
        wrong.push(match secret.as_deref() {
            Some("") => {
                format!("VELLUM_SECRET is empty: give it {LEAST} bytes or more, or leave it out for a key of this start alone")
            }
            _ => format!("VELLUM_SECRET has fewer than {LEAST} bytes"),
        });
    }
    match (from, key) {
        (Some(from), Some(key)) if wrong.is_empty() => {
            Ok(Setup { from, servers, names, key, shared: secret.is_some() })
        }
        _ => Err(Error::usage(wrong.join("\n       "))),
    }
}

/// What the ways to all servers share.
struct Place<'a> {
    root: &'a Path,
    hello: String,
    names: Names,
}

impl Place<'_> {
    fn way(&self, host: (String, u16), tls: Option<Tls>, upgrade: bool) -> Way {
        Way { host, tls, upgrade, hello: self.hello.clone(), names: self.names.clone() }
    }
}

fn servers(
    settings: &Relay,
    place: &Place<'_>,
    environment: Environment<'_>,
    wrong: &mut Vec<String>,
) -> Result<Vec<Endpoint>, Error> {
    let urls = environment("VELLUM_SMTP").filter(|text| !text.trim().is_empty());
    let mut found = Vec::new();
    if let Some(urls) = urls {
        for (number, text) in (1..).zip(urls.split_whitespace()) {
            match from_url(text, place) {
                Ok(endpoint) => found.push(endpoint),
                Err(message) => wrong.push(format!("VELLUM_SMTP, address {number}: {message}")),
            }
        }
        return Ok(found);
    }
    if settings.servers.is_empty() {
        wrong.push("there is no mail server: add `relay.servers` to site.yaml, or set VELLUM_SMTP".to_owned());
    }
    for server in &settings.servers {
        found.extend(from_settings(server, place, environment, wrong)?);
    }
    Ok(found)
}

fn from_settings(
    server: &Server,
    place: &Place<'_>,
    environment: Environment<'_>,
    wrong: &mut Vec<String>,
) -> Result<Option<Endpoint>, Error> {
    let read = |file: &str| {
        let path = place.root.join(file);
        std::fs::read(&path).map_err(|error| Error::file("read", &path, error))
    };
    let authorities = server.ca_file.as_deref().map(read).transpose()?;
    let private =
        |host| Tls::new(host, authorities.as_deref()).map_err(|said| Error::usage(format!("relay.servers: {said}")));
    let tls = if server.tls == relay::Tls::Plain { None } else { Some(private(&server.host)?) };
    let way = place.way((server.host.clone(), server.port), tls, server.tls == relay::Tls::StartTls);
    let Some((user, password_place)) = &server.login else { return Ok(Some(Endpoint { way, login: None })) };
    let password = match password_place {
        Password::File(file) => Some(String::from_utf8_lossy(&read(file)?).trim_end_matches(['\r', '\n']).to_owned()),
        Password::Environment(name) => environment(name),
        Password::Token(file) => {
            read(file)?;
            token(&place.root.join(file))
        }
    };
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        let place = match password_place {
            Password::Environment(name) => format!("the variable {name}"),
            Password::File(file) | Password::Token(file) => format!("the file {file}"),
        };
        let what = if matches!(password_place, Password::Token(_)) { "token" } else { "password" };
        wrong.push(format!("{place} has no {what} for {}", server.host));
        return Ok(None);
    };
    let login = match password_place {
        Password::Token(file) => {
            let path: PathBuf = place.root.join(file);
            Login::Token(user.clone(), Arc::new(move || token(&path)))
        }
        _ => Login::Password(Credentials::new(user.clone(), password)),
    };
    Ok(Some(Endpoint { way, login: Some(login) }))
}

/// The token that stands in a file now. One with other bytes than a token has would be read as a part of the login.
fn token(path: &Path) -> Option<String> {
    let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    let token = text.trim();
    (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())).then(|| token.to_owned())
}

/// `smtps://user:pass@host:465` for TLS from the first byte; `smtp://host:port` plain to this machine, and with STARTTLS
/// elsewhere. The message never repeats the address: it may hold a password.
fn from_url(text: &str, place: &Place<'_>) -> Result<Endpoint, String> {
    let form = || "write smtps://user:password@mail.example.org:465, or smtp://127.0.0.1:25".to_owned();
    let url = Url::parse(text).map_err(|_| form())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(form)?.to_owned();
    let plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let (secure, usual) = match url.scheme() {
        "smtps" => (true, 465),
        "smtp" if is_loopback(&host) => (false, 25),
        "smtp" => (true, 587),
        _ => return Err(form()),
    };
    if !plain {
        return Err(form());
    }
    let tls = if secure { Some(Tls::new(&host, None)?) } else { None };
    let decode = |part: &str| percent::decode(part).ok_or_else(|| "user or password is not percent-encoded".to_owned());
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) => Some(Login::Password(Credentials::new(decode(user)?, decode(password)?))),
        (_, None) => return Err("there is a user and no password".to_owned()),
    };
    let way = place.way((host, url.port().unwrap_or(usual)), tls, url.scheme() == "smtp" && secure);
    Ok(Endpoint { way, login })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_mail_servers() {
        let place = Place { root: Path::new("."), hello: "x".to_owned(), names: Names::new(&[]) };
        let way = |text: &str| {
            let Way { host, tls, upgrade, .. } = from_url(text, &place).ok().unwrap().way;
            (host.0, host.1, tls.is_some(), upgrade)
        };
        assert_eq!(way("smtp://127.0.0.1:2525"), ("127.0.0.1".to_owned(), 2525, false, false));
        assert_eq!(way("smtp://localhost"), ("localhost".to_owned(), 25, false, false));
        assert_eq!(way("smtp://mail.example.org"), ("mail.example.org".to_owned(), 587, true, true));
        assert_eq!(way("smtps://u:p%40@mail.example.org"), ("mail.example.org".to_owned(), 465, true, false));
        for bad in ["mail.example.org", "http://x", "smtps://u@h", "smtp://", "smtps://h/path", "smtps://u:%ff@h"] {
            assert!(from_url(bad, &place).is_err(), "{bad}");
        }
    }

    #[test]
    fn all_that_is_missing_is_told_at_once_and_no_secret_is_repeated() {
        let environment = |name: &str| match name {
            "VELLUM_SECRET" => Some("short".to_owned()),
            "VELLUM_SMTP" => Some("smtps://user:hunter2@".to_owned()),
            _ => None,
        };
        let said = read(&Relay::default(), Path::new("."), &environment, [0; 32]).err().unwrap().chain();
        assert!(said.contains("relay.from") && said.contains("address 1") && said.contains("32 bytes"), "{said}");
        assert!(!said.contains("hunter2") && !said.contains("short"), "{said}");
    }
}
