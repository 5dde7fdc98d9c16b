//! What `relay` of `site.yaml` says of the way to mail servers: who logs in and with what, and which name servers are asked.

use std::net::SocketAddr;

use super::raw::Fields;
use crate::base::codes::Code;

/// Where a password or a token stands. It never stands in the settings.
#[derive(Clone, Debug)]
pub enum Password {
    /// In a variable of the environment.
    Environment(String),
    /// In a file, whose last line end does not count.
    File(String),
    /// A token of OAuth, in a file that is read at each login: another program keeps it fresh.
    Token(String),
}

/// Makes a place of what stands in the settings.
type Make = fn(String) -> Password;

const PLACES: &[(&str, Make)] = &[
    ("password_env", Password::Environment),
    ("password_file", Password::File),
    ("oauth_token_file", Password::Token),
];

/// How many connections to a mail server there are at one time, unless the settings say otherwise: more were no faster.
pub const CONNECTIONS: usize = 8;

/// More than this no server likes.
const MOST: usize = 64;

/// How many connections to a mail server there may be at one time.
pub fn connections(fields: &Fields<'_>) -> usize {
    let Some((node, count)) = fields.get("mail_connections").zip(fields.number("mail_connections")) else {
        return CONNECTIONS;
    };
    let count = usize::try_from(count).ok().filter(|count| (1..=MOST).contains(count));
    if count.is_none() {
        let message = format!("`mail_connections` is not between 1 and {MOST}");
        fields.reading().say(
            Code::V105,
            node.span,
            message,
            "leave it out: the usual 8 take thousands of mails a second",
        );
    }
    count.unwrap_or(CONNECTIONS)
}

/// Who logs in to a server, and where the password or the token stands.
pub fn login(fields: &Fields<'_>) -> Option<(String, Password)> {
    let user = fields.text("user");
    let place = |(key, make): &(&'static str, Make)| fields.text(key).map(|text| make(text.value));
    let mut places: Vec<Password> = PLACES.iter().filter_map(place).collect();
    let wrong = match (&user, places.len()) {
        (None, 0) | (Some(_), 1) => "",
        (Some(_), 0) => "there is a user and no password",
        (None, _) => "there is a password and no user",
        (Some(_), _) => "the password stands in two places",
    };
    if !wrong.is_empty() {
        let help = "give `user` with `password_env`, `password_file` or `oauth_token_file`";
        fields.reading().say(Code::V105, fields.span(), wrong, help);
        return None;
    }
    Some((user?.value, places.pop()?))
}

/// Name servers, each an address with a port.
pub fn resolvers(fields: &Fields<'_>) -> Vec<SocketAddr> {
    let read = |text: crate::base::span::Spanned<String>| {
        let found = text.value.parse().ok();
        if found.is_none() {
            let message = format!("`{}` is no address of a name server with a port", text.value);
            fields.reading().say(Code::V105, text.span, message, "write 192.0.2.53:53, or \"[2001:db8::53]:53\"");
        }
        found
    };
    fields.texts("resolvers").into_iter().filter_map(read).collect()
}
