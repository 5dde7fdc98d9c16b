//! Names of servers → addresses, in this process and over TCP alone: the relay may use neither UDP nor the system's own
//! resolver. The system's list of name servers and its table of hosts are read once, when this is made. Answers are kept
//! as long as they say. The only importer of the resolver.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ProtocolConfig, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};
use hickory_resolver::system_conf::read_system_conf;

/// How long a name server may take. Whoever asks has a deadline of their own.
const ANSWER: Duration = Duration::from_secs(4);

/// How many answers are kept.
const KEPT: u64 = 64;

/// Looks names up.
#[derive(Clone)]
pub struct Names(Option<TokioResolver>);

/// Why a name has no address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unresolved {
    /// No name server answers, or none is known.
    NoAnswer,
    /// There is no such name, or nothing of what was asked for at it.
    Nothing,
}

impl Unresolved {
    /// The words for an operator.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoAnswer => "no name server answers over TCP",
            Self::Nothing => "there is nothing of this name",
        }
    }
}

impl Names {
    /// Asks these name servers; without any, those of the system.
    #[must_use]
    pub fn new(servers: &[SocketAddr]) -> Self {
        let (mut config, mut options) = if servers.is_empty() {
            read_system_conf().unwrap_or_else(|_| (ResolverConfig::default(), ResolverOpts::default()))
        } else {
            (ResolverConfig::default(), ResolverOpts::default())
        };
        let own: Vec<NameServerConfig> = if servers.is_empty() {
            config.name_servers().iter().map(|server| over_tcp(SocketAddr::new(server.ip, 53))).collect()
        } else {
            servers.iter().map(|server| over_tcp(*server)).collect()
        };
        let (domain, search, _) = config.into_parts();
        config = ResolverConfig::from_parts(domain, search, own);
        options.timeout = options.timeout.min(ANSWER);
        options.attempts = 1;
        options.cache_size = KEPT;
        // A way over IPv4 that works is better than one over IPv6 that half works.
        options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
        let builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        Self(builder.with_options(options).build().ok())
    }

    /// The addresses of a host, in the order to be tried. An address stands for itself, and this machine's own name is
    /// never asked for.
    ///
    /// # Errors
    /// It has none.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Unresolved> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse() {
            return Ok(vec![address]);
        }
        if host.eq_ignore_ascii_case("localhost") {
            return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let resolver = self.0.as_ref().ok_or(Unresolved::NoAnswer)?;
        let found = resolver.lookup_ip(bare).await.map_err(|error| why(&error))?;
        let addresses: Vec<IpAddr> = found.iter().collect();
        if addresses.is_empty() { Err(Unresolved::Nothing) } else { Ok(addresses) }
    }

    /// The texts that stand at a name, each put together.
    ///
    /// # Errors
    /// There are none.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, Unresolved> {
        let resolver = self.0.as_ref().ok_or(Unresolved::NoAnswer)?;
        let mut name = Name::from_ascii(name).map_err(|_| Unresolved::Nothing)?;
        name.set_fqdn(true);
        let found = resolver.txt_lookup(name).await.map_err(|error| why(&error))?;
        let text = |data: &RData| match data {
            RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
            _ => None,
        };
        Ok(found.answers().iter().filter_map(|record| text(&record.data)).collect())
    }
}

fn over_tcp(server: SocketAddr) -> NameServerConfig {
    let mut connection = ConnectionConfig::new(ProtocolConfig::Tcp);
    connection.port = server.port();
    NameServerConfig::new(server.ip(), true, vec![connection])
}

fn why(error: &NetError) -> Unresolved {
    if error.is_no_records_found() { Unresolved::Nothing } else { Unresolved::NoAnswer }
}
