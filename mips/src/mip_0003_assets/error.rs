//! Why a transaction breaks a rule of MIP-3: one variant, one rule.
use bitcoin::{Amount, OutPoint};
use moneta_chain::Height;

use crate::{AssetId, IdentityId, MAX_GRAINS_IN_FREEZABLE_COIN, Rights};

/// Why a transaction breaks a rule of MIP-3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// A coinbase carries an envelope.
    #[error("a coinbase carries no envelope, and output {vout} of this one does")]
    CoinbaseEnvelope {
        /// Index of the output.
        vout: u32,
    },
    /// A coin with an attachment is spent, and no envelope says where it goes.
    #[error(
        "coin {outpoint} holds an asset, a right or an identity, and the transaction has no envelope that says where it goes"
    )]
    EnvelopeMissing {
        /// Which coin.
        outpoint: OutPoint,
    },
    /// A coin with a right or an identity is spent in the block that made it.
    #[error(
        "coin {outpoint} carries a right or an identity and was made at height {height}: it can be spent from the next block on"
    )]
    RoleImmature {
        /// Which coin.
        outpoint: OutPoint,
        /// Height of the block that made it.
        height: Height,
    },
    /// Something is allocated to an output that is not there.
    #[error(
        "the envelope allocates to output {vout}, and the transaction has none with that number"
    )]
    OutputMissing {
        /// Index of the output.
        vout: u32,
    },
    /// Something is allocated to an output that nobody can ever spend.
    #[error("the envelope allocates to output {vout}, which nobody can ever spend")]
    OutputUnspendable {
        /// Index of the output.
        vout: u32,
    },
    /// An allocation, Mint or Burn moves nothing.
    #[error("an amount of asset {asset} is zero: nothing would move")]
    AmountZero {
        /// Which asset.
        asset: AssetId,
    },
    /// An allocation or Renounce names no right.
    #[error("rights over asset {asset} are allocated or renounced, but none is named")]
    RightsNone {
        /// Which asset.
        asset: AssetId,
    },
    /// The registry does not know the asset.
    #[error("there is no asset {asset}")]
    AssetUnknown {
        /// Which asset.
        asset: AssetId,
    },
    /// More or fewer units come out than go in.
    #[error(
        "asset {asset} is not conserved: inputs {held} + created {created} is not allocated {allocated} + burned {burned} (base units)"
    )]
    NotConserved {
        /// Which asset.
        asset: AssetId,
        /// Base units in the inputs.
        held: u128,
        /// Base units issued or minted.
        created: u128,
        /// Base units in the outputs.
        allocated: u128,
        /// Base units burned.
        burned: u128,
    },
    /// An output gets a right that no input holds.
    #[error("the right to {} over asset {asset} comes from nowhere: no input holds it", names(.right))]
    RightFromNothing {
        /// Over which asset.
        asset: AssetId,
        /// Which right.
        right: Rights,
    },
    /// A right goes in or is created, and is neither allocated nor renounced.
    #[error("the right to {} over asset {asset} would be lost: allocate it or renounce it", names(.right))]
    RightLost {
        /// Over which asset.
        asset: AssetId,
        /// Which right.
        right: Rights,
    },
    /// A right is given out twice, or given out and renounced.
    #[error("the right to {} over asset {asset} is given out twice", names(.right))]
    RightTwice {
        /// Over which asset.
        asset: AssetId,
        /// Which right.
        right: Rights,
    },
    /// An operation uses a right that no input holds.
    #[error("this takes the right to {} over asset {asset}, and no input holds it", names(.rights))]
    RightMissing {
        /// Over which asset.
        asset: AssetId,
        /// Which rights are missing.
        rights: Rights,
    },
    /// An operation uses a right that the same transaction renounces.
    #[error("the right to {} over asset {asset} is used and renounced at once", names(.rights))]
    RightNotReturned {
        /// Over which asset.
        asset: AssetId,
        /// Which rights.
        rights: Rights,
    },
    /// The symbol breaks the grammar.
    #[error("a symbol has 1 to 12 characters of A-Z and 0-9, begins with a letter, and is not MTA")]
    SymbolMalformed,
    /// The issuer has an asset of this symbol already.
    #[error("the issuer has an asset of this symbol already: {by}")]
    SymbolTaken {
        /// Which asset.
        by: AssetId,
    },
    /// The name is too long or holds characters that can't be seen.
    #[error("an asset's name has at most 64 bytes and no characters that can't be seen")]
    NameMalformed,
    /// Too many decimal places.
    #[error("an asset has at most 12 decimal places, not {got}")]
    DecimalsTooMany {
        /// How many.
        got: u8,
    },
    /// More units would be created than there may ever be.
    #[error("{initial} base units would be created now, but the cap is {cap}")]
    InitialOverCap {
        /// Base units created now.
        initial: u64,
        /// Most there may ever be.
        cap: u64,
    },
    /// The asset could never have a unit.
    #[error(
        "no unit is created now and none could be later: an asset needs an initial amount, or a cap and the right to mint"
    )]
    NeverAnyUnit,
    /// The asset asks for enrolled holders, and nobody could ever enrol one.
    #[error("an asset for enrolled holders needs the right to enrol among its powers")]
    HoldersWithoutEnrol,
    /// The issuer's coin is not among the inputs.
    #[error("identity {issuer} is named as issuer, and its coin is not among the inputs")]
    IssuerNotSpent {
        /// Which identity.
        issuer: IdentityId,
    },
    /// A Mint would pass the cap.
    #[error("asset {asset} has {supply} base units and may have {cap}: {amount} more are too many")]
    CapExceeded {
        /// Which asset.
        asset: AssetId,
        /// Base units that exist.
        supply: u64,
        /// Base units to mint.
        amount: u64,
        /// Most there may ever be.
        cap: u64,
    },
    /// An output with a freezable asset holds too many grains.
    #[error(
        "output {vout} gets units of a freezable asset and holds {} grains: at most {}, so that a freeze traps no real native value",
        .got.to_sat(), MAX_GRAINS_IN_FREEZABLE_COIN.to_sat()
    )]
    TooManyGrains {
        /// Index of the output.
        vout: u32,
        /// Grains it holds.
        got: Amount,
    },
    /// The envelope output burns too little for what the registry has to keep.
    #[error(
        "the envelope output pays {} grains for the registry's new entries, and they cost {}",
        .paid.to_sat(), .price.to_sat()
    )]
    PriceNotPaid {
        /// What the entries cost.
        price: Amount,
        /// Value of the envelope output.
        paid: Amount,
    },
}

codes!(AssetError {
    CoinbaseEnvelope => "mip0003.coinbase_envelope",
    EnvelopeMissing => "mip0003.envelope_missing",
    RoleImmature => "mip0003.role_immature",
    OutputMissing => "mip0003.output_missing",
    OutputUnspendable => "mip0003.output_unspendable",
    AmountZero => "mip0003.amount_zero",
    RightsNone => "mip0003.rights_none",
    AssetUnknown => "mip0003.asset_unknown",
    NotConserved => "mip0003.not_conserved",
    RightFromNothing => "mip0003.right_from_nothing",
    RightLost => "mip0003.right_lost",
    RightTwice => "mip0003.right_twice",
    RightMissing => "mip0003.right_missing",
    RightNotReturned => "mip0003.right_not_returned",
    SymbolMalformed => "mip0003.symbol_malformed",
    SymbolTaken => "mip0003.symbol_taken",
    NameMalformed => "mip0003.name_malformed",
    DecimalsTooMany => "mip0003.decimals_too_many",
    InitialOverCap => "mip0003.initial_over_cap",
    NeverAnyUnit => "mip0003.never_any_unit",
    HoldersWithoutEnrol => "mip0003.holders_without_enrol",
    IssuerNotSpent => "mip0003.issuer_not_spent",
    CapExceeded => "mip0003.cap_exceeded",
    TooManyGrains => "mip0003.too_many_grains",
    PriceNotPaid => "mip0003.price_not_paid",
});

fn names(rights: &Rights) -> String {
    rights.names().join(" and ")
}
