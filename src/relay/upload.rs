//! Files that a visitor sent: their bytes, a name that is safe anywhere, and whether the field takes them. Pure.
//!
//! Names come from strangers' machines: only their last part is kept, and no character of it means anything to a file
//! system, a header or the direction of a line. What a file is, its content says.

use std::sync::Arc;

use super::personal::Personal;
use crate::base::hash::Hash;
use crate::base::percent;
use crate::base::wipe;
use crate::site::file_type::FileType;
use crate::site::form::Field;
use crate::site::form_file::Files;
use crate::site::texts::Texts;

/// The longest name, in characters.
const NAME: usize = 100;

/// The longest ending of a name, in characters; what is longer after a dot is no ending.
const ENDING: usize = 10;

/// The content of a file. It cannot be printed by mistake: there is no Debug and no Display. It is overwritten when it is
/// dropped.
pub struct Content(Vec<u8>);

impl Content {
    /// Takes bytes over.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for mails. Nothing else may ask for them.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        wipe::bytes(&mut self.0);
    }
}

/// A file as it was sent.
#[derive(Clone)]
pub struct Upload {
    /// Its name, cleaned.
    pub name: Personal,
    /// What the browser said that it is.
    said: Personal,
    /// What it is, once that is known.
    pub kind: Option<&'static FileType>,
    /// Its content.
    pub content: Arc<Content>,
    /// The hash of its content.
    pub hash: Hash,
}

/// A file that was chosen before, as a page carries it: all but its content.
#[derive(Clone, Eq, PartialEq)]
pub struct Chosen {
    /// Its name, cleaned.
    pub name: Personal,
    /// Its size, in bytes.
    pub size: u64,
    /// The hash of its content.
    pub hash: Hash,
}

impl Upload {
    /// Takes a file over: its name and its type are as the browser said them.
    #[must_use]
    pub fn new(name: &str, said: &str, bytes: Vec<u8>) -> Self {
        let hash = Hash::of(&bytes);
        let (name, said) = (Personal::new(clean(name)), Personal::new(said.to_owned()));
        Self { name, said, kind: None, content: Arc::new(Content::new(bytes)), hash }
    }

    /// Its size, in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        u64::try_from(self.content.reveal().len()).unwrap_or(u64::MAX)
    }

    /// The file without its content.
    #[must_use]
    pub fn chosen(&self) -> Chosen {
        Chosen { name: self.name.clone(), size: self.size(), hash: self.hash }
    }

    /// Finds out what it is: name, declared type and content must agree. A name without an ending gets one.
    fn recognise(&mut self, accept: &[&'static FileType]) -> bool {
        let ending = ending(self.name.reveal());
        let fits = |kind: &&&'static FileType| {
            ending.is_none_or(|ending| kind.ends(ending))
                && kind.is_called(self.said.reveal())
                && kind.fits(self.content.reveal())
        };
        self.kind = accept.iter().find(fits).copied();
        if let (Some(kind), None) = (self.kind, ending) {
            let name = if self.name.reveal().is_empty() { "file" } else { self.name.reveal() };
            self.name = Personal::new(format!("{name}.{}", kind.endings.first().unwrap_or(&kind.word)));
        }
        self.kind.is_some()
    }
}

impl Chosen {
    /// Reads what a page carried along: `FIELD/HASH/SIZE/NAME`, with the field's name.
    #[must_use]
    pub fn read(text: &str) -> Option<(String, Self)> {
        let mut parts = text.splitn(4, '/');
        let (field, hash, size, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let name = Personal::new(clean(&percent::decode(name)?));
        Some((field.to_owned(), Self { name, size: size.parse().ok()?, hash: Hash::parse(hash)? }))
    }

    /// Writes it for a page.
    #[must_use]
    pub fn write(&self, field: &str) -> String {
        format!("{field}/{}/{}/{}", self.hash, self.size, percent::encode_all(self.name.reveal()))
    }

    /// Name and size in words.
    #[must_use]
    pub fn shown(&self, texts: &Texts) -> String {
        format!("{} ({})", self.name.reveal(), texts.size(self.size))
    }
}

/// What is wrong with the files of a field, if anything. What each of them is, is found out on the way.
pub fn judge(field: &Field, files: &Files, uploads: &mut [Upload], texts: &Texts) -> Option<String> {
    let label = field.label.as_str();
    if uploads.len() > files.many {
        let (most, count) = (files.many.to_string(), uploads.len().to_string());
        return Some(texts.say("error-file-many", &[("label", label), ("many", &most), ("count", &count)]));
    }
    uploads.iter_mut().find_map(|upload| {
        let said = |key: &str, name: &str, size: u64| {
            let (size, most, kinds) = (texts.size(size), texts.size(files.max_size.value), files.kinds());
            let values = [("label", label), ("name", name), ("size", &size), ("max", &most), ("types", &kinds)];
            Some(texts.say(key, &values))
        };
        let size = upload.size();
        if size == 0 {
            said("error-file-empty", upload.name.reveal(), size)
        } else if size > files.max_size.value {
            said("error-file-size", upload.name.reveal(), size)
        } else if upload.recognise(&files.accept) {
            None
        } else {
            said("error-file-type", upload.name.reveal(), size)
        }
    })
}

/// The ending of a name: what stands after its last dot, if that is short and plain.
fn ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let plain = !ending.is_empty() && ending.len() <= ENDING && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain && !stem.is_empty()).then_some(ending)
}

/// A name that is safe anywhere: its last part, without what file systems, headers and readers could take for more.
fn clean(name: &str) -> String {
    // Browsers write these three so (HTML, "multipart form data"); the name is for people, not for a way back.
    let name = name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = last.chars().filter(|char| !is_unseen(*char)).map(|char| if is_odd(char) { '_' } else { char });
    let plain: String = plain.collect();
    let plain = plain.trim_matches(|char: char| char.is_whitespace() || char == '.');
    match ending(plain) {
        Some(ending) => {
            let stem = plain.strip_suffix(ending).unwrap_or_default().trim_end_matches('.');
            let stem: String = stem.chars().take(NAME - ENDING - 1).collect();
            format!("{stem}.{ending}")
        }
        None => plain.chars().take(NAME).collect(),
    }
}

fn is_odd(char: char) -> bool {
    char.is_control() || matches!(char, '"' | '*' | ':' | '<' | '>' | '?' | '|' | '\u{2028}' | '\u{2029}' | '\u{fffd}')
}

/// Direction controls and characters without width. A name of a file needs no joiners.
fn is_unseen(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_part_and_plain() {
        let rows = [
            ("../../x", "x"),
            ("C:\\a\\b.png", "b.png"),
            ("ev\"il\r\nX: y", "ev_il__X_ y"),
            ("ev%22il%0D%0AX.png", "ev_il__X.png"),
            (" . .a.exe. ", "a.exe"),
            ("a\u{202e}b\u{200b}.pdf", "ab.pdf"),
            ("..", ""),
            ("/", ""),
            ("a..png", "a.png"),
            ("v1.2 of it", "v1.2 of it"),
        ];
        for (name, clean) in rows {
            assert_eq!(super::clean(name), clean, "{name:?}");
        }
        let long = clean(&format!("{}.png", "ä".repeat(500)));
        assert!(long.chars().count() <= NAME && long.ends_with("ä.png"));
    }

    #[test]
    fn what_a_page_carries_comes_back_as_it_was() {
        let file = Upload::new("Grüße/a b.png", "", vec![1, 2, 3]).chosen();
        assert!(Chosen::read(&file.write("f")) == Some(("f".to_owned(), file)));
        for bad in ["", "f/x/3/a", "f//3/a", &format!("f/{}/-1/a", Hash::ZERO), &format!("f/{}/1/%ff", Hash::ZERO)] {
            assert!(Chosen::read(bad).is_none(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_name_means_anything_to_a_system(name in "(?s).{0,60}|([./\\\\a\"\r\n:%0-9]|\u{202e}|exe|png){0,30}") {
            let clean = clean(&name);
            proptest::prop_assert!(!clean.contains(['/', '\\', '"', '\r', '\n', '\0', ':']), "{:?}", clean);
            proptest::prop_assert!(!clean.starts_with('.') && !clean.ends_with(['.', ' ']), "{:?}", clean);
            proptest::prop_assert_eq!(super::clean(&clean), clean);
        }
    }
}
