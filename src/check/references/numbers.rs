//! References by number: to a clause that is not there, with a name that is another's, and those that fit today.

use std::collections::BTreeMap;

use super::label::{Label, numeral};
use super::names::{plain, same};
use super::outline::{Clause, Counted, Outline};
use super::typed::{Name, Typed};
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::text::collapse;
use crate::check::caught::{Caught, CaughtKind};
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names references by number that do not fit, and in what can still be mended those that may come not to.
pub fn look(manuscript: &Manuscript<'_>, findings: &mut Vec<Diagnostic>) {
    if !manuscript.is_english() {
        return;
    }
    let is_clause = |caught: &Caught| caught.kind == CaughtKind::Clause;
    let caught = manuscript.caught.chunk_by(|one, next| one.passage == next.passage);
    let caught = caught.filter(|own| own.iter().any(is_clause)).filter_map(|own| manuscript.one(own.first()?.passage));
    let typed = caught.flat_map(|(passage, known)| known.typed(passage).iter().map(move |typed| (passage, typed)));
    let mut typed = typed.take(MOST).peekable();
    if typed.peek().is_none() {
        return;
    }
    let outline = manuscript.outline();
    let mut kinds: BTreeMap<&str, Option<Counted>> = BTreeMap::new();
    let mut lawful = None;
    for (passage, typed) in typed {
        let mut others = || *lawful.get_or_insert_with(|| names_laws(manuscript));
        if typed.article && !(outline.articles && (typed.own || !others())) {
            continue;
        }
        let counted = *kinds.entry(typed.word).or_insert_with(|| outline.kind(typed.word));
        let reference = Reference { manuscript, outline, passage, typed };
        match counted {
            Some(counted) => reference.judge(counted, findings),
            None => findings.extend(reference.to_nothing()),
        }
    }
}

/// So many references of a text are held against its clauses.
const MOST: usize = 2000;

/// What has articles, too.
const LAWS: &[&str] =
    &["GDPR", "Regulation", "Directive", "Convention", "Charter", "Treaty", "Constitution", " Act", " Code", " Law"];

/// Whether a text speaks of laws, whose articles may be meant.
fn names_laws(manuscript: &Manuscript<'_>) -> bool {
    manuscript.passages.iter().any(|passage| LAWS.iter().any(|law| passage.text.contains(law)))
}

/// A reference and what it is held against.
struct Reference<'a> {
    manuscript: &'a Manuscript<'a>,
    outline: &'a Outline,
    passage: &'a Passage,
    typed: &'a Typed,
}

impl Reference<'_> {
    fn judge(&self, counted: Counted, findings: &mut Vec<Diagnostic>) {
        let Some(href) = self.passage.link(&self.typed.words) else {
            let gone: Vec<&Label> = self.typed.labels.iter().filter(|label| self.is_gone(label, counted)).collect();
            findings.extend(gone.iter().map(|label| self.gone(label)));
            if gone.is_empty() {
                findings.extend(self.misnamed().or_else(|| self.by_hand()));
            }
            return;
        };
        findings.extend(href.strip_prefix('#').and_then(|id| self.leads_elsewhere(id)));
    }

    /// The words as they stand there.
    fn said(&self) -> String {
        self.passage.text.get(self.typed.words.clone()).unwrap_or_default().replace('\n', " ")
    }

    fn finding(&self, code: Code, message: String) -> Diagnostic {
        Diagnostic::new(code, self.manuscript.place(self.passage, &self.typed.words), message)
    }

    fn is_gone(&self, label: &Label, counted: Counted) -> bool {
        let ours = match (counted, label.top()) {
            // A far higher number is most likely that of a law.
            (Counted::Numbers(last), Some(top)) => top <= last * 2 + 10 || self.typed.own,
            (Counted::Letters, None) => label.parts.first().is_some_and(|part| part.len() == 1),
            (Counted::Romans(last), None) => {
                label.parts.first().and_then(|part| numeral(part)).is_some_and(|top| top <= last * 2 + 10)
            }
            _ => false,
        };
        ours && !self.outline.has(self.manuscript, self.typed.word, label)
    }

    fn gone(&self, label: &Label) -> Diagnostic {
        let dotted = label.dotted();
        let said = self.said();
        let message = match self.outline.into(self.typed.word, label) {
            Some((clause, rest)) => {
                format!("`{said}` leads nowhere: {}, “{}”, has no {}", number(clause), clause.name, item(rest))
            }
            None => {
                format!("`{said}` leads nowhere: this text has no {}", format!("{} {dotted}", self.typed.word).trim())
            }
        };
        let help = "refer to the clause that is meant with `[](#id)`, which reads its number";
        self.finding(Code::V310, message).help(help)
    }

    /// A part that the text says it has, "Schedule 2 of these terms", and that nothing in it is called by.
    fn to_nothing(&self) -> Option<Diagnostic> {
        let (word, label) = (self.typed.word, self.typed.labels.first()?);
        let sure = !word.is_empty() && self.typed.own && self.passage.link(&self.typed.words).is_none();
        let begins = |text: &str| text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word));
        let mut others = self.manuscript.passages.iter().filter(|one| !std::ptr::eq(*one, self.passage));
        (sure && !others.any(|passage| begins(&passage.text))).then(|| self.gone(label))
    }

    /// A name beside the number that is not the clause's.
    fn misnamed(&self) -> Option<Diagnostic> {
        let name = self.typed.name.as_ref()?;
        let label = self.typed.labels.first().filter(|_| !self.typed.paragraph)?;
        let clause =
            self.outline.numbered(self.typed.word, &label.dotted()).filter(|clause| !clause.name.is_empty())?;
        let said = plain(&name.words);
        let other = self.outline.clauses.iter().find(|one| one.plain() == said);
        if alike(clause.plain(), &said) || (other.is_none() && !is_a_name(name)) {
            return None;
        }
        let is = format!("{} is “{}”", number(clause), clause.name);
        let message = match other {
            Some(other) if !other.number.is_empty() => format!("{is}, and “{}” is {}", other.name, number(other)),
            _ => format!("{is}, not “{}”", collapse(&name.words)),
        };
        let meant = other.unwrap_or(clause);
        let help = format!("if “{}” is meant, write `[](#{})`, which reads “{}”", meant.name, meant.id, reads(meant));
        Some(self.finding(Code::V311, message).help(help))
    }

    /// A link whose words say another number than that of the clause it leads to.
    fn leads_elsewhere(&self, id: &str) -> Option<Diagnostic> {
        let label = self.typed.labels.first().filter(|_| self.typed.labels.len() == 1 && !self.typed.paragraph)?;
        let target = self.outline.clauses.iter().find(|clause| *clause.id == *id && !clause.number.is_empty())?;
        let (says, is) = (label.dotted(), target.number.as_str());
        let within = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if within(&says, is) || within(is, &says) || is.ends_with(&format!(".{says}")) || target.word != self.typed.word
        {
            return None;
        }
        let message = format!("`{}` leads to {}, “{}”", self.said(), number(target), target.name);
        let help = format!("leave the words out: `[](#{id})` reads “{}”", reads(target));
        Some(self.finding(Code::V311, message).help(help))
    }

    /// A reference that fits, and does not follow.
    fn by_hand(&self) -> Option<Diagnostic> {
        let vague = |label: &&Label| self.typed.paragraph && label.parts.len() == 1;
        if self.manuscript.is_published() || self.typed.labels.iter().any(|label| vague(&label)) {
            return None;
        }
        let into = self.typed.labels.iter().filter_map(|label| self.outline.into(self.typed.word, label));
        let into: Vec<(String, String)> = into
            .map(|(clause, rest)| (format!("`[](#{}){}`", clause.id, item(rest)), format!("“{}”", reads(clause))))
            .collect();
        let (write, read): (Vec<String>, Vec<String>) = into.into_iter().unzip();
        let (it, clause) = match write.len() {
            0 => return None,
            1 => ("it reads", "follows the clause"),
            _ => ("they read", "follow the clauses"),
        };
        let message = format!("`{}` is typed by hand: it stays when the number changes", self.said());
        let help = format!("write {}: {it} {} now, and {clause}", write.join(" and "), read.join(" and "));
        Some(self.finding(Code::V313, message).help(help))
    }
}

/// What is left of a number behind that of a clause, `(a)`.
fn item(rest: &[String]) -> String {
    if rest.is_empty() { String::new() } else { format!("({})", rest.join(")(")) }
}

/// Whether words beside a number that no clause is called by are yet meant as a name.
fn is_a_name(name: &Name) -> bool {
    name.sure && name.words.split_whitespace().count() <= 8 && !name.words.contains(['(', '.'])
}

/// Whether a name is the clause's, in the main: one word of weight in common is enough.
fn alike(own: &str, said: &str) -> bool {
    let heavy = |word: &&str| word.len() > 3;
    same(own, said) || said.split(' ').filter(heavy).any(|word| own.split(' ').any(|own| own == word))
}

fn number(clause: &Clause) -> String {
    let word = if clause.word.is_empty() { "section" } else { &clause.word };
    format!("{word} {}", clause.number)
}

/// What a reference to a clause reads.
fn reads(clause: &Clause) -> String {
    if clause.computed { number(clause) } else { clause.title.clone() }
}
