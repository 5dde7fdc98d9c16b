//! Files → one zip, the same bytes for the same files: sorted by name, stored as they are, without times. The only
//! importer of the zip writer.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::base::error::Error;
use crate::base::hash::Hash;

/// The list of hashes, in the form that `sha256sum -c` reads.
pub const SUMS: &str = "SHA256SUMS";

/// The hashes of all files.
#[must_use]
pub fn sums(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let line = |(name, bytes): (&String, &Vec<u8>)| format!("{}  {name}\n", Hash::of(bytes));
    files.iter().map(line).collect::<String>().into_bytes()
}

/// Packs files into a folder of a zip.
///
/// # Errors
/// There is more than a zip can hold.
pub fn zip(folder: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, Error> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    for (name, bytes) in files {
        let started = writer.start_file(format!("{folder}/{name}"), how);
        started.map_err(failed)?;
        writer.write_all(bytes).map_err(failed)?;
    }
    writer.finish().map(Cursor::into_inner).map_err(failed)
}

/// Whether a file is a zip that holds such a folder, as an earlier run made it.
#[must_use]
pub fn is_of(bytes: &[u8], folder: &str) -> bool {
    let first = format!("{folder}/README.txt");
    bytes.starts_with(b"PK\x03\x04") && bytes.get(30..).is_some_and(|name| name.starts_with(first.as_bytes()))
}

fn failed(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::machine("cannot make the zip", cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_make_the_same_bytes() {
        let files: BTreeMap<_, _> =
            [("b", "2"), ("a/é", "1")].map(|(name, text)| (name.to_owned(), text.into())).into();
        let bytes = zip("x", &files).unwrap();
        assert_eq!(bytes, zip("x", &files).unwrap());
        assert!(bytes.starts_with(b"PK") && bytes.windows(5).any(|part| part == "x/a/é".as_bytes().get(..5).unwrap()));
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sums(&[("a b".to_owned(), Vec::new())].into()), format!("{empty}  a b\n").into_bytes());
    }
}
