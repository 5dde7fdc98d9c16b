//! OpenPGP/MIME (RFC 3156): a body and the headers that hold what was typed → a body that only the owners of keys can read.
//! Inside, the headers stand as protected ones (RFC 9788). Pure.

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderValue};
use lettre::message::{Body, MultiPart, MultiPartKind, SinglePart};

use crate::site::openpgp::{PublicKey, encrypt};

/// What programs call such a message.
const PROTOCOL: &str = "application/pgp-encrypted";

/// Encrypts a body with its headers. Nothing comes back when that fails: what should be encrypted is not sent as it is.
pub fn sealed<'a>(
    mut body: MultiPart,
    headers: Vec<HeaderValue>,
    (keys, seed): (impl Iterator<Item = &'a PublicKey>, [u8; 32]),
) -> Option<MultiPart> {
    let boundary = body.boundary();
    let kind = body.headers().get_raw("Content-Type")?.to_owned();
    // Programs that know the older draft look for the second mark.
    let kind = format!("{kind}; hp=\"cipher\"; protected-headers=\"v1\"");
    body.headers_mut().set(ContentType::parse(&kind).ok()?);
    headers.into_iter().for_each(|header| body.headers_mut().insert_raw(header));
    let message = encrypt(&body.formatted(), keys, seed)?;
    let lines = |text: &str| text.lines().flat_map(|line| [line, "\r\n"]).collect::<String>();
    let outer = MultiPart::builder().kind(MultiPartKind::Encrypted { protocol: PROTOCOL.to_owned() });
    let parts = outer.boundary(format!("{boundary}-sealed"));
    Some(
        parts
            .singlepart(ascii(PROTOCOL, "Version: 1\r\n".to_owned())?)
            .singlepart(ascii("application/octet-stream; name=\"encrypted.asc\"", lines(&message))?),
    )
}

/// A part of plain lines.
fn ascii(kind: &str, text: String) -> Option<SinglePart> {
    let body = Body::dangerous_pre_encoded(text.into_bytes(), ContentTransferEncoding::SevenBit);
    Some(SinglePart::builder().header(ContentType::parse(kind).ok()?).body(body))
}
