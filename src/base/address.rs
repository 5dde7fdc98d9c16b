//! Mail addresses, as forms and settings take them. The only importer of the domain-name crate.

/// The longest address, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MAX: usize = 254;

/// A mail address: a dot-atom, `@`, and a domain with a dot. Quoted local parts, literals and `=?` are refused, since
/// they carry into a header what is no address (RFC 5322, 3.4.1; RFC 6531 for letters beyond ASCII).
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Address(String);

impl Address {
    /// Reads an address and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let fits = text.len() <= MAX && local.len() <= 64 && !text.contains("=?");
        let labels = domain.contains('.') && to_ascii(domain).is_some();
        (fits && labels && local.split('.').all(is_atom)).then(|| Self(text.to_owned()))
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address with its domain as A-labels (UTS 46), for envelopes and headers; nothing when what stands before the
    /// `@` is not ASCII.
    #[must_use]
    pub fn ascii(&self) -> Option<String> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let domain = to_ascii(domain)?;
        local.is_ascii().then(|| format!("{local}@{domain}"))
    }

    /// The domain as A-labels.
    #[must_use]
    pub fn domain(&self) -> String {
        self.0.rsplit_once('@').and_then(|(_, domain)| to_ascii(domain)).unwrap_or_default()
    }
}

/// A domain as A-labels; nothing when it is none.
#[must_use]
pub fn to_ascii(domain: &str) -> Option<String> {
    // Most are what they become. Two hyphens in a row may stand for something else.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let ascii = if domain.bytes().all(plain) && !domain.contains("--") {
        domain.to_owned()
    } else {
        idna::domain_to_ascii_strict(domain).ok()?
    };
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !label.is_empty() && label.len() <= 63 && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    // A last label of digits would make the domain an IPv4 address.
    let last = ascii.rsplit('.').next().unwrap_or_default();
    let named = last.contains(|char: char| char.is_ascii_alphabetic());
    (ascii.len() <= 253 && named && ascii.split('.').all(label)).then_some(ascii)
}

/// RFC 5322 `atext`, and letters beyond ASCII (RFC 6532).
fn is_atom(part: &str) -> bool {
    let plain = |char: char| {
        char.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(char)
            || !char.is_ascii() && !char.is_control() && !char.is_whitespace() && !super::text::is_refused(char)
    };
    !part.is_empty() && part.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_dot_atoms_at_dotted_domains() {
        for good in ["a@b.example", "a.b+c=d@x-y.example", "o'neil@a.b.example", "用户@例子.广告"] {
            assert!(Address::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a@@b.c",
            "a b@c.d",
            "a@b..c",
            ".a@b.c",
            "a.@b.c",
            "a..b@c.d",
            "\"a b\"@c.d",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@b.c>\r\nRCPT TO:<v@x",
            "a@c.org,d@e.org",
            "a@-b.c",
            "=?utf-8?q?a?=@b.c",
            "a\u{202e}@b.c",
            "<a@b.c>",
        ] {
            assert!(Address::parse(bad).is_none(), "{bad:?}");
        }
        assert!(Address::parse(&format!("a@{}.example", "b.".repeat(150))).is_none());
    }

    #[test]
    fn domains_become_ascii_and_local_parts_never_do() {
        let ascii = |text: &str| Address::parse(text).unwrap().ascii();
        assert_eq!(ascii("a@Bücher.example").as_deref(), Some("a@xn--bcher-kva.example"));
        assert_eq!(ascii("用户@例子.广告"), None);
    }
}
