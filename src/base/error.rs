//! The machine's failure. The author's mistake is a [`Diagnostic`](super::diag::Diagnostic) instead.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;

type Cause = Box<dyn StdError + Send + Sync>;

/// What kind of failure it was; it decides the exit status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The disk, the network, a permission, a port: exit status 3.
    Machine,
    /// The program was called in a way that cannot work: exit status 2.
    Usage,
}

/// One failure: what could not be done, and what the system said.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    source: Option<Cause>,
}

impl Error {
    /// The machine could not do `action` (a verb phrase, "write") to the file at `path`.
    pub fn file(action: &str, path: &Path, source: impl Into<Cause>) -> Self {
        let message = format!("cannot {action} {}", path.display());
        Self { kind: Kind::Machine, message, source: Some(source.into()) }
    }

    /// The machine failed at something that is no file.
    pub fn machine(message: impl Into<String>, source: impl Into<Cause>) -> Self {
        Self { kind: Kind::Machine, message: message.into(), source: Some(source.into()) }
    }

    /// Wrong use; the message says what to do instead.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into(), source: None }
    }

    /// What kind of failure it was.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole chain on one line, as the program prints it.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = self.message.clone();
        let mut next = self.source();
        while let Some(cause) = next {
            line.push_str(": ");
            line.push_str(&cause.to_string());
            next = cause.source();
        }
        line
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|cause| {
            let cause: &(dyn StdError + 'static) = cause.as_ref();
            cause
        })
    }
}
