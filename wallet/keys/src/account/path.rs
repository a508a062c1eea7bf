//! Where keys stand in the tree: account and chain of keys (BIP44, BIP84).
use bitcoin::NetworkKind;
use bitcoin::bip32::{ChildNumber, DerivationPath};

/// Highest index of an address: above it, derivation would be hardened.
pub const MAX_INDEX: u32 = 0x7fff_ffff;

/// BIP84's purpose: P2WPKH.
pub(super) const PURPOSE: u32 = 84;

/// Which account: `m/84'/coin_type'/account'`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountPath {
    /// Version bytes of extended keys: `xpub` or `tpub`.
    pub network: NetworkKind,
    /// SLIP-44 coin type, at most [`MAX_INDEX`].
    pub coin_type: u32,
    /// Number of the account, at most [`MAX_INDEX`].
    pub account: u32,
}

impl AccountPath {
    /// First account of every network whose coins have no value: `m/84'/1'/0'`.
    pub const TEST: Self = Self {
        network: NetworkKind::Test,
        coin_type: 1,
        account: 0,
    };

    /// Returns the three hardened steps.
    ///
    /// # Panics
    /// Coin type or account is above [`MAX_INDEX`].
    pub fn derivation_path(&self) -> DerivationPath {
        [PURPOSE, self.coin_type, self.account]
            .map(|step| ChildNumber::from_hardened_idx(step).expect("at most MAX_INDEX"))
            .as_slice()
            .into()
    }
}

/// The two chains of keys of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keychain {
    /// 0: addresses given to others.
    External,
    /// 1: change.
    Internal,
}

impl Keychain {
    /// Both chains.
    pub const ALL: [Self; 2] = [Self::External, Self::Internal];

    /// Returns the step in the path.
    pub const fn to_u32(self) -> u32 {
        match self {
            Self::External => 0,
            Self::Internal => 1,
        }
    }

    /// Reads the step in the path.
    pub const fn from_u32(step: u32) -> Option<Self> {
        match step {
            0 => Some(Self::External),
            1 => Some(Self::Internal),
            _ => None,
        }
    }
}
