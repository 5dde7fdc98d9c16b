//! Quoted-printable (RFC 2045, 6.7), as the mail library writes it, byte for byte: its encoder looks at each character by
//! itself and takes a tenth of the time for a whole submission. Pure.

/// The longest line, its soft end included.
const WIDTH: usize = 76;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Adds a text, whose lines end with LF or CRLF. What is added has whole lines of plain ASCII.
pub fn encode(text: &str, out: &mut Vec<u8>) {
    let mut lines = text.as_bytes().split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let more = lines.peek().is_some();
        encode_line(if more { line.strip_suffix(b"\r").unwrap_or(line) } else { line }, out);
        if more {
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// A line is filled as far as it goes; only its true end needs no room for a soft one.
fn encode_line(line: &[u8], out: &mut Vec<u8>) {
    // A space at the end would be lost on the way.
    let blank = line.last().copied().filter(|last| matches!(last, b' ' | b'\t'));
    let mut rest = if blank.is_some() { line.split_last().map_or(line, |(_, body)| body) } else { line };
    let mut column = 0;
    while let Some((first, after)) = rest.split_first() {
        let run = plain_run(rest.get(..WIDTH).unwrap_or(rest));
        let (step, width) = if run == 0 { (1, 3) } else { (run, run) };
        let ends = blank.is_none() && rest.len() == step && column + width <= WIDTH;
        let room = (WIDTH - usize::from(!ends)).saturating_sub(column);
        if room == 0 || run == 0 && room < 3 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        } else if run == 0 {
            escape(*first, out);
            (rest, column) = (after, column + 3);
        } else if let Some((plain, others)) = rest.split_at_checked(run.min(room)) {
            out.extend_from_slice(plain);
            (rest, column) = (others, column + plain.len());
        }
    }
    if let Some(blank) = blank {
        if column + 3 > WIDTH {
            out.extend_from_slice(b"=\r\n");
        }
        escape(blank, out);
    }
}

/// How many bytes stand as they are, from the first on. Whole lines of them are seen at once.
fn plain_run(window: &[u8]) -> usize {
    if window.iter().fold(true, |all, byte| all & is_plain(*byte)) {
        return window.len();
    }
    window.iter().position(|byte| !is_plain(*byte)).unwrap_or(window.len())
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'<' | b'>'..=b'~')
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or_default();
    out.extend_from_slice(&[b'=', digit(byte >> 4), digit(byte & 15)]);
}
