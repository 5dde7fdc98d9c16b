//! A draft → a frozen version and its event. Pure: the bytes to write are returned.

use std::collections::BTreeMap;
use std::slice;

use super::rules::{self, Case};
use super::seal::{self, Text};
use super::translate::{Aside, Translation};
use crate::base::date::Moment;
use crate::base::date::{Day, Zone};
use crate::base::diag::{Diagnostic, any_error};
use crate::base::hash::Hash;
use crate::base::language::section;
use crate::base::path::SitePath;
use crate::base::version::Version;
use crate::history::event::{Act, Event};
use crate::history::ledger::{self, Ledger};
use crate::history::timeline::{Timeline, Unpublished};
use crate::site::body::{self, Manner};
use crate::site::draft::{self, Draft};
use crate::site::front::VersionFile;
use crate::site::policy::Policy;

/// What the editor asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// From when the version applies.
    pub effective: Day,
    /// The day of publication.
    pub published: Day,
    /// Its number; left out, the next.
    pub version: Option<Version>,
    /// Whether the change matters, if it is said here and not in the draft.
    pub material: bool,
    /// What changed; left out, the draft says it.
    pub summary: Vec<String>,
    /// Whether it may replace a version of the same day.
    pub supersede: bool,
    /// Why the notice period is not kept.
    pub waive_notice: Option<String>,
    /// The languages whose drafts do not go out with it.
    pub without: Vec<String>,
    /// Whether it comes from a file of its own, and not from the drafts.
    pub alone: bool,
    /// The day on which it is recorded.
    pub today: Day,
}

impl Request {
    /// Whether it was published on a day that has passed, and is only recorded now.
    #[must_use]
    pub fn history(&self) -> bool {
        self.alone && self.published < self.today
    }
}

/// What a publication writes, and how it stands among the other versions.
#[derive(Debug)]
pub struct Plan {
    /// The number of the version.
    pub version: Version,
    /// The version's file as it is read back.
    pub file: VersionFile,
    /// The bytes of that file.
    pub text: String,
    /// Its texts in further languages.
    pub translations: Vec<Translation>,
    /// The drafts in further languages that do not go out with it.
    pub aside: Vec<Aside>,
    /// The whole ledger after the event.
    pub ledger: String,
    /// The new head.
    pub head: Hash,
    /// The version that its redline compares it with.
    pub compared: Option<Version>,
    /// The version before it in the order of versions.
    pub follows: Option<Version>,
    /// The version after it, whose redline is against this one from now on.
    pub successor: Option<Version>,
    /// The version of the same day that it replaces.
    pub replaces: Option<Version>,
    /// Versions whose day of publication has not come, and that the ledger names from now on all the same.
    pub named_early: Vec<Unpublished>,
    /// The version in force until now, whose place a text of the past takes at once.
    pub displaces: Option<Version>,
}

/// What a publication is made of.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its ledger.
    pub ledger: &'a Ledger,
    /// The site's language.
    pub language: &'a str,
    /// The site's zone.
    pub zone: &'a Zone,
}

impl Desk<'_> {
    /// Plans the publication of a draft, or says what stands in its way.
    ///
    /// # Errors
    /// All findings.
    pub fn plan(&self, path: &SitePath, bytes: &[u8], request: &Request) -> Result<Plan, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let draft = draft::read(path, bytes, &self.policy.settings, &mut findings);
        let Some(draft) = draft else { return Err(findings) };
        let text = self.text(&draft, request);
        let Some((file, event)) = self.sealed(&text) else { return Err(findings) };
        let timeline = self.timeline(&event);
        if timeline.is_recalled(&event.version) {
            return Err(vec![rules::used(&event.version, &draft.body)]);
        }
        let index = timeline.entries.iter().position(|entry| entry.number > self.ledger.events.len());
        let Some(index) = index else { return Err(findings) };
        let case = Case {
            policy: self.policy,
            request,
            draft: &draft.body,
            text: &text,
            file: &file,
            timeline: &timeline,
            index,
        };
        rules::all(&case, &mut findings);
        // The drafts in further languages are those of the draft, and of no other text.
        let translations = if request.alone {
            (Vec::new(), Vec::new())
        } else {
            self.translations(&text, &request.without, &mut findings)
        };
        if any_error(&findings) {
            return Err(findings);
        }
        Ok(self.recorded(&case, event, translations))
    }

    fn text(&self, draft: &Draft, request: &Request) -> Text {
        let settings = &self.policy.settings;
        let front = &draft.front;
        let material = request.material || front.material.unwrap_or_default();
        let summary = if request.summary.is_empty() { &front.summary } else { &request.summary };
        let manner = Manner { title: &front.title, numbering: settings.numbering, html: settings.html };
        let language = settings.languages.first().map_or(self.language, String::as_str);
        Text {
            version: request.version.clone().unwrap_or_else(|| next(self.ledger, material)),
            title: front.title.clone(),
            language: language.to_owned(),
            numbering: settings.numbering,
            html: settings.html,
            published: request.published,
            effective: request.effective,
            effective_for: front.effective_for.clone(),
            material,
            summary: summary.clone(),
            discloses: front.discloses.clone(),
            body: body::written_out_as(draft.body.text(), manner, section(language)),
        }
    }

    /// The version's file as it will be read, and its event without its place in the chain.
    fn sealed(&self, text: &Text) -> Option<(VersionFile, Event)> {
        let path = self.policy.place(text.version.as_str())?;
        let file = VersionFile::read(&path, text.file().as_bytes(), &mut Vec::new());
        let event = seal::event(&file, &self.frozen(), self.zone, false)?;
        Some((file, event))
    }

    /// The hashes of all files below `assets/`, by path.
    pub(super) fn frozen(&self) -> BTreeMap<String, Hash> {
        self.policy.assets.iter().map(|(path, (hash, _))| (path.clone(), *hash)).collect()
    }

    /// The order of all versions, this one and those that are published later included.
    fn timeline(&self, event: &Event) -> Timeline {
        Timeline::new(&[self.ledger.events.as_slice(), slice::from_ref(event)].concat(), Moment::end())
    }

    fn recorded(
        &self,
        case: &Case<'_>,
        mut event: Event,
        (translations, aside): (Vec<Translation>, Vec<Aside>),
    ) -> Plan {
        let number = |index: Option<usize>| {
            index.and_then(|index| case.timeline.entries.get(index)).map(|entry| entry.version.clone())
        };
        let replaces = case.same_day().map(|entry| entry.version.clone());
        if let Act::Published(published) = &mut event.act {
            published.supersede = replaces.is_some();
            for translation in &translations {
                published.texts.push((translation.language.clone(), translation.hashes));
                published.assets.extend(translation.assets.clone());
            }
        }
        let waived = case.request.waive_notice.clone().map(|reason| Act::NoticeWaived { reason });
        let mut head = self.ledger.head();
        let mut ledger = self.policy.ledger.as_ref().map_or_else(ledger::opening, |source| source.text().to_owned());
        for act in waived.into_iter().chain([event.act.clone()]) {
            let event = Event { act, ..event.clone() }.chained(head);
            head = event.chain;
            ledger.push_str(&ledger::line(&event));
        }
        Plan {
            version: case.text.version.clone(),
            file: case.file.clone(),
            text: case.text.file(),
            translations,
            aside,
            ledger,
            head,
            compared: number(case.timeline.compared_with(case.index)),
            follows: number(case.timeline.predecessor(case.index)),
            successor: number(case.timeline.successor(case.index)),
            replaces,
            named_early: case.named_early(&self.ledger.events, self.zone),
            displaces: case.displaces(self).filter(|_| case.request.history()),
        }
    }
}

/// The next number: major if the change matters, else minor (FORMAT.md).
fn next(ledger: &Ledger, material: bool) -> Version {
    let newest = ledger.events.iter().map(|event| &event.version).max();
    match newest {
        None => Version::of(1, 0),
        Some(newest) if material => newest.next_major(),
        Some(newest) => newest.next_minor(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::files::Files;
    use crate::base::source::Loaded;
    use crate::base::span::SourceText;
    use crate::site::policy;

    const DRAFT: &str = "---\ntitle: T\nmaterial: true\n---\n## One {#one}\n\nSee [](#one).\n";

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn path(name: &str) -> SitePath {
        SitePath::parse(&format!("content/policies/terms/{name}")).unwrap()
    }

    fn request(published: &str, effective: &str) -> Request {
        Request {
            effective: day(effective),
            published: day(published),
            version: None,
            material: false,
            summary: Vec::new(),
            supersede: false,
            waive_notice: None,
            without: Vec::new(),
            alone: false,
            today: day(published),
        }
    }

    /// Files of a policy with a notice of ten days; each publication is laid into them.
    fn begun() -> Files {
        let mut files = Files::default();
        files.insert(path("policy.yaml"), b"title: T\nnumbering: legal\nnotice_days: 10\n".to_vec());
        files
    }

    fn plan(files: &Files, draft: &str, request: &Request) -> Result<Plan, Vec<&'static str>> {
        let loaded = Loaded { files: files.clone(), problems: Vec::new() };
        let mut findings = Vec::new();
        let policy = policy::read("terms", loaded, &mut findings).unwrap();
        let ledger = policy.ledger.as_ref().map_or_else(Ledger::default, |text| Ledger::read(text, &mut findings));
        assert!(findings.is_empty(), "{findings:?}");
        let desk = Desk { policy: &policy, ledger: &ledger, language: "en", zone: &Zone::utc() };
        let codes = |said: Vec<Diagnostic>| said.iter().map(|finding| finding.code.name()).collect();
        desk.plan(&path("draft.md"), draft.as_bytes(), request).map_err(codes)
    }

    fn publish(files: &mut Files, draft: &str, request: &Request) -> Plan {
        let plan = plan(files, draft, request).unwrap();
        files.insert(plan.file.path.clone(), plan.text.clone().into_bytes());
        files.insert(path("ledger.yaml"), plan.ledger.clone().into_bytes());
        plan
    }

    #[test]
    fn what_is_frozen_is_whole_and_the_next_number_follows() {
        let mut files = begun();
        let first = publish(&mut files, DRAFT, &request("2025-01-01", "2025-01-01"));
        assert!(first.text.ends_with("See [section 1](#one).\n"));
        assert_eq!((first.version.as_str(), first.compared, first.follows), ("1.0", None, None));
        let minor = DRAFT.replace("material: true", "material: false") + "\nMore.\n";
        let second = publish(&mut files, &minor, &request("2025-02-01", "2025-02-11"));
        assert_eq!((second.version.as_str(), second.compared), ("1.1", Version::parse("1.0")));
        assert!(second.ledger.starts_with(&first.ledger));
        let third =
            plan(&files, &(minor + "\nMore.\n"), &Request { material: true, ..request("2025-02-01", "2025-03-01") });
        assert_eq!(third.unwrap().version.as_str(), "2.0");
    }

    #[test]
    fn all_that_stands_in_the_way_is_told_at_once() {
        let mut files = begun();
        publish(&mut files, DRAFT, &request("2025-01-01", "2025-01-05"));
        let again = Request { version: Version::parse("1"), ..request("2025-01-08", "2025-01-05") };
        assert_eq!(plan(&files, DRAFT, &again).unwrap_err(), ["V202", "V213", "V219", "V220", "V221"]);
        let empty = "---\ntitle: T\n---\n# T\n";
        assert_eq!(plan(&files, empty, &request("2025-01-08", "2025-02-01")).unwrap_err(), ["V218"]);
    }

    #[test]
    fn a_waiver_is_recorded_directly_before_its_publication() {
        let mut files = begun();
        publish(&mut files, DRAFT, &request("2025-01-01", "2025-01-01"));
        let waived = Request { waive_notice: Some("R".into()), ..request("2025-02-01", "2025-02-10") };
        let plan = publish(&mut files, &format!("{DRAFT}\nMore.\n"), &waived);
        let mut findings = Vec::new();
        let ledger = Ledger::read(&SourceText::new(path("ledger.yaml"), plan.ledger), &mut findings);
        let acts: Vec<&str> = ledger.events.iter().map(|event| event.act.name()).collect();
        assert_eq!((acts, findings.len()), (vec!["published", "notice-waived", "published"], 0));
        assert_eq!((ledger.head(), plan.head), (plan.head, ledger.events[2].chain));
    }

    #[test]
    fn history_finds_its_place_and_owes_no_notice() {
        let mut files = begun();
        publish(&mut files, DRAFT, &request("2025-01-01", "2025-01-01"));
        let past = |number: &str, published: &str, effective: &str| Request {
            alone: true,
            today: day("2025-01-01"),
            version: Version::parse(number),
            ..request(published, effective)
        };
        let old = past("0.9", "2020-02-01", "2020-01-01");
        let plan = publish(&mut files, &format!("{DRAFT}\nOld.\n"), &old);
        assert_eq!((plan.compared, plan.successor), (None, Version::parse("1.0")));
        let between = past("0.10", "2021-01-01", "2021-01-02");
        let plan = self::plan(&files, &format!("{DRAFT}\nLess old.\n"), &between).unwrap();
        assert_eq!((plan.compared, plan.successor), (Version::parse("0.9"), Version::parse("1.0")));
        // What is published today, or applies on a day that is still to come, is no history.
        let more = format!("{DRAFT}\nMore.\n");
        let refused = |request: &Request| self::plan(&files, &more, request).unwrap_err();
        assert_eq!(refused(&past("1.1", "2025-01-01", "2025-01-10")), ["V221"]);
        assert_eq!(refused(&past("1.1", "2024-12-31", "2025-01-02")), ["V221"]);
        assert!(self::plan(&files, &more, &past("1.1", "2024-12-31", "2025-01-11")).is_ok());
    }

    #[test]
    fn the_day_that_is_offered_keeps_the_notice_and_is_free() {
        let mut files = begun();
        let earliest = |files: &Files, request: &Request| {
            let loaded = Loaded { files: files.clone(), problems: Vec::new() };
            let policy = policy::read("terms", loaded, &mut Vec::new()).unwrap();
            let ledger = policy.ledger.as_ref().map(|text| Ledger::read(text, &mut Vec::new())).unwrap_or_default();
            Desk { policy: &policy, ledger: &ledger, language: "en", zone: &Zone::utc() }.earliest(request)
        };
        let asked = request("2025-02-01", "2025-02-01");
        assert_eq!(earliest(&files, &asked), day("2025-02-01"));
        publish(&mut files, DRAFT, &request("2025-01-01", "2025-01-01"));
        assert_eq!(earliest(&files, &asked), day("2025-02-11"));
        publish(&mut files, &format!("{DRAFT}\nMore.\n"), &request("2025-01-01", "2025-02-11"));
        assert_eq!(earliest(&files, &asked), day("2025-02-12"));
        assert_eq!(earliest(&files, &Request { supersede: true, ..asked.clone() }), day("2025-02-11"));
        assert_eq!(earliest(&files, &Request { waive_notice: Some("R".into()), ..asked.clone() }), asked.published);
        assert_eq!(
            earliest(&files, &Request { alone: true, today: day("2025-02-02"), ..asked.clone() }),
            asked.published
        );
    }

    #[test]
    fn a_replacement_is_recorded_only_where_something_is_replaced() {
        let mut files = begun();
        publish(&mut files, DRAFT, &request("2025-01-01", "2025-01-01"));
        let ask = |effective| Request { supersede: true, ..request("2025-01-01", effective) };
        let more = format!("{DRAFT}\nMore.\n");
        let other = plan(&files, &more, &ask("2025-01-11")).unwrap();
        assert!(other.replaces.is_none() && !other.ledger.contains("supersede"));
        let waived = Request { waive_notice: Some("R".into()), ..ask("2025-01-01") };
        let same = plan(&files, &more, &waived).unwrap();
        assert!(same.replaces == Version::parse("1.0") && same.ledger.contains("supersede: true"));
    }
}
