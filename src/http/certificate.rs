//! The last day of a certificate (X.509, RFC 5280): a walk over its DER down to that one field. Pure.

use crate::base::date::Day;

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The day on which a certificate ends, in UTC.
#[must_use]
pub fn ends(der: &[u8]) -> Option<Day> {
    let (_, certificate, _) = element(der)?;
    let (_, mut fields, _) = element(certificate)?;
    let (first, _, rest) = element(fields)?;
    if first == VERSION {
        fields = rest;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        fields = element(fields)?.2;
    }
    let (kind, validity, _) = element(fields)?;
    let (_, _, rest) = element(validity)?;
    let (form, time, _) = element(rest)?;
    (kind == SEQUENCE).then(|| day(form, std::str::from_utf8(time).ok()?))?
}

fn day(form: u8, time: &str) -> Option<Day> {
    let digits = match form {
        // Years of two digits are those from 1950 to 2049.
        UTC_TIME => format!("{}{time}", if time.get(..2)? < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => time.to_owned(),
        _ => return None,
    };
    let text = format!("{}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    Day::parse(&text).ok()
}

/// The first element: its tag, what it holds, and what stands behind it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        short @ 0..0x80 => (usize::from(*short), rest),
        long => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            let add = |length: usize, digit: &u8| length.checked_mul(256)?.checked_add(usize::from(*digit));
            (digits.iter().try_fold(0, add)?, rest)
        }
    };
    let (held, behind) = rest.split_at_checked(length)?;
    Some((*tag, held, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_found_and_anything_else_is_none() {
        for (year, day) in [(2031, "2031-02-03"), (2099, "2099-02-03")] {
            let mut params = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
            params.not_after = rcgen::date_time_ymd(year, 2, 3);
            let made = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            assert_eq!(ends(made.der()).unwrap().to_string(), day);
            for cut in 0..made.der().len().min(200) {
                assert!(ends(&made.der()[..cut]).is_none(), "{cut}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            let _ = ends(&bytes);
        }
    }
}
