//! The proof of work (ALTCHA v2): a small piece of work that a browser does while a form is filled in, and what a
//! solution of it is worth. Pure: the clock and randomness are handed in. The only importer of the crate `altcha`.
//!
//! A challenge is signed with a key made of the relay's key, the form's name and its hash: it fits one form only, and copies
//! of the relay with one key take each other's. It always expires. Its nonce is that of the submission, so that a
//! solution that is sent twice is one mail. To look at a solution costs one derivation, less than a tenth of a
//! millisecond; to find one costs 256 of them, on average. Whatever is not signed by us costs no derivation at all.

use std::collections::BTreeMap;

use altcha::{
    Challenge, ChallengeParameters, HmacAlgorithm, Payload, VerifySolutionOptions, sign_challenge, verify_solution,
};

use super::token::{Proof, SKEW, Scope, Token, WAIT};
use crate::base::base64;
use crate::base::json::{self, Value};
use crate::base::mac::hex;

/// How long a challenge holds: 20 minutes.
pub const LIFE: i64 = 20 * 60;

/// How a key is derived, which browsers do by themselves (`WebCrypto`).
const ALGORITHM: &str = "PBKDF2/SHA-256";

/// Rounds of each derivation. About 80,000 are made until a key fits: some tenths of a second on a phone.
const COST: u32 = 300;

/// The bytes of a derived key.
const LENGTH: usize = 32;

/// What a fitting key begins with, in hex: one of 256 does.
const PREFIX: &str = "00";

/// A longer solution is none of ours.
const LONGEST: usize = 4096;

impl Scope<'_> {
    /// A challenge for this form, as JSON; nothing when it would not be signed or would never expire. Of the two random
    /// values one names the submission.
    #[must_use]
    pub fn challenge(&self, now: i64, [nonce, salt]: [[u8; 16]; 2]) -> Option<Vec<u8>> {
        let mut parameters = ChallengeParameters {
            algorithm: ALGORITHM.to_owned(),
            cost: COST,
            data: Some(self.data()),
            expires_at: Some(now.saturating_add(LIFE)).filter(|day| *day > 0),
            key_length: LENGTH,
            key_prefix: PREFIX.to_owned(),
            key_signature: None,
            memory_cost: None,
            nonce: hex(&nonce),
            parallelism: None,
            salt: hex(&salt),
        };
        let made = sign_challenge(&HmacAlgorithm::Sha256, &mut parameters, None, &self.secret(), None).ok()?;
        (made.signature.is_some() && made.parameters.expires_at.is_some()).then(|| json::pretty(&made))
    }

    /// Weighs a solution (base64 of JSON, as ALTCHA sends it): `digest` is of what was sent with it, `now` in seconds since
    /// 1970.
    #[must_use]
    pub fn weigh_work(&self, solution: &str, digest: &str, now: i64) -> Proof {
        let Some(Payload { challenge, solution }) = read(solution) else { return Proof::None };
        // In the crate, 0 is "never".
        let Some(end) = challenge.parameters.expires_at.filter(|end| *end > 0) else { return Proof::None };
        let made = end.saturating_sub(LIFE);
        if made > now.saturating_add(SKEW) || challenge.parameters.data.as_ref() != Some(&self.data()) {
            return Proof::None;
        }
        if now > end {
            return Proof::Late;
        }
        let verified = verify_solution(VerifySolutionOptions::new(&challenge, &solution, self.secret()));
        if !verified.is_ok_and(|result| result.verified) {
            return Proof::None;
        }
        let Challenge { parameters, .. } = challenge;
        let token = Token { nonce: parameters.nonce, time: made, digest: digest.to_owned() };
        if now < made.saturating_add(WAIT) { Proof::Early(token) } else { Proof::Good(token) }
    }

    /// The key of challenges: 64 hex digits, so never empty.
    fn secret(&self) -> String {
        self.key.sign(&["vellum challenge 1", self.form, self.hash])
    }

    /// What a challenge says of its form.
    fn data(&self) -> BTreeMap<String, Value> {
        [("form", self.form), ("hash", self.hash)].map(|(name, value)| (name.to_owned(), Value::from(value))).into()
    }
}

fn read(solution: &str) -> Option<Payload> {
    let bytes = base64::decode(solution).filter(|_| solution.len() <= LONGEST)?;
    json::read(&bytes)
}

#[cfg(test)]
mod tests {
    use altcha::{Solution, SolveChallengeOptions, solve_challenge};

    use super::*;
    use crate::base::mac::Key;

    /// The crate looks at the clock of the system too: in 2096 none of these challenges is over.
    const NOW: i64 = 4_000_000_000;

    fn key() -> Key {
        Key::new(&[9; 32]).unwrap()
    }

    fn challenge(scope: &Scope<'_>) -> Challenge {
        json::read(&scope.challenge(NOW, [[1; 16], [2; 16]]).unwrap()).unwrap()
    }

    fn written(challenge: &Challenge, solution: &Solution) -> String {
        let payload = Payload { challenge: challenge.clone(), solution: solution.clone() };
        base64::encode(json::line(&payload).as_bytes())
    }

    #[test]
    fn a_solution_fits_its_form_and_its_time_and_names_the_submission() {
        let key = key();
        let scope = Scope { key: &key, form: "enquiry", hash: "h" };
        let made = challenge(&scope);
        assert_eq!((made.parameters.expires_at, made.signature.is_some()), (Some(NOW + LIFE), true));
        let solution = solve_challenge(SolveChallengeOptions::new(&made)).unwrap().unwrap();
        let text = written(&made, &solution);
        let token = Token { nonce: "01".repeat(16), time: NOW, digest: "d".to_owned() };
        let weigh = |now| scope.weigh_work(&text, "d", now);
        assert_eq!(weigh(NOW + 1), Proof::Early(token.clone()));
        assert_eq!(weigh(NOW + 2), Proof::Good(token.clone()));
        assert_eq!(weigh(NOW + LIFE), Proof::Good(token));
        assert_eq!((weigh(NOW + LIFE + 1), weigh(NOW - SKEW - 1)), (Proof::Late, Proof::None));
        let other = Key::new(&[8; 32]).unwrap();
        for other in [Scope { form: "support", ..scope }, Scope { hash: "i", ..scope }, Scope { key: &other, ..scope }]
        {
            assert_eq!(other.weigh_work(&text, "d", NOW + 2), Proof::None);
        }
    }

    #[test]
    fn what_was_not_worked_for_or_not_signed_is_worth_nothing() {
        let key = key();
        let scope = Scope { key: &key, form: "enquiry", hash: "h" };
        let made = challenge(&scope);
        let solution = solve_challenge(SolveChallengeOptions::new(&made)).unwrap().unwrap();
        let changed = |change: &dyn Fn(&mut Challenge, &mut Solution)| {
            let (mut made, mut solution) = (made.clone(), solution.clone());
            change(&mut made, &mut solution);
            scope.weigh_work(&written(&made, &solution), "d", NOW + 2)
        };
        assert!(matches!(changed(&|_, _| {}), Proof::Good(_)));
        let unsigned: &dyn Fn(&mut Challenge, &mut Solution) = &|made, _| made.signature = None;
        for change in [
            unsigned,
            &|made, _| made.parameters.expires_at = None,
            &|made, _| made.parameters.expires_at = Some(0),
            &|made, _| made.parameters.expires_at = Some(NOW + LIFE + 1),
            &|made, _| made.parameters.cost = 1,
            &|made, _| made.parameters.key_prefix = String::new(),
            &|made, _| made.parameters.key_length = usize::MAX,
            &|made, _| made.parameters.nonce = "03".repeat(16),
            &|made, _| made.parameters.data = None,
            &|_, solution| solution.counter += 1,
            &|_, solution| solution.derived_key = "00".repeat(32),
        ] {
            assert_eq!(changed(change), Proof::None);
        }
        for bad in ["", "x", "e30=", &base64::encode(b"null"), &"A".repeat(LONGEST + 4)] {
            assert_eq!(scope.weigh_work(bad, "d", NOW + 2), Proof::None, "{bad}");
        }
    }

    #[test]
    fn a_key_that_was_derived_but_does_not_fit_is_refused() {
        // Version 0.1 of the crate took any counter.
        let key = key();
        let scope = Scope { key: &key, form: "enquiry", hash: "h" };
        let made = challenge(&scope);
        let mut easy = made.clone();
        easy.parameters.key_prefix = String::new();
        let solution = solve_challenge(SolveChallengeOptions::new(&easy)).unwrap().unwrap();
        assert!(solution.counter == 0 && !solution.derived_key.starts_with(PREFIX));
        assert_eq!(scope.weigh_work(&written(&made, &solution), "d", NOW + 2), Proof::None);
    }
}
