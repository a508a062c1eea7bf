//! The extended UTXO (MIP-3): a Bitcoin output plus at most one attachment.
use bitcoin::TxOut;
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use crate::mip_0002_identity::has_lapsed;
use crate::{AssetId, Commitment, IdentityId};

/// Rights over one asset, as a bit set. They are created at issue and can only shrink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rights(u8);

impl Rights {
    /// No right at all.
    pub const NONE: Self = Self(0);
    /// Create more units, up to the cap.
    pub const MINT: Self = Self(1);
    /// Freeze and unfreeze coins that hold the asset.
    pub const FREEZE: Self = Self(1 << 1);
    /// Second signature of an ORDER freeze and of a forced transfer.
    pub const COMPLIANCE: Self = Self(1 << 2);
    /// Enrol holders of an asset that asks for it.
    pub const ENROL: Self = Self(1 << 3);
    /// Attach documents to the asset.
    pub const META: Self = Self(1 << 4);
    /// Every right there is.
    pub const ALL: Self = Self(0b1_1111);

    /// Wraps a byte, or returns `None` if a bit without meaning is set.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits & !Self::ALL.0 == 0 {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// Returns the byte.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Tells whether every right of `other` is among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Tells whether there is no right at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the rights in either set.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the rights in both sets.
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns these rights without those of `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns each right alone, in bit order.
    pub fn each(self) -> impl Iterator<Item = Self> {
        (0..u8::BITS)
            .map(|position| Self(1_u8.wrapping_shl(position)))
            .filter(move |right| self.contains(*right))
    }

    /// Returns the stable lower-case names of the rights, in bit order.
    pub fn names(self) -> Vec<&'static str> {
        [
            (Self::MINT, "mint"),
            (Self::FREEZE, "freeze"),
            (Self::COMPLIANCE, "compliance"),
            (Self::ENROL, "enrol"),
            (Self::META, "meta"),
        ]
        .into_iter()
        .filter_map(|(right, name)| self.contains(right).then_some(name))
        .collect()
    }
}

/// What a coin holds beside its grains.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Attachment {
    /// Units of an asset, always more than zero.
    Asset {
        /// Which asset.
        id: AssetId,
        /// How many base units.
        amount: u64,
    },
    /// Rights over an asset. Whoever can spend the coin can use them.
    Authority {
        /// Over which asset.
        asset: AssetId,
        /// Which rights, never none.
        rights: Rights,
    },
    /// An identity. Whoever can spend the coin controls it.
    Identity {
        /// Which identity.
        id: IdentityId,
    },
    /// A promise to register an identity, which does not say which (MIP-2): it shows nothing and lapses.
    Commitment {
        /// What it is a digest of is told by the transaction that opens it.
        digest: Commitment,
    },
}

impl Attachment {
    /// Returns the asset that the attachment is about, if it is about one.
    pub const fn asset(&self) -> Option<AssetId> {
        match self {
            Self::Asset { id, .. } | Self::Authority { asset: id, .. } => Some(*id),
            Self::Identity { .. } | Self::Commitment { .. } => None,
        }
    }

    /// Tells whether it is a right or an identity: a coin with it matures one block.
    pub const fn is_role(&self) -> bool {
        matches!(self, Self::Authority { .. } | Self::Identity { .. })
    }
}

/// An unspent output with all that rules ask about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coin {
    /// The Bitcoin output: value in grains and script.
    pub output: TxOut,
    /// Height of the block that made it; for a coin of the mempool, the height it would get next.
    pub height: Height,
    /// Whether a coinbase made it.
    pub coinbase: bool,
    /// What it holds beside its grains.
    pub attachment: Option<Attachment>,
}

impl Coin {
    /// Tells whether nothing is lost but grains when a block at `height` spends it: it holds nothing, or a
    /// commitment that has lapsed.
    pub fn is_plain_at(&self, height: Height) -> bool {
        match self.attachment {
            None => true,
            Some(Attachment::Commitment { .. }) => has_lapsed(self.height, height),
            Some(_) => false,
        }
    }
}
