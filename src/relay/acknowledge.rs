//! The acknowledgement that a form may send to whoever wrote: fixed words, and nothing that was typed. It has no sender
//! that a mail could come back to, and goes to an address once a day at most, so that nobody can have others flooded.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::log::Event;
use super::note::Note;
use super::token::{Token, message_id, reference};
use super::transport::{Letter, Outcome};
use super::{Relay, Way};
use crate::base::address::Address;
use crate::base::mac::Key;
use crate::site::form::Form;

/// More addresses than this are not remembered: the next gets nothing until one of them may be forgotten.
const MOST: usize = 20_000;

/// How long an address is remembered, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// Digits of a hash that are kept.
const DIGITS: usize = 32;

/// To whom something was sent, as hashes under the relay's key and a salt that nothing but this process knows.
pub struct Acknowledged {
    salt: String,
    times: Mutex<BTreeMap<String, i64>>,
}

impl Acknowledged {
    /// Nobody yet.
    #[must_use]
    pub fn new(salt: String) -> Self {
        Self { salt, times: Mutex::default() }
    }

    /// Whether an address may be written to now; if so, it counts as written to. `address` is the one that the mail goes to:
    /// a domain can be typed in many ways.
    fn claim(&self, key: &Key, address: &str, now: i64) -> bool {
        let parts = ["vellum acknowledgement 1", &self.salt, &address.to_ascii_lowercase()];
        let mark: String = key.sign(&parts).chars().take(DIGITS).collect();
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if times.len() >= MOST {
            times.retain(|_, time| now - *time < DAY);
        }
        let before = times.get(&mark).is_some_and(|time| now - *time < DAY);
        if before || times.len() >= MOST {
            return false;
        }
        times.insert(mark, now);
        true
    }
}

impl Relay {
    /// Tells whoever wrote that it arrived, where the form does so. What comes of it is told to the operator alone.
    pub(super) async fn acknowledge(&self, way: &Way, form: &Form, token: &Token) {
        let Some(subject) = &form.mailing.acknowledge else { return };
        let written = form.reply_to.as_deref().map(|field| way.submission.first(field));
        let Some(to) = written.and_then(Address::parse) else { return };
        let Some(ascii) = to.ascii() else { return };
        let now = (self.world.clock)();
        let form_name = form.id.to_string();
        if !self.acknowledged.claim(&self.key, &ascii, now) {
            (self.world.tell)(&Event::LeftOut { form: form_name });
            return;
        }
        let texts = self.stage_texts(&reference(&self.key, &token.nonce));
        let organisation = Address::parse(&self.basis.site.config.organisation.email);
        let note = Note {
            from: &self.from,
            to: &to,
            reply_to: organisation.as_ref(),
            subject,
            text: &texts,
            message_id: &message_id(
                &self.key,
                &format!("{} acknowledgement", token.nonce),
                &self.from.address.domain(),
            ),
            time: now,
        };
        let how = match note.mail() {
            Ok(mail) => self.transport.send(Letter { from: None, to: to.clone(), mail: Arc::new(mail) }).await,
            Err(_) => Outcome::NotSent,
        };
        (self.world.tell)(&Event::Acknowledged { form: form_name, how });
    }

    /// The words, in the site's language.
    fn stage_texts(&self, reference: &str) -> String {
        let stage = self.stage();
        let texts = stage.texts();
        let site = ("site", self.basis.site.config.title.as_str());
        let parts = [
            texts.say("acknowledge-text", &[site]),
            texts.say("acknowledge-reference", &[("reference", reference)]),
            texts.say("acknowledge-stranger", &[]),
        ];
        parts.join("\n\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_to_once_a_day_however_it_is_spelt() {
        let (known, key) = (Acknowledged::new("salt".to_owned()), Key::new(&[1; 32]).unwrap());
        let claim = |address: &str, now| known.claim(&key, &Address::parse(address).unwrap().ascii().unwrap(), now);
        assert!(claim("ada@example.org", 0) && claim("eve@example.org", 0));
        for spelt in ["Ada@Example.org", "ada@e\u{ad}xample.org", "ada@\u{ff45}xample.org"] {
            assert!(!claim(spelt, DAY - 1), "{spelt}");
        }
        assert!(claim("ada@example.org", DAY));
    }

    #[test]
    fn when_there_is_no_room_nobody_is_written_to_until_there_is() {
        let (known, key) = (Acknowledged::new(String::new()), Key::new(&[1; 32]).unwrap());
        let claim = |number: usize, now| known.claim(&key, &format!("a{number}@b.example"), now);
        assert!((0..MOST).all(|number| claim(number, 1)));
        assert!(!claim(MOST, 2));
        assert!(claim(MOST, DAY + 1));
    }
}
