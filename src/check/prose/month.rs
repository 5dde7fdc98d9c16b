//! The names of the months, in the languages that the interface speaks.

/// Whole names in order; in English their first letters do as well.
pub const ENGLISH: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names in French and German that are others.
const OTHERS: &[&str] = &[
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "Januar",
    "Februar",
    "März",
    "Mai",
    "Juni",
    "Juli",
    "Oktober",
    "Dezember",
];

/// How long the name of a month is that a text begins with; a short form may be followed by a full stop.
#[must_use]
pub fn month(text: &str) -> Option<usize> {
    let length = text.find(|char: char| !char.is_alphabetic()).unwrap_or(text.len());
    let word = text.get(..length).filter(|word| word.len() >= 3)?;
    let short = |name: &&&str| (3..=4).contains(&length) && name.starts_with(word);
    let found = ENGLISH.iter().find(|name| **name == word).or_else(|| ENGLISH.iter().find(short));
    found.or_else(|| OTHERS.iter().find(|name| **name == word)).map(|_| length)
}

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn months_are_known_by_their_names_and_short_forms() {
        assert_eq!(
            ["March 1", "Sept. 2", "Mar", "Marc 1", "Marchs", "août", "Ma"].map(month),
            [Some(5), Some(4), Some(3), Some(4), None, Some(5), None]
        );
    }
}
