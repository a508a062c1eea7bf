//! The root of a wallet's keys.
use zeroize::Zeroizing;

/// The bytes that all keys of a wallet derive from (BIP32), wiped when dropped.
pub struct Seed(Zeroizing<Vec<u8>>);

impl Seed {
    /// Wraps 16 to 64 bytes (BIP32), or returns `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (16..=64)
            .contains(&bytes.len())
            .then(|| Self(Zeroizing::new(bytes.to_vec())))
    }

    /// Returns the bytes. Whoever copies them has to wipe the copy.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}
