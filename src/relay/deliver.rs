//! A submission that may be sent → its mails, to all recipients at once, and the answer. "Sent" needs the final yes of all
//! of them; whoever accepted is not asked again.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::oneshot;

use super::log::Event;
use super::memory::{Claim, Guard};
use super::message::Draft;
use super::reply::Trouble;
use super::stationery::Stationery;
use super::token::{Token, WAIT, message_id, receipt, reference};
use super::transport::{Letter, Mail, Outcome, Sending};
use super::{Relay, Way};
use crate::base::address::Address;
use crate::http::reply::Reply;
use crate::render::form;
use crate::site::form::Form;

impl Relay {
    /// Sends a submission once. The work goes on when the visitor goes away, and a fault in it is an answer too.
    pub(super) async fn hand_over(self: &Arc<Self>, way: &Arc<Way>, token: &Token) -> Reply {
        let (relay, job, sent) = (Arc::clone(self), Arc::clone(way), token.clone());
        let busy = Arc::clone(&self.busy).read_owned().await;
        let (answer, answered) = oneshot::channel();
        tokio::spawn(async move {
            let Some(form) = relay.form(job.form) else { return };
            let (reply, sent_now) = relay.deliver(&job, form, &sent).await;
            // The visitor may have gone away.
            let _ = answer.send(reply);
            if sent_now {
                relay.acknowledge(&job, form, &sent).await;
            }
            drop(busy);
        });
        let answered = answered.await;
        answered.unwrap_or_else(|_| {
            let Some(form) = self.form(way.form) else { return Reply::text(500, "") };
            (self.world.tell)(&Event::Broken { form: form.id.to_string() });
            self.failed((way, form), token, Trouble::Broken)
        })
    }

    /// The answer, and whether it is just now that all recipients have accepted it.
    async fn deliver(&self, way: &Way, form: &Form, token: &Token) -> (Reply, bool) {
        let reference = reference(&self.key, &token.nonce);
        let reply = match self.memory.claim(&token.nonce, &token.digest) {
            Claim::Mine(guard) => return self.send(way, form, (token, &reference, guard)).await,
            Claim::Other => self.review(&way.asked(&self.stage(), form), token.digest.clone(), None),
            Claim::Sent => self.sent(way, form, &reference),
            Claim::Wait(mut ended) => {
                while ended.changed().await.is_ok() {}
                let trouble = *ended.borrow();
                match trouble {
                    None => self.sent(way, form, &reference),
                    Some(trouble) => self.failed((way, form), token, trouble),
                }
            }
        };
        (reply, false)
    }

    fn sent(&self, way: &Way, form: &Form, reference: &str) -> Reply {
        way.asked(&self.stage(), form).sent(&receipt(self.scope(form), reference), reference)
    }

    /// That it was not sent. What the page sends again has the same nonce, and so is the same mail, whatever stood for a
    /// person before.
    fn failed(&self, (way, form): (&Way, &Form), token: &Token, trouble: Trouble) -> Reply {
        let again = Token { time: (self.world.clock)() - WAIT, ..token.clone() };
        way.asked(&self.stage(), form).failed(trouble, &self.scope(form).write(&again))
    }

    /// Sends to each recipient who has not accepted it yet, and answers.
    async fn send(&self, way: &Way, form: &Form, sent: (&Token, &str, Guard)) -> (Reply, bool) {
        let (token, reference, mut guard) = sent;
        fault(way);
        let mail = self.mail(way, form, (token, reference));
        let Some(mail) = mail else { return (self.failed((way, form), token, Trouble::Broken), false) };
        let worst = self.hand_out(form, &mail, &mut guard.accepted).await;
        (self.world.tell)(&Event::Ended { form: form.id.to_string(), how: worst });
        let trouble = match worst {
            Outcome::Accepted => {
                guard.sent();
                return (self.sent(way, form, reference), true);
            }
            Outcome::Unconfirmed => Trouble::Unconfirmed,
            Outcome::NotSent if guard.accepted.is_empty() => Trouble::NotSent,
            Outcome::NotSent => Trouble::Partly,
        };
        guard.failed(trouble);
        (self.failed((way, form), token, trouble), false)
    }

    /// One transaction for each recipient, all at once; the worst of what came of them.
    async fn hand_out(&self, form: &Form, mail: &Arc<Mail>, accepted: &mut BTreeSet<Address>) -> Outcome {
        let mut sendings = Vec::new();
        for to in form.to.iter().filter(|to| !accepted.contains(*to)) {
            let letter = Letter { from: Some(self.from.address.clone()), to: to.clone(), mail: Arc::clone(mail) };
            sendings.push((to, self.transport.send(letter)));
        }
        let mut worst = Outcome::Accepted;
        all(sendings, |to, outcome| {
            if outcome == Outcome::Accepted {
                accepted.insert(to.clone());
            }
            worst = worst.max(outcome);
        })
        .await;
        worst
    }

    /// Fresh randomness for an encryption. Two halves that are the same are no randomness.
    fn seed(&self) -> Option<[u8; 32]> {
        let (one, other) = ((self.world.random)(), (self.world.random)());
        let mut bytes = one.into_iter().chain(other);
        (one != other).then(|| std::array::from_fn(|_| bytes.next().unwrap_or_default()))
    }

    fn mail(&self, way: &Way, form: &Form, (token, reference): (&Token, &str)) -> Option<Arc<Mail>> {
        let (stage, stated) = (self.stage(), way.seen.is_some());
        let governing = form::governing(&stage, form, way.seen.as_ref());
        let name = (way.form, governing.map(|found| found.entry.number), stated);
        let make = || Stationery::make((&stage, form), governing.as_ref(), stated, &self.from);
        let paper = self.drawer.take(name, make).ok()?;
        let draft = Draft {
            stage: &stage,
            form,
            submission: &way.submission,
            paper: &paper,
            message_id: &message_id(&self.key, &token.nonce, &self.from.address.domain()),
            reference,
            time: (self.world.clock)(),
            seed: if form.mailing.keys.is_empty() { None } else { self.seed() },
        };
        draft.mail().ok().map(Arc::new)
    }
}

/// Waits for all, and says what came of each as soon as it is known.
async fn all(mut sendings: Vec<(&Address, Sending<'_>)>, mut ended: impl FnMut(&Address, Outcome)) {
    poll_fn(|context| {
        sendings.retain_mut(|(to, sending)| match sending.as_mut().poll(context) {
            Poll::Ready(outcome) => {
                ended(to, outcome);
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
