//! GDPR Art. 13: what a privacy notice states and where, and what was not found in it. It looks at the disclosures and for
//! words; whether the law is met, it never says.

use super::agreement::Statement;
use super::agreement::keeping::says_how_long;
use super::agreement::rights::{self, Said};
use super::agreement::words::says;
use crate::base::date::Moment;
use crate::base::slug::Slug;
use crate::base::span::Place;
use crate::base::version::Version;
use crate::history::timeline::Timeline;
use crate::site::body;
use crate::site::config::Organisation;
use crate::site::disclose::{Disclosures, Purpose, Recipient};
use crate::site::passage::Passage;
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

/// The same for what the disclosures say, where they say nothing of it.
const PURPOSES: &[&str] = &[
    "purpose",
    "we use",
    "use your",
    "use it",
    "used for",
    "used to",
    "finalité",
    "nous utilisons",
    "~zweck",
    "wir verwenden",
    "wir nutzen",
];
const BASES: &[&str] = &[
    "legal basis",
    "lawful basis",
    "legal bases",
    "legal ground",
    "lawful ground",
    "your consent",
    "performance of a contract",
    "legal obligation",
    "legitimate interest",
    "article 6",
    "art. 6",
    "base légale",
    "base juridique",
    "fondement juridique",
    "votre consentement",
    "intérêt légitime",
    "intérêts légitimes",
    "~rechtsgrundlage",
    "ihre einwilligung",
    "ihrer einwilligung",
    "berechtigte",
];
const INTERESTS: &[&str] = &["legitimate", "légitime", "berechtigt"];
const RECIPIENTS: &[&str] = &[
    "recipient",
    "we share",
    "share your",
    "share it",
    "who receives",
    "receives your",
    "receive your",
    "pass your",
    "pass it on",
    "third part",
    "processor",
    "service provider",
    "hosting provider",
    "destinataire",
    "prestataire",
    "sous-traitant",
    "partageons",
    "~empfänger",
    "auftragsverarbeiter",
    "~dienstleister",
    "weitergeb",
    "~weitergabe",
];
const CONSENT: &[&str] = &["your consent", "consentement", "~einwilligung"];

/// The same, after what the disclosures say.
const BY_WORDS_LATER: &[(&str, &str, &[&str])] = &[(
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
)];

/// What is sought as a right is: those of Art. 13(2)(b) and (d), and what is said beside them.
const RIGHTS: &[(&str, &str, &str)] = &[
    ("13(2)(b)", "the right of access", "access"),
    ("13(2)(b)", "the right to rectification", "rectification"),
    ("13(2)(b)", "the right to erasure", "erasure"),
    ("13(2)(b)", "the right to restriction", "restriction"),
    ("13(2)(b)", "the right to object", "objection"),
    ("13(2)(b)", "the right to portability", "portability"),
    ("13(2)(d)", "the right to complain to an authority", "complaint"),
    ("13(2)(f)", "automated decisions", "automated-decisions"),
    ("21(4)", "the right to object, apart from the rest", "objection"),
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

/// A text that is looked through.
struct Look<'a> {
    statement: &'a Statement<'a>,
    said: Vec<Said<'a>>,
}

/// Looks a text and its disclosures through.
fn report(statement: &Statement<'_>, organisation: &Organisation) -> Vec<Item> {
    let look = &Look { statement, said: rights::read(&statement.passages) };
    let mut items = vec![look.controller(organisation)];
    items.extend(BY_WORDS.iter().map(|(article, what, words)| look.by_words(article, (what, words))));
    items.extend(look.purposes());
    items.push(look.recipients());
    items.push(look.transfers());
    let right = |(article, what, right): &(&'static str, &str, &str)| {
        look.found(Item::new(article, what), rights::description(&look.said, right))
    };
    items.extend(RIGHTS.iter().map(right));
    if look.uses("consent", CONSENT) {
        items.push(look.by_words("13(2)(c)", ("withdrawal of consent", &["withdraw", "retir", "widerruf"])));
    }
    items.extend(BY_WORDS_LATER.iter().map(|(article, what, words)| look.by_words(article, (what, words))));
    items.sort_by_key(|item| item.article);
    items
}

impl Look<'_> {
    /// Whether data are used on a basis: as the disclosures say, or the text where they say nothing of purposes.
    fn uses(&self, basis: &str, words: &[&str]) -> bool {
        let purposes = &self.statement.discloses.purposes;
        let in_text = || self.said.iter().any(|one| says(&one.words, words));
        purposes.iter().any(|purpose| purpose.basis.iter().any(|one| one == basis)) || purposes.is_empty() && in_text()
    }

    /// Who is responsible, and how to reach them.
    fn controller(&self, organisation: &Organisation) -> Item {
        let names = [organisation.name.as_str(), organisation.trading_as.as_str()];
        let reach = [organisation.email.as_str(), organisation.telephone.as_str()];
        let has = |text: &str, sought: [&str; 2]| sought.iter().any(|one| !one.is_empty() && text.contains(one));
        let passages = &self.statement.passages;
        let name = passages.iter().find(|passage| has(&passage.text, names));
        let address = passages.iter().find(|passage| has(&passage.text, reach) || passage.text.contains('@'));
        let mut item = Item::new("13(1)(a)", "the controller and how to reach it");
        for (what, passage) in [("its name", name), ("an address or a number", address)] {
            item.state(self.statement, what, passage);
        }
        item
    }

    /// What the disclosures say of each purpose, or the text where they list none.
    fn purposes(&self) -> Vec<Item> {
        type Has = fn(&Purpose) -> bool;
        type Says = fn(&Said<'_>) -> bool;
        let asked: [(&'static str, &str, Has, Says); 3] = [
            ("13(1)(c)", "the purposes", |_| true, |said| says(&said.words, PURPOSES)),
            (
                "13(1)(c)",
                "the legal basis of each purpose",
                |one| !one.basis.is_empty(),
                |said| says(&said.words, BASES),
            ),
            (
                "13(2)(a)",
                "how long data are kept, or how that is decided",
                |one| one.retention.is_some(),
                |said| says_how_long(said.passage, &said.words),
            ),
        ];
        let mut items: Vec<Item> = Vec::new();
        for (article, what, has, in_text) in asked {
            let item = Item::new(article, what);
            items.push(if self.statement.discloses.purposes.is_empty() {
                self.found(item, self.said.iter().find(|said| in_text(said)).map(|said| said.passage))
            } else {
                self.of_each_purpose(item, has)
            });
        }
        if self.uses("legitimate-interests", INTERESTS) {
            items.push(self.by_words("13(1)(d)", ("the legitimate interests", INTERESTS)));
        }
        items
    }

    fn of_each_purpose(&self, mut item: Item, has: fn(&Purpose) -> bool) -> Item {
        for purpose in &self.statement.discloses.purposes {
            let place = || (self.statement.in_disclosures(purpose.span), purpose.id.clone());
            if has(purpose) { item.stated.push(place()) } else { item.missing.push(format!("for `{}`", purpose.id)) }
        }
        item
    }

    fn recipients(&self) -> Item {
        let (article, what) = ("13(1)(e)", "the recipients");
        let listed = &self.statement.discloses.recipients;
        if listed.is_empty() {
            return self.by_words(article, (what, RECIPIENTS));
        }
        let place = |one: &Recipient| (self.statement.in_disclosures(one.name_span), one.name.clone());
        Item { stated: listed.iter().map(place).collect(), ..Item::new(article, what) }
    }

    fn transfers(&self) -> Item {
        let words: &[&str] = &["transfer", "~übermitt"];
        let mut item = self.by_words("13(1)(f)", ("transfers to third countries, and the safeguards", words));
        let discloses = self.statement.discloses;
        if !discloses.transfers.is_empty() {
            let place = self.statement.in_disclosures(discloses.span);
            item.stated.insert(0, (place, format!("transfers: {}", discloses.transfers)));
            item.missing.clear();
        }
        item
    }

    fn by_words(&self, article: &'static str, (what, words): (&str, &[&str])) -> Item {
        let said = self.said.iter().find(|one| says(&one.words, words));
        self.found(Item::new(article, what), said.map(|one| one.passage))
    }

    fn found(&self, mut item: Item, passage: Option<&Passage>) -> Item {
        item.state(self.statement, "", passage);
        item
    }
}

impl Item {
    fn new(article: &'static str, what: &str) -> Self {
        Self { article, what: what.to_owned(), stated: Vec::new(), missing: Vec::new() }
    }

    /// Says where a part of it stands, or that nothing has it. One passage is named once.
    fn state(&mut self, statement: &Statement<'_>, what: &str, passage: Option<&Passage>) {
        let Some(passage) = passage else {
            self.missing.push(what.to_owned());
            return;
        };
        let words: Vec<&str> = passage.text.split_whitespace().take(8).collect();
        let end = passage.text.trim_end().len();
        let stated = (statement.in_text(passage, &(0..end)), words.join(" "));
        if !self.stated.contains(&stated) {
            self.stated.push(stated);
        }
    }
}
