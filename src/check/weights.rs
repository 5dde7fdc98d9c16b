//! What findings weigh in this site: all that was found, and the site's own settings → what is told. The last step, after
//! every rule. Nothing that keeps the record true can be lowered: `site::checks` refuses to read such a setting.

use crate::base::codes::Code;
use crate::base::diag::{Diagnostic, Severity};
use crate::base::text::is_like;
use crate::site::checks::{Checks, Exception, Within};

/// Where published texts stand: what is found there is a note, whatever the site says.
pub const FROZEN: &str = "/versions/";

/// Takes out what is excepted, names exceptions that match nothing, and weighs the rest. Also says how many findings were
/// taken out. Published texts are only looked through for `history`, so exceptions in them are not missed otherwise.
#[must_use]
pub fn weigh(found: Vec<Diagnostic>, checks: &Checks, beside: &[Exception], history: bool) -> (Vec<Diagnostic>, usize) {
    let exceptions: Vec<&Exception> = checks.exceptions.iter().chain(beside).collect();
    let mut used = vec![false; exceptions.len()];
    let before = found.len();
    let mut kept = found;
    kept.retain(|finding| {
        let mut stays = true;
        for (exception, used) in exceptions.iter().zip(&mut used).filter(|(exception, _)| takes(exception, finding)) {
            (*used, stays) = (true, false);
            debug_assert!(!exception.code.is_fixed(), "such an exception is refused when it is read");
        }
        stays
    });
    let excepted = before - kept.len();
    let idle = exceptions.iter().zip(used).filter(|(exception, used)| !used && missed(exception, &kept, history));
    let idle: Vec<Diagnostic> = idle.map(|(exception, _)| matches_nothing(exception)).collect();
    kept.extend(idle);
    (kept.into_iter().filter_map(|finding| weighed(finding, checks)).collect(), excepted)
}

/// The same for what other sites answered, which is found apart from the rest: no exception is missed in it.
#[must_use]
pub fn weigh_answers(found: Vec<Diagnostic>, checks: &Checks) -> Vec<Diagnostic> {
    let stays = |finding: &Diagnostic| !checks.exceptions.iter().any(|exception| takes(exception, finding));
    found.into_iter().filter(stays).filter_map(|finding| weighed(finding, checks)).collect()
}

fn takes(exception: &Exception, finding: &Diagnostic) -> bool {
    let place = &finding.place;
    exception.code == finding.code
        && match &exception.within {
            Within::Files { pattern, words } => is_like(pattern, &place.file) && place.excerpt.contains(words.as_str()),
            Within::Line { file, line } => *file == place.file && *line == place.line,
        }
}

/// Whether an exception that took nothing could have: all that it speaks of was read and looked at.
fn missed(exception: &Exception, findings: &[Diagnostic], history: bool) -> bool {
    let is_there = |file: &str| match &exception.within {
        Within::Files { pattern, .. } => is_like(pattern, file),
        Within::Line { file: own, .. } => **own == *file,
    };
    let frozen = matches!(&exception.within, Within::Files { pattern, .. } if pattern.contains(FROZEN));
    let unread = |finding: &Diagnostic| {
        finding.severity == Severity::Error && finding.code < Code::V119 && is_there(&finding.place.file)
    };
    let asked_elsewhere = matches!(exception.code, Code::V410 | Code::V411 | Code::V412);
    (history || !frozen) && !asked_elsewhere && !findings.iter().any(unread)
}

fn matches_nothing(exception: &Exception) -> Diagnostic {
    let code = exception.code.name();
    let (message, help) = match &exception.within {
        Within::Files { pattern, words } if words.is_empty() => (
            format!("the exception matches nothing: no {code} is found in `{pattern}`"),
            "take it out, or mend its `in`",
        ),
        Within::Files { pattern, words } => (
            format!("the exception matches nothing: no {code} is found in `{pattern}` on a line with `{words}`"),
            "take it out, or mend its `in` and `words`",
        ),
        Within::Line { line, .. } => (
            format!("the exception matches nothing: no {code} is found on line {line}"),
            "take the comment out, or write it at the end of the line it is about, or alone above it",
        ),
    };
    Diagnostic::new(Code::V121, exception.place.clone(), message).help(help)
}

fn weighed(finding: Diagnostic, checks: &Checks) -> Option<Diagnostic> {
    match checks.severities.get(&finding.code) {
        None => Some(finding),
        Some(None) => None,
        Some(Some(_)) if finding.place.file.contains(FROZEN) => Some(finding),
        Some(Some(severity)) => Some(finding.weighing(*severity)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Place;

    fn at(code: Code, file: &str) -> Diagnostic {
        Diagnostic::new(code, Place::of_file(file), "x")
    }

    #[test]
    fn what_is_found_in_a_published_text_stays_a_note() {
        let severities = [(Code::V601, Some(Severity::Error)), (Code::V119, None)].into_iter().collect();
        let checks = Checks { severities, ..Checks::default() };
        let note = at(Code::V601, "content/policies/p/versions/1.0.md").weighing(Severity::Note);
        let found = vec![at(Code::V601, "content/a.md"), note, at(Code::V119, "content/a.md")];
        let (told, excepted) = weigh(found, &checks, &[], true);
        let weights: Vec<Severity> = told.iter().map(|finding| finding.severity).collect();
        assert_eq!((weights, excepted), (vec![Severity::Error, Severity::Note], 0));
    }

    #[test]
    fn an_exception_is_not_missed_where_a_file_could_not_be_read_or_was_not_looked_at() {
        let except = |pattern: &str| Exception {
            code: Code::V601,
            within: Within::Files { pattern: pattern.to_owned(), words: String::new() },
            place: Place::of_file("site.yaml"),
        };
        let told = |pattern: &str, history| {
            let checks = Checks { exceptions: vec![except(pattern)], ..Checks::default() };
            let (told, _) = weigh(vec![at(Code::V101, "content/a.md")], &checks, &[], history);
            told.len() - 1
        };
        assert_eq!((told("content/a.md", true), told("content/b.md", true)), (0, 1));
        let frozen = "content/policies/p/versions/*";
        assert_eq!((told(frozen, false), told(frozen, true)), (0, 1));
    }
}
