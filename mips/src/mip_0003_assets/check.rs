//! The rules of MIP-3 about coins, rights and units, each under the line of the specification that it enforces.
use bitcoin::{Amount, Transaction};
use moneta_chain::Height;

use super::AssetError;
use crate::case::{Case, inputs};
use crate::envelope::first_carrier;
use crate::ledger::Thing;
use crate::{
    Allocation, Asset, AssetId, Attachment, COMMITMENT_PRICE, Change, Coin,
    MAX_GRAINS_IN_FREEZABLE_COIN, Operation, RegistryView, Rights, Tier, registry_price,
};

/// Scripts longer than this can't be run, so their outputs can't be spent.
const MAX_SCRIPT_LEN: usize = 10_000;

/// # Consensus
/// > 3.1 A coinbase MUST NOT carry an envelope, nor an output that shows its tag.
pub(crate) fn check_no_envelope(tx: &Transaction) -> Result<(), AssetError> {
    match first_carrier(tx) {
        Some(vout) => Err(AssetError::CoinbaseEnvelope { vout }),
        None => Ok(()),
    }
}

/// # Consensus
/// > 3.2 A transaction that spends a coin with an attachment that is not a commitment MUST carry an envelope.
pub(crate) fn check_nothing_attached(tx: &Transaction, spent: &[Coin]) -> Result<(), AssetError> {
    let attached = |coin: &Coin| {
        let held = coin.attachment.as_ref();
        held.is_some_and(|held| !matches!(held, Attachment::Commitment { .. }))
    };
    match inputs(tx, spent).find(|(_, coin)| attached(coin)) {
        Some((outpoint, _)) => Err(AssetError::EnvelopeMissing { outpoint }),
        None => Ok(()),
    }
}

/// # Consensus
/// > 3.3 A coin with a right or an identity MUST NOT be spent in the block that made it.
pub(crate) fn check_roles_mature(
    tx: &Transaction,
    spent: &[Coin],
    here: Height,
) -> Result<(), AssetError> {
    let young = |coin: &Coin| {
        coin.height >= here && coin.attachment.as_ref().is_some_and(Attachment::is_role)
    };
    match inputs(tx, spent).find(|(_, coin)| young(coin)) {
        Some((outpoint, coin)) => Err(AssetError::RoleImmature {
            outpoint,
            height: coin.height,
        }),
        None => Ok(()),
    }
}

/// Checks each allocation by itself.
pub(crate) fn check_allocations(case: &Case<'_>) -> Result<(), AssetError> {
    for allocation in &case.envelope.allocations {
        check_output(case, allocation.vout)?;
        check_something(allocation)?;
    }
    Ok(())
}

/// # Consensus
/// > 3.4 An allocation MUST name an output of the transaction, and MUST NOT name one whose script begins
/// > with `OP_RETURN` or is longer than 10,000 bytes.
fn check_output(case: &Case<'_>, vout: u32) -> Result<(), AssetError> {
    let output = case
        .output(vout)
        .ok_or(AssetError::OutputMissing { vout })?;
    let script = &output.script_pubkey;
    if script.is_op_return() || script.len() > MAX_SCRIPT_LEN {
        return Err(AssetError::OutputUnspendable { vout });
    }
    Ok(())
}

/// # Consensus
/// > 3.5 Amounts and rights that are allocated, minted, burned or renounced MUST NOT be zero or none.
fn check_something(allocation: &Allocation) -> Result<(), AssetError> {
    match &allocation.attachment {
        Attachment::Asset { id, amount } => check_amount(id, *amount),
        Attachment::Authority { asset, rights } => check_rights(asset, *rights),
        Attachment::Identity { .. } | Attachment::Commitment { .. } => Ok(()),
    }
}

const fn check_amount(asset: &AssetId, amount: u64) -> Result<(), AssetError> {
    if amount == 0 {
        return Err(AssetError::AmountZero { asset: *asset });
    }
    Ok(())
}

const fn check_rights(asset: &AssetId, rights: Rights) -> Result<(), AssetError> {
    if rights.is_empty() {
        return Err(AssetError::RightsNone { asset: *asset });
    }
    Ok(())
}

/// # Consensus
/// > 3.6 For each asset, units held by inputs or taken by force + issued + minted MUST equal units allocated + burned,
/// > summed without overflow.
/// >
/// > 3.7 Each right that is held by an input, or created, MUST be allocated to exactly one output or
/// > renounced; no other right may be allocated or renounced.
pub(crate) fn check_conserved(case: &Case<'_>) -> Result<(), AssetError> {
    for (thing, sides) in case.ledger.unbalanced() {
        match *thing {
            Thing::Units(asset) => {
                return Err(AssetError::NotConserved {
                    asset,
                    held: sides.held,
                    created: sides.created,
                    allocated: sides.allocated,
                    burned: sides.given_up,
                });
            }
            Thing::Right(asset, bits) => {
                let right = Rights::from_bits(bits).unwrap_or_default();
                return Err(if sides.goes_in() == 0 {
                    AssetError::RightFromNothing { asset, right }
                } else if sides.comes_out() == 0 {
                    AssetError::RightLost { asset, right }
                } else {
                    AssetError::RightTwice { asset, right }
                });
            }
            Thing::Identity(_) => {}
        }
    }
    Ok(())
}

/// # Consensus
/// > 3.8 A Mint MUST have MINT, an EMERGENCY Freeze and an Unfreeze (but for 1.24) FREEZE, an ORDER Freeze, a
/// > SetRedemption and a ForceTransfer FREEZE and COMPLIANCE, an Enrol and a Withdraw ENROL, a SetDocument META, and a
/// > Renounce what it renounces, held by inputs.
/// >
/// > 3.9 A right that is used MUST be allocated again in the same transaction.
pub(crate) fn check_right_used(case: &Case<'_>, operation: &Operation) -> Result<(), AssetError> {
    let Some((asset, rights)) = right_of(operation) else {
        return Ok(());
    };
    known(case, &asset)?;
    let sides = |right: Rights| case.ledger.sides(&Thing::Right(asset, right.bits()));
    let missing = rights
        .each()
        .filter(|right| sides(*right).held == 0)
        .fold(Rights::NONE, Rights::union);
    if !missing.is_empty() {
        let rights = missing;
        return Err(AssetError::RightMissing { asset, rights });
    }
    let given_up = rights
        .each()
        .filter(|right| sides(*right).given_up > 0)
        .fold(Rights::NONE, Rights::union);
    let renounces = matches!(operation, Operation::Renounce { .. });
    if !renounces && !given_up.is_empty() {
        let rights = given_up;
        return Err(AssetError::RightNotReturned { asset, rights });
    }
    Ok(())
}

const fn right_of(operation: &Operation) -> Option<(AssetId, Rights)> {
    match operation {
        Operation::Mint { asset, .. } => Some((*asset, Rights::MINT)),
        Operation::Renounce { asset, rights } => Some((*asset, *rights)),
        Operation::Freeze(freeze) => Some((freeze.asset, freeze.tier.rights())),
        Operation::Unfreeze { asset, .. } => Some((*asset, Rights::FREEZE)),
        Operation::SetRedemption { asset, .. } | Operation::ForceTransfer { asset, .. } => {
            Some((*asset, Tier::Order.rights()))
        }
        Operation::SetDocument(document) => Some((document.asset, Rights::META)),
        Operation::Enrol { asset, .. } | Operation::Withdraw { asset, .. } => {
            Some((*asset, Rights::ENROL))
        }
        Operation::IssueAsset(_)
        | Operation::DescribePiece(_)
        | Operation::Burn { .. }
        | Operation::RegisterIdentity(_)
        | Operation::UpdateIdentity(_)
        | Operation::RenewIdentity { .. }
        | Operation::RecoverIdentity { .. }
        | Operation::ClaimIdentity { .. }
        | Operation::RevokeIdentity { .. }
        | Operation::Contest { .. }
        | Operation::Anchor { .. } => None,
    }
}

impl Tier {
    /// Returns the rights that a freeze of this tier takes.
    pub const fn rights(self) -> Rights {
        match self {
            Self::Emergency => Rights::FREEZE,
            Self::Order => Rights::FREEZE.union(Rights::COMPLIANCE),
        }
    }
}

/// # Consensus
/// > 3.10 An operation MUST name an asset of the registry, and an allocation one of the registry or of an
/// > IssueAsset of the same transaction.
fn known(case: &Case<'_>, asset: &AssetId) -> Result<Asset, AssetError> {
    let unknown = AssetError::AssetUnknown { asset: *asset };
    case.registry.asset(asset).ok_or(unknown)
}

/// Checks that an operation that takes no right names an asset of the registry (3.10).
pub(crate) fn check_known(case: &Case<'_>, asset: &AssetId) -> Result<(), AssetError> {
    known(case, asset).map(|_| ())
}

/// # Consensus
/// > 3.11 A Mint MUST NOT take the supply beyond the cap.
pub(crate) fn check_mint(
    case: &Case<'_>,
    asset: &AssetId,
    amount: u64,
) -> Result<Change, AssetError> {
    check_amount(asset, amount)?;
    let before = known(case, asset)?;
    let (supply, cap) = (before.supply, before.cap);
    let minted = supply.checked_add(amount).filter(|sum| *sum <= cap);
    let supply = minted.ok_or(AssetError::CapExceeded {
        asset: *asset,
        supply,
        amount,
        cap,
    })?;
    let after = Asset {
        supply,
        ..before.clone()
    };
    Ok(changed(before, after))
}

/// Checks a burn. That the inputs hold what is burned is conservation (3.6), so the supply is never less.
pub(crate) fn check_burn(
    case: &Case<'_>,
    asset: &AssetId,
    amount: u64,
) -> Result<Change, AssetError> {
    check_amount(asset, amount)?;
    let before = known(case, asset)?;
    let after = Asset {
        supply: before.supply.saturating_sub(amount),
        // Minting and burning in turns for ever could pass 64 bits; the count then stays at its highest.
        burned: before.burned.saturating_add(amount),
        ..before.clone()
    };
    Ok(changed(before, after))
}

/// Checks a renunciation. That the right is held and goes nowhere else is 3.7 and 3.8.
pub(crate) fn check_renounce(
    case: &Case<'_>,
    asset: &AssetId,
    rights: Rights,
) -> Result<Change, AssetError> {
    check_rights(asset, rights)?;
    let before = known(case, asset)?;
    let after = Asset {
        powers: before.powers.without(rights),
        ..before.clone()
    };
    Ok(changed(before, after))
}

fn changed(before: Asset, after: Asset) -> Change {
    Change::Asset {
        before: Some(Box::new(before)),
        after: Box::new(after),
    }
}

/// # Consensus
/// > 3.12 An output that gets units of an asset whose powers hold FREEZE MUST NOT hold more than 10,000 grains.
pub(crate) fn check_grains(case: &Case<'_>) -> Result<(), AssetError> {
    for allocation in &case.envelope.allocations {
        let Some(asset) = allocation.attachment.asset() else {
            continue;
        };
        let freezable = known(case, &asset)?.is_freezable();
        let holds_units = matches!(allocation.attachment, Attachment::Asset { .. });
        let vout = allocation.vout;
        let got = case.output(vout).map_or(Amount::ZERO, |out| out.value);
        if freezable && holds_units && got > MAX_GRAINS_IN_FREEZABLE_COIN {
            return Err(AssetError::TooManyGrains { vout, got });
        }
    }
    Ok(())
}

/// # Consensus
/// > 3.21 The value of the output that carries the envelope MUST be at least the sum of the prices of the
/// > operations at the height of the block and of the commitments that are allocated.
pub(crate) fn check_price(case: &Case<'_>) -> Result<(), AssetError> {
    // An envelope holds a few thousand operations at most: the sum stays far below 64 bits.
    let price = case
        .envelope
        .operations
        .iter()
        .map(|operation| registry_price(operation, case.height).to_sat())
        .fold(0, u64::saturating_add);
    let allocations = case.envelope.allocations.iter();
    let commitments =
        allocations.filter(|one| matches!(one.attachment, Attachment::Commitment { .. }));
    let price = commitments.fold(Amount::from_sat(price), |sum, _| {
        sum.checked_add(COMMITMENT_PRICE).unwrap_or(Amount::MAX)
    });
    let paid = case.carrier().map_or(Amount::ZERO, |out| out.value);
    if paid < price {
        return Err(AssetError::PriceNotPaid { price, paid });
    }
    Ok(())
}
