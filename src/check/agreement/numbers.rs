//! Numbers as people write them before a unit of time: digits, or words up to ninety-nine in English, French and German.

/// Words for numbers up to nineteen, of which some stand behind a ten.
const SMALL: &[(&str, u32)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("un", 1),
    ("une", 1),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("onze", 11),
    ("douze", 12),
    ("treize", 13),
    ("quatorze", 14),
    ("quinze", 15),
    ("seize", 16),
    ("ein", 1),
    ("eine", 1),
    ("einem", 1),
    ("einen", 1),
    ("einer", 1),
    ("eines", 1),
    ("zwei", 2),
    ("drei", 3),
    ("vier", 4),
    ("fünf", 5),
    ("sechs", 6),
    ("sieben", 7),
    ("acht", 8),
    ("neun", 9),
    ("zehn", 10),
    ("elf", 11),
    ("zwölf", 12),
    ("dreizehn", 13),
    ("vierzehn", 14),
    ("fünfzehn", 15),
    ("sechzehn", 16),
    ("siebzehn", 17),
    ("achtzehn", 18),
    ("neunzehn", 19),
];

/// Words for tens.
const TENS: &[(&str, u32)] = &[
    ("dix", 10),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("vingt", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("zwanzig", 20),
    ("dreißig", 30),
    ("vierzig", 40),
    ("fünfzig", 50),
    ("sechzig", 60),
    ("siebzig", 70),
    ("achtzig", 80),
    ("neunzig", 90),
];

/// The number that a word in small letters says: `24`, `twenty-four`, `soixante-douze`, `vierundzwanzig`.
#[must_use]
pub fn number(word: &str) -> Option<u32> {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok();
    }
    if let Some(rest) = word.strip_prefix("quatre-vingt") {
        return rest.trim_start_matches('s').strip_prefix('-').map_or(Some(80), |rest| Some(80 + part(rest)?));
    }
    match word.split_once('-') {
        Some((ten, rest)) => Some(in_table(TENS, ten)? + part(rest)?),
        None => part(word).or_else(|| {
            let (one, ten) = word.split_once("und")?;
            Some(in_table(SMALL, one)? + in_table(TENS, ten)?)
        }),
    }
}

fn part(word: &str) -> Option<u32> {
    in_table(SMALL, word).or_else(|| in_table(TENS, word))
}

fn in_table(table: &[(&str, u32)], word: &str) -> Option<u32> {
    table.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_read_in_three_languages() {
        let said = "24 twenty-four fifteen vingt-quatre dix-huit soixante-douze quatre-vingt-dix quatre-vingts sept sieben \
            vierundzwanzig sechsunddreißig";
        let read: Vec<u32> = said.split_whitespace().filter_map(number).collect();
        assert_eq!(read, [24, 24, 15, 24, 18, 72, 90, 80, 7, 7, 24, 36]);
        for none in ["month", "x-ray", "hundred", "und", "-", "99999999999"] {
            assert_eq!(number(none), None, "{none}");
        }
    }
}
