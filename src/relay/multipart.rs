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

/// So many control characters in heads are no names of files.
const MANY: usize = 1000;

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
    let controls = controls(body, boundary)?;
    let reading = pin!(parts((body, &controls), boundary));
    // All of the body is here: there is nothing to wait for.
    match reading.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(read) => read,
        Poll::Pending => Err(Refusal::Broken),
    }
}

/// Looks at the heads of all parts before the parser does, and hands back where control characters stand in them: names of
/// files may have some, and the parser takes none. What others may read in another way is refused: a line that ends in no
/// CRLF, two lines that name the part, and a boundary with anything behind it. What follows the end is none of it (RFC 2046).
fn controls(body: &[u8], boundary: &str) -> Result<Vec<usize>, Refusal> {
    const NAMING: &[u8] = b"content-disposition:";
    let (mut controls, mut at) = (Vec::new(), 0);
    let (mut head, mut named) = (None, false);
    let mut follows_whole = true;
    for whole in body.split_inclusive(|byte| *byte == b'\n') {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_whole = whole.len() == line.len() + 2;
        let mark = line.strip_prefix(b"--").and_then(|rest| rest.strip_prefix(boundary.as_bytes()));
        match mark {
            Some(b"") if is_whole && follows_whole => (head, named) = (Some(at), false),
            Some(b"--") if follows_whole => return Ok(controls),
            Some(_) => return Err(Refusal::Broken),
            None if head.is_none() => {}
            None if !is_whole || head.is_some_and(|start| at - start > HEAD) => return Err(Refusal::Broken),
            None if line.is_empty() => head = None,
            None => {
                let is_name = line.get(..NAMING.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(NAMING));
                if named && is_name || line.iter().any(|byte| matches!(byte, b'\0' | b'\r')) {
                    return Err(Refusal::Broken);
                }
                named |= is_name;
                let odd = line.iter().enumerate().filter(|(_, byte)| byte.is_ascii_control() && **byte != b'\t');
                controls.extend(odd.map(|(place, _)| at + place).take(MANY));
                if controls.len() >= MANY {
                    return Err(Refusal::Broken);
                }
            }
        }
        follows_whole = is_whole;
        at += whole.len();
    }
    Ok(controls)
}

/// The characters of a boundary (RFC 2046, section 5.1.1).
fn is_boundary(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    (1..=BOUNDARY).contains(&text.len()) && text.bytes().all(known) && !text.ends_with(' ')
}

async fn parts((body, controls): (&[u8], &[usize]), boundary: &str) -> Result<Pairs, Refusal> {
    let pieces = body.chunks(PIECE).enumerate().map(|(number, piece)| {
        let (mut piece, start) = (piece.to_vec(), number * PIECE);
        let own = controls.iter().filter_map(|at| at.checked_sub(start));
        for at in own {
            if let Some(byte) = piece.get_mut(at) {
                *byte = b'_';
            }
        }
        Ok::<_, Infallible>(Bytes::from(piece))
    });
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
        let plain = ["", "7bit", "8bit", "binary"].iter().any(|known| coding.trim().eq_ignore_ascii_case(known));
        if length > HEAD || !plain {
            return Err(Refusal::Broken);
        }
        let (name, file) = named(disposition).ok_or(Refusal::Broken)?;
        Ok(Self { name, file, said: text("content-type")?.to_owned() })
    }
}

/// The name of a part and that of its file, from the line that says them; nothing for what can be read in two ways. RFC 7578
/// has no `filename*`.
fn named(disposition: &str) -> Option<(String, Option<String>)> {
    let (kind, mut rest) = disposition.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let (mut name, mut file) = (None, None);
    loop {
        let (key, after) = rest.split_once('=')?;
        let is_quoted = after.trim_start().starts_with('"');
        let (value, after) = value(after.trim_start())?;
        let of = match key.trim().to_ascii_lowercase().as_str() {
            "name" => Some(&mut name),
            "filename" => Some(&mut file),
            "filename*" | "name*" => return None,
            other if other.bytes().all(is_token) => None,
            _ => return None,
        };
        if of.is_some_and(|of| of.replace(value).is_some()) {
            return None;
        }
        // A quote that nobody escaped ends the name of a file; what was to follow is no other parameter.
        let is_cut = is_quoted && key.trim().eq_ignore_ascii_case("filename");
        let after = if is_cut { after.get(after.find(';').unwrap_or(after.len())..)? } else { after.trim_start() };
        match after {
            "" => return Some((name?, file)),
            more => rest = more.strip_prefix(';')?,
        }
    }
}

/// A value, with quotes or without, and what follows it. In quotes, a backslash keeps a quote or a backslash from meaning
/// anything; browsers write it before nothing, and leave it in paths.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (word, _) = text.split_once([';', ' ', '\t']).unwrap_or((text, ""));
        let is_word = !word.is_empty() && word.bytes().all(is_token);
        return is_word.then(|| (word.to_owned(), text.get(word.len()..).unwrap_or_default()));
    };
    let mut value = String::with_capacity(quoted.len());
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match (char, chars.peek()) {
            ('"', _) => return Some((value, quoted.get(at + 1..).unwrap_or_default())),
            ('\\', Some((_, next @ ('"' | '\\')))) => {
                value.push(*next);
                chars.next();
            }
            _ => value.push(char),
        }
    }
    None
}

/// The characters of a token (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
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
    fn a_part_is_named_in_one_way_or_in_none() {
        let rows = [
            (r#"form-data; name="a""#, "a|-"),
            (r#"Form-Data ; NAME = a;filename="b; name=c.txt" ; size=3"#, "a|b; name=c.txt"),
            (r#"form-data; x="; name=b; "; name="a""#, "a|-"),
            (r#"form-data; filename="q; filename*=u\"; name=z; .txt"; name="f""#, "f|q; filename*=u\"; name=z; .txt"),
            (r#"form-data; name="f"; filename="C:\d\\e.txt""#, r"f|C:\d\e.txt"),
            (r#"form-data; name=""; filename="""#, "|"),
            (r#"form-data; name="f"; filename="ev"il"#, "f|ev"),
        ];
        for (line, wanted) in rows {
            let (name, file) = named(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(format!("{name}|{}", file.as_deref().unwrap_or("-")), wanted);
        }
        for line in [
            "form-data",
            "form-data;",
            "attachment; name=a",
            "form-data; name=",
            "form-data; name=a b",
            r#"form-data; name="a"b"#,
            r#"form-data; name="a"#,
            r#"form-data; name="a\""#,
            "form-data; name=a; name=a",
            "form-data; name=a; filename=b c.txt",
            r#"form-data; name="a"; filename="b"; filename*=UTF-8''c"#,
            r#"form-data; "x"=y; name=a"#,
            "form-data; filename=a",
        ] {
            assert_eq!(named(line), None, "{line}");
        }
    }

    #[test]
    fn lines_that_others_may_read_in_another_way_are_refused() {
        let whole = format!("--b\r\n{TEXT}\r\n\r\nx\r\n--b--\r\n");
        for (from, to) in [
            (format!("{TEXT}\r\n"), format!("{TEXT}\n")),
            (format!("{TEXT}\r\n"), format!("X: y\n{TEXT}\r\n")),
            (format!("{TEXT}\r\n"), format!("{TEXT}\r\r\n")),
            ("\r\n\r\nx".to_owned(), "\n\nx\r\n\r\ny".to_owned()),
            ("x\r\n".to_owned(), "x\r\n--b--x\r\ny\r\n".to_owned()),
            ("x\r\n".to_owned(), "x\r\n--bc\r\ny\r\n".to_owned()),
            ("x\r\n".to_owned(), "x\n--b\r\n".to_owned()),
        ] {
            let body = whole.replacen(&from, &to, 1);
            assert_ne!(body, whole);
            assert_eq!(shown(read(body.as_bytes(), "b")), Err(Refusal::Broken), "{body:?}");
        }
    }

    #[test]
    fn control_characters_in_the_name_of_a_file_become_something_else() {
        let part = "Content-Disposition: form-data; name=\"f\"; filename=\"a\u{1}b\u{7f}\t.txt\"\r\n\r\n\u{1}2";
        assert_eq!(parts(&[part]).unwrap(), ["f: a_b__.txt of 2"]);
        let many = format!("{TEXT}\r\nX: {}\r\n\r\nx", "\u{1}".repeat(MANY));
        assert_eq!(parts(&[&many]), Err(Refusal::Broken));
        let far = format!("{TEXT}\r\n\r\n{}", "x".repeat(PIECE - 180));
        assert_eq!(parts(&[&far, part]).unwrap()[1], "f: a_b__.txt of 2");
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
