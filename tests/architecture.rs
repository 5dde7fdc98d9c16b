//! The house, held: who may import whom, how large a file and a function may be, and where each dependency enters.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "sizes are printed, files are read")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ItemUse, UseTree};

/// A module and the modules it may import. Nothing else, and so no ring.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("load", &["base"]),
    ("write", &["base"]),
    ("http", &["base"]),
    ("site", &["base"]),
    ("history", &["base", "site"]),
    ("redline", &["base", "site"]),
    ("check", &["base", "site", "history", "redline"]),
    ("render", &["base", "site", "history", "redline"]),
    ("compile", &["base", "site", "history", "check", "redline", "render"]),
    ("relay", &["base", "load", "site", "history", "check", "render", "http"]),
    ("serve", &["base", "compile", "load", "http", "relay"]),
    ("record", &["base", "load", "site", "history", "check", "redline", "write", "compile", "render", "http"]),
    (
        "cli",
        &[
            "base", "load", "write", "http", "site", "history", "redline", "check", "render", "compile", "relay",
            "serve", "record",
        ],
    ),
    ("main", &["base", "cli"]),
    ("lib", &[]),
];

/// A dependency and where it enters: a file, or a folder whose trade it is.
const DOORS: &[(&str, &[&str])] = &[
    ("altcha", &["relay/challenge.rs"]),
    ("ammonia", &["site/html.rs"]),
    ("annotate_snippets", &["base/report.rs"]),
    ("atom_syndication", &["render/feed_atom.rs"]),
    ("clap", &["cli/args.rs"]),
    ("clap_complete", &["cli/args.rs"]),
    ("clap_mangen", &["cli/args.rs"]),
    ("email_encoding", &["relay/message.rs"]),
    ("foldhash", &["base/table.rs"]),
    ("futures_util", &["relay/multipart.rs"]),
    ("getrandom", &["cli/world.rs"]),
    ("governor", &["relay/limit.rs"]),
    ("hickory_resolver", &["relay/names.rs"]),
    ("hmac", &["base/mac.rs"]),
    ("html5ever", &["site/tokens.rs"]),
    ("http_body_util", &["http/"]),
    ("hyper", &["http/"]),
    ("hyper_util", &["http/"]),
    ("idna", &["base/address.rs"]),
    ("imara_diff", &["redline/words.rs"]),
    ("indicatif", &["cli/progress.rs"]),
    ("ipnet", &["site/relay_proxies.rs"]),
    ("jiff", &["base/date.rs"]),
    ("landlock", &["relay/confine/"]),
    (
        "lettre",
        &[
            "relay/attach.rs",
            "relay/config.rs",
            "relay/message.rs",
            "relay/note.rs",
            "relay/stationery.rs",
            "relay/talk.rs",
            "relay/wire.rs",
        ],
    ),
    ("libc", &["base/wipe.rs", "relay/confine/seccomp.rs"]),
    ("memchr", &["base/text.rs"]),
    ("minify_html", &["render/template.rs"]),
    ("multer", &["relay/multipart.rs"]),
    ("nix", &["relay/confine/selftest.rs"]),
    ("notify", &["serve/watch.rs"]),
    ("pgp", &["site/openpgp.rs"]),
    ("pulldown_cmark", &["site/markdown.rs"]),
    ("rand", &["site/openpgp.rs"]),
    ("rayon", &["base/parallel.rs"]),
    ("ring", &["base/hash.rs"]),
    ("rustix", &["relay/confine/"]),
    ("saphyr_parser", &["site/yaml.rs"]),
    ("seccompiler", &["relay/confine/seccomp.rs"]),
    ("serde", &["base/", "render/"]),
    ("serde_json", &["base/json.rs"]),
    ("serde_json_canonicalizer", &["base/json.rs"]),
    ("sha2", &["base/mac.rs"]),
    ("strsim", &["site/raw.rs"]),
    ("tera", &["render/template.rs"]),
    (
        "tokio",
        &[
            "cli/relay_again.rs",
            "cli/relay_door.rs",
            "cli/relay_start.rs",
            "cli/test_mail.rs",
            "http/",
            "relay/",
            "serve/",
        ],
    ),
    ("tikv_jemallocator", &["base/wipe.rs"]),
    ("tokio_rustls", &["http/private.rs", "http/tls.rs"]),
    ("unicode_normalization", &["base/text.rs"]),
    ("unicode_properties", &["base/text.rs"]),
    ("unicode_segmentation", &["redline/segment.rs"]),
    ("url", &["relay/config.rs"]),
    ("walkdir", &["load/walk.rs"]),
    ("webpki_roots", &["http/tls.rs"]),
    ("zeroize", &["base/wipe.rs"]),
    ("zip", &["record/bundle.rs"]),
];

/// Sizes: at the middle, at the 95th of a hundred, and at most.
const FILE_LINES: [usize; 3] = [100, 300, 400];
const FUNCTION_LINES: [usize; 3] = [8, 35, 60];
const PARAMETERS: usize = 4;
const NESTING: usize = 3;

struct Source {
    path: String,
    text: String,
    tree: syn::File,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let tree = syn::parse_file(&text).unwrap();
        Source { path: path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), text, tree }
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && path.file_name().unwrap() != "tests.rs" {
            files.push(path);
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let tokens = attribute.meta.to_token_string();
        attribute.path().is_ident("test") || attribute.path().is_ident("cfg") && tokens.contains("test")
    })
}

trait ToTokenString {
    fn to_token_string(&self) -> String;
}

impl ToTokenString for syn::Meta {
    fn to_token_string(&self) -> String {
        match self {
            syn::Meta::List(list) => list.tokens.to_string(),
            _ => String::new(),
        }
    }
}

/// Walks a file and leaves its tests out.
#[derive(Default)]
struct Measure {
    roots: BTreeSet<String>,
    modules: BTreeSet<String>,
    functions: Vec<(String, usize, usize, usize)>,
    depth: usize,
    deepest: usize,
    test_lines: BTreeSet<usize>,
}

impl Measure {
    fn of(source: &Source) -> Self {
        let mut measure = Self::default();
        measure.visit_file(&source.tree);
        measure
    }

    fn path(&mut self, parts: &[String]) {
        let Some(first) = parts.first() else { return };
        if first == "crate" || first == "vellum" {
            self.modules.extend(parts.get(1).cloned());
        } else {
            self.roots.insert(first.clone());
        }
    }

    fn tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.path(&with(&name.ident)),
            UseTree::Rename(name) => self.path(&with(&name.ident)),
            UseTree::Glob(_) => self.path(before),
            UseTree::Group(group) => group.items.iter().for_each(|inner| self.tree(inner, before)),
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let parameters = signature.inputs.iter().filter(|input| matches!(input, syn::FnArg::Typed(_))).count();
        let (depth, deepest) = (std::mem::take(&mut self.depth), std::mem::take(&mut self.deepest));
        visit::visit_block(self, block);
        let lines = block.span().end().line - signature.span().start().line + 1;
        self.functions.push((signature.ident.to_string(), lines, parameters, self.deepest));
        (self.depth, self.deepest) = (depth, deepest);
    }

    fn deeper(&mut self, visit: impl FnOnce(&mut Self)) {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        visit(self);
        self.depth -= 1;
    }

    fn tests(&mut self, span: Span) {
        self.test_lines.extend(span.start().line..=span.end().line);
    }
}

impl<'ast> Visit<'ast> for Measure {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_test(&item.attrs) { self.tests(item.span()) } else { visit::visit_item_mod(self, item) }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.path(&parts);
        }
        visit::visit_path(self, path);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if is_test(&item.attrs) {
            return self.tests(item.span());
        }
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        visit::visit_signature(self, &item.sig);
        self.function(&item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        visit::visit_signature(self, &item.sig);
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::If(inner) => {
                self.visit_expr(&inner.cond);
                self.deeper(|measure| measure.visit_block(&inner.then_branch));
                if let Some((_, other)) = &inner.else_branch {
                    match other.as_ref() {
                        // `else if` stands on the level of its `if`.
                        chained @ Expr::If(_) => self.visit_expr(chained),
                        other => self.deeper(|measure| measure.visit_expr(other)),
                    }
                }
            }
            Expr::Match(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.deeper(|measure| visit::visit_expr(measure, expr));
            }
            _ => visit::visit_expr(self, expr),
        }
    }
}

fn module(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn modules_import_only_whom_they_may() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let own = module(&source.path);
        let allowed = table.get(own).unwrap_or_else(|| panic!("src/{} is in no module of the table", source.path));
        for other in Measure::of(&source).modules {
            let known = table.contains_key(other.as_str());
            if known && other != own && !allowed.contains(&other.as_str()) {
                wrong.push(format!("src/{} imports {other}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_no_ring() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut left: BTreeSet<&str> = table.keys().copied().collect();
    while !left.is_empty() {
        let free: Vec<&str> =
            left.iter().copied().filter(|name| table[name].iter().all(|other| !left.contains(other))).collect();
        assert!(!free.is_empty(), "a ring among {left:?}");
        free.iter().for_each(|name| {
            left.remove(name);
        });
    }
}

#[test]
fn the_same_table_stands_in_the_documentation() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (name, allowed) in MAY_IMPORT.iter().filter(|(name, _)| *name != "lib") {
        let list = match *name {
            "base" => "nothing".to_owned(),
            "cli" => "everything but `main`".to_owned(),
            _ => allowed
                .iter()
                .filter(|other| **other != "base")
                .map(|other| format!("`{other}`"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let list = if list.is_empty() { "nothing more".to_owned() } else { list };
        let row = format!("| `{name}` | {list} |");
        assert!(page.contains(&row), "ARCHITECTURE.md lacks the row:\n{row}");
    }
}

#[test]
fn every_dependency_has_one_door() {
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let sections = manifest.split("dependencies]\n").skip(1).map(|text| text.split("\n[").next().unwrap());
    let (mut wrong, mut reason) = (Vec::new(), false);
    for line in sections.take(2).flat_map(str::lines) {
        if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            let known = DOORS.iter().any(|(door, _)| *door == name.replace('-', "_"));
            if !known || !reason {
                wrong.push(format!("{name} has no door in this test, or no line above it that says what it is for"));
            }
        }
        reason = line.starts_with('#');
    }
    for source in sources() {
        for root in Measure::of(&source).roots {
            let door = DOORS.iter().find(|(name, _)| *name == root);
            let through = |places: &[&str]| {
                places
                    .iter()
                    .any(|place| source.path == *place || place.ends_with('/') && source.path.starts_with(place))
            };
            if door.is_some_and(|(_, places)| !through(places)) {
                wrong.push(format!("src/{} imports {root}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines that are neither blank nor comment nor test.
fn code_lines(source: &Source, measure: &Measure) -> usize {
    let lines = source.text.lines().enumerate();
    let code = lines.filter(|(index, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("//") && !measure.test_lines.contains(&(index + 1))
    });
    code.count()
}

fn within(what: &str, mut sizes: Vec<(usize, String)>, limits: [usize; 3]) {
    sizes.sort();
    let at = |share: usize| &sizes[(sizes.len() * share / 100).min(sizes.len() - 1)];
    println!("{what}: middle {}, 95th {}, largest {} ({})", at(50).0, at(95).0, at(100).0, at(100).1);
    for (share, limit) in [50, 95, 100].into_iter().zip(limits) {
        let over: Vec<String> = sizes.iter().rev().take(12).map(|(size, name)| format!("{size} {name}")).collect();
        assert!(
            at(share).0 <= limit,
            "{what}: {} at {share} of 100, and {limit} is allowed; the largest:\n{}",
            at(share).0,
            over.join("\n")
        );
    }
}

#[test]
fn one_file_has_unsafe_code() {
    let unsafe_files = sources().into_iter().filter(|source| source.text.contains("unsafe_code"));
    assert_eq!(unsafe_files.map(|source| source.path).collect::<Vec<_>>(), ["base/wipe.rs"]);
}

#[test]
fn files_are_small() {
    let sizes =
        sources().iter().map(|source| (code_lines(source, &Measure::of(source)), source.path.clone())).collect();
    within("lines of a file", sizes, FILE_LINES);
}

#[test]
fn functions_are_short() {
    let sources = sources();
    let all = sources.iter().flat_map(|source| {
        Measure::of(source).functions.into_iter().map(|(name, lines, ..)| (lines, format!("{}: {name}", source.path)))
    });
    within("lines of a function", all.collect(), FUNCTION_LINES);
}

#[test]
fn functions_take_few_parameters_and_nest_little() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, _, parameters, nesting) in Measure::of(&source).functions {
            if parameters > PARAMETERS || nesting > NESTING {
                wrong.push(format!("{}: {name} takes {parameters} and nests {nesting}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
