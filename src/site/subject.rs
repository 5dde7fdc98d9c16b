//! The subject line of a form's mails: words, and the names of fields whose values are filled in.

/// A subject line: words, and the names of fields in braces.
#[derive(Clone, Debug, Default)]
pub struct Subject(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Words(String),
    Field(String),
}

impl Subject {
    /// Reads a line.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((words, (name, after))) =
            rest.split_once('{').and_then(|(words, rest)| Some((words, rest.split_once('}')?)))
        {
            parts.extend([Part::Words(words.to_owned()), Part::Field(name.to_owned())]);
            rest = after;
        }
        parts.push(Part::Words(rest.to_owned()));
        Self(parts)
    }

    /// The fields that it names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Field(name) => Some(name.as_str()),
            Part::Words(_) => None,
        })
    }

    /// The line, with values filled in once.
    #[must_use]
    pub fn fill<'a>(&'a self, value: impl Fn(&str) -> &'a str) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Words(words) => words.as_str(),
            Part::Field(name) => value(name),
        });
        parts.collect::<String>().trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once_and_never_again() {
        let subject = Subject::parse("From {one} and {two} {");
        assert_eq!(subject.fill(|name| if name == "one" { "{two}" } else { "2" }), "From {two} and 2 {");
    }
}
