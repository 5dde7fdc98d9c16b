//! Parts of `relay` in `site.yaml` for whoever runs it: TLS of its own, an address for those who watch over it, its log.

use std::net::{IpAddr, SocketAddr};

use super::raw::Fields;
use crate::base::codes::Code;

/// How the relay is run.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// Files with a certificate and its key, in PEM. Without them, a proxy in front speaks TLS.
    pub tls: Option<(String, String)>,
    /// Where numbers are shown.
    pub admin: Option<SocketAddr>,
    /// How events are written.
    pub log: Log,
}

/// How events are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Log {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line.
    Json,
}

/// Reads how the relay is run.
pub fn read(fields: &Fields<'_>) -> Door {
    let log = match fields.choice("log", &["human", "json"]) {
        Some("json") => Log::Json,
        _ => Log::Human,
    };
    Door { tls: tls(fields), admin: admin(fields), log }
}

fn tls(fields: &Fields<'_>) -> Option<(String, String)> {
    let fields = fields.get("tls").and_then(|node| fields.reading().fields(node))?;
    let files = (fields.need_text("certificate"), fields.need_text("key"));
    fields.done();
    Some((files.0?.value, files.1?.value))
}

/// An address that is not the world's: numbers are nobody else's business.
fn admin(fields: &Fields<'_>) -> Option<SocketAddr> {
    let text = fields.text("admin")?;
    let near = |address: &SocketAddr| match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    };
    let found: Option<SocketAddr> = text.value.parse().ok();
    let kept = found.filter(near);
    if kept.is_none() {
        let message = match found {
            Some(_) => format!("`{}` can be reached from outside", text.value),
            None => format!("`{}` is no address with a port", text.value),
        };
        let help = "numbers are shown on this machine or a private network: write 127.0.0.1:9464";
        fields.reading().say(Code::V105, text.span, message, help);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;
    use crate::base::span::SourceText;
    use crate::site::raw::Reading;

    fn door(text: &str) -> (Door, usize) {
        let source = SourceText::new(SitePath::parse("site.yaml").unwrap(), text.to_owned());
        let reading = Reading::new(&source);
        let node = reading.node().unwrap();
        let fields = reading.fields(&node).unwrap();
        let door = read(&fields);
        fields.done();
        (door, reading.into_findings().len())
    }

    #[test]
    fn numbers_are_not_shown_to_the_world() {
        for near in ["127.0.0.1:9464", "\"[::1]:9464\"", "10.1.2.3:1", "\"[fd00::1]:1\""] {
            let (door, wrong) = door(&format!("admin: {near}\n"));
            assert!(door.admin.is_some() && wrong == 0, "{near}");
        }
        for far in ["0.0.0.0:9464", "93.184.216.34:80", "127.0.0.1", "localhost:9464", "\"[::]:1\""] {
            let (door, wrong) = door(&format!("admin: {far}\n"));
            assert!(door.admin.is_none() && wrong == 1, "{far}");
        }
    }

    #[test]
    fn a_certificate_has_a_key() {
        let (read, wrong) = door("tls: {certificate: a.pem, key: b.pem}\nlog: json\n");
        assert_eq!((read.tls, read.log, wrong), (Some(("a.pem".to_owned(), "b.pem".to_owned())), Log::Json, 0));
        assert_eq!(door("tls: {certificate: a.pem}\n").1, 1);
        assert_eq!(door("log: xml\n").1, 1);
    }
}
