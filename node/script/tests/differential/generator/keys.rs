//! A few key pairs, made once: signing is what costs here, not deriving.
use std::sync::LazyLock;

use secp256k1::{Keypair, PublicKey, SECP256K1, SecretKey};

/// How many keys there are.
pub(crate) const COUNT: usize = 16;

static KEYS: LazyLock<Vec<Keypair>> = LazyLock::new(|| {
    let secret = |number| SecretKey::from_slice(&[u8::try_from(number).unwrap(); 32]).unwrap();
    (1..=COUNT)
        .map(|number| Keypair::from_secret_key(SECP256K1, &secret(number)))
        .collect()
});

pub(crate) fn pair(number: usize) -> &'static Keypair {
    &KEYS[number % COUNT]
}

pub(crate) fn public(number: usize) -> PublicKey {
    pair(number).public_key()
}

pub(crate) fn x_only(number: usize) -> [u8; 32] {
    pair(number).x_only_public_key().0.serialize()
}

/// The key with its parity written into the long form, as OpenSSL once allowed.
pub(crate) fn hybrid(number: usize) -> Vec<u8> {
    let mut bytes = public(number).serialize_uncompressed().to_vec();
    bytes[0] = 6 | (bytes[64] & 1);
    bytes
}
