//! TLS of a server's own: a certificate and its key, read from files at the start and again when that is asked for.

#![expect(clippy::disallowed_methods, reason = "certificates are read here")]

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

use crate::base::error::Error;

/// A certificate with its key, which may be replaced while the server runs.
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<TlsAcceptor>,
}

impl Certificate {
    /// Reads a chain of certificates and a key, both in PEM.
    ///
    /// # Errors
    /// A file cannot be read, is none of the kind, or the key is another certificate's.
    pub fn read(certificate: PathBuf, key: PathBuf) -> Result<Self, Error> {
        let current = RwLock::new(acceptor(&certificate, &key)?);
        Ok(Self { certificate, key, current })
    }

    /// Reads both files again. What is wrong with them changes nothing: the last good ones stay.
    ///
    /// # Errors
    /// As for [`Certificate::read`].
    pub fn again(&self) -> Result<(), Error> {
        let read = acceptor(&self.certificate, &self.key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    /// The folders that both files stand in.
    #[must_use]
    pub fn folders(&self) -> Vec<PathBuf> {
        [&self.certificate, &self.key].iter().filter_map(|path| path.parent()).map(Path::to_path_buf).collect()
    }

    /// Makes a connection private, with the certificate of this moment.
    ///
    /// # Errors
    /// The peer speaks no TLS, or a kind that is not safe any more.
    pub async fn wrap(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        acceptor.accept(stream).await
    }
}

fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Error> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Error::file("read", path, error));
    let wrong = |path: &Path, what: &str| Error::usage(format!("relay.tls: {} {what}", path.display()));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(certificate)?).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| wrong(certificate, "holds no certificate in PEM"))?;
    let private = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|_| wrong(key, "holds no private key in PEM"))?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::machine("TLS cannot be set up", error))?
        .with_no_client_auth()
        .with_single_cert(chain, private);
    let mut config = config.map_err(|_| wrong(key, "is not the key of the certificate"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

impl fmt::Debug for Certificate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Certificate({})", self.certificate.display())
    }
}
