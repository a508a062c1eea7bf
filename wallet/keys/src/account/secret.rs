//! The secret half of an account: the power to spend.
use bitcoin::bip32::{ChainCode, Xpriv, Xpub};
use secp256k1::{SECP256K1, SecretKey};
use zeroize::Zeroize;

use super::public::steps;
use super::{AccountPath, AccountPublic, Keychain};
use crate::Seed;

/// Secret key of an account, wiped when dropped.
pub struct AccountKey {
    secret: Box<ErasedXpriv>,
    public: AccountPublic,
}

impl AccountKey {
    /// Derives the account at `path` from `seed`.
    ///
    /// # Panics
    /// `path` has a step above [`MAX_INDEX`](super::MAX_INDEX).
    pub fn derive(seed: &Seed, path: AccountPath) -> Self {
        let steps = path.derivation_path();
        // Either fails with probability 2^-127 (BIP32).
        let master = ErasedXpriv::new(
            Xpriv::new_master(path.network, seed.expose()).expect("a seed has a master key"),
        );
        let fingerprint = master.0.fingerprint(SECP256K1);
        let secret = ErasedXpriv::new(
            master
                .0
                .derive_priv(SECP256K1, &steps)
                .expect("hardened steps derive"),
        );
        let public = AccountPublic {
            fingerprint,
            path: steps,
            xpub: Xpub::from_priv(SECP256K1, &secret.0),
        };
        Self { secret, public }
    }

    /// Returns the public half.
    pub const fn public(&self) -> &AccountPublic {
        &self.public
    }

    /// Runs `work` with the secret key at `index` of `keychain`, and wipes it afterwards.
    pub(crate) fn with_secret_key<T>(
        &self,
        keychain: Keychain,
        index: u32,
        work: impl FnOnce(&SecretKey) -> T,
    ) -> T {
        let child = ErasedXpriv::new(
            self.secret
                .0
                .derive_priv(SECP256K1, &steps(keychain, index))
                .expect("normal steps derive"),
        );
        work(&child.0.private_key)
    }
}

/// An extended private key on the heap that is wiped when dropped.
struct ErasedXpriv(Xpriv);

impl ErasedXpriv {
    fn new(mut key: Xpriv) -> Box<Self> {
        let boxed = Box::new(Self(key));
        erase(&mut key);
        boxed
    }
}

impl Drop for ErasedXpriv {
    fn drop(&mut self) {
        erase(&mut self.0);
    }
}

fn erase(key: &mut Xpriv) {
    key.private_key.non_secure_erase();
    let mut chain_code = key.chain_code.to_bytes();
    chain_code.zeroize();
    key.chain_code = ChainCode::from(chain_code);
    // Keeps the compiler from dropping writes to memory that nobody reads again.
    std::hint::black_box(&mut *key);
}
