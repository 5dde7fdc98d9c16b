//! Forms against disclosures: a form asks for nothing that the version in force, or an upcoming one, does not disclose.

use crate::base::codes::Code;
use crate::base::date::{Moment, Zone};
use crate::base::diag::{Diagnostic, Severity};
use crate::base::span::{Place, Span};
use crate::history::card::{Card, Disclosed};
use crate::site::Site;
use crate::site::disclose::Purpose;
use crate::site::form::Form;
use crate::site::policy::FOLDER;
use crate::site::raw::did_you_mean;

/// What forms are held against.
#[derive(Clone, Copy, Debug)]
pub enum Against<'a> {
    /// The versions in force and upcoming. A draft that would not do is worth a warning.
    Versions,
    /// The draft of this policy, which is about to be published: what stands in force may be what it mends.
    Draft(&'a str),
}

/// Checks every form against its policy.
pub fn forms(site: &Site, cards: &[Card], (now, against): (Moment, Against<'_>), findings: &mut Vec<Diagnostic>) {
    for form in &site.forms {
        keys(form, now, findings);
        sizes(form, site.config.relay.limits.files, findings);
        let place = form.source.place(form.policy.span);
        let Some(card) = cards.iter().find(|card| card.slug == form.policy.value) else {
            let message =
                format!("the form names the policy `{}`, which is not in content/policies", form.policy.value);
            let slugs: Vec<&str> = cards.iter().map(|card| card.slug.as_str()).collect();
            let help = did_you_mean(form.policy.value.as_str(), &slugs);
            findings.push(Diagnostic::new(Code::V501, place, message).help(help));
            continue;
        };
        match against {
            Against::Draft(slug) if card.slug.as_str() == slug => drafted(form, card, findings),
            _ => {
                covered(form, card, now, findings);
                let mut said = Vec::new();
                drafted(form, card, &mut said);
                findings.extend(said.into_iter().map(|finding| finding.weighing(Severity::Warning)));
            }
        }
    }
    if let Some(form) = site.forms.first().filter(|_| site.config.relay.from.is_none() && !site.config.relay.misspelt) {
        let message = "there are forms, and nobody from whom their mails come";
        let finding = Diagnostic::new(Code::V505, Place::of_file("site.yaml"), message);
        let form = form.source.place(Span::default());
        findings.push(finding.related(form, "a form").help("add `relay: {from: Our website <forms@example.org>}`"));
    }
}

/// No key that the form's mails are encrypted to has run out.
fn keys(form: &Form, now: Moment, findings: &mut Vec<Diagnostic>) {
    for key in &form.mailing.keys {
        if let Some(end) = key.value.until().filter(|end| *end <= now.unix()).and_then(Moment::from_unix) {
            let message = format!("the key has run out on {}", end.day(&Zone::utc()));
            let help = "ask whoever reads the mails for a key that holds, and put it into the file";
            findings.push(Diagnostic::new(Code::V508, form.source.place(key.span), message).help(help));
        }
    }
}

/// A file that a field takes can be sent.
fn sizes(form: &Form, total: usize, findings: &mut Vec<Diagnostic>) {
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    let written = |span: Span| span != Span::default();
    for (field, files) in form.fields.iter().filter_map(|field| Some((field, field.files.as_ref()?))) {
        if files.max_size.value > total && written(files.max_size.span) {
            let message = format!("`{}` takes larger files than can be sent: {total} bytes in all", field.name);
            let finding = Diagnostic::new(Code::V105, form.source.place(files.max_size.span), message);
            findings.push(finding.help("lower `max_size`, or raise `relay.limits.files` in site.yaml"));
        }
    }
}

/// The draft, if there is one, covers the form.
fn drafted(form: &Form, card: &Card, findings: &mut Vec<Diagnostic>) {
    let said = format!("the draft of {}", card.slug);
    match &card.draft_disclosures {
        Some(disclosed) => compare(form, disclosed, &said, findings),
        None if card.draft => nothing(form, &said, (card, "draft.md"), findings),
        None => {}
    }
}

fn nothing(form: &Form, said: &str, (card, file): (&Card, &str), findings: &mut Vec<Diagnostic>) {
    let message = format!("{said} discloses nothing, and the form collects data");
    let place = form.source.place(form.policy.span);
    let finding = Diagnostic::new(Code::V501, place, message).help("publish a version with `discloses`");
    let text = Place::of_file(&format!("{FOLDER}/{}/{file}", card.slug));
    findings.push(finding.related(text, "no `discloses` stands here"));
}

/// Every version that binds now or will bind covers the form.
fn covered(form: &Form, card: &Card, now: Moment, findings: &mut Vec<Diagnostic>) {
    let in_force = card.timeline.in_force(now);
    let all = in_force.into_iter().chain(card.timeline.upcoming(now));
    let versions: Vec<_> = all.filter_map(|index| card.timeline.entries.get(index)).collect();
    if versions.is_empty() {
        let message = format!("no version of {} is in force or coming, so nothing covers the form", card.slug);
        let place = form.source.place(form.policy.span);
        let help = "publish the policy first, or take the form away";
        findings.push(Diagnostic::new(Code::V501, place, message).help(help));
    }
    for version in versions.iter().map(|entry| &entry.version) {
        let said = format!("version {version} of {}", card.slug);
        match card.disclosed(version) {
            Some(disclosed) => compare(form, disclosed, &said, findings),
            None => nothing(form, &said, (card, &format!("versions/{version}.md")), findings),
        }
    }
}

/// Compares a form with what one version, or a draft, discloses. `said` names it in messages.
pub fn compare(form: &Form, disclosed: &Disclosed, said: &str, findings: &mut Vec<Diagnostic>) {
    let purposes = &disclosed.discloses.purposes;
    let Some(purpose) = purposes.iter().find(|purpose| purpose.id == form.purpose.value) else {
        let place = form.source.place(form.purpose.span);
        let message = format!("{said} has no purpose `{}`", form.purpose.value);
        let ids: Vec<&str> = purposes.iter().map(|purpose| purpose.id.as_str()).collect();
        let finding = Diagnostic::new(Code::V501, place, message).help(did_you_mean(&form.purpose.value, &ids));
        findings.push(finding.related(disclosed.start.clone(), "its disclosures"));
        return;
    };
    let fields = form.fields.iter().map(|field| (field.name.as_str(), &field.data));
    let consents = form.consents.iter().filter_map(|one| Some((one.name.as_str(), one.data.as_ref()?)));
    for (name, data) in fields.chain(consents).filter(|(_, data)| !purpose.data.contains(&data.value)) {
        let message = format!("the field `{name}` collects `{}`, which {said} does not disclose", data.value);
        let finding = Diagnostic::new(Code::V502, form.source.place(data.span), message);
        let place = disclosed.places.get(&purpose.id).unwrap_or(&disclosed.start).clone();
        let finding = finding.related(place, format!("the purpose `{}` discloses {}", purpose.id, listed(purpose)));
        findings.push(finding.help("publish a version that discloses it, or take the field out of the form"));
    }
}

fn listed(purpose: &Purpose) -> String {
    if purpose.data.is_empty() { "no data".to_owned() } else { purpose.data.join(", ") }
}
