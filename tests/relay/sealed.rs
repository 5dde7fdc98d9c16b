//! Mails that only the owner of a key can read.

use std::sync::Arc;

use pgp::composed::{
    ArmorOptions, EncryptionCaps, KeyType, Message, SecretKeyParamsBuilder, SignedPublicKey, SignedSecretKey,
    SubkeyParamsBuilder,
};
use pgp::crypto::ecc_curve::ECCCurve;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::desk::{Desk, site};
use crate::mails::Parsed;
use crate::peer::{GOOD, Got, Peer};

const MARKER: &str = "Zxqv-7731";

/// A key pair: the secret part, and the public part as a file.
fn pair(seed: u64) -> (SignedSecretKey, String) {
    let mut part = SubkeyParamsBuilder::default();
    part.key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy)).can_encrypt(EncryptionCaps::All);
    let mut whole = SecretKeyParamsBuilder::default();
    whole
        .key_type(KeyType::Ed25519Legacy)
        .can_certify(true)
        .primary_user_id("office@example.org".to_owned())
        .subkeys(vec![part.build().unwrap()]);
    let secret = whole.build().unwrap().generate(StdRng::seed_from_u64(seed)).unwrap();
    let public = SignedPublicKey::from(secret.clone()).to_armored_string(ArmorOptions::default()).unwrap();
    (secret, public)
}

fn opened(got: &Got, secret: &SignedSecretKey) -> Option<Vec<u8>> {
    let text = String::from_utf8(got.text.clone()).unwrap();
    let at = text.find("-----BEGIN PGP MESSAGE-----").unwrap();
    let (message, _) = Message::from_armor(&text.as_bytes()[at..]).unwrap();
    message.decrypt(&"".into(), secret).ok()?.as_data_vec().ok()
}

/// The mails of a form that says this of encryption, with two keys in the site.
fn sent(form: &str, says: &str, keys: &[String]) -> Vec<Got> {
    let home = site();
    for (number, key) in keys.iter().enumerate() {
        home.write(&format!("keys/{number}.asc"), key);
    }
    let path = format!("forms/{form}.yaml");
    home.write(&path, format!("{}{says}\n", home.read(&path)));
    let peer = Peer::start(&[GOOD]);
    let desk = Desk::start(Arc::new(home), &peer.url());
    let pairs =
        [("name", MARKER), ("topic", "Grüße"), ("email", "ada@example.org"), ("message", MARKER), ("news", "yes")];
    let answer = desk.send_to(form, &pairs);
    assert_eq!(answer.status, 303, "{} {}", answer.body, desk.log());
    peer.got()
}

#[test]
fn a_mail_to_a_key_shows_nothing_that_was_typed_and_its_owner_reads_all() {
    let (secret, public) = pair(1);
    let got = sent("ask", "encrypt_to: keys/0.asc", &[public]);
    let wire = String::from_utf8(got[0].text.clone()).unwrap();
    for typed in [MARKER, "ada@", "Gr=C3", "News please"] {
        assert!(!wire.contains(typed), "{typed}: {wire}");
    }
    let outer = Parsed::of(&got[0]);
    assert_eq!(outer.one("Subject"), "Ask us");
    assert!(outer.all("Reply-To").is_empty() && outer.one("X-Vellum-Delete-By") == "2027-11-24");
    let kind = outer.one("Content-Type");
    assert!(
        kind.starts_with("multipart/encrypted; ") && kind.contains("protocol=\"application/pgp-encrypted\""),
        "{kind}"
    );
    assert!(wire.split("\r\n").all(|line| line.len() < 998 && !line.contains(['\r', '\n'])));
    let inner = opened(&got[0], &secret).unwrap();
    let inner = Parsed::of(&Got { text: inner, ..got[0].clone() });
    assert_eq!(inner.one("Subject"), format!("Grüße from {MARKER}"));
    assert_eq!(inner.one("Reply-To"), "ada@example.org");
    assert!(inner.one("Content-Type").contains("hp=\"cipher\""), "{}", inner.one("Content-Type"));
    for part in [0, 1] {
        assert!(inner.part(part).contains(MARKER) && inner.part(part).contains("News please"), "{}", inner.part(part));
    }
}

#[test]
fn with_a_key_for_each_recipient_each_reads_the_same_mail_and_nobody_else_does() {
    let pairs: Vec<_> = (1..=3).map(pair).collect();
    let keys: Vec<String> = pairs.iter().map(|(_, public)| public.clone()).collect();
    let says = "encrypt_to: {one@example.org: keys/0.asc, two@example.org: keys/1.asc}";
    let got = sent("both", says, &keys);
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].text, got[1].text);
    let read = |number: usize| opened(&got[0], &pairs[number].0);
    assert!(read(0).is_some() && read(0) == read(1) && read(2).is_none());
}

#[test]
fn a_relay_whose_key_is_missing_does_not_start() {
    let home = site();
    home.write("forms/ask.yaml", home.read("forms/ask.yaml") + "encrypt_to: keys/gone.asc\n");
    let ran = home.run(&["relay", "--check", "--as-of", "2026-11-24"]);
    assert!(ran.status == 1 && ran.err.contains("V508"), "{ran:?}");
}
