//! How long data are kept: a period of the disclosures is one for which the text keeps these data, and a period for which
//! the text keeps data is one of the disclosures.

use std::collections::{BTreeMap, BTreeSet};

use super::Statement;
use super::keeping::{Kept, in_clause};
use super::period::{Period, said, same};
use super::speech::is_about_keeping;
use super::words::{alike, plain, says, words};
use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::span::Span;
use crate::site::disclose::{Purpose, period};

/// Words of purposes and headings that do not tell them apart.
const COMMON: &[&str] = &[
    "about",
    "data",
    "details",
    "daten",
    "days",
    "deine",
    "dies",
    "données",
    "from",
    "have",
    "ihre",
    "information",
    "long",
    "make",
    "personal",
    "purpose",
    "register",
    "registering",
    "tell",
    "telling",
    "that",
    "their",
    "these",
    "this",
    "unsere",
    "used",
    "using",
    "votre",
    "what",
    "when",
    "where",
    "wenn",
    "which",
    "with",
    "your",
    "yours",
];

/// How a sentence names the data that are disclosed.
const DATA: &[&str] = &[
    "your data",
    "your personal",
    "your information",
    "your details",
    "these data",
    "this data",
    "this information",
    "all data",
    "vos données",
    "ces données",
    "les données",
    "ihre daten",
    "ihre personenbezogenen",
    "diese daten",
];

/// Further places of one finding: more are not named.
const MANY: usize = 8;

/// A purpose that says how long it keeps data.
struct Holding<'a> {
    purpose: &'a Purpose,
    keep: Period,
    /// What it is called: the words of its id and of the heading of its clause.
    names: Vec<String>,
}

/// What the purposes say, and what the clauses say that they name.
struct Comparison<'a> {
    statement: &'a Statement<'a>,
    holdings: Vec<Holding<'a>>,
    /// The clauses whose headings speak of how long data are kept.
    about: Vec<&'a str>,
    /// What the text keeps, by clause.
    clauses: BTreeMap<&'a str, Vec<Kept>>,
}

/// A purpose and a place in the text that keeps its data for another time.
type Contradiction<'c> = (&'c Holding<'c>, &'c Kept);

/// Compares the periods of the disclosures with those of the text, both ways.
pub fn kept(statement: &Statement<'_>, findings: &mut Vec<Diagnostic>) {
    let comparison = Comparison::new(statement);
    let found: Vec<Contradiction<'_>> =
        comparison.holdings.iter().filter_map(|one| Some((one, comparison.contradiction(one)?))).collect();
    let mut told: Vec<(&Kept, Period)> = Vec::new();
    for (holding, text) in &found {
        if told.iter().any(|(other, keep)| other.span == text.span && *keep == holding.keep) {
            continue;
        }
        told.push((text, holding.keep));
        let is_same = |(other, place): &&Contradiction<'_>| place.span == text.span && other.keep == holding.keep;
        let holdings: Vec<&Holding<'_>> = found.iter().filter(is_same).map(|(other, _)| *other).collect();
        findings.extend(comparison.told(&holdings, text));
    }
    let periods: Vec<Period> = told.iter().map(|(text, _)| text.period).collect();
    comparison.strange(&periods, findings);
}

impl<'a> Comparison<'a> {
    fn new(statement: &'a Statement<'a>) -> Self {
        let holdings: Vec<Holding<'a>> =
            statement.discloses.purposes.iter().filter_map(|purpose| Holding::new(statement, purpose)).collect();
        let names: Vec<&str> = holdings.iter().flat_map(|one| one.names.iter().map(String::as_str)).collect();
        let about = statement.headed(|heading| is_about_keeping(&plain(&heading.text)));
        let ids = holdings.iter().flat_map(|one| one.shared(&about).into_iter().chain([one.own()]));
        let ids: BTreeSet<&'a str> = ids.collect();
        let clauses = ids.into_iter().map(|id| (id, in_clause(statement, id, &names))).collect();
        Self { statement, holdings, about, clauses }
    }

    fn in_clause(&self, id: &str) -> &[Kept] {
        self.clauses.get(id).map_or(&[], Vec::as_slice)
    }

    /// What the text says of a purpose alone: in its own clause, and where it is named among others. Then what it says of
    /// nobody in particular.
    fn said_of(&self, holding: &Holding<'_>) -> [Vec<&Kept>; 3] {
        let id = holding.own();
        let others = self.holdings.iter().filter(|other| other.purpose.id != holding.purpose.id);
        let is_own = others.clone().all(|other| other.own() != id) && holding.purpose.exception() != Some(id);
        let of_others = |one: &&Kept| others.clone().any(|other| other.is_named(&one.about));
        let own = self.in_clause(id).iter().filter(|_| is_own);
        let own = own.filter(|one| holding.is_named(&one.about) || !of_others(one)).collect();
        let also = Some(id).filter(|_| !is_own).into_iter();
        let shared = holding.shared(&self.about).into_iter().chain(also).flat_map(|id| self.in_clause(id));
        let (named, rest): (Vec<&Kept>, Vec<&Kept>) = shared.partition(|one| holding.is_named(&one.about));
        [own, named, rest.into_iter().filter(|one| !of_others(one)).collect()]
    }

    /// The place in the text that surely says another period than a purpose does. What may be an exception beside the
    /// right period is none.
    fn contradiction(&self, holding: &Holding<'_>) -> Option<&Kept> {
        let [own, named, open] = self.said_of(holding);
        let fits = |all: &[&Kept]| all.iter().any(|one| same(one.period, holding.keep));
        if let Some(one) = firm(&named).filter(|_| !fits(&named) && !fits(&open)) {
            return Some(one);
        }
        if let Some(one) = own.iter().find(|one| one.firm && holding.speaks_of_data(&one.about)).filter(|_| !fits(&own))
        {
            return Some(one);
        }
        let clauses = holding.shared(&self.about).into_iter().chain([holding.own()]);
        let is_said = clauses.flat_map(|id| self.in_clause(id)).any(|one| same(one.period, holding.keep));
        if is_said { None } else { firm(&[own, named, open].concat()) }
    }

    /// One finding for all purposes that one place in the text contradicts in the same way.
    fn told(&self, holdings: &[&Holding<'_>], text: &Kept) -> Option<Diagnostic> {
        let (first, rest) = holdings.split_first()?;
        let names: Vec<String> = holdings.iter().map(|one| format!("`{}`", one.purpose.id)).collect();
        let (subject, verb) = if rest.is_empty() { ("purpose", "keeps") } else { ("purposes", "keep") };
        let (names, keep, period) = (names.join(", "), said(first.keep), said(text.period));
        let message = format!("the {subject} {names} {verb} data for {keep}, and the text says {period}");
        let place = self.statement.in_disclosures(first.purpose.keep_span);
        let mut finding =
            Diagnostic::new(Code::V510, place, message).related(self.statement.at(text.span), "the text says this");
        let again = |one: &&&Kept| one.firm && one.span != text.span && same(one.period, text.period);
        for other in self.said_of(first).concat().iter().filter(again).take(MANY) {
            finding = finding.related(self.statement.at(other.span), "and this");
        }
        for other in rest {
            let place = self.statement.in_disclosures(other.purpose.keep_span);
            finding = finding.related(place, format!("the purpose `{}`", other.purpose.id));
        }
        Some(finding.help("change the one that is wrong, so that both say the same"))
    }

    /// Periods for which the text keeps data and no purpose does, those left out that are told already. They may be those
    /// of data that are not disclosed here, so each is a warning.
    fn strange(&self, told: &[Period], findings: &mut Vec<Diagnostic>) {
        let declared = || self.holdings.iter().map(|holding| &holding.keep).chain(told);
        let known = |one: &Kept| declared().any(|keep| same(*keep, one.period));
        // "Between 12 and 24 months" has two periods and one end.
        let texts = || self.clauses.values().flatten();
        let known_ends: BTreeSet<usize> = texts().filter(|one| known(one)).map(|one| one.span.end).collect();
        let strange = texts().filter(|one| one.firm && !known_ends.contains(&one.span.end));
        let mut all: BTreeMap<Period, Vec<Span>> = BTreeMap::new();
        strange.for_each(|one| all.entry(one.period).or_default().push(one.span));
        let keeps: BTreeSet<String> = self.holdings.iter().map(|one| said(one.keep)).collect();
        let keeps = format!("the disclosures keep for {}", keeps.into_iter().collect::<Vec<_>>().join(", "));
        for (period, spans) in all {
            let Some((first, rest)) = spans.split_first() else { continue };
            let message = format!("the text keeps data for {}, and no purpose of the disclosures does", said(period));
            let finding = Diagnostic::new(Code::V510, self.statement.at(*first), message).weighing(Severity::Warning);
            let place = self.statement.in_disclosures(self.statement.discloses.span);
            let mut finding = finding.related(place, keeps.clone());
            for again in rest.iter().filter(|again| *again != first).take(MANY) {
                finding = finding.related(self.statement.at(*again), "it stands here, too");
            }
            findings.push(finding.help("change the one that is wrong, or disclose what is kept for this long"));
        }
    }
}

impl<'a> Holding<'a> {
    fn new(statement: &Statement<'_>, purpose: &'a Purpose) -> Option<Self> {
        let keep = period(&purpose.retention.as_ref()?.keep)?;
        let heading = statement.clause(&purpose.clause.value).first().map(|heading| plain(&heading.text));
        let said = format!("{} {}", plain(&purpose.id), heading.unwrap_or_default());
        let tells = |word: &&str| word.chars().count() > 3 && !COMMON.contains(word);
        Some(Self { purpose, keep, names: words(&said).filter(tells).map(str::to_owned).collect() })
    }

    /// The clause of its own.
    fn own(&self) -> &'a str {
        &self.purpose.clause.value
    }

    /// The clauses beside it that say how long data are kept: that of `except`, or those whose headings say so.
    fn shared(&self, about: &[&'a str]) -> Vec<&'a str> {
        let others = about.iter().copied().filter(|id| *id != self.own());
        self.purpose.exception().map_or_else(|| others.collect(), |except| vec![except])
    }

    fn is_named(&self, about: &str) -> bool {
        words(about).any(|word| self.names.iter().any(|name| alike(name, word)))
    }

    /// Whether some words name the data that it keeps.
    fn speaks_of_data(&self, about: &str) -> bool {
        let ids = self.purpose.data.iter().flat_map(|id| words(id)).filter(|word| word.chars().count() > 3);
        let ids: Vec<&str> = ids.collect();
        let is_data = |word: &str| ids.iter().any(|id| alike(id, word));
        says(about, DATA) || self.is_named(about) || words(about).any(is_data)
    }
}

fn firm<'k>(all: &[&'k Kept]) -> Option<&'k Kept> {
    all.iter().copied().find(|one| one.firm)
}

#[cfg(test)]
mod tests {
    use super::super::findings;

    /// Enquiries are kept for twelve months, as the clause on retention says.
    fn enquiry(text: &str) -> Vec<String> {
        let front = "purposes:\n  - {id: enquiry, clause: enquiry, data: [email], retention: {keep: P12M, from: receipt, \
            except: retention}}\n";
        let body =
            format!("## Enquiries {{#enquiry}}\n\nWe ask for it.\n\n## How long we keep it {{#retention}}\n\n{text}\n");
        findings(front, &body)
    }

    /// Enquiries and accounts.
    fn both(keep: [&str; 2], text: &str) -> Vec<String> {
        let purpose = |id: &str, keep: &str| {
            format!(
                "  - {{id: {id}, clause: {id}, data: [email], retention: {{keep: {keep}, from: receipt, except: retention}}}}\n"
            )
        };
        let front = format!("purposes:\n{}{}", purpose("enquiry", keep[0]), purpose("account", keep[1]));
        let body = format!(
            "## Enquiries {{#enquiry}}\n\nWe ask.\n\n## Your account {{#account}}\n\nWe ask.\n\n## Retention {{#retention}}\n\n{text}\n"
        );
        findings(&front, &body)
    }

    #[test]
    fn ordinary_clauses_are_left_alone() {
        for text in [
            "We keep your enquiry for 12 months.\nWe answer every question within 30 days.",
            "If you ask us to delete it, we do so within 30 days.",
            "We keep it for 12 months; backups are overwritten and deleted after 90 days.",
            "Backups are overwritten and deleted after 90 days.",
            "We keep it for 12 months! You have 14 days to object.",
            "You have 14 days to object.",
            "We keep records of tax for six years after the end of the tax year, because the law says so.",
            "We keep it for twelve (12) months, and you must be at least 18 years old to write to us.",
            "We review this retention policy every 6 months.",
            "Enquiries are kept for 12 months. Cookies are stored on your device for 30 days.",
            "It is kept for no longer than 365 days.",
            "It is kept for 52 weeks, or a year.",
            "We keep your enquiry for a year.",
            "Aufbewahrungsfristen nach § 147 AO (10 Jahre) bleiben unberührt.",
            "Wir löschen Ihre Anfrage nach zwölf Monaten. Gesetzliche Aufbewahrungsfristen von 6 Jahren bleiben unberührt.",
            "Vos messages sont conservés douze mois. Les factures sont archivées dix ans, comme la loi l’exige.",
            "We keep it for 12 months, unless the law obliges us to keep it for six years.",
            "We keep your enquiry for 12 months. We delete what we need no longer within one month.",
            "| What | How long |\n|---|---|\n| Enquiries | 1 year |\n| Invoices | six years |\n",
            "We keep it for 12 months. Children under 13 years may not send us anything to keep.",
            "We keep your enquiry for as long as we need it.",
            "We keep your enquiry for between 6 and 12 months.",
            "If you don’t log in for 36 months, we delete your account.",
        ] {
            assert_eq!(enquiry(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn another_period_is_refused_however_it_is_written() {
        for text in [
            "It is held for 24 months.",
            "It is erased after 24 months.",
            "Your data are anonymised after 24 months.",
            "We destroy it after two years.",
            "It is kept for 24 calendar months.",
            "We keep it for 24-month periods.",
            "We keep it for a six-month period.",
            "We keep it for fifteen months.",
            "We keep it for one year and six months.",
            "We keep your enquiry for 24 months, unless the law obliges us to keep it for longer.",
            "We keep it for\n\n- *24* **months**.",
            "- Enquiries: 24 months from receipt\n- Invoices: six years",
            "Enquiries: 24 months.",
            "| What | How long |\n|---|---|\n| Enquiries | 24 months |\n",
            "Ihre Daten werden 24 Monate lang gespeichert.",
            "Ihre Daten werden nach 24 Monaten gelöscht.",
            "Wir bewahren sie 24 Monate lang auf.",
            "Wir speichern sie sieben Jahre.",
            "Elles sont gardées 24 mois.",
            "Nous les gardons sept ans.",
            "Elles sont archivées pendant vingt-quatre mois.",
            "Elles sont effacées au bout de 24 mois.",
        ] {
            let found = enquiry(text);
            assert!(
                found.len() == 1 && found[0].starts_with("error: the purpose `enquiry` keeps data for 12 months"),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn periods_belong_to_the_purposes_that_their_rows_and_sentences_name() {
        let table = "| What | How long |\n|---|---|\n| Enquiries | 12 months |\n| Account | 24 months |\n";
        let prose = "We keep enquiries for 12 months and the data of your account for 24 months.";
        for text in [table, prose] {
            assert_eq!(both(["P12M", "P2Y"], text), Vec::<String>::new(), "{text}");
            let swapped = both(["P24M", "P12M"], text);
            assert_eq!(
                swapped[0],
                "error: the purpose `enquiry` keeps data for 24 months, and the text says 12 months"
            );
            assert_eq!(
                swapped[1],
                "error: the purpose `account` keeps data for 12 months, and the text says 24 months"
            );
            assert_eq!(both(["P24M", "P24M"], text).len(), 1, "{text}");
        }
        let commas =
            "Kept are enquiries for 12 months, the data of an account for two years, and invoices for six years.";
        assert_eq!(both(["P12M", "P2Y"], commas), Vec::<String>::new());
        let other = "Vos demandes sont conservées douze mois, les données de l’account deux ans.";
        assert_eq!(both(["P12M", "P2Y"], other), Vec::<String>::new());
        // What stands beside the right period may be an exception.
        let exception = "- Enquiries: 12 months\n- Enquiries that lead to an account: 24 months\n- Account: 24 months";
        assert_eq!(both(["P12M", "P24M"], exception), Vec::<String>::new());
    }

    #[test]
    fn one_drift_is_told_once_and_what_may_be_other_data_is_a_warning() {
        let one = ["error: the purposes `enquiry`, `account` keep data for 12 months, and the text says 18 months"];
        assert_eq!(both(["P12M", "P12M"], "We keep your data for 18 months."), one);
        assert_eq!(both(["P12M", "P12M"], "We keep it all for 18 months, and delete it after 18 months."), one);
        let other = "We keep your data for 12 months. We keep applications for a job for six months.";
        assert_eq!(
            enquiry(other),
            ["warning: the text keeps data for 6 months, and no purpose of the disclosures does"]
        );
    }

    #[test]
    fn a_clause_of_its_own_and_a_heading_on_retention_are_looked_at() {
        let front =
            "purposes:\n  - {id: enquiry, clause: enquiry, data: [email], retention: {keep: P12M, from: receipt}}\n";
        let body = |own: &str, other: &str| {
            format!(
                "## Enquiries {{#enquiry}}\n\n{own}\n\n## Retention {{#x}}\n\n{other}\n\n## Keeping data safe {{#y}}\n\n- Logs: 5 days\n"
            )
        };
        assert_eq!(
            findings(front, &body("We answer within 14 days.", "We keep it for 12 months.")),
            Vec::<String>::new()
        );
        assert_eq!(findings(front, &body("", "We keep it for 13 months.")).len(), 1);
        let both = findings(
            front,
            &body("We ask for your email address and keep it for two years.", "We keep all for 12 months."),
        );
        assert_eq!(both, ["error: the purpose `enquiry` keeps data for 12 months, and the text says 2 years"]);
        let call = findings(front, &body("We record the call and keep it for 30 days.", "We keep all for 12 months."));
        assert_eq!(call, ["warning: the text keeps data for 30 days, and no purpose of the disclosures does"]);
    }
}
