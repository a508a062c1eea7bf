//! A request as outputs, operations and needs, before any coin is chosen.
use std::collections::BTreeMap;

use bitcoin::{Amount, OutPoint, ScriptBuf, TxOut};
use moneta_mips::{AssetId, Attachment, IdentityId, Operation, Rights, Targets, Tier};

use super::{PlanError, Request};
use crate::GRAINS_ON_ATTACHED;

/// What a transaction must do, whatever coins it spends.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Outputs with grains only.
    pub(super) payments: Vec<TxOut>,
    /// Outputs with an attachment that did not exist before, or that goes to somebody else.
    pub(super) grants: Vec<Grant>,
    /// Units that the inputs must hold.
    pub(super) units: BTreeMap<AssetId, u64>,
    /// Rights that the inputs must hold.
    pub(super) rights: Option<(AssetId, Rights)>,
    /// Identity that the inputs must hold.
    pub(super) identity: Option<IdentityId>,
    /// What the envelope does.
    pub(super) operations: Vec<Operation>,
}

/// An output with an attachment.
#[derive(Debug)]
pub(super) struct Grant {
    /// To whom; to the wallet itself if `None`.
    pub(super) to: Option<ScriptBuf>,
    /// What it gets.
    pub(super) what: Granted,
    /// Grains beside it.
    pub(super) value: Amount,
}

/// What an output gets. Ids of new things depend on the first input, which is not chosen yet.
#[derive(Debug, Clone)]
pub(super) enum Granted {
    /// Something that has an id already.
    Known(Attachment),
    /// Units of the asset that operation 0 issues.
    NewUnits(u64),
    /// Rights over the asset that operation 0 issues.
    NewRights(Rights),
    /// The identity that operation 0 registers.
    NewIdentity,
}

impl Draft {
    /// Writes `request` down.
    pub(super) fn of(request: &Request) -> Result<Self, PlanError> {
        match request {
            Request::Pay { to, amount } => Self::pay(to, *amount),
            Request::Send { asset, to, amount } => {
                let mut draft = Self::default();
                draft.units.insert(*asset, positive(*amount)?);
                draft.grant_units(Some(to), *asset, *amount)?;
                Ok(draft)
            }
            Request::Issue { asset, to } => {
                let mut draft = Self::operation(Operation::IssueAsset(asset.clone()));
                draft.identity = asset.issuer;
                if asset.initial > 0 {
                    draft.grant(to.as_ref(), Granted::NewUnits(asset.initial))?;
                }
                if !asset.powers.is_empty() {
                    draft.grant(None, Granted::NewRights(asset.powers))?;
                }
                Ok(draft)
            }
            Request::Mint { asset, amount, to } => {
                let (asset, amount) = (*asset, positive(*amount)?);
                let mut draft = Self::operation(Operation::Mint { asset, amount });
                draft.rights = Some((asset, Rights::MINT));
                draft.grant_units(to.as_ref(), asset, amount)?;
                Ok(draft)
            }
            Request::Burn { asset, amount } => {
                let (asset, amount) = (*asset, positive(*amount)?);
                let mut draft = Self::operation(Operation::Burn { asset, amount });
                draft.units.insert(asset, amount);
                Ok(draft)
            }
            Request::Freeze(freeze) => {
                let mut freeze = freeze.clone();
                freeze.targets = sorted(&freeze.targets)?;
                let rights = match freeze.tier {
                    Tier::Emergency => Rights::FREEZE,
                    Tier::Order => Rights::FREEZE.union(Rights::COMPLIANCE),
                };
                let asset = freeze.asset;
                let mut draft = Self::operation(Operation::Freeze(freeze));
                draft.rights = Some((asset, rights));
                Ok(draft)
            }
            Request::Unfreeze {
                asset,
                targets,
                rights,
            } => {
                let (asset, targets) = (*asset, sorted(targets)?);
                let mut draft = Self::operation(Operation::Unfreeze { asset, targets });
                draft.rights = Some((asset, *rights));
                Ok(draft)
            }
            Request::ForceTransfer { asset, from, to } => Self::force(*asset, from, to),
            Request::Register(identity) => {
                let mut draft = Self::operation(Operation::RegisterIdentity(identity.clone()));
                draft.grant(None, Granted::NewIdentity)?;
                Ok(draft)
            }
            Request::Anchor { digest } => {
                Ok(Self::operation(Operation::Anchor { digest: *digest }))
            }
        }
    }

    fn pay(to: &ScriptBuf, amount: Amount) -> Result<Self, PlanError> {
        positive(amount.to_sat())?;
        let script_pubkey = spendable(to)?.clone();
        let least = script_pubkey.minimal_non_dust();
        if amount < least {
            return Err(PlanError::BelowDust { amount, least });
        }
        let value = amount;
        Ok(Self {
            payments: vec![TxOut {
                value,
                script_pubkey,
            }],
            ..Self::default()
        })
    }

    fn force(
        asset: AssetId,
        from: &BTreeMap<OutPoint, u64>,
        to: &ScriptBuf,
    ) -> Result<Self, PlanError> {
        check_target_count(from.len())?;
        let mut draft = Self {
            rights: Some((asset, Rights::FREEZE.union(Rights::COMPLIANCE))),
            ..Self::default()
        };
        let mut sum = 0_u64;
        for (&coin, &amount) in from {
            sum = sum.checked_add(amount).ok_or(PlanError::Overflow)?;
            draft.operations.push(Operation::ForceTransfer {
                asset,
                coin,
                amount,
            });
        }
        draft.grant_units(Some(to), asset, positive(sum)?)?;
        Ok(draft)
    }

    fn operation(operation: Operation) -> Self {
        Self {
            operations: vec![operation],
            ..Self::default()
        }
    }

    fn grant_units(
        &mut self,
        to: Option<&ScriptBuf>,
        id: AssetId,
        amount: u64,
    ) -> Result<(), PlanError> {
        self.grant(to, Granted::Known(Attachment::Asset { id, amount }))
    }

    fn grant(&mut self, to: Option<&ScriptBuf>, what: Granted) -> Result<(), PlanError> {
        let to = to.map(spendable).transpose()?.cloned();
        self.grants.push(Grant {
            to,
            what,
            value: GRAINS_ON_ATTACHED,
        });
        Ok(())
    }
}

fn positive(amount: u64) -> Result<u64, PlanError> {
    if amount == 0 {
        return Err(PlanError::ZeroAmount);
    }
    Ok(amount)
}

fn spendable(script: &ScriptBuf) -> Result<&ScriptBuf, PlanError> {
    if script.is_op_return() || script.is_empty() {
        return Err(PlanError::Unspendable);
    }
    Ok(script)
}

/// The envelope lists targets sorted and once each.
fn sorted(targets: &Targets) -> Result<Targets, PlanError> {
    let targets = targets.sorted();
    check_target_count(targets.len())?;
    Ok(targets)
}

fn check_target_count(got: usize) -> Result<(), PlanError> {
    if !(1..=64).contains(&got) {
        return Err(PlanError::TargetCount { got });
    }
    Ok(())
}
