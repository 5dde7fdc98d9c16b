//! A submission that may be sent → its mails, to all recipients at once, and the answer. "Sent" needs the final yes of all
//! of them; whoever accepted is not asked again.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use super::log::Event;
use super::memory::Guard;
use super::message::Draft;
use super::reply::Trouble;
use super::token::{Token, message_id, reference};
use super::transport::{Letter, Mail, Outcome, Sending};
use super::{Relay, Way};
use crate::http::reply::Reply;
use crate::render::form;
use crate::site::form::Form;

impl Relay {
    /// Sends to each recipient who has not accepted it yet, and answers.
    pub(super) async fn send(&self, way: &Way, form: &Form, (token, mut guard): (&Token, Guard)) -> Reply {
        fault(way);
        let mail = self.mail(way, form, token);
        let Some(mail) = mail else { return way.asked(&self.stage(), form).failed(Trouble::Broken) };
        let worst = self.hand_out(form, &mail, &mut guard.accepted).await;
        (self.world.tell)(&Event::Ended { form: form.id.to_string(), how: worst });
        let trouble = match worst {
            Outcome::Accepted => {
                guard.sent();
                return self.sent(way, form, token);
            }
            Outcome::Unconfirmed => Trouble::Unconfirmed,
            Outcome::NotSent if guard.accepted.is_empty() => Trouble::NotSent,
            Outcome::NotSent => Trouble::Partly,
        };
        guard.failed(trouble);
        way.asked(&self.stage(), form).failed(trouble)
    }

    /// One transaction for each recipient, all at once; the worst of what came of them.
    async fn hand_out(&self, form: &Form, mail: &Arc<Mail>, accepted: &mut BTreeSet<usize>) -> Outcome {
        let mut sendings = Vec::new();
        for (place, to) in form.to.iter().enumerate().filter(|(place, _)| !accepted.contains(place)) {
            let letter = Letter { from: Some(self.from.address.clone()), to: to.clone(), mail: Arc::clone(mail) };
            sendings.push((place, self.transport.send(letter)));
        }
        let mut worst = Outcome::Accepted;
        all(sendings, |place, outcome| {
            if outcome == Outcome::Accepted {
                accepted.insert(place);
            }
            worst = worst.max(outcome);
        })
        .await;
        worst
    }

    fn mail(&self, way: &Way, form: &Form, token: &Token) -> Option<Arc<Mail>> {
        let stage = self.stage();
        let draft = Draft {
            stage: &stage,
            form,
            submission: &way.submission,
            governing: form::governing(&stage, form, way.seen.as_ref()),
            stated: way.seen.is_some(),
            from: &self.from,
            message_id: &message_id(&self.key, &token.nonce, &self.from.address.domain()),
            reference: &reference(&self.key, &token.nonce),
            time: (self.world.clock)(),
        };
        draft.mail().ok().map(Arc::new)
    }
}

/// Waits for all, and says what came of each as soon as it is known.
async fn all(mut sendings: Vec<(usize, Sending<'_>)>, mut ended: impl FnMut(usize, Outcome)) {
    poll_fn(|context| {
        sendings.retain_mut(|(place, sending)| match sending.as_mut().poll(context) {
            Poll::Ready(outcome) => {
                ended(*place, outcome);
                false
            }
            Poll::Pending => true,
        });
        if sendings.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Breaks on purpose, for tests: a field that holds these words makes the program panic in the middle of a submission.
#[cfg(feature = "fault-injection")]
fn fault(way: &Way) {
    let Way { submission, .. } = way;
    assert!(submission.first("message") != "vellum: panic", "on purpose");
}

#[cfg(not(feature = "fault-injection"))]
fn fault(_: &Way) {}
