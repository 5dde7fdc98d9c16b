//! Rows of things that several texts have in common, with the plain text of each.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// A row of things that several texts may have in common: a copy of it costs nothing until it is changed. Its plain text is
/// made once for all copies; `K` is what decides how it reads beside what is in it.
pub struct Shared<T, K = ()>(Arc<Row<T, K>>);

struct Row<T, K> {
    things: Vec<T>,
    text: OnceLock<(K, String)>,
}

impl<T: Clone, K> Shared<T, K> {
    /// The things, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        let row = Arc::make_mut(&mut self.0);
        row.text = OnceLock::new();
        &mut row.things
    }
}

impl<T, K: Copy + PartialEq> Shared<T, K> {
    /// The text that is made of it. It is made again only for another key.
    pub fn text(&self, key: K, make: impl Fn() -> String) -> Cow<'_, str> {
        let (known, text) = self.0.text.get_or_init(|| (key, make()));
        if *known == key { Cow::Borrowed(text) } else { Cow::Owned(make()) }
    }
}

impl<T, K> Clone for Shared<T, K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T, K> Deref for Shared<T, K> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0.things
    }
}

impl<T, K> From<Vec<T>> for Shared<T, K> {
    fn from(things: Vec<T>) -> Self {
        Self(Arc::new(Row { things, text: OnceLock::new() }))
    }
}

impl<T: fmt::Debug, K> fmt::Debug for Shared<T, K> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.things.fmt(out)
    }
}

impl<T: Clone, K> Clone for Row<T, K> {
    fn clone(&self) -> Self {
        Self { things: self.things.clone(), text: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_made_once_until_the_row_is_changed() {
        let mut one: Shared<u8, char> = vec![1, 2].into();
        let text = |row: &Shared<u8, char>, key| row.text(key, || format!("{key}{row:?}")).into_owned();
        let other = one.clone();
        assert_eq!(
            (text(&one, 'a'), text(&other, 'b'), text(&other, 'a')),
            ("a[1, 2]".into(), "b[1, 2]".into(), "a[1, 2]".into())
        );
        assert_eq!(other.text('a', || unreachable!()), "a[1, 2]");
        one.to_mut().push(3);
        assert_eq!((text(&one, 'b'), other.len()), ("b[1, 2, 3]".into(), 2));
        one.to_mut().push(4);
        assert_eq!(text(&one, 'b'), "b[1, 2, 3, 4]");
    }
}
