//! Why a transaction breaks a rule of MIP-1: one variant, one rule.
use bitcoin::OutPoint;
use moneta_chain::Height;

use super::Target;
use crate::{AssetId, Reason};

/// Why a transaction breaks a rule of MIP-1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FreezeError {
    /// A frozen coin is spent.
    #[error("coin {outpoint} of asset {asset} is frozen {}", until(.stop, .reason))]
    CoinFrozen {
        /// Which coin.
        outpoint: OutPoint,
        /// Units of which asset it holds.
        asset: AssetId,
        /// Why, where a record says so; a freeze of the same block has none yet.
        reason: Option<Reason>,
        /// First height at which it moves again, where a record says so.
        stop: Option<Height>,
    },
    /// Nothing, or too much, is named.
    #[error("a freeze, unfreeze or contest names 1 to 64 coins or scripts, not {got}")]
    TargetCount {
        /// How many were named.
        got: usize,
    },
    /// The freeze would be over before it begins.
    #[error("the freeze ends at height {stop}, which is not after this block's height {height}")]
    StopPassed {
        /// First height at which the coins would move again.
        stop: Height,
        /// Height of the block.
        height: Height,
    },
    /// The freeze is longer than its tier allows.
    #[error("the freeze lasts until height {stop}, its tier allows {most} at most")]
    StopTooFar {
        /// First height at which the coins would move again.
        stop: Height,
        /// Highest there may be.
        most: Height,
    },
    /// The jurisdiction is not two capital letters.
    #[error("the jurisdiction is not a code of two capital letters (ISO 3166-1)")]
    JurisdictionMalformed,
    /// An ORDER freeze has no document.
    #[error("an ORDER freeze rests on a document, and its hash is missing")]
    DocumentMissing,
    /// The target's EMERGENCY time is used up.
    #[error(
        "{target} was frozen at height {start} already, and EMERGENCY reaches no further than {last}, nor begins anew before {again}: this takes an ORDER"
    )]
    EmergencyUsed {
        /// Of what.
        target: Target,
        /// Height of the first freeze that counts.
        start: Height,
        /// First height that EMERGENCY no longer reaches.
        last: Height,
        /// First height at which another EMERGENCY can begin.
        again: Height,
    },
    /// An ORDER is lifted without COMPLIANCE.
    #[error("{target} is frozen by an ORDER: lifting it takes COMPLIANCE beside FREEZE")]
    OrderStands {
        /// Of what.
        target: Target,
    },
    /// A pause is contested.
    #[error("a pause of asset {asset} accuses nobody: a contest names coins or scripts")]
    PauseContested {
        /// Of which asset.
        asset: AssetId,
    },
    /// A forced transfer names a coin that its transaction spends, or stands beside a burn.
    #[error(
        "the transaction takes the units of coin {coin} by force, and spends that coin or burns units as well"
    )]
    TransferNotAlone {
        /// Which coin.
        coin: OutPoint,
    },
    /// The coin of a forced transfer does not hold these units.
    #[error(
        "coin {coin} does not hold exactly {amount} base units of asset {asset} that could be taken"
    )]
    NothingToTransfer {
        /// Which coin.
        coin: OutPoint,
        /// Units of which asset.
        asset: AssetId,
        /// How many are named.
        amount: u64,
    },
    /// The coin of a forced transfer has not been under an ORDER for long enough.
    #[error("coin {coin} can be taken by force {}", from(.ready))]
    OrderTooYoung {
        /// Which coin.
        coin: OutPoint,
        /// First height at which it can be, if an ORDER on it or its script holds.
        ready: Option<Height>,
    },
    /// Somebody else contests.
    #[error("the freeze of {target} is contested by nobody who can spend from its script")]
    NotTheHolder {
        /// Of what.
        target: Target,
    },
}

codes!(FreezeError {
    CoinFrozen => "mip0001.coin_frozen",
    TargetCount => "mip0001.target_count",
    StopPassed => "mip0001.stop_passed",
    StopTooFar => "mip0001.stop_too_far",
    JurisdictionMalformed => "mip0001.jurisdiction_malformed",
    DocumentMissing => "mip0001.document_missing",
    EmergencyUsed => "mip0001.emergency_used",
    OrderStands => "mip0001.order_stands",
    PauseContested => "mip0001.pause_contested",
    NotTheHolder => "mip0001.not_the_holder",
    TransferNotAlone => "mip0001.transfer_not_alone",
    NothingToTransfer => "mip0001.nothing_to_transfer",
    OrderTooYoung => "mip0001.order_too_young",
});

fn from(ready: &Option<Height>) -> String {
    match ready {
        Some(ready) => format!("from height {ready} on"),
        None => "only under an ORDER on it or on its script".to_owned(),
    }
}

fn until(stop: &Option<Height>, reason: &Option<Reason>) -> String {
    match (stop, reason) {
        (Some(stop), Some(reason)) => format!("until height {stop}: {}", reason.words()),
        _ => "by a transaction of the same block".to_owned(),
    }
}
