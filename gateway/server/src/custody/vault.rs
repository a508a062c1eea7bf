//! Seeds: made, sealed, opened for one use, wiped.
use moneta_keys::{
    AccountKey, AccountPath, AccountPublic, Language, Mnemonic, SealedSecret, Seed, WordCount,
};
use zeroize::Zeroizing;

use super::{CustodyError, CustodyKey};
use crate::Random;
use crate::store::{TenantId, WalletId};

/// What is sealed: 16 bytes of entropy (the words), then the 64-byte seed they stretch to, so that
/// signing need not stretch again.
const ENTROPY: usize = 16;

/// Makes, seals and opens seeds.
pub(super) struct Vault {
    pub(super) key: CustodyKey,
    pub(super) random: Random,
}

/// An opened seed. Wiped when dropped.
pub(super) struct Opened(Zeroizing<Vec<u8>>);

impl Vault {
    /// Makes a seed for a wallet and returns it sealed, with the account it leads to.
    pub(super) fn make(
        &self,
        tenant: &TenantId,
        wallet: &WalletId,
    ) -> Result<(Vec<u8>, AccountPublic), CustodyError> {
        let mut random = |bytes: &mut [u8]| (self.random)(bytes);
        let words = Mnemonic::generate(WordCount::Twelve, &mut random);
        let seed = words.to_seed("");
        let mut secret = Zeroizing::new(Vec::with_capacity(ENTROPY + 64));
        secret.extend_from_slice(&words.entropy());
        secret.extend_from_slice(seed.expose());
        let context = context(tenant, wallet);
        let sealed = SealedSecret::with_key(&secret, self.key.seal_key(), &context, &mut random)?;
        let account = AccountKey::derive(&seed, AccountPath::TEST);
        Ok((sealed.to_bytes(), account.public().clone()))
    }

    /// Opens the seed of a wallet. It opens for the wallet it was made for and no other.
    pub(super) fn open(
        &self,
        tenant: &TenantId,
        wallet: &WalletId,
        sealed: &[u8],
    ) -> Result<Opened, CustodyError> {
        let sealed = SealedSecret::from_bytes(sealed)?;
        let secret = sealed.open_with_key(self.key.seal_key(), &context(tenant, wallet))?;
        if secret.len() != ENTROPY + 64 {
            return Err(CustodyError::NoSuchSeed);
        }
        Ok(Opened(secret))
    }
}

impl Opened {
    /// Returns the account that signs.
    pub(super) fn account(&self) -> Result<AccountKey, CustodyError> {
        let seed = Seed::from_bytes(&self.0[ENTROPY..]).ok_or(CustodyError::NoSuchSeed)?;
        Ok(AccountKey::derive(&seed, AccountPath::TEST))
    }

    /// Returns the words.
    pub(super) fn phrase(&self) -> Result<Zeroizing<String>, CustodyError> {
        Mnemonic::from_entropy(&self.0[..ENTROPY], Language::English)
            .map(|words| words.phrase())
            .map_err(|_| CustodyError::NoSuchSeed)
    }
}

fn context(tenant: &TenantId, wallet: &WalletId) -> Vec<u8> {
    format!("moneta/seed/{tenant}/{wallet}").into_bytes()
}
