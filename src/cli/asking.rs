//! Questions to somebody at a terminal. What is typed and where the question is written are handed in. An answer that
//! cannot be used is explained, and the question is put again, three times at most; nothing is decided here.

use std::io::{BufRead, Write};

use crate::base::error::Error;

/// How often a question is put.
const TRIES: usize = 3;

/// Somebody who is asked.
pub struct Talk<'a> {
    /// What is typed.
    pub typed: &'a mut dyn BufRead,
    /// Where questions are written.
    pub out: &'a mut dyn Write,
}

impl Talk<'_> {
    /// Puts a question until its answer can be read, or `read` has said three times why it cannot.
    ///
    /// # Errors
    /// No answer could be used, or what is typed has ended (wrong use).
    pub fn ask<T>(&mut self, question: &str, mut read: impl FnMut(&str) -> Result<T, String>) -> Result<T, Error> {
        for _ in 0..TRIES {
            self.show(question)?;
            match self.line()?.and_then(|answer| read(answer.trim())) {
                Ok(value) => return Ok(value),
                Err(said) => self.show(&format!("{said}\n"))?,
            }
        }
        Err(Error::usage(format!("{TRIES} answers could not be used; nothing was published")))
    }

    /// Asks for yes or no; Enter alone is the usual answer.
    ///
    /// # Errors
    /// As [`Talk::ask`].
    pub fn yes(&mut self, question: &str, usual: bool) -> Result<bool, Error> {
        let choice = if usual { "[Y/n]" } else { "[y/N]" };
        self.ask(&format!("{question} {choice} "), |answer| match answer.to_lowercase().as_str() {
            "" => Ok(usual),
            "y" | "yes" => Ok(true),
            "n" | "no" => Ok(false),
            _ => Err("answer y or n".to_owned()),
        })
    }

    /// Asks for lines; an empty one ends them.
    ///
    /// # Errors
    /// As [`Talk::ask`], for each line.
    pub fn lines(
        &mut self,
        question: &str,
        read: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Vec<String>, Error> {
        self.show(&format!("{question}\n"))?;
        let mut lines = Vec::new();
        let line = |answer: &str| if answer.is_empty() { Ok(None) } else { read(answer).map(Some) };
        while let Some(text) = self.ask("- ", line)? {
            lines.push(text);
        }
        Ok(lines)
    }

    /// Tells what helps to answer.
    ///
    /// # Errors
    /// The stream is closed.
    pub fn show(&mut self, text: &str) -> Result<(), Error> {
        let shown = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
        shown.map_err(|error| Error::machine("cannot write to standard output", error))
    }

    /// One line that was typed; bytes that are no text are an answer that cannot be used. A line without an end is none:
    /// nobody has sent it.
    fn line(&mut self) -> Result<Result<String, String>, Error> {
        let mut bytes = Vec::new();
        let read = self.typed.read_until(b'\n', &mut bytes);
        read.map_err(|error| Error::machine("cannot read what is typed", error))?;
        if bytes.last() != Some(&b'\n') {
            self.show("\n")?;
            return Err(Error::usage("what was typed has ended; nothing was published"));
        }
        Ok(String::from_utf8(bytes).map_err(|_| "this is not text in UTF-8".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::Kind;

    /// What came of it, or the message, and what was shown.
    fn talk<T>(mut typed: &[u8], of: impl FnOnce(&mut Talk<'_>) -> Result<T, Error>) -> (Result<T, String>, String) {
        let mut out = Vec::new();
        let found = of(&mut Talk { typed: &mut typed, out: &mut out }).map_err(|error| {
            assert_eq!(error.kind(), Kind::Usage);
            error.chain()
        });
        (found, String::from_utf8(out).unwrap())
    }

    fn number(text: &str) -> Result<u8, String> {
        text.parse().map_err(|_| format!("`{text}` is not a number"))
    }

    #[test]
    fn a_wrong_answer_is_explained_and_the_question_put_again() {
        let (found, shown) = talk(b"x\n 7 \n", |talk| talk.ask("How many? ", number));
        assert_eq!((found, shown.as_str()), (Ok(7), "How many? `x` is not a number\nHow many? "));
        let (found, shown) = talk(b"x\ny\n\xff\n7\n", |talk| talk.ask("How many? ", number));
        assert_eq!(found.unwrap_err(), "3 answers could not be used; nothing was published");
        assert!(shown.ends_with("How many? this is not text in UTF-8\n") && shown.matches("How many?").count() == 3);
    }

    #[test]
    fn a_line_that_nobody_sent_is_no_answer() {
        for typed in [&b""[..], b"y", b"maybe\ny"] {
            let (found, shown) = talk(typed, |talk| talk.yes("Go?", false));
            assert_eq!(found.unwrap_err(), "what was typed has ended; nothing was published");
            assert!(shown.ends_with("Go? [y/N] \n"));
        }
    }

    #[test]
    fn enter_alone_is_the_usual_answer() {
        let yes = |typed: &[u8], usual| talk(typed, |talk| talk.yes("Go?", usual)).0.unwrap();
        assert!(yes(b"\n", true) && yes(b"Y\r\n", false) && yes(b"yes\n", false) && yes(b"?\ny\n", false));
        assert!(!yes(b"\n", false) && !yes(b"No\n", true));
    }

    #[test]
    fn an_empty_line_ends_lines() {
        let read = |text: &str| if text == "-" { Err("say it in words".to_owned()) } else { Ok(text.to_owned()) };
        let (found, shown) = talk(b"one\n-\ntwo\n\nthree\n", |talk| talk.lines("What?", read));
        assert_eq!(found.unwrap(), ["one", "two"]);
        assert_eq!(shown, "What?\n- - say it in words\n- - ");
    }
}
