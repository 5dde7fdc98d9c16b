//! Files → parts of a mail. Pure. What a mail says of a file was found in its content; its name was cleaned, and is encoded
//! (RFC 2231); its bytes are always encoded, so that none of them stands on the wire as it is.

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Body, MultiPart, MultiPartKind, SinglePart};

use super::submission::Submission;
use super::upload::Upload;
use crate::render::form_view::GivenView;
use crate::render::stage::Stage;
use crate::site::form::Form;

/// All files of a submission, in the order of the form.
pub fn files<'a>(form: &'a Form, submission: &'a Submission) -> impl Iterator<Item = &'a Upload> {
    form.fields.iter().flat_map(|field| submission.files(&field.name))
}

/// A mail's text with the files behind it; the text alone where there are none.
#[must_use]
pub fn with_files(text: MultiPart, files: &[Upload], boundary: &str) -> MultiPart {
    if files.is_empty() {
        return text;
    }
    let whole = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(format!("m-{boundary}")).multipart(text);
    files.iter().fold(whole, |whole, file| whole.singlepart(part(file)))
}

fn part(file: &Upload) -> SinglePart {
    let media = file.kind.map_or("application/octet-stream", |kind| kind.media);
    // The names of the table are media types; of anything else nothing is said.
    let media = ContentType::parse(media).unwrap_or(ContentType::TEXT_PLAIN);
    let bytes = file.content.reveal().to_vec();
    let builder = SinglePart::builder().header(ContentDisposition::attachment(file.name.reveal())).header(media);
    // Base64 takes any bytes; the library returns what it cannot encode.
    match Body::new_with_encoding(bytes, ContentTransferEncoding::Base64) {
        Ok(body) => builder.body(body),
        Err(bytes) => builder.body(Body::new(bytes)),
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
