//! Who receives data: the clause that a recipient names speaks of it. A name may be that of a company or say what somebody
//! does; of the first, the word must stand there that tells it from others, of the second, one that says what it does.

use super::Statement;
use super::words::{alike, plain, words};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::passage::Passage;

/// Words that join others or stand for them.
const COMMON: &[&str] = &[
    "and", "or", "the", "of", "our", "your", "their", "for", "a", "an", "in", "to", "that", "which", "who", "we", "us",
    "with", "such", "as", "other", "any", "receives", "share", "data", "trading", "et", "ou", "de", "des", "du", "d",
    "l", "la", "le", "les", "nos", "notre", "vos", "votre", "pour", "und", "oder", "der", "die", "das", "den", "dem",
    "für", "von", "unser", "unsere", "unserer", "unseren", "ihr", "ihre", "it", "edv",
];

/// Legal forms.
const FORMS: &[&str] = &[
    "ltd",
    "limited",
    "plc",
    "llp",
    "inc",
    "incorporated",
    "llc",
    "corp",
    "corporation",
    "gmbh",
    "ag",
    "kg",
    "ug",
    "mbh",
    "se",
    "ev",
    "sas",
    "sarl",
    "sa",
    "bv",
    "nv",
    "ab",
    "oy",
    "pty",
    "spa",
    "srl",
];

/// Words of names that anybody may have.
const GENERIC: &[&str] = &[
    "provider",
    "service",
    "company",
    "companies",
    "partner",
    "supplier",
    "vendor",
    "agency",
    "agencies",
    "firm",
    "business",
    "businesses",
    "technology",
    "technologies",
    "solution",
    "system",
    "systems",
    "platform",
    "tool",
    "group",
    "holding",
    "international",
    "global",
    "european",
    "europe",
    "british",
    "royal",
    "national",
    "united",
    "german",
    "deutsche",
    "french",
    "professional",
    "external",
    "third",
    "party",
    "parties",
    "processor",
    "contractor",
    "organisation",
    "organization",
    "operation",
    "labs",
    "digital",
    "online",
    "prestataire",
    "fournisseur",
    "société",
    "entreprise",
    "partenaire",
    "groupe",
    "sous",
    "traitant",
    "anbieter",
    "dienstleister",
    "dienst",
    "dienste",
    "unternehmen",
    "firma",
    "externe",
    "externer",
    "gesellschaft",
    "auftragsverarbeiter",
];

/// Words for what somebody does, and the stem by which a text speaks of it in whatever way.
const TRADES: &[(&str, &str)] = &[
    ("advertising", "advert"),
    ("analytics", "analy"),
    ("cloud", "cloud"),
    ("communication", "communic"),
    ("customer", "custom"),
    ("delivery", "deliver"),
    ("e-mail", "mail"),
    ("email", "mail"),
    ("host", "host"),
    ("hosting", "host"),
    ("hoster", "host"),
    ("héberge", "héberg"),
    ("hébergement", "héberg"),
    ("hébergeur", "héberg"),
    ("infrastructure", "infrastru"),
    ("mail", "mail"),
    ("mailing", "mail"),
    ("marketing", "market"),
    ("messaging", "messag"),
    ("newsletter", "newsletter"),
    ("paiement", "paie"),
    ("payment", "pay"),
    ("shipping", "ship"),
    ("software", "software"),
    ("statistics", "statist"),
    ("storage", "stor"),
    ("support", "support"),
    ("telephone", "phon"),
    ("versand", "versand"),
    ("web", "web"),
    ("webhosting", "host"),
    ("website", "web"),
    ("werbung", "werb"),
    ("zahlung", "zahl"),
];

/// Each recipient is named in its clause.
pub fn named(statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    for recipient in &statement.discloses.recipients {
        let clause = statement.clause(&recipient.clause.value);
        let Some(heading) = clause.first().filter(|_| !speaks_of(&clause, &recipient.name)) else { continue };
        let message = format!(
            "the recipient “{}” is not named in the clause `{}` that the disclosures give for it",
            recipient.name, recipient.clause.value
        );
        let finding = Diagnostic::new(Code::V511, statement.in_disclosures(recipient.name_span), message);
        let finding = finding.related(statement.in_text(heading, &(0..heading.text.len())), "this clause");
        findings.push(finding.help("give it the name that it has in the text, or name it in the clause"));
    }
}

fn speaks_of(clause: &[&Passage], name: &str) -> bool {
    let texts: Vec<String> = clause.iter().map(|passage| plain(&passage.text)).collect();
    is_named(&texts, name)
}

/// Whether texts in small letters name somebody. A name in which nothing can be sought is taken to be there.
fn is_named(texts: &[String], name: &str) -> bool {
    let sought: Vec<Sought> = alternatives(name).iter().flat_map(|part| sought(part)).collect();
    let said: Vec<&str> = texts.iter().flat_map(|text| words(text)).collect();
    let whole: String = words(&plain(name)).collect();
    // "HubSpot" is "Hub Spot".
    let is_whole = |two: &[&str]| match two {
        [one, other] => whole.strip_prefix(*one) == Some(*other),
        _ => false,
    };
    sought.is_empty()
        || said.iter().any(|word| *word == whole || sought.iter().any(|one| one.is(word)))
        || said.windows(2).any(is_whole)
}

/// What is sought in a text, of which any will do.
enum Sought {
    /// A word, or one like it.
    Like(String),
    /// A short form of a name.
    Short(String),
    /// What all words for a trade have within.
    Trade(&'static str),
}

impl Sought {
    /// Whether a short form is long enough to be one.
    fn is_telling(&self) -> bool {
        !matches!(self, Self::Short(letters) if letters.chars().count() < 3)
    }

    fn is(&self, said: &str) -> bool {
        match self {
            // "Unternehmensberater" is a Berater.
            Self::Like(name) => alike(name, said) || name.chars().count() > 4 && said.ends_with(name.as_str()),
            Self::Short(letters) => said == letters,
            Self::Trade(stem) => said.contains(stem),
        }
    }
}

/// A word of a name.
struct Word {
    small: String,
    is_capital: bool,
    kind: Kind,
}

#[derive(Eq, PartialEq)]
enum Kind {
    Common,
    Form,
    Generic,
    Trade(&'static str),
    Own,
}

impl Word {
    fn new(written: &str) -> Self {
        let small = written.to_lowercase();
        let is_capital = written.chars().next().is_some_and(|first| !first.is_lowercase());
        let is_in = |list: &[&str]| list.iter().any(|one| *one == small || small.strip_suffix('s') == Some(*one));
        let kind = if COMMON.contains(&small.as_str()) || small.bytes().all(|byte| byte.is_ascii_digit()) {
            Kind::Common
        } else if FORMS.contains(&small.as_str()) {
            Kind::Form
        } else if is_in(GENERIC) {
            Kind::Generic
        } else {
            let trade = TRADES.iter().find(|(name, _)| is_in(&[name]));
            trade.map_or(Kind::Own, |(_, stem)| Kind::Trade(stem))
        };
        Self { small, is_capital, kind }
    }
}

/// The parts of a name of which each may stand for it: "Prospect Global Ltd, trading as Sopro".
fn alternatives(name: &str) -> Vec<Vec<Word>> {
    let mut all = Vec::new();
    for part in name.split([',', '(', ')', '/', ';', ':', '–', '—']) {
        let said: Vec<&str> = words(part).collect();
        let joins = |word: &&str| ["and", "or", "et", "ou", "und", "oder"].contains(&word.to_lowercase().as_str());
        all.extend(said.split(joins).map(|part| part.iter().map(|word| Word::new(word)).collect()));
    }
    all
}

/// What is sought for a part of a name, if anything can be.
fn sought(part: &[Word]) -> Vec<Sought> {
    let own = || part.iter().filter(|word| word.kind == Kind::Own);
    let has_form = part.iter().skip(1).any(|word| word.kind == Kind::Form);
    let is_company = has_form || part.iter().all(|word| word.is_capital && word.kind != Kind::Common);
    if let Some(first) = own().next().filter(|_| is_company) {
        let letters = part.iter().filter(|word| word.kind != Kind::Form).filter_map(|word| word.small.chars().next());
        let short = Sought::Short(letters.collect());
        return [like(first)].into_iter().chain(Some(short).filter(Sought::is_telling)).collect();
    }
    // A name among other words: "our payment provider Stripe".
    let is_said = part.iter().any(|word| !word.is_capital && word.kind != Kind::Common);
    let behind = part.iter().skip(1).filter(|word| is_said && word.is_capital && word.kind == Kind::Own);
    let names: Vec<Sought> = behind.map(like).collect();
    if !names.is_empty() {
        return names;
    }
    let trades = part.iter().filter_map(|word| match word.kind {
        Kind::Trade(stem) => Some(Sought::Trade(stem)),
        _ => None,
    });
    own().map(like).chain(trades).collect()
}

fn like(word: &Word) -> Sought {
    Sought::Like(word.small.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, text: &str) -> bool {
        is_named(&[plain("Who we share it with"), plain(text)], name)
    }

    #[test]
    fn somebody_else_is_not_taken_for_a_recipient() {
        for (name, text) in [
            ("Acme Hosting Services Ltd", "Globex Hosting Services Ltd keeps our website."),
            ("Mailgun Technologies, Inc.", "We use Sendgrid Technologies, Inc."),
            ("Amazon Web Services", "We use Google Web Services."),
            ("Our email provider", "Our hosting provider receives your data."),
            ("Our payment provider Stripe", "Our payment provider Adyen handles payments."),
            ("Stripe Ltd", "Adyen handles payments."),
            ("Adyen", "A hosting provider read yen. Stripe handles payments."),
            ("Hosting providers", "Stripe handles payments."),
            ("Deutsche Telekom AG", "Die Deutsche Post AG erhält sie."),
            ("Steuerberater", "Unser Hoster erhält sie."),
        ] {
            assert!(!named(name, text), "{name} / {text}");
        }
    }

    #[test]
    fn a_recipient_is_known_by_what_tells_it_from_others() {
        for (name, text) in [
            ("Hébergeur", "Notre prestataire d’hébergement les reçoit."),
            ("Steuerberater", "Unser Steuerberatungsbüro erhält sie."),
            ("Website hosting provider", "Our webhosting provider."),
            ("Hosting-Anbieter", "Unser Webhoster speichert sie."),
            ("HubSpot", "Hub Spot receives it."),
            ("AWS", "Amazon Web Services (AWS)"),
            ("Amazon Web Services", "Our site is kept by AWS."),
            ("Microsoft Ireland Operations Ltd", "Microsoft sends our mail."),
            ("Prospect Global Ltd, trading as Sopro", "Sopro writes to businesses."),
            ("Payment processors", "We pass it to the firms that process payments."),
            ("Professional advisers such as lawyers", "Our lawyers may see it."),
            ("Our payment provider Stripe", "Payments go through Stripe."),
            ("1&1 IONOS SE", "IONOS hosts our site."),
            ("Group companies", "Other companies of our group."),
        ] {
            assert!(named(name, text), "{name} / {text}");
        }
    }
}
