//! A publication, or another event of the record, that is decided and may not be in place yet: its files, whole, in one
//! file of the policy's folder. Once that file stands, it is done. Whoever reads the policy lays these files over its
//! own; the next publication puts them into place. Pure: `load` reads the file and `write` writes it.

use super::hash::Hash;
use super::json::{self, Map, Value};
use super::path::SitePath;

/// The file's name in the folder of a policy. As it begins with a dot, nothing else reads it.
pub const NAME: &str = ".publish";

/// The ledger's name.
pub const LEDGER: &str = "ledger.yaml";

/// The files of a publication.
#[derive(Clone, Debug)]
pub struct Journal {
    before: Hash,
    files: Vec<(SitePath, String)>,
}

impl Journal {
    /// The files of the texts that an event brings, by their paths below the policy's folder, and the ledger before and
    /// after it.
    #[must_use]
    pub fn new(texts: Vec<(SitePath, String)>, before: Option<&[u8]>, ledger: String) -> Option<Self> {
        let mut files = texts;
        files.push((SitePath::parse(LEDGER)?, ledger));
        is_whole(&files).then(|| Self { before: state(before), files })
    }

    /// The files, by their paths below the policy's folder; the ledger is the last.
    #[must_use]
    pub fn files(&self) -> &[(SitePath, String)] {
        &self.files
    }

    /// Whether the publication belongs to the ledger that is there: the one before its event, or the one after. To lay
    /// it over another would take events away.
    #[must_use]
    pub fn belongs_to(&self, ledger: Option<&[u8]>) -> bool {
        let after = self.files.last().map(|(_, text)| text.as_bytes());
        state(ledger) == self.before || ledger == after
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let files = self.files.iter().map(|(path, text)| (path.to_string(), Value::String(text.clone())));
        let mut map = Map::new();
        map.insert("before".to_owned(), Value::String(self.before.to_string()));
        map.insert("files".to_owned(), Value::Object(files.collect()));
        json::pretty(&map)
    }

    /// Reads the file; nothing comes back when it is not as Vellum wrote it.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let value = json::parse(bytes)?;
        let before = Hash::parse(value.get("before")?.as_str()?)?;
        let file = |(path, text): (&String, &Value)| Some((SitePath::parse(path)?, text.as_str()?.to_owned()));
        let files: Option<Vec<_>> = value.get("files")?.as_object()?.iter().map(file).collect();
        files.filter(|files| is_whole(files)).map(|files| Self { before, files })
    }
}

/// What is published goes to these places and to no other: texts into `versions/`, and the ledger, which is the last.
fn is_whole(files: &[(SitePath, String)]) -> bool {
    let is_file = |name: &str| !name.contains('/') && !name.starts_with('.');
    let is_text = |path: &SitePath| path.extension() == "md" && path.under("versions").is_some_and(is_file);
    files
        .split_last()
        .is_some_and(|((ledger, _), texts)| ledger.as_str() == LEDGER && texts.iter().all(|(path, _)| is_text(path)))
}

/// A ledger's bytes as a hash; that there is none is a state too.
fn state(ledger: Option<&[u8]>) -> Hash {
    ledger.map_or(Hash::ZERO, Hash::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(path: &str) -> Option<Journal> {
        let text = |path: &str| (SitePath::parse(path).unwrap(), "text\n".to_owned());
        Journal::new(path.split(' ').map(text).collect(), Some(b"old"), "new".into())
    }

    #[test]
    fn it_reads_back_as_it_was_written() {
        let journal = journal("versions/1.0.md versions/1.0.fr.md").unwrap();
        let read = Journal::parse(&journal.bytes()).unwrap();
        assert_eq!((read.files(), read.files().len(), read.before), (journal.files(), 3, journal.before));
        assert!(read.belongs_to(Some(b"old")) && read.belongs_to(Some(b"new")));
        assert!(!read.belongs_to(Some(b"other")) && !read.belongs_to(None));
    }

    #[test]
    fn an_event_may_stand_alone() {
        let journal = Journal::new(Vec::new(), Some(b"old"), "new".into()).unwrap();
        let read = Journal::parse(&journal.bytes()).unwrap();
        assert_eq!((read.files().len(), read.files()), (1, journal.files()));
        assert!(Journal::parse(br#"{"before": "0", "files": {}}"#).is_none());
    }

    #[test]
    fn nothing_but_texts_and_the_ledger_is_written() {
        for path in [
            "draft.md",
            "versions/1.0.md draft.fr.md",
            "versions/1.0.md ledger.yaml",
            "versions/a/b.md",
            "versions/x.yaml",
            "versions/.md",
            "policy.yaml",
        ] {
            assert!(journal(path).is_none(), "{path}");
        }
        let whole = String::from_utf8(journal("versions/1.0.md").unwrap().bytes()).unwrap();
        for (from, to) in
            [("versions/1.0.md", "../x.md"), ("ledger.yaml", "x.yaml"), ("\"before\"", "\"x\""), ("}", "")]
        {
            assert!(Journal::parse(whole.replace(from, to).as_bytes()).is_none(), "{from}");
        }
    }
}
