//! The number of a clause as people type it: `6`, `4.2(a)`, `B.5`, `D`, `IV`.

/// A number in its parts: `4`, `2`, `a`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The parts, as typed.
    pub parts: Vec<String>,
}

impl Label {
    /// Reads the number that a text begins with; gives back how long it is, too. A word is no number, nor is a letter
    /// of the lower case.
    #[must_use]
    pub fn read(text: &str) -> Option<(Self, usize)> {
        let first = part(text)?;
        let capital = first.len() == 1 && first.starts_with(|char: char| char.is_ascii_uppercase());
        if !capital && !is_number(first) && numeral(first).is_none() {
            return None;
        }
        let mut parts = vec![first.to_owned()];
        let mut end = first.len();
        while let Some((next, length)) = text.get(end..).and_then(step) {
            parts.push(next.to_owned());
            end += length;
        }
        let after = text.get(end..)?.chars().next();
        let cut = after.is_some_and(|char| char.is_alphanumeric() || matches!(char, '%' | '/' | '\'' | '’'));
        (!cut).then_some((Self { parts }, end))
    }

    /// The parts with dots between.
    #[must_use]
    pub fn dotted(&self) -> String {
        self.parts.join(".")
    }

    /// Its first part as a number; letters have none.
    #[must_use]
    pub fn top(&self) -> Option<u64> {
        self.parts.first()?.parse().ok()
    }
}

/// A further part: `.2` or `(a)`.
fn step(text: &str) -> Option<(&str, usize)> {
    let open = text.starts_with('(');
    if !open && !text.starts_with('.') {
        return None;
    }
    let inner = part(text.get(1..)?)?;
    let after = text.get(1 + inner.len()..)?;
    match (open, after.starts_with(')')) {
        (true, true) => Some((inner, inner.len() + 2)),
        (false, _) if is_number(inner) || inner.len() == 1 => Some((inner, inner.len() + 1)),
        _ => None,
    }
}

/// Up to four digits, or up to five letters.
fn part(text: &str) -> Option<&str> {
    let length = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let part = text.get(..length).filter(|part| !part.is_empty())?;
    let letters = part.len() <= 5 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    (letters || is_number(part)).then_some(part)
}

/// What a Roman number in capitals comes to, up to `LXXXIX`; nothing for one that nobody would write.
#[must_use]
pub fn numeral(part: &str) -> Option<u64> {
    const TENS: &[&str] = &["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX"];
    const ONES: &[&str] = &["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    if !part.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X' | b'L')) {
        return None;
    }
    let tens = TENS.iter().zip(0_u64..).filter_map(|(ten, value)| Some((part.strip_prefix(ten)?, value * 10)));
    let mut whole = tens.filter_map(|(rest, tens)| {
        let one = ONES.iter().zip(0_u64..).find(|(one, _)| **one == rest);
        one.map(|(_, value)| tens + value)
    });
    whole.next().filter(|value| *value > 0)
}

fn is_number(part: &str) -> bool {
    part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which items a part can be: `c` is the third, `iv` the fourth, and `i` the ninth or the first.
#[must_use]
pub fn places(part: &str) -> Vec<u64> {
    if let Ok(number) = part.parse() {
        return vec![number];
    }
    let lower = part.to_ascii_lowercase();
    let letter = match lower.as_bytes() {
        [one @ b'a'..=b'z'] => Some(u64::from(one - b'a') + 1),
        _ => None,
    };
    letter.into_iter().chain(roman(&lower)).collect()
}

fn roman(letters: &str) -> Option<u64> {
    let value = |char| match char {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        _ => None,
    };
    let (mut total, mut last) = (0_u64, 0);
    for char in letters.chars().rev() {
        let one = value(char)?;
        total = if one < last { total.checked_sub(one)? } else { total + one };
        last = one;
    }
    Some(total).filter(|total| *total > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_far_as_they_go() {
        let read = |text: &str| Label::read(text).map(|(label, length)| (label.dotted(), length));
        let is = |parts: &str, length| Some((parts.to_owned(), length));
        assert_eq!(read("6 below"), is("6", 1));
        assert_eq!(read("4.2(a)(iv), x"), is("4.2.a.iv", 10));
        assert_eq!(read("B(5): Terms"), is("B.5", 4));
        assert_eq!(read("D.4."), is("D.4", 3));
        assert_eq!(read("6. Then"), is("6", 1));
        assert_eq!(read("6 (Marketing)"), is("6", 1));
        assert_eq!((read("IV, x"), read("II(a)"), read("II.1")), (is("IV", 2), is("II.a", 5), is("II.1", 4)));
        let none = ["a", "IIV", "30%", "12345", "Of", "2A", "iv", "XL-size’s", "VAT"];
        assert_eq!(none.map(read), [None, None, None, None, None, None, None, is("XL", 2), None]);
    }

    #[test]
    fn roman_numbers_are_those_that_people_write() {
        let values = ["I", "IV", "IX", "XIV", "XL", "LXXXIX", "", "IIII", "VX", "IC", "iv"].map(numeral);
        let is = [1, 4, 9, 14, 40, 89].map(Some);
        assert_eq!(values.as_slice(), [is.as_slice(), &[None; 5]].concat());
    }

    #[test]
    fn a_letter_may_be_a_roman_number() {
        assert_eq!((places("c"), places("iv"), places("i"), places("12")), (vec![3], vec![4], vec![9, 1], vec![12]));
    }
}
