//! The one door to all MIP rules: a transaction, the coins it spends and the registry, to its effects.
//!
//! This file holds the order of the checks and no rule: each rule stands in the `check.rs` of its MIP.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{OutPoint, Transaction};
use moneta_chain::Height;

use crate::case::Case;
use crate::mip_0001_freezing::{self as freezing, FreezeError};
use crate::mip_0002_identity::{self as identity, IdentityError};
use crate::mip_0003_assets::{self as assets, AssetError};
use crate::mip_0004_unique::{self as unique, PieceError};
use crate::mip_0005_holding::{self as holding, HoldingError};
use crate::mip_0006_notarisation::{self as notarisation, NotarisationError};
use crate::scripts::Scripts;
use crate::{
    Attachment, Change, Coin, Envelope, EnvelopeError, Operation, RegistryView, Target,
    find_envelope,
};

/// Where a transaction is judged.
pub struct Scene<'a> {
    /// The registry after the transactions that stand before this one.
    pub registry: &'a dyn RegistryView,
    /// The coins before this transaction, unspent; asked for those that it names without spending them.
    pub coins: &'a dyn Fn(&OutPoint) -> Option<Coin>,
    /// Everything that any transaction of the same block freezes: a freeze wins in its block.
    pub frozen_in_block: &'a BTreeSet<Target>,
    /// The coins of those that the same block spends (see [`spent_of`]); empty where there is no block yet.
    pub spent_in_block: &'a BTreeSet<OutPoint>,
    /// Height of the block that holds, or would hold, the transaction.
    pub height: Height,
}

/// What a valid transaction does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effects {
    /// What its outputs hold, by output index.
    pub attachments: BTreeMap<u32, Attachment>,
    /// What happens to the registry, in order.
    pub changes: Vec<Change>,
    /// The envelope it carried.
    pub envelope: Option<Envelope>,
}

/// Why a transaction breaks a MIP rule. `code()` is stable; the variants are the MIPs' own errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MipError {
    /// The envelope is not one.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A rule of MIP-1 is broken.
    #[error(transparent)]
    Freezing(#[from] FreezeError),
    /// A rule of MIP-2 is broken.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A rule of MIP-3 is broken.
    #[error(transparent)]
    Assets(#[from] AssetError),
    /// A rule of MIP-4 is broken.
    #[error(transparent)]
    Unique(#[from] PieceError),
    /// A rule of MIP-5 is broken.
    #[error(transparent)]
    Holding(#[from] HoldingError),
    /// A rule of MIP-6 is broken.
    #[error(transparent)]
    Notarisation(#[from] NotarisationError),
}

impl MipError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.code(),
            Self::Freezing(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Assets(error) => error.code(),
            Self::Unique(error) => error.code(),
            Self::Holding(error) => error.code(),
            Self::Notarisation(error) => error.code(),
        }
    }
}

/// Checks every MIP rule for a transaction that is no coinbase. `spent[i]` is the coin of `tx.input[i]`.
///
/// That the inputs are distinct is Bitcoin's rule and not asked again: a coin named twice would count twice.
///
/// # Errors
/// The first rule that the transaction breaks.
///
/// # Panics
/// `spent` does not have one coin for each input: the caller has not looked the inputs up.
pub fn check_transaction(
    tx: &Transaction,
    spent: &[Coin],
    scene: &Scene<'_>,
) -> Result<Effects, MipError> {
    assert_eq!(tx.input.len(), spent.len(), "one coin for each input");
    let found = find_envelope(tx)?;
    let forgotten = freezing::forget_seized(tx, spent, scene.registry);
    let spent = &freezing::without_seized(tx, spent, scene.registry);
    let spent = &identity::as_they_count(spent, scene.registry);
    let scripts = &Scripts::of(tx, spent);
    freezing::check_inputs_free(tx, spent, scripts, scene, found.as_ref())?;
    assets::check_roles_mature(tx, spent, scene.height)?;
    let Some(found) = found else {
        assets::check_nothing_attached(tx, spent)?;
        return Ok(Effects {
            changes: forgotten,
            ..Effects::default()
        });
    };
    let mut case = Case::new(tx, spent, scripts, scene, &found);
    assets::check_allocations(&case)?;
    assets::check_conserved(&case)?;
    identity::check_conserved(&case)?;
    case.record_all(forgotten);
    case.record_all(freezing::forget_spent(&case));
    case.record_all(identity::end_recoveries(&case));
    for (index, operation) in (0_u32..).zip(&found.envelope.operations) {
        check_operation(&mut case, index, operation)?;
    }
    assets::check_grains(&case)?;
    holding::check_receivers(&case)?;
    assets::check_price(&case)?;
    let changes = case.into_changes();
    let allocations = found.envelope.allocations.iter();
    Ok(Effects {
        attachments: allocations
            .map(|allocation| (allocation.vout, allocation.attachment.clone()))
            .collect(),
        changes,
        envelope: Some(found.envelope),
    })
}

/// Checks every MIP rule for a coinbase: it carries no envelope.
///
/// # Errors
/// It carries one, or something that looks like one.
pub fn check_coinbase(tx: &Transaction) -> Result<(), MipError> {
    assets::check_no_envelope(tx).map_err(MipError::from)
}

// One arm for each operation, and no rule in it.
#[allow(clippy::too_many_lines)]
fn check_operation(case: &mut Case<'_>, index: u32, operation: &Operation) -> Result<(), MipError> {
    match operation {
        Operation::Unfreeze { asset, targets } if freezing::lifts_nothing(case, asset, targets) => {
            assets::check_known(case, asset)?;
        }
        _ => assets::check_right_used(case, operation)?,
    }
    let changes = changes_of(case, index, operation)?;
    case.record_all(changes);
    Ok(())
}

/// Checks the rules of one operation and returns what it changes.
fn changes_of(case: &Case<'_>, index: u32, operation: &Operation) -> Result<Vec<Change>, MipError> {
    Ok(match operation {
        Operation::IssueAsset(issue) => {
            if let Some(issuer) = &issue.issuer {
                identity::check_in_force(case, issuer)?;
            }
            vec![assets::check_issue(case, index, issue)?]
        }
        Operation::Mint { asset, amount } => vec![assets::check_mint(case, asset, *amount)?],
        Operation::Burn { asset, amount } => vec![assets::check_burn(case, asset, *amount)?],
        Operation::Renounce { asset, rights } => {
            vec![assets::check_renounce(case, asset, *rights)?]
        }
        Operation::Freeze(freeze) => freezing::check_freeze(case, freeze)?,
        Operation::Unfreeze { asset, targets } => freezing::check_unfreeze(case, asset, targets)?,
        Operation::Contest { asset, targets, .. } => {
            assets::check_known(case, asset)?;
            freezing::check_contest(case, asset, targets)?
        }
        Operation::SetRedemption { asset, script } => {
            Vec::from_iter(freezing::set_redemption(case, asset, script))
        }
        Operation::ForceTransfer {
            asset,
            coin,
            amount,
        } => vec![freezing::check_force_transfer(case, asset, coin, *amount)?],
        Operation::RegisterIdentity(register) => identity::check_register(case, index, register)?,
        Operation::UpdateIdentity(update) => {
            let (id, document) = (&update.identity, &update.document);
            let change = identity::check_update(case, id, document, &update.recovery)?;
            Vec::from_iter(change)
        }
        Operation::RenewIdentity { handle, years } => {
            Vec::from_iter(identity::check_renew(case, handle, *years)?)
        }
        Operation::RecoverIdentity { identity, to } => {
            Vec::from_iter(identity::check_recover(case, identity, to)?)
        }
        Operation::ClaimIdentity { identity } => {
            Vec::from_iter(identity::check_claim(case, identity)?)
        }
        Operation::RevokeIdentity { identity } => {
            Vec::from_iter(identity::check_revoke(case, identity)?)
        }
        Operation::DescribePiece(piece) => unique::check_describe(case, index, piece)?,
        Operation::Anchor { digest } => {
            notarisation::check_digest(digest)?;
            Vec::new()
        }
        Operation::SetDocument(document) => {
            vec![notarisation::check_set_document(case, document)?]
        }
        Operation::Enrol { asset, holders } => holding::check_enrol(case, asset, holders)?,
        Operation::Withdraw { asset, scripts } => holding::check_withdraw(case, asset, scripts)?,
    })
}

/// Returns everything that the transaction's envelope freezes, whether or not it is valid.
pub fn freezes_of(tx: &Transaction) -> Vec<Target> {
    match find_envelope(tx) {
        Ok(Some(found)) => freezing::targets_of(&found.envelope),
        Ok(None) | Err(_) => Vec::new(),
    }
}

/// Returns the coins that `frozen` names and one of these transactions spends: they go home in the block that
/// freezes them, and leave no record of a freeze.
pub fn spent_of<'a>(
    transactions: impl IntoIterator<Item = &'a Transaction>,
    frozen: &BTreeSet<Target>,
) -> BTreeSet<OutPoint> {
    let coins = frozen.iter().filter_map(|target| match target {
        Target::Coin { coin, .. } => Some(*coin),
        Target::Script { .. } | Target::All { .. } => None,
    });
    let coins: BTreeSet<OutPoint> = coins.collect();
    if coins.is_empty() {
        return coins;
    }
    let inputs = transactions.into_iter().flat_map(|tx| &tx.input);
    let spent = inputs.map(|input| input.previous_output);
    spent.filter(|coin| coins.contains(coin)).collect()
}

/// Checks nothing but that no freeze of the registry or of the block stops the transaction: what a pool asks of
/// each transaction it has when another one freezes.
///
/// # Errors
/// A coin that it spends is frozen.
pub fn check_not_frozen(
    tx: &Transaction,
    spent: &[Coin],
    scene: &Scene<'_>,
) -> Result<(), FreezeError> {
    let found = find_envelope(tx).ok().flatten();
    let spent = &freezing::without_seized(tx, spent, scene.registry);
    let scripts = &Scripts::of(tx, spent);
    freezing::check_inputs_free(tx, spent, scripts, scene, found.as_ref())
}
