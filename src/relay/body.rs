//! The bytes of a request → names and values, as they were sent. Pure.
//!
//! Escapes are decoded strictly: what is not UTF-8, or holds a NUL, is refused and not repaired (a lenient decoder
//! would change what a visitor wrote without a word).

use super::multipart;
use super::personal::Personal;
use super::upload::Upload;
use crate::base::json::{self, Value};
use crate::base::percent;
use crate::http::request::Request;

/// More fields than this are refused.
pub const MOST: usize = 500;

/// A value as it was sent.
#[derive(Clone)]
pub enum Raw {
    /// A file.
    File(Upload),
    /// True or false, as JSON has it.
    Flag(bool),
    /// Several texts, as JSON has them.
    List(Vec<Personal>),
    /// A field for files in which none was chosen.
    NoFile,
    /// Something of a kind that no field takes.
    Odd,
    /// A text.
    Text(Personal),
}

/// Why a body is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// It cannot be read: 400.
    Broken,
    /// It has too many fields: 413.
    Large,
    /// It is of another type: 415.
    Type,
}

impl Refusal {
    /// The status that says so.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Broken => 400,
            Self::Large => 413,
            Self::Type => 415,
        }
    }
}

/// Names and values in the order in which they were sent.
pub type Pairs = Vec<(String, Raw)>;

/// Reads a body by its type.
///
/// # Errors
/// The body is refused.
pub fn read(request: &Request) -> Result<Pairs, Refusal> {
    let encoded = request.headers("Content-Encoding").any(|coding| !coding.eq_ignore_ascii_case("identity"));
    let header = request.header("Content-Type").unwrap_or_default();
    let pairs = match kind(header) {
        _ if encoded => return Err(Refusal::Type),
        "multipart/form-data" => multipart::read(&request.body, &boundary(header))?,
        "application/x-www-form-urlencoded" => urlencoded(&request.body)?,
        "application/json" => object(&request.body)?,
        _ => return Err(Refusal::Type),
    };
    let clean = |value: &Raw| match value {
        Raw::Text(text) => !text.reveal().contains('\0'),
        Raw::List(all) => !all.iter().any(|text| text.reveal().contains('\0')),
        Raw::File(file) => !file.name.reveal().contains('\0'),
        Raw::Flag(_) | Raw::NoFile | Raw::Odd => true,
    };
    let whole = pairs.iter().all(|(name, value)| !name.contains('\0') && clean(value));
    if whole { Ok(pairs) } else { Err(Refusal::Broken) }
}

/// Refuses texts that take more than `most` bytes together. The cap of a body with files counts those too.
///
/// # Errors
/// They do.
pub fn within(pairs: Pairs, most: usize) -> Result<Pairs, Refusal> {
    let size = |(name, raw): &(String, Raw)| match raw {
        Raw::Text(text) => name.len() + text.reveal().len(),
        Raw::List(all) => all.iter().map(|text| text.reveal().len()).sum(),
        Raw::File(_) | Raw::Flag(_) | Raw::NoFile | Raw::Odd => name.len(),
    };
    if pairs.iter().map(size).sum::<usize>() > most { Err(Refusal::Large) } else { Ok(pairs) }
}

/// The media type without its parameters, in the form that is compared; nothing for another charset.
fn kind(header: &str) -> &'static str {
    let (media, parameters) = header.split_once(';').unwrap_or((header, ""));
    let charset = parameters
        .split(';')
        .filter_map(|one| one.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let known = ["application/x-www-form-urlencoded", "application/json", "multipart/form-data"];
    let utf8 = charset.is_none_or(|(_, value)| value.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    known.into_iter().find(|known| utf8 && media.trim().eq_ignore_ascii_case(known)).unwrap_or_default()
}

/// The boundary that a type names, if it names one.
fn boundary(header: &str) -> String {
    let parameters = header.split(';').skip(1).filter_map(|one| one.trim().split_once('='));
    let mut found = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"));
    match (found.next(), found.next()) {
        (Some((_, value)), None) => {
            let value = value.trim();
            let quoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            quoted.unwrap_or(value).to_owned()
        }
        _ => String::new(),
    }
}

/// `application/x-www-form-urlencoded` (WHATWG URL, 5.1), decoded strictly.
fn urlencoded(body: &[u8]) -> Result<Pairs, Refusal> {
    let text = std::str::from_utf8(body).map_err(|_| Refusal::Broken)?;
    let parts = text.split('&').filter(|part| !part.is_empty());
    let count = parts.clone().count();
    if count > MOST {
        return Err(Refusal::Large);
    }
    let decode = |text: &str| percent::decode_form(text).ok_or(Refusal::Broken);
    let mut pairs = Pairs::with_capacity(count);
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((decode(name)?, Raw::Text(Personal::new(decode(value)?))));
    }
    Ok(pairs)
}

fn object(body: &[u8]) -> Result<Pairs, Refusal> {
    let entries = json::entries(body).ok_or(Refusal::Broken)?;
    if entries.len() > MOST {
        return Err(Refusal::Large);
    }
    let text = |value: Value| match value {
        Value::String(text) => Some(Personal::new(text)),
        _ => None,
    };
    let raw = |value: Value| match value {
        Value::Bool(flag) => Raw::Flag(flag),
        Value::Array(items) => items.into_iter().map(text).collect::<Option<Vec<_>>>().map_or(Raw::Odd, Raw::List),
        other => text(other).map_or(Raw::Odd, Raw::Text),
    };
    Ok(entries.into_iter().map(|(name, value)| (name, raw(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::Method;

    fn sent(kind: &str, body: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
        let mut request = Request::new(Method::Post, "/").with("Content-Type", kind);
        request.body = body.to_vec();
        let shown = |value: Raw| match value {
            Raw::Flag(flag) => flag.to_string(),
            Raw::File(_) | Raw::NoFile => "file".to_owned(),
            Raw::List(all) => all.iter().map(Personal::reveal).collect::<Vec<_>>().join("|"),
            Raw::Odd => "odd".to_owned(),
            Raw::Text(text) => text.reveal().to_owned(),
        };
        read(&request).map(|pairs| pairs.into_iter().map(|(name, value)| (name, shown(value))).collect())
    }

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn forms_are_decoded_strictly() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let read = sent(FORM, b"a=1+2%0D%0A&b=%C3%BC&a=&c").unwrap();
        assert_eq!(read, [pair("a", "1 2\r\n"), pair("b", "ü"), pair("a", ""), pair("c", "")]);
        for bad in [&b"a=%ff"[..], b"a=%00", b"%00=a", b"a=\xff", b"a=%4", b"a=%zz"] {
            assert_eq!(sent(FORM, bad), Err(Refusal::Broken), "{bad:?}");
        }
        assert_eq!(sent(FORM, "a&".repeat(600).as_bytes()), Err(Refusal::Large));
    }

    #[test]
    fn json_is_one_object_without_double_keys() {
        let read = sent("application/json; charset=UTF-8", br#"{"a":"x","b":true,"c":["1","2"],"d":1}"#).unwrap();
        assert_eq!(read.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["x", "true", "1|2", "odd"]);
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        for bad in [r#"{"a":1,"a":2}"#, "[]", "{", r#"{"a":"\u0000"}"#, deep.as_str(), r#"{"a":1} x"#] {
            assert_eq!(sent("application/json", bad.as_bytes()), Err(Refusal::Broken));
        }
    }

    #[test]
    fn a_type_of_many_parts_has_one_boundary() {
        let rows = [
            ("multipart/form-data; boundary=b", "b"),
            ("Multipart/Form-Data ; Boundary=\"b b\"", "b b"),
            ("multipart/form-data; charset=utf-8; boundary = b", "b"),
            ("multipart/form-data", ""),
            ("multipart/form-data; boundary=a; boundary=b", ""),
        ];
        for (header, found) in rows {
            assert_eq!((kind(header), boundary(header).as_str()), ("multipart/form-data", found), "{header}");
        }
        let body = b"--b\r\nContent-Disposition: form-data; name=a; filename=\"x\0.txt\"\r\n\r\nx\r\n--b--";
        assert_eq!(sent("multipart/form-data; boundary=b", body), Err(Refusal::Broken));
    }

    #[test]
    fn other_types_are_refused() {
        for kind in ["", "text/plain", "application/xml", "application/json; charset=latin1", "multipart/mixed"] {
            assert_eq!(sent(kind, b"a=b"), Err(Refusal::Type), "{kind}");
        }
    }
}
