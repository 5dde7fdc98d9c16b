//! Between hyper's values and ours. A body is read only for a POST, under its cap and its deadline.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::sync::mpsc::Receiver;

use super::reply::{Body, Reply};
use super::request::{Method, Request};
use super::server::Limits;
use crate::base::percent;

/// Reads a request; what cannot be read becomes the reply to it, and ends the connection: nobody knows where the next
/// request begins. `plain` says that its head is framed in one way only.
pub async fn read(request: hyper::Request<Incoming>, plain: bool, limits: &Limits) -> Result<Request, Reply> {
    let (head, body) = request.into_parts();
    let hosts = head.headers.get_all("host").iter().count();
    if !plain || hosts != 1 {
        let why = if plain { "A request names its host once.\n" } else { "This request can be read in two ways.\n" };
        return Err(Reply::text(400, why).with("Connection", "close"));
    }
    let path = percent::decode(head.uri.path());
    let path = path.ok_or_else(|| Reply::text(400, "This address is not percent-encoded UTF-8.\n"))?;
    let mut read = Request::new(Method::of(head.method.as_str()), path);
    read.query = head.uri.query().map(str::to_owned);
    for (name, value) in &head.headers {
        read = read.with(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    if read.method == Method::Post {
        read.body = receive(body, limits).await?;
    }
    Ok(read)
}

async fn receive(body: Incoming, limits: &Limits) -> Result<Vec<u8>, Reply> {
    let close = |status, text: &str| Reply::text(status, text).with("Connection", "close");
    let too_long = || close(413, "What was sent is too long.\n");
    let cap = u64::try_from(limits.body).unwrap_or(u64::MAX);
    if body.size_hint().lower() > cap {
        return Err(too_long());
    }
    let collected = Limited::new(body, limits.body).collect();
    match tokio::time::timeout(limits.body_time, collected).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(close(400, "What was sent could not be read.\n")),
        Err(_) => Err(close(408, "What was sent took too long to arrive.\n")),
    }
}

/// Writes a reply. A header that may not stand in HTTP is left out: nothing can be smuggled in by a line break.
pub fn write(reply: Reply) -> Response<Outgoing> {
    let mut headers = Vec::with_capacity(reply.headers().len());
    for (name, value) in reply.headers() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        headers.extend(name.ok().zip(value.ok()));
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(match reply.body {
        Body::Bytes(bytes) => Outgoing::Whole(Full::new(Bytes::from(bytes))),
        Body::Stream(pieces) => Outgoing::Pieces(pieces),
    });
    *response.status_mut() = status;
    response.headers_mut().extend(headers);
    response
}

/// A body as hyper takes it.
pub enum Outgoing {
    /// All of it, of known length.
    Whole(Full<Bytes>),
    /// Piece by piece.
    Pieces(Receiver<Vec<u8>>),
}

impl hyper::body::Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Whole(whole) => Pin::new(whole).poll_frame(context),
            Self::Pieces(pieces) => {
                let frame = |piece: Vec<u8>| Ok(Frame::data(Bytes::from(piece)));
                pieces.poll_recv(context).map(|piece| piece.map(frame))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(whole) => whole.is_end_stream(),
            Self::Pieces(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(whole) => whole.size_hint(),
            Self::Pieces(_) => SizeHint::default(),
        }
    }
}
