//! Files → parts of a mail. Pure. What a mail says of a file was found in its content; its name was cleaned, and is encoded
//! (RFC 2231); its bytes are always encoded, so that none of them stands on the wire as it is.

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Body, SinglePart};

use super::submission::Submission;
use super::upload::Upload;
use crate::render::form_view::GivenView;
use crate::render::stage::Stage;
use crate::site::form::Form;

/// All files of a submission, in the order of the form.
pub fn files<'a>(form: &'a Form, submission: &'a Submission) -> impl Iterator<Item = &'a Upload> {
    form.fields.iter().flat_map(|field| submission.files(&field.name))
}

/// How many bytes the files take in a mail, about.
#[must_use]
pub fn room(files: &[Upload]) -> usize {
    files.iter().map(|file| file.content.reveal().len() / 54 * 74 + 1024).sum()
}

/// A file as a part of a mail, with its headers.
#[must_use]
pub fn part(file: &Upload) -> Vec<u8> {
    let media = file.kind.map_or("application/octet-stream", |kind| kind.media);
    // The names of the table are media types; of anything else nothing is said.
    let said = if media.starts_with("text/") { format!("{media}; charset=utf-8") } else { media.to_owned() };
    let media = ContentType::parse(&said).unwrap_or(ContentType::TEXT_PLAIN);
    let bytes = file.content.reveal().to_vec();
    let builder = SinglePart::builder().header(ContentDisposition::attachment(file.name.reveal())).header(media);
    // Base64 takes any bytes; the library returns what it cannot encode.
    match Body::new_with_encoding(bytes, ContentTransferEncoding::Base64) {
        Ok(body) => builder.body(body).formatted(),
        Err(bytes) => builder.body(Body::new(bytes)).formatted(),
    }
}

/// What a mail says of each file: its name, its exact size and its hash.
#[must_use]
pub fn told(stage: &Stage<'_>, files: &[Upload]) -> Vec<GivenView> {
    let texts = stage.texts();
    let line = |file: &Upload| {
        let (size, hash) = (file.size().to_string(), file.hash.to_string());
        let values = [("name", file.name.reveal()), ("size", &size), ("hash", &hash)];
        GivenView { label: texts.label("mail", "attached"), text: texts.say("mail-file", &values) }
    };
    files.iter().map(line).collect()
}
