//! GDPR Art. 13: what a privacy notice states and where, and what was not found in it. It looks at the disclosures and for
//! words; whether the law is met, it never says.

use super::agreement::Statement;
use super::agreement::rights::{WORDS, speaks_of};
use crate::base::date::Moment;
use crate::base::slug::Slug;
use crate::base::span::Place;
use crate::base::version::Version;
use crate::history::timeline::Timeline;
use crate::site::body;
use crate::site::config::Organisation;
use crate::site::disclose::{Disclosures, Purpose, Recipient};
use crate::site::policy::Policy;

/// What one text states.
pub struct Coverage {
    /// The policy.
    pub policy: Slug,
    /// The version; none for the draft.
    pub version: Option<Version>,
    /// The things that Art. 13 asks for, by article.
    pub items: Vec<Item>,
}

/// One thing that Art. 13 asks for.
pub struct Item {
    /// The article, `13(2)(a)`.
    pub article: &'static str,
    /// What it is.
    pub what: String,
    /// Where it is stated, with a few words from there.
    pub stated: Vec<(Place, String)>,
    /// What is not found of it, each in words; empty when it is all there.
    pub missing: Vec<String>,
}

/// Things that are sought by words alone: the article, what it is, and the beginnings of words of which one must stand in
/// a passage, in English, French and German.
const BY_WORDS: &[(&str, &str, &[&str])] = &[
    ("13(1)(a)", "the controller’s representative", &["representative", "représentant", "vertreter"]),
    ("13(1)(b)", "the data protection officer", &["dpo", "officer", "délégué", "datenschutzbeauftragt"]),
];

/// The same, after what the disclosures say.
const BY_WORDS_LATER: &[(&str, &str, &[&str])] = &[
    (
        "13(2)(e)",
        "whether data must be given, and what follows if not",
        &[
            "required",
            "mandatory",
            "obligatory",
            "optional",
            "without",
            "obligatoire",
            "facultati",
            "erforderlich",
            "freiwillig",
        ],
    ),
    ("13(2)(f)", "automated decisions", &["automat", "profil"]),
    ("21(4)", "the right to object, apart from the rest", &["object", "oppos", "widerspr"]),
];

/// The rights of Art. 13(2)(b) and (d).
const RIGHTS: &[(&str, &str, &str)] = &[
    ("13(2)(b)", "the right of access", "access"),
    ("13(2)(b)", "the right to rectification", "rectification"),
    ("13(2)(b)", "the right to erasure", "erasure"),
    ("13(2)(b)", "the right to restriction", "restriction"),
    ("13(2)(b)", "the right to object", "objection"),
    ("13(2)(b)", "the right to portability", "portability"),
    ("13(2)(d)", "the right to complain to an authority", "complaint"),
];

/// The texts of a policy that bind or will, and its draft: of policies whose kind is `privacy`, and of those that
/// disclose anything.
#[must_use]
pub fn of_policy(policy: &Policy, (timeline, now): (&Timeline, Moment), organisation: &Organisation) -> Vec<Coverage> {
    let nothing = Disclosures::default();
    let is_asked = |discloses: Option<&Disclosures>| policy.settings.kind == "privacy" || discloses.is_some();
    let binding = timeline.in_force(now).into_iter().chain(timeline.upcoming(now));
    let files = binding.filter_map(|index| policy.file(&timeline.entries.get(index)?.version));
    let mut found = Vec::new();
    for (file, front) in files.filter(|(_, front)| is_asked(front.discloses.as_ref())) {
        let doc = body::parse(file.body.text(), front.manner());
        let discloses = front.discloses.as_ref().unwrap_or(&nothing);
        let items = report(&Statement::new(discloses, (&doc, &file.body), &file.front_source), organisation);
        found.push(Coverage { policy: policy.slug.clone(), version: Some(front.version.value.clone()), items });
    }
    if let Some(draft) = policy.draft.as_ref().filter(|draft| is_asked(draft.front.disclosures.as_ref())) {
        let discloses = draft.front.disclosures.as_ref().unwrap_or(&nothing);
        let items = report(&Statement::new(discloses, (&draft.doc, &draft.body), &draft.front.source), organisation);
        found.push(Coverage { policy: policy.slug.clone(), version: None, items });
    }
    found
}

/// Looks a text and its disclosures through.
fn report(statement: &Statement<'_>, organisation: &Organisation) -> Vec<Item> {
    let sought = |(article, what, words): &(&'static str, &str, &[&str])| by_words(statement, article, (what, words));
    let mut items = vec![controller(statement, organisation)];
    items.extend(BY_WORDS.iter().map(sought));
    items.extend(by_purposes(statement));
    items.push(recipients(statement));
    items.push(transfers(statement));
    items.extend(RIGHTS.iter().map(|(article, what, right)| {
        let words = WORDS.iter().find(|(name, _)| name == right).map_or(&[][..], |(_, words)| words);
        by_words(statement, article, (what, words))
    }));
    if uses(statement, "consent") {
        items.push(by_words(statement, "13(2)(c)", ("withdrawal of consent", &["withdraw", "retir", "widerruf"])));
    }
    items.extend(BY_WORDS_LATER.iter().map(sought));
    items.sort_by_key(|item| item.article);
    items
}

fn uses(statement: &Statement<'_>, basis: &str) -> bool {
    statement.discloses.purposes.iter().any(|purpose| purpose.basis.iter().any(|one| one == basis))
}

/// Who is responsible, and how to reach them.
fn controller(statement: &Statement<'_>, organisation: &Organisation) -> Item {
    let names = [organisation.name.as_str(), organisation.trading_as.as_str()];
    let reach = [organisation.email.as_str(), organisation.telephone.as_str()];
    let mut item = Item::new("13(1)(a)", "the controller and how to reach it");
    for (what, sought) in [("its name", names), ("an address or a number", reach)] {
        let has = |text: &str| sought.iter().any(|one| !one.is_empty() && text.contains(one));
        item.first(statement, what, &|text| has(text) || what != "its name" && text.contains('@'));
    }
    item
}

/// What the disclosures say of each purpose.
fn by_purposes(statement: &Statement<'_>) -> Vec<Item> {
    type Has = fn(&Purpose) -> bool;
    let asked: [(&'static str, &str, Has); 3] = [
        ("13(1)(c)", "the purposes", |_| true),
        ("13(1)(c)", "the legal basis of each purpose", |purpose| !purpose.basis.is_empty()),
        ("13(2)(a)", "how long data are kept, or how that is decided", |purpose| purpose.retention.is_some()),
    ];
    let purposes = &statement.discloses.purposes;
    let mut items: Vec<Item> = Vec::new();
    for (article, what, has) in asked {
        let mut item = Item::new(article, what);
        for purpose in purposes {
            let place = || (statement.in_disclosures(purpose.span), purpose.id.clone());
            if has(purpose) { item.stated.push(place()) } else { item.missing.push(format!("for `{}`", purpose.id)) }
        }
        item.or_nothing();
        items.push(item);
    }
    if uses(statement, "legitimate-interests") {
        let words: &[&str] = &["legitimate", "légitime", "berechtigt"];
        items.push(by_words(statement, "13(1)(d)", ("the legitimate interests", words)));
    }
    items
}

fn recipients(statement: &Statement<'_>) -> Item {
    let mut item = Item::new("13(1)(e)", "the recipients");
    let place = |one: &Recipient| (statement.in_disclosures(one.name_span), one.name.clone());
    item.stated = statement.discloses.recipients.iter().map(place).collect();
    item.or_nothing();
    item
}

fn transfers(statement: &Statement<'_>) -> Item {
    let words: &[&str] = &["transfer", "übermitt"];
    let mut item = by_words(statement, "13(1)(f)", ("transfers to third countries, and the safeguards", words));
    let said = &statement.discloses.transfers;
    if !said.is_empty() {
        item.stated.insert(0, (statement.in_disclosures(statement.discloses.span), format!("transfers: {said}")));
        item.missing.clear();
    }
    item
}

fn by_words(statement: &Statement<'_>, article: &'static str, (what, words): (&str, &[&str])) -> Item {
    let mut item = Item::new(article, what);
    item.first(statement, "", &|text| speaks_of(text, words));
    item
}

impl Item {
    fn new(article: &'static str, what: &str) -> Self {
        Self { article, what: what.to_owned(), stated: Vec::new(), missing: Vec::new() }
    }

    /// The first passage that has what is sought, or that nothing has it.
    fn first(&mut self, statement: &Statement<'_>, what: &str, has: &dyn Fn(&str) -> bool) {
        match statement.passages.iter().find(|passage| has(&passage.text)) {
            Some(passage) => {
                let words: Vec<&str> = passage.text.split_whitespace().take(8).collect();
                let end = passage.text.trim_end().len();
                self.stated.push((statement.in_text(passage, &(0..end)), words.join(" ")));
            }
            None => self.missing.push(what.to_owned()),
        }
    }

    fn or_nothing(&mut self) {
        if self.stated.is_empty() && self.missing.is_empty() {
            self.missing.push(String::new());
        }
    }
}
