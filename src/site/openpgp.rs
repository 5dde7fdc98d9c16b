//! OpenPGP (RFC 9580): a public key that a mail can be encrypted to, and the encryption. Pure: randomness and the time are
//! handed in. The only importer of the OpenPGP crate.

use std::fmt;
use std::sync::Arc;

use pgp::composed::{ArmorOptions, Deserializable, MessageBuilder, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::types::{KeyDetails, Tag};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// A public key whose owner can read what is encrypted to it.
#[derive(Clone)]
pub struct PublicKey {
    key: Arc<SignedPublicSubKey>,
    until: Option<i64>,
}

/// Why a file is of no use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Useless {
    /// It is no public key, or its own signatures on it are wrong.
    NoKey,
    /// It has no part that mails may be encrypted to.
    NotForMail,
    /// Its owner has revoked it.
    Revoked,
}

impl Useless {
    /// What is wrong with the file.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoKey => "is no OpenPGP public key",
            Self::NotForMail => "is a key that nothing can be encrypted to",
            Self::Revoked => "is a key that its owner has revoked",
        }
    }
}

impl PublicKey {
    /// Reads the first key of a file, armoured or not. Its newest part for encryption is the one that is used.
    ///
    /// # Errors
    /// Why it is of no use.
    pub fn read(bytes: &[u8]) -> Result<Self, Useless> {
        let (whole, _) = SignedPublicKey::from_reader_single(bytes).map_err(|_| Useless::NoKey)?;
        let own = own_signatures(&whole);
        if own.is_empty() {
            return Err(Useless::NoKey);
        }
        let revoked = |signature: &Signature| signature.verify_key(&whole.primary_key).is_ok();
        if whole.details.revocation_signatures.iter().any(revoked) {
            return Err(Useless::Revoked);
        }
        let primary_until = own.last().and_then(|newest| until(newest, created(&whole.primary_key)));
        let bound = |key: &SignedPublicSubKey| binding(&whole, key).map(|newest| until(newest, created(&key.key)));
        let parts = whole.public_subkeys.iter().filter_map(|key| Some((key, bound(key)?)));
        // Of two the one that lasts longer, and of those the newer.
        let best = parts.max_by_key(|(key, until)| (until.unwrap_or(i64::MAX), created(&key.key)));
        let (key, own_until) = best.ok_or(Useless::NotForMail)?;
        let until = [primary_until, own_until].into_iter().flatten().min();
        Ok(Self { key: Arc::new(key.clone()), until })
    }

    /// The second from which on it has run out, since 1970.
    #[must_use]
    pub fn until(&self) -> Option<i64> {
        self.until
    }
}

/// Encrypts a text so that the owners of all keys can read it; the armoured message. `seed` is fresh randomness.
#[must_use]
pub fn encrypt<'a>(text: &[u8], keys: impl Iterator<Item = &'a PublicKey>, seed: [u8; 32]) -> Option<String> {
    let mut random = StdRng::from_seed(seed);
    let message = MessageBuilder::from_bytes("", text.to_vec());
    let mut message = message.seipd_v1(&mut random, SymmetricKeyAlgorithm::AES256);
    let mut readers = 0;
    for key in keys {
        message.encrypt_to_key(&mut random, &key.key.key).ok()?;
        readers += 1;
    }
    if readers == 0 {
        return None;
    }
    message.to_armored_string(&mut random, ArmorOptions::default()).ok()
}

/// The key's good signatures about itself, oldest first.
fn own_signatures(whole: &SignedPublicKey) -> Vec<&Signature> {
    let users = whole.details.users.iter().flat_map(|user| {
        user.signatures
            .iter()
            .filter(|signature| signature.verify_certification(&whole.primary_key, Tag::UserId, &user.id).is_ok())
    });
    let direct = whole.details.direct_signatures.iter();
    let mut own: Vec<&Signature> =
        users.chain(direct.filter(|signature| signature.verify_key(&whole.primary_key).is_ok())).collect();
    own.sort_by_key(|signature| signature.created().map(pgp::types::Timestamp::as_secs));
    own
}

/// The newest signature that binds a part which is meant for encryption and was not revoked.
fn binding<'a>(whole: &SignedPublicKey, key: &'a SignedPublicSubKey) -> Option<&'a Signature> {
    let of = |kind| key.signatures.iter().filter(move |signature| signature.typ() == Some(kind));
    if of(SignatureType::SubkeyRevocation).next().is_some() {
        return None;
    }
    let good =
        of(SignatureType::SubkeyBinding).filter(|one| one.verify_subkey_binding(&whole.primary_key, &key.key).is_ok());
    let newest = good.max_by_key(|signature| signature.created().map(pgp::types::Timestamp::as_secs))?;
    let flags = newest.key_flags();
    (key.key.algorithm().can_encrypt() && (flags.encrypt_comms() || flags.encrypt_storage())).then_some(newest)
}

fn created(key: &impl KeyDetails) -> i64 {
    key.created_at().as_secs().into()
}

fn until(signature: &Signature, created: i64) -> Option<i64> {
    let span = signature.key_expiration_time().map(pgp::types::Duration::as_secs).filter(|span| *span > 0)?;
    Some(created + i64::from(span))
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PublicKey")
    }
}
