//! The rights that people have: each that the disclosures list is described in the text.

use std::ops::Range;

use super::Statement;
use super::words::{plain, says, words};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::site::passage::{Passage, PassageKind};

/// How the words begin by which a text describes a right, in English, French and German.
struct Words {
    right: &'static str,
    /// Those that describe it wherever they stand.
    anywhere: &'static [&'static str],
    /// Those that do so where the text speaks of rights.
    of_rights: &'static [&'static str],
}

const WORDS: &[Words] = &[
    Words {
        right: "access",
        anywhere: &[
            "right of access",
            "subject access",
            "copy of your data",
            "copy of your personal",
            "access to your personal",
            "accéder à vos données",
            "auskunft über ihre",
        ],
        of_rights: &["access", "copy", "copies", "accès", "accéd", "copie", "auskunft"],
    },
    Words {
        right: "rectification",
        anywhere: &["rectif", "berichtig"],
        of_rights: &["correct", "inaccura", "incorrect", "amend", "put right", "complet", "corrig", "korrig"],
    },
    Words {
        right: "erasure",
        anywhere: &["erasure", "be forgotten", "à l'oubli", "l'effacement", "vergessenwerden", "recht auf löschung"],
        of_rights: &["eras", "delet", "forgotten", "remov", "effac", "supprim", "suppression", "~lösch"],
    },
    Words {
        right: "portability",
        anywhere: &["portability", "portabilité", "~übertragbarkeit", "machine-readable", "machine readable"],
        of_rights: &[
            "portab",
            "commonly used",
            "commonly-used",
            "structured",
            "structuré",
            "strukturiert",
            "maschinenlesbar",
            "lisible par machine",
            "computer can read",
            "readable by",
            "~übertragbar",
        ],
    },
    Words {
        right: "restriction",
        anywhere: &[
            "restriction of processing",
            "restrict processing",
            "restrict the processing",
            "limitation du traitement",
            "sperrung der verarbeitung",
            "einschränkung der verarbeitung",
        ],
        of_rights: &[
            "restrict",
            "limitation",
            "limit the",
            "limit how",
            "limit our",
            "limit what",
            "limiter",
            "einschränk",
        ],
    },
    Words {
        right: "objection",
        anywhere: &["right to object", "droit d'opposition", "widerspruchsrecht"],
        of_rights: &[
            "object to",
            "to object",
            "can object",
            "may object",
            "objection",
            "objecting",
            "oppos",
            "widerspr",
        ],
    },
    Words {
        right: "marketing-objection",
        anywhere: &[
            "opt out",
            "opt-out",
            "unsubscribe",
            "stop marketing",
            "désinscri",
            "désabonn",
            "abmelden",
            "abbestell",
        ],
        of_rights: &["marketing", "prospection", "~werbung", "advert", "newsletter", "~werblich"],
    },
    Words {
        right: "automated-decisions",
        anywhere: &[
            "automated dec",
            "automated individual",
            "automated processing",
            "automated means",
            "automatisiert",
            "automatisée",
            "profiling",
            "profilage",
        ],
        of_rights: &["automat", "profil"],
    },
    Words {
        right: "complaint",
        anywhere: &[
            "complain to",
            "complaint to",
            "complaint with",
            "complain about us",
            "lodge a",
            "réclamation auprès",
            "plainte auprès",
            "saisir la cnil",
            "saisir une autorité",
            "saisir l'autorité",
            "beschweren",
            "beschwerderecht",
        ],
        of_rights: &[
            "complain",
            "supervisory authority",
            "information commissioner",
            "with the ico",
            "to the ico",
            "réclam",
            "plainte",
            "saisir",
            "autorité de contrôle",
            "cnil",
            "~beschwer",
            "~aufsichtsbehörde",
        ],
    },
];

/// Words that speak of rights.
const RIGHTS: &[&str] = &["right", "rights", "entitled", "droit", "droits"];

/// How words begin by which somebody asks for something to be done with data.
const ASKING: &[&str] = &[
    "ask us",
    "asking us",
    "you can ask",
    "you may ask",
    "tell us to",
    "request access",
    "request a copy",
    "request that",
    "request the",
    "request correction",
    "request deletion",
    "request erasure",
    "vous pouvez demander",
    "nous demander",
    "exiger",
    "verlangen",
    "können sie auskunft",
];

/// How headings begin under which the text speaks of rights, too.
const HEADINGS: &[&str] = &["your choice", "complain", "vos choix", "réclamation", "beschwerde", "your control"];

/// A passage, and whether it speaks of rights.
pub struct Said<'s> {
    /// The passage.
    pub passage: &'s Passage,
    /// Its words in small letters.
    pub words: String,
    of_rights: bool,
}

/// The passages of a text in order, each with whether it speaks of rights: of itself, behind one that does, or under a
/// heading that does.
#[must_use]
pub fn read(passages: &[Passage]) -> Vec<Said<'_>> {
    let under = clauses_of_rights(passages);
    let mut led = false;
    let mut said = Vec::new();
    for passage in passages {
        let words = plain(&passage.text);
        let is_under = passage.heading().is_some_and(|at| under.iter().any(|range| range.contains(&at)));
        led = speaks_of_rights(&words) || led && !matches!(passage.kind, PassageKind::Heading(_));
        let of_rights = led || is_under || says(&words, ASKING);
        said.push(Said { passage, words, of_rights });
    }
    said
}

/// The first passage that describes a right.
#[must_use]
pub fn description<'s>(said: &[Said<'s>], right: &str) -> Option<&'s Passage> {
    let words = WORDS.iter().find(|words| words.right == right)?;
    let describes =
        |one: &&Said<'_>| says(&one.words, words.anywhere) || one.of_rights && says(&one.words, words.of_rights);
    said.iter().find(describes).map(|one| one.passage)
}

/// Each right that is listed is described.
pub fn described(statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    let discloses = statement.discloses;
    if discloses.rights.is_empty() {
        return;
    }
    let said = read(&statement.passages);
    for (right, span) in discloses.rights.iter().zip(&discloses.right_spans) {
        if description(&said, right).is_some() {
            continue;
        }
        let message = format!("the disclosures list the right `{right}`, and the text does not describe it");
        let mut finding = Diagnostic::new(Code::V512, statement.in_disclosures(*span), message);
        let speaks = said.iter().find(|one| speaks_of_rights(&one.words));
        let speaks = speaks.map(|one| (one, "the text speaks of rights here"));
        if let Some((one, what)) = speaks.or_else(|| Some((said.first()?, "the text begins here"))) {
            let line = one.passage.text.lines().next().unwrap_or_default().len();
            finding = finding.related(statement.in_text(one.passage, &(0..line)), what);
        }
        findings.push(finding.help("describe it in the text, or take it out of the list"));
    }
}

/// The clauses under headings that speak of rights, from where the heading begins.
fn clauses_of_rights(passages: &[Passage]) -> Vec<Range<usize>> {
    let level = |passage: &Passage| match passage.kind {
        PassageKind::Heading(level) => passage.heading().map(|at| (at, level)),
        _ => None,
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(usize, u8)> = None;
    for (passage, (at, level)) in passages.iter().filter_map(|passage| Some((passage, level(passage)?))) {
        if let Some((start, _)) = open.filter(|(_, outer)| level <= *outer) {
            found.push(start..at);
            open = None;
        }
        let words = plain(&passage.text);
        if open.is_none() && (speaks_of_rights(&words) || says(&words, HEADINGS)) {
            open = Some((at, level));
        }
    }
    found.extend(open.map(|(start, _)| start..usize::MAX));
    found
}

fn speaks_of_rights(plain: &str) -> bool {
    let compound = |word: &str| ["recht", "rechte", "rechten"].iter().any(|end| word.ends_with(end));
    words(plain).any(|word| RIGHTS.contains(&word) || compound(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::markdown::passages;

    /// The rights that a text describes.
    fn rights(body: &str) -> Vec<&'static str> {
        let passages = passages(body);
        let said = read(&passages);
        WORDS.iter().map(|words| words.right).filter(|right| description(&said, right).is_some()).collect()
    }

    #[test]
    fn words_of_another_matter_describe_no_right() {
        let body = "## Who we are\n\nExample Limited, hello@example.org. You can access our network with your computer.\n\n\
            The object of this notice. Delete your cookies. This is correct. We use it for marketing.\n\n\
            ## Profile\n\nYour profile page has a copy. Wir geben Daten an Auskunfteien. Rechtsgrundlage: Werbung.\n";
        assert_eq!(rights(body), Vec::<&str>::new());
        assert_eq!(rights("## Your rights\n\nWrite to Example Limited.\n"), Vec::<&str>::new());
    }

    #[test]
    fn rights_are_described_in_three_languages() {
        let english = "You have the right to:\n\n- access\n- correction\n\nYou can ask us to delete it. Lodge a claim with the \
            ICO.\n\n## Your rights\n\n### Portability\n\nIn a structured, commonly used format. You may object to it.\n";
        assert_eq!(rights(english), ["access", "rectification", "erasure", "portability", "objection", "complaint"]);
        let french = "## Vos droits\n\nVous pouvez accéder à vos données, les faire rectifier ou effacer, en limiter l’usage, \
            vous opposer, et saisir la CNIL.\n";
        let found = ["access", "rectification", "erasure", "restriction", "objection", "complaint"];
        assert_eq!(rights(french), found);
        let german = "## Betroffenenrechte\n\nSie haben ein Auskunftsrecht, das Recht auf Berichtigung, das Recht auf \
            Vergessenwerden, auf Datenübertragbarkeit, Einschränkung und Widerspruch sowie Beschwerde.\n";
        let found = ["access", "rectification", "erasure", "portability", "restriction", "objection", "complaint"];
        assert_eq!(rights(german), found);
    }
}
