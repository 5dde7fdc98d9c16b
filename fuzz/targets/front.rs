//! The front of the HTTP glue: what a connection brings, to a server that says what it understood. Whatever was sent, each
//! answer is one of HTTP, a body is never longer than the limit, and the connection ends.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use vellum::http::reply::Reply;
use vellum::http::request::Request;
use vellum::http::server::{Limits, Server};

const LONGEST: usize = 1000;

static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let limits = Limits { body: LONGEST, head: 8192, ..Limits::default() };
            let understood = |request: Request| async move {
                assert!(request.body.len() <= LONGEST);
                Reply::text(200, format!("{} {}", request.path, request.body.len()))
            };
            Server::on(listener, limits).unwrap().serve(understood, std::future::pending()).await;
        });
    });
    address
});

fuzz_target!(|bytes: &[u8]| {
    let mut stream = TcpStream::connect(*SERVER).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    // The server may have closed it before all was sent.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        // What was not read when it closed is answered with a reset.
        Err(error) => assert!(error.kind() == std::io::ErrorKind::ConnectionReset, "{error}"),
    }
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."), "{}", String::from_utf8_lossy(&answer));
});
