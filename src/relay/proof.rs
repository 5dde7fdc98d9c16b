//! What a submission brings with it → whether it is sent, or read once more by a person. Pure.
//!
//! A review that took place is a proof of a person, and so is a solved proof of work. A field that people leave empty, and
//! haste, are only signals: they lead to the review step, where a person gets through, and nothing is ever dropped.

use super::submission::Submission;
use super::token::{Proof, Scope, Token};

/// What is done with a submission that can be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It is sent, under this token's nonce.
    Send(Token),
    /// A person reads what will be sent.
    Review {
        /// The token of a review that was only too short, to be used again.
        token: Option<Token>,
        /// The key of a sentence that says why, if there is something to say.
        why: Option<&'static str>,
    },
}

/// Weighs what a submission brings with it: `digest` is its digest, `now` in seconds since 1970.
#[must_use]
pub fn weigh(scope: &Scope<'_>, submission: &Submission, digest: &str, now: i64) -> Verdict {
    let review = |why| Verdict::Review { token: None, why };
    let (read, trapped) = (scope.weigh(&submission.token, digest, now), submission.trapped);
    match read {
        Proof::Good(_) if trapped => return review(None),
        Proof::Good(token) => return Verdict::Send(token),
        Proof::Early(token) => return Verdict::Review { token: Some(token), why: Some("review-again") },
        Proof::Changed | Proof::Late | Proof::None => {}
    }
    match (scope.weigh_work(&submission.altcha, digest, now), read) {
        (Proof::Good(token), _) if !trapped => Verdict::Send(token),
        (_, Proof::Changed) if submission.has_other_files() => review(Some("review-files-other")),
        (_, Proof::Changed) => review(Some("review-changed")),
        (Proof::Late, _) | (_, Proof::Late) => review(Some("review-expired")),
        _ => review(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::mac::Key;

    #[test]
    fn signals_lead_to_the_review_and_never_to_silence() {
        let key = Key::new(&[9; 32]).unwrap();
        let scope = Scope { key: &key, form: "enquiry", hash: "h" };
        let token = Token { nonce: "0".repeat(32), time: 1000, digest: "d".to_owned() };
        let mut submission = Submission::default();
        submission.token = scope.write(&token);
        let review = |token, why| Verdict::Review { token, why };
        assert_eq!(weigh(&scope, &submission, "d", 1002), Verdict::Send(token.clone()));
        assert_eq!(weigh(&scope, &submission, "d", 1001), review(Some(token), Some("review-again")));
        assert_eq!(weigh(&scope, &submission, "e", 1002), review(None, Some("review-changed")));
        assert_eq!(weigh(&scope, &submission, "d", 1_000_000), review(None, Some("review-expired")));
        submission.trapped = true;
        assert_eq!(weigh(&scope, &submission, "d", 1002), review(None, None));
        submission.token.clear();
        assert_eq!(weigh(&scope, &submission, "d", 1002), review(None, None));
    }
}
