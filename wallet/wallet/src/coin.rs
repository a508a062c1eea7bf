//! A coin as a wallet knows it.
use std::sync::Arc;

use bitcoin::{Amount, OutPoint, Transaction};
use moneta_chain::Height;
use moneta_keys::Keychain;
use moneta_mips::{Attachment, Coin, FreezeRecord};

/// An unspent output of the wallet, with all that spending it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletCoin {
    /// Where it stands.
    pub outpoint: OutPoint,
    /// What it is.
    pub coin: Coin,
    /// Which chain of keys it pays.
    pub keychain: Keychain,
    /// Which key of that chain.
    pub index: u32,
    /// The transaction that made it, whole: a signer reads from it what the coin holds.
    pub previous: Arc<Transaction>,
    /// Whether it is in a block.
    pub confirmed: bool,
    /// The freeze on it, lapsed or not.
    pub frozen: Option<FreezeRecord>,
}

impl WalletCoin {
    /// Returns its grains.
    pub const fn value(&self) -> Amount {
        self.coin.output.value
    }

    /// Tells whether a freeze holds in a block at `height`.
    pub fn is_frozen_at(&self, height: Height) -> bool {
        self.frozen
            .as_ref()
            .is_some_and(|freeze| freeze.holds_at(height))
    }

    /// Tells whether a block at `height` may spend it: coinbases and role coins mature.
    pub fn is_mature_at(&self, height: Height, coinbase_maturity: u32) -> bool {
        let role = matches!(
            self.coin.attachment,
            Some(Attachment::Authority { .. } | Attachment::Identity { .. })
        );
        let wait = match (self.coin.coinbase, role) {
            (true, _) => coinbase_maturity,
            (false, true) => 1,
            (false, false) => 0,
        };
        height.blocks_since(self.coin.height) >= wait
    }
}
