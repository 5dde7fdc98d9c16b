//! OpenPGP/MIME (RFC 3156): what only the owners of keys can read, as a mail carries it. Inside, the headers that hold what was
//! typed stand as protected ones (RFC 9788). Pure.

use super::mime::Mime;

/// What the type of an encrypted body says of its headers. Programs that know the older draft look for the second mark.
pub const PROTECTED: &str = "; hp=\"cipher\";\r\n protected-headers=\"v1\"";

/// Writes the parts around an encrypted message.
pub fn write(message: &str, boundary: &str, mime: &mut Mime) {
    let boundary = format!("v-{boundary}-sealed");
    mime.open(("encrypted", ";\r\n protocol=\"application/pgp-encrypted\""), &boundary, "");
    ascii("application/pgp-encrypted", "Version: 1", &boundary, mime);
    ascii("application/octet-stream; name=\"encrypted.asc\"", message, &boundary, mime);
    mime.close(&boundary);
}

/// A part of plain lines.
fn ascii(kind: &str, text: &str, boundary: &str, mime: &mut Mime) {
    mime.next(boundary);
    mime.lines(&["Content-Type: ", kind, "\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"]);
    text.lines().for_each(|line| mime.lines(&[line, "\r\n"]));
    mime.headers("\r\n");
}
