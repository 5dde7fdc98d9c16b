//! What was there and what came → the steps of a commit, as a value that a journal can hold. Pure: touches no disk.
//! Every step can be taken twice, so a journal can be worked off again from its beginning.

use std::collections::BTreeMap;

use crate::base::hash::Hash;
use crate::base::json::{Map, Value};
use crate::base::path::SitePath;
use crate::base::text::nfc;

/// The steps of a commit: what to place, in this order, then what to remove.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Plan {
    /// New and changed files, so that none refers to one that is placed later.
    pub place: Vec<Place>,
    /// Files that are no longer part of the site.
    pub remove: Vec<SitePath>,
}

/// The files of an output, each with the hash of its bytes.
pub type Listed = BTreeMap<SitePath, Hash>;

/// One file to put into place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The file.
    pub path: SitePath,
    /// The hash of its bytes.
    pub hash: Hash,
    /// Old files that stand in its way, removed just before: a file where a folder must be, the reverse, or a name
    /// that differs in case only.
    pub clear: Vec<SitePath>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.place.is_empty() && self.remove.is_empty()
    }

    /// What the manifest lists once all steps are taken.
    pub fn applied(&self, mut listed: Listed) -> Listed {
        let cleared = self.place.iter().flat_map(|place| &place.clear);
        for path in cleared.chain(&self.remove) {
            listed.remove(path);
        }
        listed.extend(self.place.iter().map(|place| (place.path.clone(), place.hash)));
        listed
    }

    /// As JSON: `place` holds paths in order with their hashes, `remove` is a list of paths, `clear` says what stands in the way of which.
    pub fn to_json(&self) -> Value {
        let ways = self.place.iter().filter(|place| !place.clear.is_empty());
        let clear: Map<String, Value> = ways.map(|place| (place.path.to_string(), list(place.clear.iter()))).collect();
        let mut plan = Map::new();
        plan.insert("place".to_owned(), hashed(self.place.iter().map(|place| (&place.path, &place.hash))));
        plan.insert("clear".to_owned(), Value::Object(clear));
        plan.insert("remove".to_owned(), list(self.remove.iter()));
        Value::Object(plan)
    }

    /// Reads what [`Plan::to_json`] wrote, and nothing else.
    pub fn from_json(value: &Value) -> Option<Self> {
        let clear = value.get("clear")?.as_object()?;
        let place = hashes(value.get("place")?)?.into_iter().map(|(path, hash)| {
            let clear = clear.get(path.as_str()).map_or(Some(Vec::new()), paths)?;
            Some(Place { path, hash, clear })
        });
        Some(Self { place: place.collect::<Option<_>>()?, remove: paths(value.get("remove")?)? })
    }
}

/// A list of paths as JSON.
pub fn list<'a>(paths: impl Iterator<Item = &'a SitePath>) -> Value {
    Value::Array(paths.map(|path| Value::String(path.to_string())).collect())
}

/// Paths and hashes as a JSON object, in their order.
pub fn hashed<'a>(files: impl Iterator<Item = (&'a SitePath, &'a Hash)>) -> Value {
    Value::Object(files.map(|(path, hash)| (path.to_string(), Value::String(hash.to_string()))).collect())
}

/// Reads paths and hashes.
pub fn hashes(value: &Value) -> Option<Vec<(SitePath, Hash)>> {
    value.as_object()?.iter().map(|(path, hash)| Some((SitePath::parse(path)?, Hash::parse(hash.as_str()?)?))).collect()
}

/// Reads a list of paths.
pub fn paths(value: &Value) -> Option<Vec<SitePath>> {
    value.as_array()?.iter().map(|path| SitePath::parse(path.as_str()?)).collect()
}

/// A path as systems see it that know neither case nor composition.
pub fn folded(path: &str) -> String {
    nfc(&path.to_lowercase()).into_owned()
}

/// The folders that a path stands in, the topmost first.
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// Makes the steps from the new and changed files, and the old ones that are gone.
pub fn make(mut fresh: Vec<(SitePath, Hash)>, gone: Vec<SitePath>) -> Plan {
    fresh.sort_by_cached_key(|(path, _)| (rank(path), path.clone()));
    let mut place: Vec<Place> = fresh.into_iter().map(|(path, hash)| Place { path, hash, clear: Vec::new() }).collect();
    let remove = if gone.is_empty() { gone } else { clear_the_way(&mut place, gone) };
    Plan { place, remove }
}

/// Which wave of a commit a file belongs to. What is referred to comes before what refers to it, and the manifest for
/// apps comes last.
fn rank(path: &SitePath) -> u8 {
    let text = path.as_str();
    let plain = text.strip_suffix(".br").or(text.strip_suffix(".gz")).unwrap_or(text);
    let parts: Vec<&str> = plain.split('/').collect();
    match parts.as_slice() {
        ["assets", _, ..] | ["policies", _, "v" | "assets", _, ..] => 0,
        ["policies", _, _, ..] => 1,
        ["policies.json"] if plain == text => 5,
        ["policies.json"] => 4,
        ["policies", "feed.atom" | "feed.json"] | ["feed.atom" | "sitemap.xml"] => 3,
        [name] if name.rsplit_once('.').is_some_and(|(_, extension)| extension == "json") => 3,
        _ => 2,
    }
}

/// A part of a new path: how it is spelled, whether it is the file itself, and where in the order it is first needed.
struct Part<'a> {
    spelled: &'a str,
    is_file: bool,
    first: usize,
}

/// Hands each old file that stands in a new one's way to the first such; gives back the others.
fn clear_the_way(place: &mut [Place], gone: Vec<SitePath>) -> Vec<SitePath> {
    let parts = parts(place);
    let firsts: Vec<Option<usize>> = gone.iter().map(|path| obstructed(&parts, path.as_str())).collect();
    let mut rest = Vec::new();
    for (path, first) in gone.into_iter().zip(firsts) {
        match first.and_then(|first| place.get_mut(first)) {
            Some(place) => place.clear.push(path),
            None => rest.push(path),
        }
    }
    rest
}

fn parts(place: &[Place]) -> BTreeMap<String, Part<'_>> {
    let mut parts = BTreeMap::new();
    for (first, place) in place.iter().enumerate() {
        let path = place.path.as_str();
        for folder in above(path) {
            parts.entry(folded(folder)).or_insert(Part { spelled: folder, is_file: false, first });
        }
        parts.entry(folded(path)).or_insert(Part { spelled: path, is_file: true, first });
    }
    parts
}

/// The first new file that cannot be placed while an old one stands.
fn obstructed(parts: &BTreeMap<String, Part<'_>>, old: &str) -> Option<usize> {
    let folders = above(old).map(|folder| (folder, false));
    folders.chain([(old, true)]).find_map(|(spelled, is_file)| {
        let part = parts.get(&folded(spelled))?;
        (part.spelled != spelled || part.is_file != is_file).then_some(part.first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json;

    fn paths_of(names: &[&str]) -> Vec<SitePath> {
        names.iter().map(|name| SitePath::parse(name).unwrap()).collect()
    }

    fn fresh(names: &[&str]) -> Vec<(SitePath, Hash)> {
        paths_of(names).into_iter().map(|path| (path, Hash::ZERO)).collect()
    }

    fn order(names: &[&str]) -> Vec<String> {
        make(fresh(names), Vec::new()).place.iter().map(|place| place.path.to_string()).collect()
    }

    fn cleared(coming: &[&str], gone: &[&str]) -> Vec<(String, Vec<String>)> {
        let plan = make(fresh(coming), paths_of(gone));
        let texts = |paths: &[SitePath]| paths.iter().map(ToString::to_string).collect::<Vec<_>>();
        let ways = plan.place.iter().map(|place| (place.path.to_string(), texts(&place.clear)));
        ways.chain([("at last".to_owned(), texts(&plan.remove))]).filter(|(_, paths)| !paths.is_empty()).collect()
    }

    fn way(path: &str, clear: &[&str]) -> (String, Vec<String>) {
        (path.to_owned(), clear.iter().map(|path| (*path).to_owned()).collect())
    }

    #[test]
    fn nothing_is_placed_before_what_it_refers_to() {
        let given = [
            "policies.json",
            "404.html",
            "about/index.html",
            "assets/site-1f.css",
            "policies.json.gz",
            "policies/a/feed.atom",
            "policies/a/index.html",
            "policies/a/v/1.0/index.html",
            "policies/feed.json",
            "policies/index.html",
            "policies/a/assets/logo.png",
            "schema.json",
            "sitemap.xml",
            "sitemap.xml.br",
        ];
        let wanted = [
            "assets/site-1f.css",
            "policies/a/assets/logo.png",
            "policies/a/v/1.0/index.html",
            "policies/a/feed.atom",
            "policies/a/index.html",
            "404.html",
            "about/index.html",
            "policies/index.html",
            "policies/feed.json",
            "schema.json",
            "sitemap.xml",
            "sitemap.xml.br",
            "policies.json.gz",
            "policies.json",
        ];
        assert_eq!(order(&given), wanted);
    }

    #[test]
    fn what_stands_in_the_way_goes_first_and_the_rest_last() {
        assert_eq!(cleared(&["a/b/c", "a/d"], &["a", "z"]), [way("a/b/c", &["a"]), way("at last", &["z"])]);
        assert_eq!(cleared(&["a"], &["a/x", "a/y/z", "ab"]), [way("a", &["a/x", "a/y/z"]), way("at last", &["ab"])]);
        assert_eq!(cleared(&["a/new"], &["a/old"]), [way("at last", &["a/old"])]);
    }

    #[test]
    fn another_spelling_of_the_same_name_stands_in_the_way() {
        assert_eq!(cleared(&["logo.png"], &["Logo.png"]), [way("logo.png", &["Logo.png"])]);
        let folder = cleared(&["img/a.png", "img/b.png"], &["Img/a.png", "Img/z.png"]);
        assert_eq!(folder, [way("img/a.png", &["Img/a.png", "Img/z.png"])]);
        assert_eq!(cleared(&["caf\u{e9}"], &["cafe\u{301}"]), [way("caf\u{e9}", &["cafe\u{301}"])]);
    }

    #[test]
    fn a_plan_survives_its_journal() {
        let plan = make(fresh(&["a/b", "policies.json"]), paths_of(&["a", "old"]));
        let bytes = json::line(&plan.to_json());
        let zero = Hash::ZERO;
        let wanted = format!(
            r#"{{"place":{{"a/b":"{zero}","policies.json":"{zero}"}},"clear":{{"a/b":["a"]}},"remove":["old"]}}"#
        );
        assert_eq!(bytes, wanted);
        assert_eq!(Plan::from_json(&json::parse(bytes.as_bytes()).unwrap()), Some(plan));
        for bad in ["[]", "{}", r#"{"place":{"a":"x"},"clear":{},"remove":[]}"#] {
            assert_eq!(Plan::from_json(&json::parse(bad.as_bytes()).unwrap()), None, "{bad}");
        }
    }

    #[test]
    fn the_new_manifest_is_the_old_one_with_the_steps_taken() {
        let plan = make(fresh(&["a/b", "n"]), paths_of(&["a", "old"]));
        let listed = fresh(&["a", "kept", "old"]).into_iter().collect();
        let once = plan.applied(listed);
        assert_eq!(once, fresh(&["a/b", "kept", "n"]).into_iter().collect::<Listed>());
        assert_eq!(plan.applied(once.clone()), once);
    }
}
