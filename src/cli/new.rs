//! `new site`: the files to begin with.

use std::path::Path;

use super::world::{Ended, World};
use crate::base::date::Zone;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::write::source;

const INDEX: &str = "---\ntitle: Our policies\n---\nThe documents that govern how we work with you, with every version that ever applied.\n\n[All documents](/policies/)\n";

const POLICY: &str =
    "title: Privacy policy\nkind: privacy\nnotice_days: 30\nnumbering: legal\nhtml: refuse\nlanguages: [en-GB]\n";

const DRAFT: &str = "---\ntitle: Privacy policy\nsummary:\n  - First version.\nmaterial: true\n---\n## Who we are {#who-we-are}\n\nSay who is responsible, and how to reach you.\n\n## What we collect {#what-we-collect}\n\nSay what you collect, why, on what basis, for how long, and who receives it.\n";

/// Writes a new site into a folder that is not there or empty.
///
/// # Errors
/// The folder holds files (wrong use), or cannot be written.
pub fn site(dir: &Path, world: &mut World) -> Result<Ended, Error> {
    let (_, _, year) = world.now(&Zone::utc()).day(&Zone::utc()).parts();
    let settings = format!(
        "title: Our policies\ntag: \"example.org,{year}\"       # a domain you own, and a year in which you owned it: ids of feeds\nbase_url: https://example.org\nlanguage: en-GB\ntime_zone: Europe/London\norganisation:\n  name: Example Limited\n  email: hello@example.org\nnavigation:\n  - {{label: Policies, url: /policies/}}\n"
    );
    let mut files = Files::default();
    let all = [
        ("site.yaml", settings.as_str()),
        (".gitignore", "/public\n"),
        ("content/index.md", INDEX),
        ("content/policies/privacy/policy.yaml", POLICY),
        ("content/policies/privacy/draft.md", DRAFT),
    ];
    files.extend(all.iter().filter_map(|(path, text)| Some((SitePath::parse(path)?, text.as_bytes().to_vec()))));
    source::new_folder(dir, &files)?;
    world.say(&format!("made {}", dir.display()))?;
    world.say(&format!("next: edit {0}/site.yaml, then run `vellum --root {0} serve`", dir.display()))?;
    Ok(Ended::Done)
}
