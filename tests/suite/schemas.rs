//! The JSON Schemas for editors know the keys that the program reads, and no others. From each schema a file with every
//! key is made, and an unknown one in each map; what the program then says of the known ones is compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use vellum::base::json::{self, Map, Value};
use vellum::site::body::Numbering;

use crate::harness::{Home, PROJECT};

/// Each schema, and a file that it is about.
const FILES: [(&str, &str); 8] = [
    ("draft", "content/policies/terms/draft.md"),
    ("form", "forms/enquiry.yaml"),
    ("page", "content/about.md"),
    ("policy", "content/policies/terms/policy.yaml"),
    ("site", "site.yaml"),
    ("theme", "themes/own/theme.yaml"),
    ("translation", "content/policies/terms/draft.fr.md"),
    ("version", "content/policies/terms/versions/1.0.md"),
];

/// What an unknown key begins with; its number follows.
const PROBE: &str = "zzzzzzzzzzzz";

/// A file that is made from a schema, and the keys of each of its maps.
struct Sample<'a> {
    schema: &'a Value,
    keys: Vec<Vec<String>>,
}

impl Sample<'_> {
    fn make(&mut self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let found = self.schema.pointer(name.trim_start_matches('#')).unwrap().clone();
            return self.make(&found);
        }
        if let Some(branches) = schema["anyOf"].as_array() {
            let map = branches.iter().find(|branch| branch.get("properties").is_some());
            return self.make(map.unwrap_or(&branches[0]));
        }
        if let Some(properties) = schema["properties"].as_object() {
            return self.map(properties, schema);
        }
        if let Some(other) = schema.get("additionalProperties") {
            return Value::Object(Map::from_iter([("x".to_owned(), self.make(other))]));
        }
        if let Some(items) = schema.get("items") {
            return Value::Array(vec![self.make(items)]);
        }
        let shown = ["examples", "enum"].iter().find_map(|key| schema[*key].as_array()?.first());
        match (shown, schema["type"].as_str()) {
            (Some(value), _) => value.clone(),
            (None, Some("boolean")) => Value::Bool(true),
            (None, Some("integer")) => json::parse(b"1").unwrap(),
            (None, _) => Value::String("x".to_owned()),
        }
    }

    fn map(&mut self, properties: &Map<String, Value>, schema: &Value) -> Value {
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "unknown keys are refused: {schema}");
        let mut keys: Vec<String> = properties.keys().cloned().collect();
        keys.sort();
        let probe = format!("{PROBE}{}", self.keys.len());
        self.keys.push(keys);
        let mut map: Map<String, Value> =
            properties.iter().map(|(key, value)| (key.clone(), self.make(value))).collect();
        map.insert(probe, Value::String("x".to_owned()));
        Value::Object(map)
    }
}

/// What the program says it knows beside each unknown key.
fn known(home: &Home) -> BTreeMap<String, Vec<String>> {
    let ran = home.run(&["check", "--history", "--as-of", "2025-06-01", "--format", "json"]);
    let rows = ran.out.lines().map(|line| json::parse(line.as_bytes()).unwrap());
    let of = |row: Value| {
        let probe = row["message"].as_str()?.strip_prefix("unknown key `")?.strip_suffix('`')?.to_owned();
        let help = row["help"].as_str()?.strip_prefix("known here: ")?;
        let mut keys: Vec<String> = help.split(", ").map(str::to_owned).collect();
        keys.sort();
        keys.dedup();
        Some((probe, keys))
    };
    rows.filter_map(of).collect()
}

#[test]
fn a_schema_has_the_keys_that_are_read_and_no_others() {
    for (name, file) in FILES {
        let place = Path::new(PROJECT).join(format!("schemas/{name}.json"));
        let schema = json::parse(&fs::read(&place).unwrap()).unwrap();
        let mut sample = Sample { schema: &schema, keys: Vec::new() };
        let text = json::line(&sample.make(&schema));
        let home = Home::of(&["with/base", "with/terms"]);
        if name == "theme" {
            home.write("site.yaml", home.read("site.yaml") + "theme: own\n");
        }
        home.write(file, if file.ends_with(".md") { format!("---\n{text}\n---\nWords.\n") } else { text });
        let wanted: BTreeMap<String, Vec<String>> =
            sample.keys.iter().enumerate().map(|(number, keys)| (format!("{PROBE}{number}"), keys.clone())).collect();
        assert_eq!(known(&home), wanted, "schemas/{name}.json and what reads {file}");
    }
}

#[test]
fn every_schema_is_printed() {
    let home = Home::new();
    for (name, _) in FILES {
        let text = fs::read_to_string(Path::new(PROJECT).join(format!("schemas/{name}.json"))).unwrap();
        assert_eq!(home.run(&["explain", "--schema", name]).quiet().out, text);
    }
    assert_eq!(fs::read_dir(Path::new(PROJECT).join("schemas")).unwrap().count(), FILES.len());
}

#[test]
fn the_words_for_numbering_are_those_that_are_read() {
    let read: Vec<&str> = Numbering::WORDS.iter().map(|(word, _)| *word).collect();
    for name in ["policy", "version"] {
        let place = Path::new(PROJECT).join(format!("schemas/{name}.json"));
        let schema = json::parse(&fs::read(&place).unwrap()).unwrap();
        let words = schema["properties"]["numbering"]["enum"].as_array().unwrap();
        assert_eq!(words.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>(), read, "schemas/{name}.json");
    }
}
