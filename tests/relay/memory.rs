//! A look into the memory of a running process, as root may.

use std::fs;
use std::os::unix::fs::FileExt;

/// Every readable and writable part of a process's memory in which a text stands, with what stands around it.
pub fn in_memory(id: u32, wanted: &str) -> Vec<String> {
    let maps = fs::read_to_string(format!("/proc/{id}/maps")).unwrap();
    let memory = fs::File::open(format!("/proc/{id}/mem")).unwrap();
    let (mut found, mut looked) = (Vec::new(), 0);
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        memory.read_exact_at(&mut bytes, from).unwrap_or_else(|error| panic!("cannot look at {line}: {error}"));
        looked += bytes.len();
        let first = bytes.iter().enumerate().filter(|(_, byte)| **byte == wanted.as_bytes()[0]);
        let places = first.filter(|(at, _)| bytes[*at..].starts_with(wanted.as_bytes()));
        found.extend(places.map(|(at, _)| {
            let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
            format!("{:x} of {line}: {}", from + at as u64, String::from_utf8_lossy(around).escape_debug())
        }));
    }
    assert!(looked > 1024 * 1024, "its memory can be read");
    found
}

/// Fails where a text is left in a process's memory, and says where.
#[track_caller]
pub fn nothing_left(id: u32, wanted: &str) {
    let left = in_memory(id, wanted);
    assert!(left.is_empty(), "{} places:\n{}", left.len(), left[..left.len().min(30)].join("\n"));
}
