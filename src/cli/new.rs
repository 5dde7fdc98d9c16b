//! `new`: the files to begin with, of a site, a policy or a form.

use std::path::Path;

use super::world::{Ended, World};
use crate::base::date::Zone;
use crate::base::error::Error;
use crate::base::files::Files;
use crate::base::path::SitePath;
use crate::base::slug::Slug;
use crate::base::source::Source;
use crate::compile;
use crate::load::Disk;
use crate::site::config::Config;
use crate::site::emit::scalar;
use crate::write::source;

const INDEX: &str = "---\ntitle: Our policies\n---\nThe documents that govern how we work with you, with every version that ever applied.\n\n[All documents](/policies/)\n";

const POLICY: &str =
    "title: Privacy policy\nkind: privacy\nnotice_days: 30\nnumbering: legal\nhtml: refuse\nlanguages: [en-GB]\n";

const DRAFT: &str = "---\ntitle: Privacy policy\nsummary:\n  - First version.\nmaterial: true\n---\n## Who we are {#who-we-are}\n\nSay who is responsible, and how to reach you.\n\n## What we collect {#what-we-collect}\n\nSay what you collect, why, on what basis, for how long, and who receives it.\n";

const FORM: &str = "\
title: {title}
to: [{to}]  # who receives what is sent
subject: \"Message from {first_name} {surname}\"  # fields in braces are filled in
policy: {policy}  # the policy that says what is done with the data
purpose: enquiry  # the id of a purpose that this policy discloses; fill in the right one
reply_to: email  # the field that an answer goes to
# Each field names the data that it collects, in `data`. The purpose has to disclose them.
# kind: text, long-text, email, telephone, choice, choices, date, file or yes-no
fields:
  - {name: first_name, label: First name, kind: text, required: true, max: 100, autocomplete: given-name, data: first-name}
  - {name: surname, label: Surname, kind: text, required: true, max: 100, autocomplete: family-name, data: surname}
  - {name: email, label: Email, kind: email, required: true, autocomplete: email, data: email}
  - {name: message, label: Message, kind: long-text, required: true, max: 5000, data: message}
# A consent is a choice of its own; it is never ticked beforehand.
consents:
  - {name: marketing, label: I would like to hear about your products by email., required: false}
";

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

/// Writes a new policy: its settings, and a draft to be written.
///
/// # Errors
/// The name cannot be used or is taken (wrong use), or the folder cannot be written.
pub fn policy(root: &Path, name: &str, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, None)?;
    let settings = compile::settings(&disk)?;
    let slug = named(name)?;
    let folder = format!("content/policies/{slug}");
    let text = |text: &str, file: &str| Some((SitePath::parse(file)?, text.as_bytes().to_vec()));
    let mut files = Files::default();
    files.extend(text(&policy_settings(&slug, &settings), "policy.yaml"));
    files.extend(text(&policy_draft(&slug), "draft.md"));
    source::new_folder(&root.join(&folder), &files)?;
    world.say(&format!("made {folder}/policy.yaml and {folder}/draft.md"))?;
    world.say(&format!("next: write the text into draft.md; `vellum check` tells what is wrong with it, and `vellum publish {slug} --effective DATE` makes it version 1.0"))?;
    Ok(Ended::Done)
}

/// Writes a new form that collects a name, an address and a message.
///
/// # Errors
/// The name cannot be used or is taken, or the site has no policy (wrong use), or the file cannot be written.
pub fn form(root: &Path, name: &str, world: &mut World) -> Result<Ended, Error> {
    let disk = Disk::open(root, None)?;
    let settings = compile::settings(&disk)?;
    let slug = named(name)?;
    let first = settings.policies.first().map(|slug| slug.value.to_string());
    let Some(policy) = first.or(disk.policies()?.into_iter().next()) else {
        return Err(Error::usage(
            "a form needs a policy that says what is done with the data: run `vellum new policy NAME`",
        ));
    };
    let path = format!("forms/{slug}.yaml");
    let place = SitePath::parse(&path).ok_or_else(|| Error::usage(format!("`{path}` cannot be a file")))?;
    source::new_file(root, &place, form_text(&slug, &policy, &settings).as_bytes())?;
    world.say(&format!("made {path}"))?;
    world.say(&format!("next: edit it; its `purpose` must be one that the policy `{policy}` discloses"))?;
    Ok(Ended::Done)
}

fn named(name: &str) -> Result<Slug, Error> {
    Slug::parse(name).ok_or_else(|| {
        let hint = Slug::from_name(name).map_or_else(String::new, |slug| format!("; `{slug}` can"));
        Error::usage(format!("`{name}` cannot be an address: use a-z, 0-9 and single dashes{hint}"))
    })
}

/// A name as a title: `privacy-policy` reads "Privacy policy".
fn title(slug: &Slug) -> String {
    let words = slug.as_str().replace('-', " ");
    let mut chars = words.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str()
}

fn policy_settings(slug: &Slug, settings: &Config) -> String {
    let kinds = ["privacy", "terms"];
    let kind = kinds.iter().find(|kind| slug.as_str().contains(**kind)).unwrap_or(&"policy");
    let (title, language) = (scalar(&title(slug)), scalar(&settings.language));
    format!(
        "title: {title}\nkind: {kind:<15}# privacy, terms or another word\nnotice_days: 30      # at least so many days lie between a publication and its first day\nnumbering: legal     # clauses 1, 1.1 and lists (a), (i); or none\nhtml: refuse\nlanguages: [{language}]\n"
    )
}

fn policy_draft(slug: &Slug) -> String {
    let title = scalar(&title(slug));
    format!(
        "---\ntitle: {title}\nsummary:\n  - First version.\nmaterial: true\n---\n## First clause {{#first}}\n\nWrite the text here. A reference such as [](#first) says the number of the clause.\n"
    )
}

fn form_text(slug: &Slug, policy: &str, settings: &Config) -> String {
    let mail = &settings.organisation.email;
    let to = if mail.is_empty() { "hello@example.org".to_owned() } else { scalar(mail) };
    FORM.replace("{title}", &scalar(&title(slug))).replace("{to}", &to).replace("{policy}", policy)
}
