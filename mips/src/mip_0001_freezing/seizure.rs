//! Forced transfer: carrying out what a court has ordered, long after everybody could see the ORDER.
use std::borrow::Cow;

use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Transaction, Txid};
use moneta_chain::Height;
use serde::{Deserialize, Serialize};

use super::{FreezeError, Target};
use crate::case::{Case, inputs};
use crate::envelope::{Reader, Writer};
use crate::{
    AssetId, Attachment, Change, Coin, Entry, EnvelopeError, Key, Operation, Record, RegistryView,
    Tier,
};

/// Blocks for which a coin must have stood under an ORDER before its units are taken: a day.
pub const ORDER_BEFORE_TRANSFER: u32 = 1_440;

/// That the units of a coin were taken by a forced transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seizure {
    /// Height of the block.
    pub taken_at: Height,
    /// Transaction that took them.
    pub taken_in: Txid,
}

impl Seizure {
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.u32(self.taken_at.to_u32());
        writer.bytes(self.taken_in.as_byte_array());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, EnvelopeError> {
        Ok(Self {
            taken_at: Height::new(reader.u32()?),
            taken_in: Txid::from_byte_array(reader.array()?),
        })
    }
}

/// Tells whether the units of a coin were taken from it.
pub(crate) fn is_seized(outpoint: &OutPoint, coin: &Coin, registry: &dyn RegistryView) -> bool {
    match coin.attachment {
        Some(Attachment::Asset { id, .. }) => registry.seizure(&id, outpoint).is_some(),
        _ => false,
    }
}

/// Returns the coins as the rules see them.
///
/// # Consensus
/// > 1.21 From a ForceTransfer on, the coin that it names MUST be taken to hold nothing; its native coin stays its
/// > holder's.
pub(crate) fn without_seized<'a>(
    tx: &Transaction,
    spent: &'a [Coin],
    registry: &dyn RegistryView,
) -> Cow<'a, [Coin]> {
    let seized: Vec<bool> = inputs(tx, spent)
        .map(|(outpoint, coin)| is_seized(&outpoint, coin, registry))
        .collect();
    if !seized.contains(&true) {
        return Cow::Borrowed(spent);
    }
    let coins = spent.iter().zip(seized).map(|(coin, is_seized)| Coin {
        attachment: coin.attachment.clone().filter(|_| !is_seized),
        ..coin.clone()
    });
    Cow::Owned(coins.collect())
}

/// Returns the changes that drop the records of coins which are spent. `spent` are the coins as they were made.
///
/// # Consensus
/// > The record of it MUST be dropped when the coin is spent.
pub(crate) fn forget_seized(
    tx: &Transaction,
    spent: &[Coin],
    registry: &dyn RegistryView,
) -> Vec<Change> {
    let records = inputs(tx, spent).flat_map(|(coin, spent)| {
        let Some(Attachment::Asset { id: asset, .. }) = spent.attachment else {
            return Vec::new();
        };
        let Some(seizure) = registry.seizure(&asset, &coin) else {
            return Vec::new();
        };
        let freeze = registry.freeze(&asset, &coin).map(|before| Change::Freeze {
            asset,
            coin,
            before: Some(before),
            after: None,
        });
        let seizure = Change::Record(Box::new(Entry {
            key: Key::Seizure { asset, coin },
            before: Some(Record::Seizure(seizure)),
            after: None,
        }));
        freeze.into_iter().chain([seizure]).collect()
    });
    records.collect()
}

/// Checks a forced transfer and returns what it changes. That FREEZE and COMPLIANCE are held is 3.8, and that the units
/// come out again is 3.6.
pub(crate) fn check_force_transfer(
    case: &Case<'_>,
    asset: &AssetId,
    coin: &OutPoint,
    amount: u64,
) -> Result<Change, FreezeError> {
    check_alone(case, asset, coin)?;
    let held = check_held(case, asset, coin, amount)?;
    check_ordered(case, coin, &held)?;
    Ok(Change::Record(Box::new(Entry {
        key: Key::Seizure {
            asset: *asset,
            coin: *coin,
        },
        before: None,
        after: Some(Record::Seizure(Seizure {
            taken_at: case.height,
            taken_in: case.txid,
        })),
    })))
}

/// # Consensus
/// > 1.20 The transaction MUST NOT spend the coin that a ForceTransfer of it names, and MUST NOT burn units of the asset.
fn check_alone(case: &Case<'_>, asset: &AssetId, coin: &OutPoint) -> Result<(), FreezeError> {
    let mut inputs = case.tx.input.iter();
    let spends = inputs.any(|input| input.previous_output == *coin);
    let mut operations = case.envelope.operations.iter();
    let burns = operations.any(
        |operation| matches!(operation, Operation::Burn { asset: burned, .. } if burned == asset),
    );
    if spends || burns {
        return Err(FreezeError::TransferNotAlone { coin: *coin });
    }
    Ok(())
}

/// # Consensus
/// > 1.18 A ForceTransfer MUST name a coin that holds units of the asset and from which none were taken before, and
/// > exactly as many units as it holds.
fn check_held(
    case: &Case<'_>,
    asset: &AssetId,
    coin: &OutPoint,
    amount: u64,
) -> Result<Coin, FreezeError> {
    let is_taken = case.registry.seizure(asset, coin).is_some();
    let held = (case.coins)(coin).filter(|held| {
        held.attachment == Some(Attachment::Asset { id: *asset, amount }) && !is_taken
    });
    held.ok_or(FreezeError::NothingToTransfer {
        coin: *coin,
        asset: *asset,
        amount,
    })
}

/// # Consensus
/// > 1.19 The coin MUST stand under an ORDER, on itself or on its script, that holds at the height of the block; it MUST
/// > have been an ORDER, and the coin MUST have been there, for 1,440 blocks.
fn check_ordered(case: &Case<'_>, coin: &OutPoint, held: &Coin) -> Result<(), FreezeError> {
    let targets = Target::stopping(coin, held).into_iter().flatten();
    // A pause accuses nobody: nothing is taken under it.
    let accusing = targets.filter(|target| !matches!(target, Target::All { .. }));
    let records = accusing.filter_map(|target| case.registry.freeze_on(&target));
    let orders = records
        .filter(|record| record.tier == Tier::Order && record.holds_at(case.height))
        .filter_map(|record| record.ordered);
    let ready = orders
        .min()
        .map(|since| since.max(held.height))
        .map(|since| since.saturating_add(ORDER_BEFORE_TRANSFER));
    if ready.is_none_or(|ready| case.height < ready) {
        return Err(FreezeError::OrderTooYoung { coin: *coin, ready });
    }
    Ok(())
}
