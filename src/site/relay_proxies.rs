//! The part `relay.proxies` of `site.yaml`: the proxies that are believed when they say from whom a request comes.

use std::net::IpAddr;

use ipnet::IpNet;

use super::raw::{Fields, Reading};
use crate::base::codes::Code;
use crate::base::span::{Span, Spanned};

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    networks: Vec<IpNet>,
    /// Where they say it.
    pub header: Header,
}

/// Where a proxy says from whom a request comes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Header {
    /// `Forwarded` (RFC 7239).
    Forwarded,
    /// `X-Forwarded-For`.
    #[default]
    List,
}

impl Header {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Forwarded => "Forwarded",
            Self::List => "X-Forwarded-For",
        }
    }
}

impl Proxies {
    /// Whether an address is a proxy's that is believed.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Whether nobody is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }
}

/// Reads the proxies.
pub fn read(fields: &Fields<'_>) -> Proxies {
    let reading = fields.reading();
    let Some(fields) = fields.get("proxies").and_then(|node| reading.fields(node)) else { return Proxies::default() };
    let networks: Vec<IpNet> = fields.texts("trusted").iter().filter_map(|text| network(reading, text)).collect();
    if let Some(node) = fields.get("trusted").filter(|_| IpNet::aggregate(&networks).iter().any(is_everybody)) {
        everybody(reading, node.span, "these networks together are");
    }
    let header = match fields.choice("header", &["X-Forwarded-For", "Forwarded"]) {
        Some("Forwarded") => Header::Forwarded,
        _ => Header::List,
    };
    if fields.need("trusted").is_none() {
        return Proxies::default();
    }
    fields.done();
    Proxies { networks, header }
}

/// `10.0.0.0/8`, or one address. The bits behind the prefix are 0, so that nobody believes more than was meant.
fn network(reading: &Reading<'_>, text: &Spanned<String>) -> Option<IpNet> {
    let written = text.value.trim();
    let one = || written.parse::<IpAddr>().ok().map(IpNet::from);
    let found = written.parse::<IpNet>().ok().or_else(one);
    if found.as_ref().is_some_and(is_everybody) {
        everybody(reading, text.span, &format!("`{written}` is"));
        return None;
    }
    let exact = found.filter(|network| network.trunc() == *network);
    if exact.is_none() {
        let help = match found {
            Some(network) => format!("write {}, or {}", network.trunc(), network.addr()),
            None => "such as 10.0.0.0/8, 127.0.0.1 or fd00::/8".to_owned(),
        };
        reading.say(Code::V105, text.span, format!("`{written}` is not a network of addresses"), help);
    }
    exact
}

fn is_everybody(network: &IpNet) -> bool {
    network.prefix_len() == 0
}

fn everybody(reading: &Reading<'_>, span: Span, what: &str) {
    let message = format!("{what} everybody: each visitor could say from whom a request comes");
    reading.say(Code::V105, span, message, "name the proxies alone, such as 127.0.0.1 or 10.0.0.0/8");
}
