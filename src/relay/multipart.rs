//! `multipart/form-data` (RFC 7578) → names and values. Strict: what is cut short, or can be read in two ways, is refused.
//!
//! The body was read under its cap before; here parts are counted and their heads measured.

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_util::stream;
use multer::bytes::Bytes;
use multer::{Constraints, Field, Multipart, SizeLimit};

use super::body::{MOST, Pairs, Raw, Refusal};
use super::personal::Personal;
use super::upload::Upload;

/// The longest boundary (RFC 2046, section 5.1.1).
const BOUNDARY: usize = 70;

/// The longest head of a part, in bytes.
const HEAD: usize = 4 * 1024;

/// How much is handed to the parser at a time.
const PIECE: usize = 64 * 1024;

/// Reads a body whose type has this boundary.
pub fn read(body: &[u8], boundary: &str) -> Result<Pairs, Refusal> {
    if !is_boundary(boundary)
        || !body.starts_with(b"--")
        || body.get(2..).is_none_or(|rest| !rest.starts_with(boundary.as_bytes()))
    {
        return Err(Refusal::Broken);
    }
    if names_twice(body, boundary) {
        return Err(Refusal::Broken);
    }
    let reading = pin!(parts(body, boundary));
    // All of the body is here: there is nothing to wait for.
    match reading.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(read) => read,
        Poll::Pending => Err(Refusal::Broken),
    }
}

/// Whether the head of a part has two lines that name it: the parser keeps the last.
fn names_twice(body: &[u8], boundary: &str) -> bool {
    const NAMING: &[u8] = b"content-disposition:";
    let delimiter = |line: &[u8]| line.strip_prefix(b"--").is_some_and(|rest| rest == boundary.as_bytes());
    let (mut head, mut named) = (false, 0);
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii_end();
        if delimiter(line) {
            (head, named) = (true, 0);
        } else if line.is_empty() {
            head = false;
        } else if head && line.get(..NAMING.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAMING)) {
            named += 1;
        }
        if named > 1 {
            return true;
        }
    }
    false
}

/// The characters of a boundary (RFC 2046, section 5.1.1).
fn is_boundary(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=BOUNDARY).contains(&text.len()) && text.bytes().all(known) && !text.ends_with(' ')
}

async fn parts(body: &[u8], boundary: &str) -> Result<Pairs, Refusal> {
    let pieces = body.chunks(PIECE).map(|piece| Ok::<_, Infallible>(Bytes::copy_from_slice(piece)));
    let whole = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(whole).per_field(whole));
    let mut multipart = Multipart::with_constraints(stream::iter(pieces), boundary, limits);
    let mut pairs = Pairs::new();
    // What the parser says of a fault may repeat what was sent.
    while let Some(field) = multipart.next_field().await.map_err(|_| Refusal::Broken)? {
        if pairs.len() >= MOST {
            return Err(Refusal::Large);
        }
        pairs.push(part(field).await?);
    }
    Ok(pairs)
}

async fn part(field: Field<'_>) -> Result<(String, Raw), Refusal> {
    let head = Head::of(&field)?;
    let bytes = field.bytes().await.map_err(|_| Refusal::Broken)?;
    let raw = match head.file {
        // A field for files that was left empty is sent as a file without a name.
        Some(name) if name.is_empty() && bytes.is_empty() => Raw::NoFile,
        Some(name) => Raw::File(Upload::new(&name, &head.said, bytes.into())),
        None => Raw::Text(Personal::new(String::from_utf8(bytes.into()).map_err(|_| Refusal::Broken)?)),
    };
    Ok((head.name, raw))
}

/// What the head of a part says.
struct Head {
    name: String,
    /// The name of the file, if it is one.
    file: Option<String>,
    /// Its media type, or nothing.
    said: String,
}

impl Head {
    fn of(field: &Field<'_>) -> Result<Self, Refusal> {
        let headers = field.headers();
        let length: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let text = |name: &str| match headers.get(name) {
            Some(value) => std::str::from_utf8(value.as_bytes()).map_err(|_| Refusal::Broken),
            None => Ok(""),
        };
        let (disposition, coding) = (text("content-disposition")?, text("content-transfer-encoding")?);
        let kind = disposition.split(';').next().unwrap_or_default();
        let file = field.file_name().map(str::to_owned);
        // A name that the parser could not make out: RFC 7578 knows no `filename*`, and quotes end.
        let unread = file.is_none() && disposition.to_ascii_lowercase().contains("filename");
        let plain = ["", "7bit", "8bit", "binary"].iter().any(|known| coding.trim().eq_ignore_ascii_case(known));
        let twice = ["name", "filename"].iter().any(|key| parameters(disposition, key) > 1);
        if length > HEAD || unread || twice || !plain || !kind.trim().eq_ignore_ascii_case("form-data") {
            return Err(Refusal::Broken);
        }
        let name = field.name().ok_or(Refusal::Broken)?.to_owned();
        Ok(Self { name, file, said: text("content-type")?.to_owned() })
    }
}

/// How often a parameter stands in a line. What is in quotes is a value.
fn parameters(line: &str, key: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    let mut parts = line.split(|char: char| {
        let ends = char == ';' && !quoted;
        quoted ^= char == '"' && !escaped;
        escaped = char == '\\' && quoted && !escaped;
        ends
    });
    let is_it = |part: &str| part.split_once('=').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case(key));
    parts.by_ref().skip(1).filter(|part| is_it(part)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was read, in a form that can be compared.
    fn shown(read: Result<Pairs, Refusal>) -> Result<Vec<String>, Refusal> {
        let one = |(name, raw): (String, Raw)| match raw {
            Raw::Text(text) => format!("{name}={}", text.reveal()),
            Raw::File(file) => format!("{name}: {} of {}", file.name.reveal(), file.size()),
            Raw::NoFile => format!("{name}: none"),
            _ => format!("{name}?"),
        };
        read.map(|pairs| pairs.into_iter().map(one).collect())
    }

    fn parts(all: &[&str]) -> Result<Vec<String>, Refusal> {
        let body = all.iter().flat_map(|part| ["--b\r\n", part, "\r\n"]).chain(["--b--\r\n"]).collect::<String>();
        shown(read(body.as_bytes(), "b"))
    }

    const TEXT: &str = "Content-Disposition: form-data; name=\"a\"";

    #[test]
    fn texts_and_files_are_told_apart() {
        let said = parts(&[
            &format!("{TEXT}\r\n\r\nü\r\n--c\r\n"),
            "content-disposition: form-data; name=\"f\"; filename=\"../x.png\"\r\nContent-Type: image/png\r\n\r\n\r\n12",
            "Content-Disposition: form-data; name=\"f\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n",
            "Content-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\nx",
        ]);
        assert_eq!(said.unwrap(), ["a=ü\r\n--c\r\n", "f: x.png of 4", "f: none", "f:  of 1"]);
        assert_eq!(parts(&[&format!("{TEXT}\r\n\r\n{TEXT}\r\n{TEXT}")]).unwrap(), [format!("a={TEXT}\r\n{TEXT}")]);
        assert_eq!(parts(&[]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_cut_short_or_unclear_is_refused() {
        let rows: &[&str] = &[
            "\r\nx",
            "Content-Disposition: form-data\r\n\r\nx",
            "Content-Disposition: attachment; name=\"a\"\r\n\r\nx",
            "Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''x; filename=\"y\"\r\n\r\nx",
            "Content-Disposition: form-data; name=\"a\"; filename=\"x\r\n\r\nx",
            "Content-Disposition: form-data; name=\"a\"; Name=b\r\n\r\nx",
            "Content-Disposition: form-data; name=\"a\"; filename=\"x\"; filename=\"y\"\r\n\r\nx",
            &format!("{TEXT}\r\n{TEXT}\r\n\r\nx"),
            &format!("{TEXT}\r\ncontent-disposition: form-data; name=\"b\"\r\n\r\nx"),
            &format!("{TEXT}\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ=="),
            &format!("{TEXT}\r\nX-Long: {}\r\n\r\nx", "x".repeat(HEAD)),
        ];
        for row in rows {
            assert_eq!(parts(&[row]), Err(Refusal::Broken), "{row}");
        }
        let whole = format!("--b\r\n{TEXT}\r\n\r\nx\r\n--b--\r\n");
        assert!(read(whole.as_bytes(), "b").is_ok());
        for end in 0..whole.len() - 2 {
            assert_eq!(shown(read(&whole.as_bytes()[..end], "b")), Err(Refusal::Broken), "{end}");
        }
        let bad = [&whole.as_bytes()[..whole.len() - 9], b"\xff\r\n--b--\r\n"].concat();
        assert_eq!(shown(read(&bad, "b")), Err(Refusal::Broken));
        for boundary in ["", "b ", "b\"", &"b".repeat(71), "ü"] {
            let body = format!("--{boundary}\r\n{TEXT}\r\n\r\nx\r\n--{boundary}--\r\n");
            assert_eq!(shown(read(body.as_bytes(), boundary)), Err(Refusal::Broken), "{boundary}");
        }
        assert!(read(whole.replace("--b", &format!("--{}", "b".repeat(70))).as_bytes(), &"b".repeat(70)).is_ok());
    }

    #[test]
    fn a_parameter_in_quotes_is_a_value() {
        let line = r#"form-data; name="a; name=b\"; name=c"; filename = x"#;
        assert_eq!(["name", "filename", "other"].map(|key| parameters(line, key)), [1, 1, 0]);
        assert_eq!(parameters("form-data; name=a; NAME=b", "name"), 2);
    }

    #[test]
    fn too_many_parts_are_refused() {
        let part = format!("{TEXT}\r\n\r\nx");
        assert_eq!(parts(&vec![part.as_str(); MOST]).unwrap().len(), MOST);
        assert_eq!(parts(&vec![part.as_str(); MOST + 1]), Err(Refusal::Large));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = read(&bytes, "b");
            let _ = read(&[b"--b\r\n", bytes.as_slice(), b"\r\n--b--\r\n"].concat(), "b");
        }

        #[test]
        fn anything_that_looks_like_a_form_is_read_or_refused(
            text in "(--b|--|\r\n|\r|\n|Content-Disposition: form-data|; name=|; filename=|\"|\\\\|a|b|=|;|%22|é|\u{0}){0,60}",
        ) {
            if let Ok(pairs) = read(format!("--b\r\n{text}\r\n--b--").as_bytes(), "b") {
                proptest::prop_assert!(pairs.len() <= MOST);
            }
        }

        #[test]
        fn every_content_arrives_as_it_was(content in proptest::collection::vec(proptest::num::u8::ANY, 1..400)) {
            let head = b"--bb\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n";
            let body = [&head[..], &content, b"\r\n--bb--\r\n"].concat();
            if !content.windows(4).any(|part| part == b"--bb") {
                let pairs = read(&body, "bb").unwrap();
                let [(_, Raw::File(file))] = pairs.as_slice() else { panic!() };
                proptest::prop_assert_eq!(file.content.reveal(), content.as_slice());
            }
        }
    }
}
