//! The mail side: recipients at once, names, logins, and what a server that cannot now is given.

use std::time::{Duration, Instant};

use crate::desk::desk;
use crate::mails::clean;
use crate::peer::{At, Does, Peer, odd};

#[test]
fn recipients_are_served_at_once_and_get_the_same_message_id() {
    let peer = Peer::start(&[odd(At::Dot, Does::Dawdles(900))]);
    let desk = desk(&peer.url());
    let begun = Instant::now();
    assert_eq!(desk.send_to("both", &[("name", "Ada")]).status, 303);
    assert!(begun.elapsed() < Duration::from_millis(1700), "{:?}", begun.elapsed());
    let mut got = peer.got();
    got.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<&str> = got.iter().map(|got| got.to[0].as_str()).collect();
    assert_eq!(to, ["<one@example.org>", "<two@example.org>"]);
    assert_eq!(clean(&got[0]).one("Message-ID"), clean(&got[1]).one("Message-ID"));
}
