//! The signed token of a review: which submission was read, when, and the nonce that makes it one mail. Pure.
//!
//! `NONCE.TIME.DIGEST.MAC`, in hex: 32, at most 16, 64 and 64 digits. The MAC is over the form's name and hash too, so a
//! token fits one form only. Whoever shares the key can read tokens of another copy of the relay.

use crate::base::mac::Key;

/// How long a person reads before pressing Send, at least: 2 seconds.
pub const WAIT: i64 = 2;

/// How long a token holds: 4 hours. Whoever comes later reads once more.
pub const LIFE: i64 = 4 * 60 * 60;

/// How far the clocks of two copies may be apart, in seconds.
pub const SKEW: i64 = 60;

/// A form, for what is signed.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// The key.
    pub key: &'a Key,
    /// The form's name.
    pub form: &'a str,
    /// The form's hash.
    pub hash: &'a str,
}

/// A review that took place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
    /// 32 hex digits that name the submission.
    pub nonce: String,
    /// When the review was shown, in seconds since 1970.
    pub time: i64,
    /// The digest of what was shown.
    pub digest: String,
}

/// What a token is worth.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Proof {
    /// A person read what will be sent, and this is it.
    Good(Token),
    /// Something else was read.
    Changed,
    /// It was pressed faster than anyone reads. The token will do in a moment.
    Early(Token),
    /// It was read too long ago.
    Late,
    /// There is none, or nobody signed it.
    None,
}

impl Scope<'_> {
    /// Writes a token.
    #[must_use]
    pub fn write(&self, token: &Token) -> String {
        let time = format!("{:x}", token.time.max(0));
        let mac = self.key.sign(&self.parts(&token.nonce, &time, &token.digest));
        format!("{}.{time}.{}.{mac}", token.nonce, token.digest)
    }

    /// Reads a token and weighs it: `digest` is of what was sent now, `now` in seconds since 1970.
    #[must_use]
    pub fn weigh(&self, text: &str, digest: &str, now: i64) -> Proof {
        let Some(token) = self.read(text).filter(|token| token.time <= now.saturating_add(SKEW)) else {
            return Proof::None;
        };
        if token.digest != digest {
            Proof::Changed
        } else if now.saturating_sub(token.time) > LIFE {
            Proof::Late
        } else if now < token.time.saturating_add(WAIT) {
            Proof::Early(token)
        } else {
            Proof::Good(token)
        }
    }

    fn read(&self, text: &str) -> Option<Token> {
        let mut parts = text.split('.');
        let (nonce, time, digest, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && mac.len() == 64 && nonce.len() == 32;
        let signed = whole && self.key.verify(&self.parts(nonce, time, digest), mac);
        let time = i64::from_str_radix(time, 16).ok().filter(|_| signed)?;
        Some(Token { nonce: nonce.to_owned(), time, digest: digest.to_owned() })
    }

    fn parts<'a>(&'a self, nonce: &'a str, time: &'a str, digest: &'a str) -> [&'a str; 6] {
        ["vellum token 1", self.form, self.hash, nonce, time, digest]
    }
}

/// The Message-ID of a nonce (FORMAT.md, "Forms and mails").
#[must_use]
pub fn message_id(key: &Key, nonce: &str, domain: &str) -> String {
    let mac = key.sign(&["vellum message-id 1", nonce]);
    format!("<{}@{domain}>", mac.get(..32).unwrap_or_default())
}

/// What a visitor is told to name when asking about a submission: ten letters and digits.
#[must_use]
pub fn reference(key: &Key, nonce: &str) -> String {
    let mac = key.sign(&["vellum reference 1", nonce]);
    let first = mac.get(..10).unwrap_or_default().to_ascii_uppercase();
    let (one, other) = first.split_at_checked(5).unwrap_or((&first, ""));
    format!("{one}-{other}")
}

/// A reference with its MAC, for the address of the page that says "sent".
#[must_use]
pub fn receipt(scope: Scope<'_>, reference: &str) -> String {
    let mac = scope.key.sign(&["vellum sent 1", scope.form, reference]);
    format!("{reference}.{}", mac.get(..32).unwrap_or_default())
}

/// The reference of a receipt that this relay, or one with its key, gave.
#[must_use]
pub fn received<'a>(scope: Scope<'_>, receipt: &'a str) -> Option<&'a str> {
    let (reference, mac) = receipt.split_once('.')?;
    (mac.len() == 32 && scope.key.verify(&["vellum sent 1", scope.form, reference], mac)).then_some(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new(&[9; 32]).unwrap()
    }

    #[test]
    fn a_token_fits_its_form_its_text_and_its_time() {
        let key = key();
        let scope = Scope { key: &key, form: "enquiry", hash: "h" };
        let token = Token { nonce: "0".repeat(32), time: 1000, digest: "d".repeat(64) };
        let text = scope.write(&token);
        let weigh = |now| scope.weigh(&text, &token.digest, now);
        assert_eq!(weigh(1001), Proof::Early(token.clone()));
        assert_eq!(weigh(1002), Proof::Good(token.clone()));
        assert_eq!(weigh(1000 + LIFE), Proof::Good(token.clone()));
        assert_eq!(weigh(1001 + LIFE), Proof::Late);
        assert_eq!(weigh(900), Proof::None);
        assert_eq!(scope.weigh(&text, "other", 1002), Proof::Changed);
        for other in [Scope { form: "support", ..scope }, Scope { hash: "i", ..scope }] {
            assert_eq!(other.weigh(&text, &token.digest, 1002), Proof::None);
        }
        for bad in ["", "....", &text.replace("3e8", "3e9"), &format!("{text}0"), &format!("{text}.")] {
            assert_eq!(scope.weigh(bad, &token.digest, 1002), Proof::None, "{bad}");
        }
    }

    #[test]
    fn receipts_cannot_be_made_up() {
        let key = key();
        let scope = Scope { key: &key, form: "enquiry", hash: "h" };
        let receipt = receipt(scope, &reference(&key, "n"));
        assert_eq!(received(scope, &receipt), Some(reference(&key, "n").as_str()));
        assert_eq!(received(Scope { form: "support", ..scope }, &receipt), None);
        for bad in ["ABC", "ABC.", "ABC.00", &receipt.replace('-', "_")] {
            assert_eq!(received(scope, bad), None, "{bad}");
        }
        assert_eq!(message_id(&key, "n", "example.org").len(), 32 + 1 + 11 + 2);
    }
}
