//! TLS to servers, of mail or of pages: rustls with the certificate authorities that browsers trust, and those of a file. A server that
//! cannot prove its name gets nothing. The only importer of the TLS crates.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore};

use super::certificate;
use crate::base::date::Day;

/// A connection that is private.
pub type Private = TlsStream<TcpStream>;

/// How connections to a server are made private.
#[derive(Clone)]
pub struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// For a server of a name; `authorities` are further certificates in PEM.
    ///
    /// # Errors
    /// What is wrong: the name is none, or the certificates cannot be read.
    pub fn new(host: &str, authorities: Option<&[u8]>) -> Result<Self, String> {
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare).map_err(|_| format!("`{host}` is no name of a server"))?;
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(pem) = authorities {
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
            let added = read.map_or((0, 0), |all| roots.add_parsable_certificates(all));
            if added.0 == 0 {
                return Err("the file of `ca_file` holds no certificate in PEM".to_owned());
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be set up: {error}"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Makes a connection private.
    ///
    /// # Errors
    /// The peer speaks no TLS, or cannot prove its name.
    pub async fn wrap(&self, stream: TcpStream) -> std::io::Result<Private> {
        self.connector.connect(self.name.clone(), stream).await
    }
}

/// The version of TLS that was agreed on, and the last day of the peer's certificate.
#[must_use]
pub fn facts(private: &Private) -> (&'static str, Option<Day>) {
    let (_, session) = private.get_ref();
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "1.3",
        Some(ProtocolVersion::TLSv1_2) => "1.2",
        _ => "of another version",
    };
    let first = session.peer_certificates().and_then(|all| all.first());
    (version, first.and_then(|certificate| certificate::ends(certificate)))
}
