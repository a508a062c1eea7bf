//! What must never happen.
use bitcoin::{OutPoint, Txid};
use moneta_mips::{AssetId, IdentityId, MipError, Target};

/// A promise of the chain that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A template that the rules admit transaction by transaction is no valid block.
    #[error("a block made from admitted transactions is refused at {txid}: {error}")]
    TemplateHalts {
        /// Which transaction.
        txid: Txid,
        /// Why.
        error: Box<MipError>,
    },
    /// A transaction of a block spends what is not there.
    #[error("a block made from admitted transactions spends {0}, which is not there")]
    CoinMissing(OutPoint),
    /// The same transactions in another order leave something else, or are refused.
    #[error("the order of a block's transactions changes what they do")]
    OrderMatters,
    /// Undo does not lead back, or redo not forward.
    #[error("taking blocks back and connecting them again does not lead to the same state")]
    UndoDiffers,
    /// Units exist that nobody made, or units are gone that nobody burned.
    #[error(
        "asset {asset}: {held} base units on coins, {made} made and not burned, supply {supply}"
    )]
    Supply {
        /// Which asset.
        asset: AssetId,
        /// On coins.
        held: u128,
        /// Issued and minted less burned.
        made: u128,
        /// What the registry says.
        supply: u64,
    },
    /// There is more of an asset than there may ever be.
    #[error("asset {0} is above its cap")]
    AboveCap(AssetId),
    /// A right exists twice, came from nowhere, or is gone without a word.
    #[error("asset {0}: rights on coins are not those declared and not renounced")]
    Rights(AssetId),
    /// An identity exists twice or is gone without a word.
    #[error("identity {0} is not on exactly one coin")]
    Identity(IdentityId),
    /// What coins hold is not what transactions allocated.
    #[error("what coins hold is not what transactions allocated to them")]
    Holdings,
    /// A coin was spent while a freeze held it.
    #[error("{txid} spends {coin}, which is frozen")]
    FrozenSpent {
        /// Which transaction.
        txid: Txid,
        /// Which coin.
        coin: OutPoint,
    },
    /// A handle was taken that nobody had committed to in an earlier block.
    #[error("{txid} registers {identity} unannounced")]
    Unannounced {
        /// Which transaction.
        txid: Txid,
        /// Which identity.
        identity: IdentityId,
    },
    /// Something happened that takes a right which no input held.
    #[error("{txid} does what takes a right over {asset} that no input held")]
    RightFromNowhere {
        /// Which transaction.
        txid: Txid,
        /// Over which asset.
        asset: AssetId,
    },
    /// Units were taken from a coin that no ORDER had held for a day.
    #[error("{txid} takes the units of {coin}, which has not stood under an ORDER for a day")]
    TakenWithoutOrder {
        /// Which transaction.
        txid: Txid,
        /// From which coin.
        coin: OutPoint,
    },
    /// A freeze stands in the registry that no operation asked for.
    #[error("a freeze of {0} stands in the registry, and nobody froze it")]
    FreezeFromNowhere(Target),
    /// A handle, a symbol or a number of an edition belongs to two, or to whom it should not.
    #[error("{0} is taken twice, or is not whose it should be")]
    Taken(String),
    /// An identity is paid for, revoked or under recovery otherwise than its history says.
    #[error("identity {0} does not stand as its history says")]
    Standing(IdentityId),
    /// An identity acted that was revoked or not paid for.
    #[error("identity {0} acts, and is revoked, or not paid for, or for more than ten years")]
    NotInForce(IdentityId),
    /// An identity was taken over with less than a week's notice.
    #[error("identity {0} was claimed before a week had passed, or by somebody else")]
    ClaimedEarly(IdentityId),
    /// Somebody got units who may not.
    #[error("{txid} pays units of {asset} to a script that is not enrolled")]
    NotEnrolled {
        /// Which transaction.
        txid: Txid,
        /// Of which asset.
        asset: AssetId,
    },
    /// A plain coin could not move.
    #[error("the native coin {coin} can't move: {error}")]
    NativeFrozen {
        /// Which coin.
        coin: OutPoint,
        /// Why.
        error: Box<MipError>,
    },
}
