//! `verify`: a built or a served site against its record, and against the source where there is one.

use std::path::Path;

use super::args::Verify;
use super::build::base_url;
use super::checks;
use super::world::{Ended, World};
use crate::base::date::Zone;
use crate::base::diag::{Diagnostic, any_error};
use crate::base::error::{Error, Kind};
use crate::base::hash::Hash;
use crate::base::path::SitePath;
use crate::base::percent;
use crate::base::source::Source;
use crate::base::span::Place;
use crate::base::text::is_refused;
use crate::http::client::Client;
use crate::load::Disk;
use crate::load::built::Built;
use crate::record::verify::{Answer, Published, Rebuilt, Report, Row, verify};

/// A site that a server serves.
struct Served {
    client: Client,
    path: String,
}

impl Published for Built {
    fn get(&self, path: &SitePath) -> Result<Answer, Error> {
        Ok(self.read(path)?.map_or_else(|why| Answer::Absent(why.to_owned()), Answer::Found))
    }

    fn list(&self) -> Result<Option<Vec<SitePath>>, Error> {
        Self::list(self).map(Some)
    }
}

impl Published for Served {
    fn get(&self, path: &SitePath) -> Result<Answer, Error> {
        let page = path.as_str().strip_suffix("index.html").unwrap_or(path.as_str());
        let got = self.client.get(&percent::encode(&format!("{}{page}", self.path)))?;
        Ok(match got.status {
            200 => Answer::Found(got.body),
            404 | 410 => Answer::Absent("the server does not have it".to_owned()),
            status => Answer::Absent(format!("the server answers {status}")),
        })
    }

    fn list(&self) -> Result<Option<Vec<SitePath>>, Error> {
        Ok(None)
    }
}

/// Checks a site, and says all that is not as it was published.
///
/// # Errors
/// There is no site to check, or it cannot be read.
pub fn run(root: &Path, options: &Verify, world: &mut World) -> Result<Ended, Error> {
    let heads = options.head.iter().map(|text| head(text)).collect::<Result<Vec<_>, _>>()?;
    let disk = match Disk::open(root, None) {
        Ok(disk) => Some(disk),
        // Whoever checks a site from outside has no source.
        Err(error) if error.kind() == Kind::Usage => None,
        Err(error) => return Err(error),
    };
    let content = disk.as_ref().map(|disk| -> &dyn Source { disk });
    let (site, name) = place(root, options)?;
    let mut report = verify(site.as_ref(), content, &heads)?;
    report.findings.iter_mut().for_each(clean);
    checks::write(&report.findings, options.format, world.colour_out, &mut world.out)?;
    let is_served = options.site.is_some();
    if matches!(options.format, super::args::Format::Human) {
        told(&report, (&name, is_served), content.is_some(), world)?;
    }
    Ok(if any_error(&report.findings) { Ended::Fault } else { Ended::Done })
}

/// What is to be checked, and what it is called.
fn place(root: &Path, options: &Verify) -> Result<(Box<dyn Published>, String), Error> {
    if let Some(base) = base_url(options.site.as_deref(), "--site")? {
        let client = Client::new(base.origin())?;
        return Ok((Box::new(Served { client, path: base.path().to_owned() }), base.absolute("")));
    }
    let folder = options.dir.clone().unwrap_or_else(|| root.join("public"));
    Ok((Box::new(Built::open(&folder)?), folder.display().to_string()))
}

fn head(text: &str) -> Result<Hash, Error> {
    let said = || Error::usage(format!("--head: `{text}` is no head; it is 64 digits of 0-9 and a-f"));
    Hash::parse(text).ok_or_else(said)
}

fn told(report: &Report, (name, is_served): (&str, bool), content: bool, world: &mut World) -> Result<(), Error> {
    let versions: usize = report.policies.iter().map(|row| row.versions).sum();
    let counts =
        format!("{}, {}", count(report.policies.len(), "policy", "policies"), count(versions, "version", "versions"));
    world.say(&if any_error(&report.findings) {
        format!("{name}: not as published; {counts}")
    } else {
        format!("{name}: as published; {counts}, {} read", count(report.files, "file", "files"))
    })?;
    compared(report, is_served, content).iter().try_for_each(|line| world.say(line))?;
    if let Some((day, _)) = report.next.filter(|(_, moment)| *moment <= world.now(&Zone::utc())) {
        world.say(&format!(
            "mind: something has changed by itself on {day}, and the site was built before: build it again"
        ))?;
    }
    for row in &report.policies {
        world.say(&line(row))?;
    }
    report.heads.iter().try_for_each(|line| world.say(&visible(line)))
}

/// What a foreign site wrote never rules the terminal: characters that cannot be seen are replaced, one for one.
fn visible(text: &str) -> String {
    let odd = |char: char| char == '\r' || is_refused(char);
    text.chars().map(|char| if odd(char) { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

fn clean(finding: &mut Diagnostic) {
    let mut texts = vec![&mut finding.message, &mut finding.help, &mut finding.label];
    texts.extend(&mut finding.details);
    let mut places = vec![&mut finding.place];
    for (place, label) in &mut finding.related {
        places.push(place);
        texts.push(label);
    }
    for Place { file, excerpt, .. } in places {
        *file = visible(file).into();
        texts.push(excerpt);
    }
    texts.into_iter().for_each(|text| *text = visible(text));
}

/// What was compared with what, and what was not.
fn compared(report: &Report, is_served: bool, content: bool) -> Vec<String> {
    let day = report.day.map_or_else(String::new, |day| format!(" for {day}"));
    let mut said = match (report.rebuilt, is_served) {
        (Rebuilt::Compared, false) => {
            vec![format!("every file was compared, byte by byte, with what content/ makes{day}")]
        }
        (Rebuilt::Compared, true) => vec![
            format!(
                "every file was compared with what content/ makes{day}: pages by all their words, links, days and marks, all else byte by byte"
            ),
            "not compared: scripts, styles and how a page looks, since hosts change them; and what is not served"
                .to_owned(),
        ],
        _ => without(report, is_served),
    };
    if report.rebuilt == Rebuilt::Refused {
        said.push(
            "content/ has mistakes, so nothing could be built from it to compare with: run `vellum check`".to_owned(),
        );
    }
    if report.rebuilt == Rebuilt::Apart {
        said.push("what content/ makes was not compared: the site and content/ have two records".to_owned());
    }
    if content {
        said.push("the ledgers, versions and pictures of content/ were compared too".to_owned());
    }
    said
}

/// The same where nothing could be built from a source.
fn without(report: &Report, is_served: bool) -> Vec<String> {
    let of_record =
        "the record was compared with its ledgers, and of pages and redlines the marked words with the texts";
    let not = "not compared, since nothing was built from a source to compare it with: what stands around the marked words or is marked data-ui, what hides them, files to keep, disclosures, feeds but for their hashes, the time map, styles and scripts";
    if report.manifest && !is_served {
        let list = "every file was compared with the list that the build left beside it: whoever can write one can write the other";
        return vec![list.to_owned(), of_record.to_owned()];
    }
    vec![of_record.to_owned(), not.to_owned()]
}

fn line(row: &Row) -> String {
    let head = match row.chains.last() {
        Some(head) => format!("head {head}"),
        None if row.versions == 0 => "nothing is published".to_owned(),
        None => "no head that holds".to_owned(),
    };
    let waiting = match row.waiting {
        0 => String::new(),
        more => format!("; {} in the source not in the site yet", count(more, "newer event is", "newer events are")),
    };
    format!("{}: {}, {head}{waiting}", visible(&row.slug), count(row.versions, "version", "versions"))
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
