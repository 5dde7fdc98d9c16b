//! What was tried and what came of it, as a table for people.

/// One act, or one state of the process.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// What was tried, or what was looked at.
    pub act: &'static str,
    /// What must come of it; nothing where it is only told.
    pub expected: &'static str,
    /// What came of it.
    pub got: String,
}

impl Row {
    /// Whether it is as it must be.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.expected.is_empty() || self.expected == self.got
    }

    /// The row on one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: expected {}, got {}", self.act, self.expected, self.got)
    }
}

/// All rows under their heads, in columns.
#[must_use]
pub fn lines(rows: &[Row]) -> String {
    let longest = |column: fn(&Row) -> &str| rows.iter().map(|row| column(row).len()).max().unwrap_or_default();
    let (act, expected) = (longest(|row| row.act).max(3), longest(|row| row.expected).max(8));
    let line =
        |one: &str, two: &str, three: &str| format!("{one:act$}  {two:expected$}  {three}").trim_end().to_owned();
    let body = rows.iter().map(|row| line(row.act, row.expected, &row.got));
    let lines: Vec<String> = std::iter::once(line("act", "expected", "got")).chain(body).collect();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let row = |act, expected, got: &str| Row { act, expected, got: got.to_owned() };
        let rows = [row("rename a file", "refused", "refused"), row("exec", "refused", "done"), row("swap", "", "off")];
        assert_eq!(
            lines(&rows),
            "act            expected  got\nrename a file  refused   refused\nexec           refused   done\nswap                     off\n"
        );
        assert_eq!(rows.iter().map(Row::holds).collect::<Vec<_>>(), [true, false, true]);
    }
}
