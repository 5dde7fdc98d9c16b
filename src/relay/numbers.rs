//! What the relay counts, as Prometheus reads it (text format 0.0.4). A label is a form's name, a server's place, a step
//! or a class of status: nothing that a visitor can choose.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::log::Event;
use crate::http::server::Load;

/// The upper ends of the histogram's buckets, in milliseconds.
const BUCKETS: [u64; 11] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/// The families that are counted: name and help, in the order in which they are shown.
const COUNTED: [(&str, &str); 4] = [
    ("vellum_submissions_total", "Submissions that came to an end, by form and outcome."),
    ("vellum_mails_total", "Attempts to hand a mail over, by server and the step at which they ended."),
    ("vellum_requests_total", "Requests that were answered, by class of status."),
    ("vellum_limited_total", "Submissions over the rate of their address: given back, or closed unread."),
];

/// All counts of a process.
#[derive(Default)]
pub struct Numbers(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// By family and labels.
    samples: BTreeMap<(&'static str, String), u64>,
    /// Submissions that took at most as long as a bucket says; the last is for all others.
    buckets: [u64; BUCKETS.len() + 1],
    taken: Duration,
}

impl Numbers {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, family: &'static str, labels: String) {
        *self.counts().samples.entry((family, labels)).or_default() += 1;
    }

    /// Counts an event.
    pub fn note(&self, event: &Event) {
        let mail = |server: &usize, step: &str| {
            self.add("vellum_mails_total", format!("server=\"{server}\",step=\"{step}\""));
        };
        match event {
            Event::Accepted { server } => mail(server, "accepted"),
            Event::NotTaken { server, step, .. } => mail(server, step.word()),
            Event::Ended { form, how } => {
                let outcome = how.word().replace(' ', "-");
                self.add("vellum_submissions_total", format!("form=\"{form}\",outcome=\"{outcome}\""));
            }
            Event::Limited { .. } => self.add("vellum_limited_total", "how=\"given-back\"".to_owned()),
            _ => {}
        }
    }

    /// Counts a connection that was closed unread.
    pub fn closed(&self) {
        self.add("vellum_limited_total", "how=\"closed-unread\"".to_owned());
    }

    /// Counts an answer; of a submission, with the time that it took once it was read.
    pub fn answered(&self, status: u16, submission: Option<Duration>) {
        self.add("vellum_requests_total", format!("status=\"{}xx\"", status / 100));
        let Some(time) = submission else { return };
        let mut counts = self.counts();
        let place = BUCKETS.iter().position(|end| time <= Duration::from_millis(*end)).unwrap_or(BUCKETS.len());
        if let Some(bucket) = counts.buckets.get_mut(place) {
            *bucket += 1;
        }
        counts.taken += time;
    }

    /// All of it, as it is scraped.
    #[must_use]
    pub fn text(&self, load: &Load) -> String {
        let mut text = String::new();
        let counts = self.counts();
        for (family, help) in COUNTED {
            head(&mut text, family, (help, "counter"));
            let own = counts.samples.iter().filter(|((name, _), _)| *name == family);
            own.for_each(|((_, labels), count)| line(&mut text, &format!("{family}{{{labels}}}"), count));
        }
        let family = "vellum_submission_seconds";
        head(&mut text, family, ("Time from a submission's last byte to its answer.", "histogram"));
        let mut sum = 0;
        for (count, end) in counts.buckets.iter().zip(BUCKETS.iter().map(Some).chain([None])) {
            sum += count;
            let end = end.map_or_else(|| "+Inf".to_owned(), |end| seconds(Duration::from_millis(*end)));
            line(&mut text, &format!("{family}_bucket{{le=\"{end}\"}}"), &sum);
        }
        line(&mut text, &format!("{family}_sum"), &seconds(counts.taken));
        line(&mut text, &format!("{family}_count"), &sum);
        head(&mut text, "vellum_connections", ("Connections that are open.", "gauge"));
        line(&mut text, "vellum_connections", &load.connections());
        head(&mut text, "vellum_in_flight_bytes", ("Memory that the bodies of requests take.", "gauge"));
        line(&mut text, "vellum_in_flight_bytes", &load.bytes());
        text
    }
}

fn head(text: &mut String, family: &str, (help, kind): (&str, &str)) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "# HELP {family} {help}\n# TYPE {family} {kind}");
}

fn line(text: &mut String, name: &str, value: &dyn std::fmt::Display) {
    let _ = writeln!(text, "{name} {value}");
}

fn seconds(time: Duration) -> String {
    let text = format!("{}.{:06}", time.as_secs(), time.subsec_micros());
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::transport::{Outcome, Step};

    #[test]
    fn counts_are_shown_by_label() {
        let numbers = Numbers::default();
        numbers.note(&Event::Ended { form: "ask".to_owned(), how: Outcome::NotSent });
        numbers.note(&Event::NotTaken { server: 2, step: Step::Recipient, code: Some(550) });
        numbers.note(&Event::Stopping);
        for (status, time) in [(303, Some(7)), (303, Some(60_000)), (404, None)] {
            numbers.answered(status, time.map(Duration::from_millis));
        }
        let text = numbers.text(&Load::default());
        for line in [
            "vellum_submissions_total{form=\"ask\",outcome=\"not-sent\"} 1",
            "vellum_mails_total{server=\"2\",step=\"rcpt\"} 1",
            "vellum_requests_total{status=\"3xx\"} 2",
            "vellum_submission_seconds_bucket{le=\"0.005\"} 0",
            "vellum_submission_seconds_bucket{le=\"0.01\"} 1",
            "vellum_submission_seconds_bucket{le=\"10\"} 1",
            "vellum_submission_seconds_bucket{le=\"+Inf\"} 2",
            "vellum_submission_seconds_sum 60.007",
            "vellum_submission_seconds_count 2",
            "vellum_connections 0",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
        }
    }
}
