//! The kinds of files that a form may ask for, and how each is known by its first bytes. Pure.
//!
//! What a browser says of a file counts for little: name, declared type and content must agree, and what a mail says of
//! it is what the content showed. Programs, pages (HTML, SVG) and scripts are not in the table, so no form can ask for
//! them; a text that is one of those is no text here.

/// A kind of file.
#[derive(Debug, Eq, PartialEq)]
pub struct FileType {
    /// Its name in the file of a form.
    pub word: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// What its name may end in; the first is given to a name that ends in nothing.
    pub endings: &'static [&'static str],
    /// Its media type in mails.
    pub media: &'static str,
    /// What else browsers say of it.
    pub said: &'static [&'static str],
    sign: Sign,
}

/// What shows that some bytes are of a kind.
#[derive(Debug, Eq, PartialEq)]
enum Sign {
    /// They begin so.
    Begins(&'static [&'static [u8]]),
    /// A container of ISO media whose brand is one of these.
    Brand(&'static [&'static [u8; 4]]),
    /// A zip of Office Open XML with this part, and without macros.
    Office(&'static str),
    /// A zip of `OpenDocument` with this media type.
    Open,
    /// Text in UTF-8.
    Text,
    /// A picture in a RIFF container.
    Webp,
}

/// Every kind.
pub const TYPES: &[FileType] = &[
    FileType {
        word: "pdf",
        label: "PDF",
        endings: &["pdf"],
        media: "application/pdf",
        said: &["application/x-pdf"],
        sign: Sign::Begins(&[b"%PDF-"]),
    },
    FileType {
        word: "png",
        label: "PNG",
        endings: &["png"],
        media: "image/png",
        said: &[],
        sign: Sign::Begins(&[b"\x89PNG\r\n\x1a\n"]),
    },
    FileType {
        word: "jpeg",
        label: "JPEG",
        endings: &["jpg", "jpeg", "jpe", "jfif"],
        media: "image/jpeg",
        said: &["image/jpg", "image/pjpeg"],
        sign: Sign::Begins(&[b"\xff\xd8\xff"]),
    },
    FileType {
        word: "gif",
        label: "GIF",
        endings: &["gif"],
        media: "image/gif",
        said: &[],
        sign: Sign::Begins(&[b"GIF87a", b"GIF89a"]),
    },
    FileType { word: "webp", label: "WebP", endings: &["webp"], media: "image/webp", said: &[], sign: Sign::Webp },
    FileType {
        word: "heic",
        label: "HEIC",
        endings: &["heic", "heif"],
        media: "image/heic",
        said: &["image/heif"],
        sign: Sign::Brand(&[b"heic", b"heix", b"heim", b"heis", b"mif1"]),
    },
    FileType {
        word: "mp4",
        label: "MP4",
        endings: &["mp4", "m4v"],
        media: "video/mp4",
        said: &["video/x-m4v"],
        sign: Sign::Brand(&[b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"]),
    },
    FileType {
        word: "text",
        label: "text",
        endings: &["txt", "log", "md"],
        media: "text/plain",
        said: &["text/markdown", "text/x-log"],
        sign: Sign::Text,
    },
    FileType {
        word: "csv",
        label: "CSV",
        endings: &["csv"],
        media: "text/csv",
        said: &["text/plain", "application/csv", "application/vnd.ms-excel"],
        sign: Sign::Text,
    },
    FileType {
        word: "docx",
        label: "Word (docx)",
        endings: &["docx"],
        media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        said: &[],
        sign: Sign::Office("word/"),
    },
    FileType {
        word: "xlsx",
        label: "Excel (xlsx)",
        endings: &["xlsx"],
        media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        said: &[],
        sign: Sign::Office("xl/"),
    },
    FileType {
        word: "pptx",
        label: "PowerPoint (pptx)",
        endings: &["pptx"],
        media: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        said: &[],
        sign: Sign::Office("ppt/"),
    },
    FileType {
        word: "odt",
        label: "OpenDocument (odt)",
        endings: &["odt"],
        media: "application/vnd.oasis.opendocument.text",
        said: &[],
        sign: Sign::Open,
    },
    FileType {
        word: "ods",
        label: "OpenDocument (ods)",
        endings: &["ods"],
        media: "application/vnd.oasis.opendocument.spreadsheet",
        said: &[],
        sign: Sign::Open,
    },
];

/// How the text of a page, a picture of markup or a script begins.
const NO_TEXT: &[&str] = &["<!doctype", "<html", "<head", "<body", "<script", "<svg", "<?", "#!"];

impl FileType {
    /// Whether some bytes are of this kind.
    #[must_use]
    pub fn fits(&self, bytes: &[u8]) -> bool {
        match &self.sign {
            Sign::Begins(all) => all.iter().any(|sign| bytes.starts_with(sign)),
            Sign::Brand(all) => has(bytes, 4, b"ftyp") && all.iter().any(|brand| has(bytes, 8, *brand)),
            Sign::Office(part) => {
                is_zip(bytes)
                    && holds(bytes, b"[Content_Types].xml")
                    && holds(bytes, part.as_bytes())
                    && !holds(bytes, b"vbaProject")
            }
            // The media type stands first, uncompressed.
            Sign::Open => {
                let end = 38 + self.media.len();
                let named = has(bytes, 30, b"mimetype") && has(bytes, 38, self.media.as_bytes());
                is_zip(bytes) && named && has(bytes, end, b"PK")
            }
            Sign::Text => is_text(bytes) && !TYPES.iter().any(|kind| kind.sign != Sign::Text && kind.fits(bytes)),
            Sign::Webp => has(bytes, 0, b"RIFF") && has(bytes, 8, b"WEBP"),
        }
    }

    /// Whether a name may end so.
    #[must_use]
    pub fn ends(&self, ending: &str) -> bool {
        self.endings.iter().any(|known| known.eq_ignore_ascii_case(ending))
    }

    /// Whether a browser may say this of it; nothing, or "some bytes", is what it says when it does not know.
    #[must_use]
    pub fn is_called(&self, media: &str) -> bool {
        let plain = media.split(';').next().unwrap_or_default().trim();
        let known = ["", "application/octet-stream", self.media];
        known.iter().chain(self.said).any(|known| plain.eq_ignore_ascii_case(known))
    }
}

/// Whether a sign stands at a place.
fn has(bytes: &[u8], at: usize, sign: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(sign))
}

fn is_zip(bytes: &[u8]) -> bool {
    has(bytes, 0, b"PK\x03\x04")
}

/// Whether a name stands in a zip: names are never compressed.
fn holds(bytes: &[u8], name: &[u8]) -> bool {
    let Some(first) = name.first() else { return true };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        let found = rest.get(at..).unwrap_or_default();
        if found.starts_with(name) {
            return true;
        }
        rest = found.get(1..).unwrap_or_default();
    }
    false
}

/// Text that a person wrote or a program logged: UTF-8, lines and tabs, and no page, picture or script.
fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let start: String =
        text.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}').chars().take(16).collect();
    let start = start.to_ascii_lowercase();
    let odd = |char: char| char.is_control() && !matches!(char, '\t' | '\n' | '\r' | '\u{c}');
    !text.contains(odd) && !NO_TEXT.iter().any(|sign| start.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitting(bytes: &[u8]) -> Vec<&'static str> {
        TYPES.iter().filter(|kind| kind.fits(bytes)).map(|kind| kind.word).collect()
    }

    fn open(media: &str) -> Vec<u8> {
        [&b"PK\x03\x04"[..], &[0; 26], b"mimetype", media.as_bytes(), b"PK\x03\x04..."].concat()
    }

    #[test]
    fn each_kind_is_known_by_its_content() {
        let rows: &[(&[u8], &[&str])] = &[
            (b"%PDF-1.7\n", &["pdf"]),
            (b"\x89PNG\r\n\x1a\nx", &["png"]),
            (b"\xff\xd8\xff\xe0", &["jpeg"]),
            (b"GIF89a", &["gif"]),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", &["webp"]),
            (b"\0\0\0\x18ftypheic", &["heic"]),
            (b"\0\0\0\x18ftypmp42", &["mp4"]),
            ("a;b\r\nä;\t1\n".as_bytes(), &["text", "csv"]),
            (b"PK\x03\x04 [Content_Types].xml word/document.xml", &["docx"]),
            (b"PK\x03\x04 [Content_Types].xml xl/workbook.xml", &["xlsx"]),
            (b"PK\x03\x04 [Content_Types].xml ppt/presentation.xml", &["pptx"]),
        ];
        for (bytes, kinds) in rows {
            assert_eq!(fitting(bytes), *kinds, "{bytes:?}");
        }
        assert_eq!(fitting(&open("application/vnd.oasis.opendocument.text")), ["odt"]);
        assert_eq!(fitting(&open("application/vnd.oasis.opendocument.spreadsheet")), ["ods"]);
    }

    #[test]
    fn programs_pages_and_scripts_are_of_no_kind() {
        let rows: &[&[u8]] = &[
            b"MZ\x90\0",
            b"\x7fELF",
            b"\xcf\xfa\xed\xfe",
            b"#!/bin/sh\necho",
            b"<!DOCTYPE html><p>",
            b" \n<HTML>",
            "\u{feff}<svg xmlns=".as_bytes(),
            b"<?xml version='1.0'?><svg/>",
            b"<?php",
            b"<script>1</script>",
            b"PK\x03\x04 program.exe",
            b"PK\x03\x04 [Content_Types].xml word/vbaProject.bin word/document.xml",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"a\0b",
            b"a\x1bb",
            b"\xff\xfea\0",
            b"\0\0\0\x18ftypqt  ",
        ];
        for bytes in rows {
            assert_eq!(fitting(bytes), [""; 0], "{bytes:?}");
        }
        for ending in ["exe", "html", "svg", "js", "docm", "zip", ""] {
            assert!(!TYPES.iter().any(|kind| kind.ends(ending)), "{ending}");
        }
    }

    #[test]
    fn a_browser_that_does_not_know_may_say_so() {
        let csv = TYPES.iter().find(|kind| kind.word == "csv").unwrap();
        for media in ["", "text/csv; charset=utf-8", "TEXT/CSV", "application/octet-stream", "application/vnd.ms-excel"]
        {
            assert!(csv.is_called(media), "{media}");
        }
        assert!(!csv.is_called("text/html"));
    }
}
