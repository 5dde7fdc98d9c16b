//! A source as it was when a site was built: what was recorded since is left out.

use super::Report;
use crate::base::diag::Diagnostic;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::source::{Loaded, Source};
use crate::base::span::SourceText;
use crate::history::ledger::Ledger;

/// A source, and how many events of each policy count.
pub struct Until<'a> {
    source: &'a dyn Source,
    report: &'a Report,
}

impl<'a> Until<'a> {
    /// The source as far as the site of a report has it.
    pub fn new(source: &'a dyn Source, report: &'a Report) -> Self {
        Self { source, report }
    }

    /// How many events of a policy count, where the source has more of which the site should have some.
    fn events(&self, name: &str) -> Option<usize> {
        let row = self.report.policies.iter().find(|row| row.slug == name && row.waiting > 0)?;
        Some(row.chains.len())
    }
}

impl Source for Until<'_> {
    fn shared(&self) -> Result<Loaded, Error> {
        self.source.shared()
    }

    fn policies(&self) -> Result<Vec<String>, Error> {
        self.source.policies()
    }

    fn policy(&self, name: &str) -> Result<Loaded, Error> {
        let loaded = self.source.policy(name)?;
        Ok(match self.events(name) {
            Some(events) => cut(loaded, name, events),
            None => loaded,
        })
    }

    fn statics(&self) -> Result<(Vec<SitePath>, Vec<Diagnostic>), Error> {
        self.source.statics()
    }

    fn read(&self, path: &SitePath) -> Result<Vec<u8>, Error> {
        self.source.read(path)
    }

    fn originals(&self, path: &SitePath, wanted: &Hash) -> Vec<Vec<u8>> {
        self.source.originals(path, wanted)
    }
}

/// Leaves the later events out, and the versions that only they know.
fn cut(loaded: Loaded, name: &str, events: usize) -> Loaded {
    let folder = format!("content/policies/{name}/");
    let Some(path) = SitePath::parse(&format!("{folder}ledger.yaml")) else { return loaded };
    let text = loaded.files.get(&path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let ledger = Ledger::read(&SourceText::new(path.clone(), text.clone()), &mut Vec::new());
    let Some(first) = ledger.events.get(events) else { return loaded };
    let before = text.get(..first.span.start).unwrap_or_default();
    let kept = before.rfind('\n').and_then(|end| text.get(..=end)).unwrap_or_default();
    let (known, gone) = ledger.events.split_at(events);
    let later = gone.iter().filter(|event| known.iter().all(|own| own.version != event.version));
    let names: Vec<String> = later.map(|event| format!("{folder}versions/{}.", event.version)).collect();
    let is_later = |path: &SitePath| names.iter().any(|name| path.as_str().starts_with(name));
    let mut files = Files::default();
    for (path, bytes) in loaded.files.into_iter().filter(|(path, _)| !is_later(path)) {
        files.insert(path, bytes);
    }
    files.insert(path, kept.as_bytes().to_vec());
    Loaded { files, ..loaded }
}
