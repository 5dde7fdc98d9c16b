//! The hosts' rule files of a built site, `_headers` and `_redirects`, so that development behaves as production will.
//! What a line says that is not understood here is passed over: the checks of the build speak of it.

use crate::base::files::Files;
use crate::base::percent;

/// The rules of a site.
#[derive(Debug, Default)]
pub struct Rules {
    headers: Vec<HeaderRule>,
    redirects: Vec<Redirect>,
}

#[derive(Debug)]
struct HeaderRule {
    pattern: Pattern,
    lines: Vec<(String, String)>,
}

#[derive(Debug)]
struct Redirect {
    pattern: Pattern,
    target: String,
    status: u16,
}

/// A path in which `*` stands for anything, once, and before it a part such as `:policy` for any one part.
#[derive(Debug)]
struct Pattern {
    start: String,
    end: Option<String>,
}

impl Rules {
    /// Reads both files, where they are.
    #[must_use]
    pub fn of(files: &Files) -> Self {
        let text = |name| String::from_utf8_lossy(files.named(name).unwrap_or_default()).into_owned();
        let redirects = text("_redirects").lines().filter_map(redirect).collect();
        Self { headers: header_rules(&text("_headers")), redirects }
    }

    /// Where a path is sent, with the status; the location is encoded.
    #[must_use]
    pub fn redirect(&self, path: &str) -> Option<(u16, String)> {
        self.redirects.iter().find_map(|rule| {
            let rest = rule.pattern.capture(path)?;
            Some((rule.status, rule.target.replace(":splat", &percent::encode(rest))))
        })
    }

    /// The headers of a path; a header that several rules give has their values joined, as hosts do.
    #[must_use]
    pub fn headers(&self, path: &str) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        let rules = self.headers.iter().filter(|rule| rule.pattern.capture(path).is_some());
        for (name, value) in rules.flat_map(|rule| &rule.lines) {
            match found.iter_mut().find(|(held, _)| held.eq_ignore_ascii_case(name)) {
                Some((_, held)) => *held = format!("{held}, {value}"),
                None => found.push((name.clone(), value.clone())),
            }
        }
        found
    }
}

impl Pattern {
    /// Reads a path that begins at the host's root.
    fn parse(text: &str) -> Option<Self> {
        let plain = percent::decode(text).filter(|plain| plain.starts_with('/'))?;
        Some(match plain.split_once('*') {
            Some((start, end)) => Self { start: start.to_owned(), end: Some(end.to_owned()) },
            None => Self { start: plain, end: None },
        })
    }

    /// What the `*` stands for when the pattern fits; nothing at all when there is none.
    fn capture<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = after(&self.start, path)?;
        match &self.end {
            Some(end) => rest.strip_suffix(end.as_str()),
            None => rest.is_empty().then_some(rest),
        }
    }
}

/// What is left of a path after a pattern that it begins with.
fn after<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let mut parts = pattern.split("/:");
    let mut rest = path.strip_prefix(parts.next()?)?;
    for part in parts {
        let (_, literal) = part_end(part)?;
        let (name, more) = part_end(rest.strip_prefix('/')?)?;
        rest = more.strip_prefix(literal).filter(|_| !name.is_empty())?;
    }
    Some(rest)
}

/// Splits a path where its first part ends.
fn part_end(path: &str) -> Option<(&str, &str)> {
    path.split_at_checked(path.find('/').unwrap_or(path.len()))
}

fn redirect(line: &str) -> Option<Redirect> {
    let mut words = line.split_whitespace().take_while(|word| !word.starts_with('#'));
    let pattern = Pattern::parse(words.next()?)?;
    let target = words.next()?.to_owned();
    // Where nothing is said, hosts take 302.
    let status = words.next().map_or(Ok(302), |word| word.trim_end_matches('!').parse()).ok()?;
    matches!(status, 301 | 302 | 303 | 307 | 308).then_some(Redirect { pattern, target, status })
}

fn header_rules(text: &str) -> Vec<HeaderRule> {
    let mut rules: Vec<HeaderRule> = Vec::new();
    // Lines below a path that is not understood must not fall to the rule before it.
    let mut known = false;
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        if !line.starts_with([' ', '\t']) {
            let pattern = Pattern::parse(line.trim());
            known = pattern.is_some();
            rules.extend(pattern.map(|pattern| HeaderRule { pattern, lines: Vec::new() }));
        } else if let (true, Some(rule), Some((name, value))) = (known, rules.last_mut(), line.split_once(':')) {
            rule.lines.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::SitePath;

    fn rules(name: &str, text: &str) -> Rules {
        let mut files = Files::default();
        files.insert(SitePath::parse(name).unwrap(), text.as_bytes().to_vec());
        Rules::of(&files)
    }

    #[test]
    fn redirects_are_exact_or_carry_the_rest_along() {
        let rules = rules("_redirects", "# old\n/old/ /new/ 301\n/a/* /b/:splat 308 # x\n/c /d\n/e /f 200\nbroken\n");
        assert_eq!(rules.redirect("/old/"), Some((301, "/new/".to_owned())));
        assert_eq!(rules.redirect("/old/x"), None);
        assert_eq!(rules.redirect("/a/v/1 0/"), Some((308, "/b/v/1%200/".to_owned())));
        assert_eq!(rules.redirect("/c"), Some((302, "/d".to_owned())));
        assert_eq!(rules.redirect("/e"), None);
    }

    #[test]
    fn a_name_stands_for_one_part() {
        let rules = rules("_headers", "/p/:policy/v/:version/text.md\n  X: 1\n/q/:one/*\n  X: 2\n/r/:one\n  X: 3\n");
        let given = |path: &str| rules.headers(path).pop().map_or(String::new(), |(_, value)| value);
        for (path, value) in [("/p/a/v/1.0/text.md", "1"), ("/q/a/b/c", "2"), ("/q/a/", "2"), ("/r/a", "3")] {
            assert_eq!(given(path), value, "{path}");
        }
        for path in ["/p/a/b/v/1.0/text.md", "/p//v/1.0/text.md", "/p/a/v/1.0/text.md.x", "/q/a", "/r/", "/r/a/b", "/r"]
        {
            assert_eq!(given(path), "", "{path}");
        }
    }

    #[test]
    fn headers_of_several_rules_are_joined() {
        let text =
            "/*\n  X-A: 1\n  Link: <a:b>\n\nhttps://other/*\n  X-A: 9\n/x/*\n\tx-a: 2\n/*/map\n  Content-Type: m\n";
        let rules = rules("_headers", text);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(rules.headers("/"), [pair("X-A", "1"), pair("Link", "<a:b>")]);
        assert_eq!(rules.headers("/x/y"), [pair("X-A", "1, 2"), pair("Link", "<a:b>")]);
        assert_eq!(rules.headers("/p/map").last(), Some(&pair("Content-Type", "m")));
    }
}
