//! Between hyper's values and ours. A body is read only for a POST, under its cap, its deadline and the budget for all.

use std::borrow::Cow;
use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use tokio::sync::mpsc::Receiver;

use super::budget::{Held, Part};
use super::handler::Unread;
use super::reply::{Body, Reply};
use super::request::{Method, Request};
use crate::base::percent;

/// Reads a head. `plain` says that it is framed in one way only. What is wrong with it comes beside it.
pub fn head(parts: &Parts, peer: IpAddr, plain: bool) -> (Request, Option<Unread>) {
    let path = percent::decode(parts.uri.path());
    let wrong = if !plain {
        Some(Unread::Ambiguous)
    } else if parts.headers.get_all("host").iter().count() != 1 {
        Some(Unread::Host)
    } else if path.is_none() {
        Some(Unread::Path)
    } else {
        None
    };
    let mut read = Request::new(Method::of(parts.method.as_str()), path.unwrap_or_default());
    read.query = parts.uri.query().map(str::to_owned);
    read.peer = peer;
    for (name, value) in &parts.headers {
        read = read.with(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
    }
    (read, wrong)
}

/// What is taken from the budget at a time, at least, in bytes.
const STEP: usize = 16 * 1024;

/// Reads a body. Its length, as far as it is told, is compared with the cap before anything is read. Memory is taken as
/// bytes come, from the budget first, so that a body which is announced and does not come takes nothing: at most as much
/// again as has come, or a step.
pub async fn receive(mut body: Incoming, cap: usize, mut part: Part) -> Result<(Vec<u8>, Held), Unread> {
    let told = usize::try_from(body.size_hint().lower()).ok().filter(|told| *told <= cap).ok_or(Unread::Long)?;
    let most = if body.size_hint().exact().is_some() { told } else { cap };
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        // Trailers are read and not looked at.
        let Ok(piece) = frame.map_err(|_| Unread::Cut)?.into_data() else { continue };
        let length = whole.len().saturating_add(piece.len());
        if length > cap {
            return Err(Unread::Long);
        }
        if length > whole.capacity() {
            let room = length.max(whole.capacity().saturating_mul(2)).max(STEP).min(most.max(length));
            if !part.grow(room - whole.capacity()) {
                return Err(Unread::Busy);
            }
            whole.reserve_exact(room - whole.len());
        }
        whole.extend_from_slice(&piece);
    }
    Ok((whole, Held::from(part)))
}

/// Writes a reply. A header that may not stand in HTTP is left out: nothing can be smuggled in by a line break.
pub fn write(reply: Reply) -> Response<Outgoing> {
    let mut headers = HeaderMap::with_capacity(reply.headers().len() + 4);
    for (name, value) in reply.headers() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = match value {
            Cow::Borrowed(value) => HeaderValue::from_maybe_shared(Bytes::from_static(value.as_bytes())),
            Cow::Owned(value) => HeaderValue::from_bytes(value.as_bytes()),
        };
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(match reply.body {
        Body::Bytes(bytes) => Outgoing::Whole(Full::new(Bytes::from(bytes))),
        Body::Stream(pieces) => Outgoing::Pieces(pieces),
    });
    *response.status_mut() = status;
    *response.headers_mut() = headers;
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
