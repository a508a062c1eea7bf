//! Why there is no plan.
use bitcoin::{Amount, OutPoint, Weight};
use moneta_chain::Height;
use moneta_mips::{AssetId, EnvelopeError, IdentityId, Reason, Rights};

use crate::units::mta;

/// A coin that would have been needed, and the freeze on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenCoin {
    /// Which coin.
    pub outpoint: OutPoint,
    /// Base units it holds.
    pub amount: u64,
    /// Why it is frozen.
    pub reason: Reason,
    /// ISO 3166-1 alpha-2 code of the jurisdiction.
    pub jurisdiction: [u8; 2],
    /// First height at which it moves again.
    pub stop: Height,
}

/// What is short, and by how much. Amounts are grains or base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// What it takes.
    pub need: u64,
    /// What can be spent now and is in a block.
    pub confirmed: u64,
    /// What can be spent now but waits for a block.
    pub pending: u64,
    /// What can't be spent yet: young coinbases.
    pub immature: u64,
}

impl Missing {
    /// Returns what can be spent now.
    pub const fn have(&self) -> u64 {
        self.confirmed.saturating_add(self.pending)
    }
}

/// One variant, one reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The amount is zero.
    #[error("the amount is zero: nothing would move")]
    ZeroAmount,
    /// The output would cost more to spend than it holds.
    #[error("{} is too little for one output: the least is {}", mta(*.amount), mta(*.least))]
    BelowDust {
        /// What was asked.
        amount: Amount,
        /// The least there may be.
        least: Amount,
    },
    /// Too few grains for amount, fee and registry price.
    #[error(
        "not enough MTA: {} is needed, {} can be spent now ({} confirmed, {} pending), {} is still immature",
        grains(.0.need), grains(.0.have()), grains(.0.confirmed), grains(.0.pending), grains(.0.immature)
    )]
    InsufficientGrains(Missing),
    /// Too few units of an asset.
    #[error(
        "not enough of asset {asset}: {} base units are needed, {} can be spent now",
        .missing.need, .missing.have()
    )]
    InsufficientAsset {
        /// Which asset.
        asset: AssetId,
        /// What is short.
        missing: Missing,
    },
    /// The units are there, but a freeze is on them.
    #[error(
        "{need} base units of asset {asset} are needed, but only {free} are free; {}",
        say_frozen(.coins)
    )]
    CoinsFrozen {
        /// Which asset.
        asset: AssetId,
        /// What it takes.
        need: u64,
        /// What can be spent now.
        free: u64,
        /// The frozen coins of that asset, biggest first.
        coins: Vec<FrozenCoin>,
    },
    /// The wallet holds no right to do that.
    #[error("this needs the right to {} over asset {asset}, and no coin of this wallet carries it", .rights.names().join(" and "))]
    MissingRight {
        /// Over which asset.
        asset: AssetId,
        /// Which rights are missing.
        rights: Rights,
    },
    /// The wallet does not hold the identity.
    #[error("this needs identity {identity}, and no coin of this wallet carries it")]
    MissingIdentity {
        /// Which identity.
        identity: IdentityId,
    },
    /// The right or identity is there, but its coin is not in a block yet.
    #[error("the coin {outpoint} that carries the right or identity waits for the next block")]
    RoleImmature {
        /// Which coin.
        outpoint: OutPoint,
    },
    /// No coin or too many coins to freeze or unfreeze.
    #[error("1 to 64 coins can be named at once, not {got}")]
    TargetCount {
        /// How many were named.
        got: usize,
    },
    /// So many coins would have to be spent that no node relays the transaction.
    #[error(
        "the coins are too small: the transaction would weigh {weight}, the most is {most}. Merge coins first"
    )]
    TooHeavy {
        /// What it would weigh.
        weight: Weight,
        /// The most there may be.
        most: Weight,
    },
    /// The request does not fit into an envelope.
    #[error("this does not fit into an envelope: {bytes} bytes, the most is {most}")]
    EnvelopeTooLong {
        /// Length of the payload in bytes.
        bytes: usize,
        /// The most there may be.
        most: usize,
    },
    /// The recipient's script can never be spent.
    #[error("nobody could ever spend what is sent there")]
    Unspendable,
    /// A coin was given with another transaction than the one that made it.
    #[error("coin {outpoint} is not what its transaction says; the wallet must be read again")]
    CoinMismatch {
        /// Which coin.
        outpoint: OutPoint,
    },
    /// What is asked can't be said in an envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The wallet owns more than 64 bits can count.
    #[error("amounts add up to more than can be counted")]
    Overflow,
}

impl PlanError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ZeroAmount => "amount.zero",
            Self::BelowDust { .. } => "wallet.below_dust",
            Self::InsufficientGrains(_) | Self::InsufficientAsset { .. } => {
                "wallet.insufficient_funds"
            }
            Self::CoinsFrozen { .. } => "mip0001.coin_frozen",
            Self::MissingRight { .. } => "wallet.missing_right",
            Self::MissingIdentity { .. } => "wallet.missing_identity",
            Self::RoleImmature { .. } => "wallet.role_immature",
            Self::TargetCount { .. } => "wallet.target_count",
            Self::TooHeavy { .. } => "wallet.too_heavy",
            Self::EnvelopeTooLong { .. } => "wallet.envelope_too_long",
            Self::Unspendable => "wallet.unspendable",
            Self::CoinMismatch { .. } => "wallet.coin_mismatch",
            Self::Envelope(error) => error.code(),
            Self::Overflow => "amount.overflow",
        }
    }
}

fn say_frozen(coins: &[FrozenCoin]) -> String {
    let words: Vec<String> = coins
        .iter()
        .map(|coin| {
            format!(
                "coin {} ({} base units) is frozen until height {}",
                coin.outpoint, coin.amount, coin.stop
            )
        })
        .collect();
    words.join("; ")
}

fn grains(amount: u64) -> String {
    mta(Amount::from_sat(amount))
}
