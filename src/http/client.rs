//! A client that asks one server for files, one after another, over connections that it keeps. Every answer has a cap and
//! a deadline, and redirects are not followed: what an address answers is what it is.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT_ENCODING, HOST, USER_AGENT};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::tls::Tls;
use crate::base::error::Error;

/// The longest body of an answer.
const CAP: usize = 64 * 1024 * 1024;
/// How long one answer may take, from the connection to its last byte.
const DEADLINE: Duration = Duration::from_secs(30);

type Failed = Box<dyn std::error::Error + Send + Sync>;
type Sender = SendRequest<Empty<Bytes>>;

/// An answer.
#[derive(Debug)]
pub struct Got {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// A client of one server.
pub struct Client {
    runtime: Runtime,
    origin: String,
    authority: String,
    address: (String, u16),
    tls: Option<Tls>,
    idle: Mutex<Vec<Sender>>,
}

impl Client {
    /// For a server at `http://host[:port]` or `https://host[:port]`.
    ///
    /// # Errors
    /// The address is none (wrong use), or the system gives no threads.
    pub fn new(origin: &str) -> Result<Self, Error> {
        let none = || Error::usage(format!("`{origin}` is no address of a site; write https://www.example.org"));
        let (scheme, authority) = origin.split_once("://").ok_or_else(none)?;
        let private = scheme == "https";
        let (host, port) = match authority.rsplit_once(':').filter(|_| !authority.ends_with(']')) {
            Some((host, port)) => (host, port.parse().map_err(|_| none())?),
            None => (authority, if private { 443 } else { 80 }),
        };
        let tls = private.then(|| Tls::new(host, None).map_err(|said| Error::usage(format!("{origin}: {said}"))));
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Ok(Self {
            runtime: runtime.map_err(|error| Error::machine("cannot start a thread", error))?,
            origin: origin.to_owned(),
            authority: authority.to_owned(),
            address: (bare, port),
            tls: tls.transpose()?,
            idle: Mutex::default(),
        })
    }

    /// Asks for a path, which is encoded already. Many threads may ask at once.
    ///
    /// # Errors
    /// The server cannot be reached, or its answer is too long, too slow or none.
    pub fn get(&self, path: &str) -> Result<Got, Error> {
        let failed = |cause: Failed| Error::machine(format!("cannot get {}{path}", self.origin), cause);
        let asked = async { tokio::time::timeout(DEADLINE, self.ask(path)).await };
        match self.runtime.block_on(asked) {
            Ok(got) => got.map_err(failed),
            Err(_) => Err(failed(format!("no whole answer in {} seconds", DEADLINE.as_secs()).into())),
        }
    }

    async fn ask(&self, path: &str) -> Result<Got, Failed> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(sender) = kept.filter(|sender| !sender.is_closed()) {
            // A server may close a kept connection at any time; then a new one is opened.
            if let Ok(got) = self.exchange(sender, path).await {
                return Ok(got);
            }
        }
        self.exchange(self.connect().await?, path).await
    }

    async fn connect(&self) -> Result<Sender, Failed> {
        let (host, port) = &self.address;
        let stream = match host.parse::<IpAddr>() {
            Ok(address) => TcpStream::connect((address, *port)).await?,
            Err(_) => TcpStream::connect((host.as_str(), *port)).await?,
        };
        stream.set_nodelay(true)?;
        let Some(tls) = &self.tls else {
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            tokio::spawn(connection);
            return Ok(sender);
        };
        let (sender, connection) = handshake(TokioIo::new(tls.wrap(stream).await?)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    async fn exchange(&self, mut sender: Sender, path: &str) -> Result<Got, Failed> {
        let request = Request::get(path)
            .header(HOST, self.authority.as_str())
            .header(USER_AGENT, concat!("vellum/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT_ENCODING, "identity")
            .body(Empty::new())?;
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), CAP).collect().await?.to_bytes().to_vec();
        if !sender.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        }
        Ok(Got { status, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Kind;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers each connection with some bytes and closes it.
    fn server(answer: &'static str) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = Client::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        client
    }

    #[test]
    fn a_redirect_is_an_answer_and_a_closed_connection_is_opened_again() {
        let client = server("HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 2\r\n\r\nno");
        for _ in 0..3 {
            let got = client.get("/a").unwrap();
            assert_eq!((got.status, got.body.as_slice()), (301, &b"no"[..]));
        }
    }

    #[test]
    fn an_answer_that_is_none_or_cut_short_is_the_networks_failure() {
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "hello"] {
            assert_eq!(server(answer).get("/").unwrap_err().kind(), Kind::Machine, "{answer:?}");
        }
    }

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        assert_eq!(Client::new("example.org").err().unwrap().kind(), Kind::Usage);
        assert_eq!(Client::new("http://h:x").err().unwrap().kind(), Kind::Usage);
        assert_eq!(Client::new("http://[::1]:8080").unwrap().address, ("::1".to_owned(), 8080));
        assert_eq!(Client::new("https://example.org").unwrap().address, ("example.org".to_owned(), 443));
    }
}
