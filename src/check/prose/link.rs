//! What looks like a link and is not read as one: `[words](two words)` is published as it is typed.

use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::check::known::Known;
use crate::check::manuscript::Manuscript;
use crate::site::passage::Passage;

/// Names each link whose destination could not be read.
pub fn typed(manuscript: &Manuscript<'_>, (passage, _): (&Passage, &Known), findings: &mut Vec<Diagnostic>) {
    let text = passage.text.as_str();
    for (at, _) in text.match_indices("](") {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
        let (Some(start), Some(end)) = (before.rfind('['), after.find([')', '\n'])) else { continue };
        let words = start..at + end + usize::from(after.get(end..).is_some_and(|rest| rest.starts_with(')')));
        if passage.link(&words).is_some() {
            continue;
        }
        let written = text.get(words.clone()).unwrap_or_default();
        let message = format!("`{written}` is no link, and is published as it is typed");
        let finding = Diagnostic::new(Code::V404, manuscript.place(passage, &words), message);
        findings
            .push(finding.help("an address has no spaces: write `%20` for one, and a telephone number without them"));
    }
}
