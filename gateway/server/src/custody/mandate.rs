//! What the signer may sign: exactly what was asked, and nothing else.
use bitcoin::{Amount, ScriptBuf};
use moneta_chain::Height;
use moneta_mips::{Attachment, Operation, registry_price};
use moneta_wallet::{GRAINS_ON_ATTACHED, PsbtReading, ReadOutput, Request};

use super::CustodyError;

/// Most that a miner may get, in grains: a hundredth of an MTA.
const FEE_CAP: Amount = Amount::from_sat(1_000_000);

/// What was asked, in the terms of a transaction.
struct Mandate {
    /// Who else gets something, and what.
    paid: Option<(ScriptBuf, Paid)>,
    /// What the envelope does.
    operations: Vec<Operation>,
}

enum Paid {
    Grains(Amount),
    Units(Attachment),
}

/// Checks that `reading` does what `request` asks and nothing else. Everything that is not shown to be
/// the wallet's own, or asked for, is refused.
///
/// # Errors
/// The first thing in it that nobody asked for.
pub(super) fn check(reading: &PsbtReading, request: &Request) -> Result<(), CustodyError> {
    let mandate = Mandate::of(request);
    check_inputs(reading)?;
    check_operations(reading, &mandate)?;
    check_outputs(reading, &mandate)?;
    check_burned(reading, &mandate)?;
    if reading.fee > FEE_CAP {
        return Err(CustodyError::FeeAboveCap {
            fee: reading.fee,
            cap: FEE_CAP,
        });
    }
    Ok(())
}

impl Mandate {
    fn of(request: &Request) -> Self {
        let units = |to: &ScriptBuf, id, amount| {
            Some((to.clone(), Paid::Units(Attachment::Asset { id, amount })))
        };
        let (paid, operations) = match request {
            Request::Pay { to, amount } => (Some((to.clone(), Paid::Grains(*amount))), vec![]),
            Request::Send { asset, to, amount } => (units(to, *asset, *amount), vec![]),
            // The gateway never issues to others: first units go to the wallet itself.
            Request::Issue { asset, .. } => (None, vec![Operation::IssueAsset(asset.clone())]),
            Request::Mint { asset, amount, to } => (
                to.as_ref().and_then(|to| units(to, *asset, *amount)),
                vec![Operation::Mint {
                    asset: *asset,
                    amount: *amount,
                }],
            ),
            Request::Burn { asset, amount } => (
                None,
                vec![Operation::Burn {
                    asset: *asset,
                    amount: *amount,
                }],
            ),
            Request::Freeze(freeze) => (None, vec![Operation::Freeze(freeze.clone())]),
            Request::Unfreeze { asset, targets, .. } => (
                None,
                vec![Operation::Unfreeze {
                    asset: *asset,
                    targets: targets.clone(),
                }],
            ),
            Request::ForceTransfer { asset, from, to } => {
                let taken = from
                    .iter()
                    .map(|(&coin, &amount)| Operation::ForceTransfer {
                        asset: *asset,
                        coin,
                        amount,
                    });
                // A sum that does not fit is in no transaction: then what is owed is found nowhere.
                let sum = from.values().copied().fold(0, u64::saturating_add);
                (units(to, *asset, sum), taken.collect())
            }
            Request::Register(identity) => {
                (None, vec![Operation::RegisterIdentity(identity.clone())])
            }
            Request::Anchor { digest } => (None, vec![Operation::Anchor { digest: *digest }]),
        };
        Self { paid, operations }
    }
}

fn check_inputs(reading: &PsbtReading) -> Result<(), CustodyError> {
    match reading.inputs.iter().position(|input| input.ours.is_none()) {
        Some(input) => Err(CustodyError::ForeignInput { input }),
        None => Ok(()),
    }
}

fn check_operations(reading: &PsbtReading, mandate: &Mandate) -> Result<(), CustodyError> {
    let said = reading
        .envelope
        .as_ref()
        .map_or(&[][..], |envelope| &envelope.operations);
    // The first of the two transactions that register: it says nothing but the commitment.
    if said.is_empty() && matches!(mandate.operations[..], [Operation::RegisterIdentity(_)]) {
        return check_commitment(reading);
    }
    let asked = &mandate.operations;
    let mut both = said.iter().zip(asked);
    let same = said.len() == asked.len() && both.all(|(said, asked)| same_operation(said, asked));
    same.then_some(()).ok_or(CustodyError::UnaskedOperations)
}

/// The commitment goes to the wallet itself, as all its outputs do; there is one, and nothing else.
fn check_commitment(reading: &PsbtReading) -> Result<(), CustodyError> {
    let allocations = reading.envelope.as_ref().map(|said| &said.allocations[..]);
    match allocations {
        Some([one]) if matches!(one.attachment, Attachment::Commitment { .. }) => Ok(()),
        _ => Err(CustodyError::UnaskedOperations),
    }
}

/// Targets are a set: the envelope sorts them, whoever asks need not.
fn same_operation(said: &Operation, asked: &Operation) -> bool {
    match (said, asked) {
        (Operation::Freeze(said), Operation::Freeze(asked)) => {
            let mut asked = asked.clone();
            asked.targets = asked.targets.sorted();
            *said == asked
        }
        (
            Operation::Unfreeze {
                asset: said_asset,
                targets: said,
            },
            Operation::Unfreeze {
                asset: asked_asset,
                targets: asked,
            },
        ) => said_asset == asked_asset && *said == asked.sorted(),
        _ => said == asked,
    }
}

fn check_outputs(reading: &PsbtReading, mandate: &Mandate) -> Result<(), CustodyError> {
    let mut owed = mandate.paid.as_ref();
    for (index, output) in reading.outputs.iter().enumerate() {
        if output.ours.is_some() {
            continue;
        }
        if output.output.script_pubkey.is_op_return() {
            continue;
        }
        match owed.take() {
            Some((to, paid)) if pays(output, to, paid) => {}
            _ => return Err(CustodyError::UnaskedOutput { output: index }),
        }
    }
    // What is still owed may be a payment to oneself: it stands among the wallet's own outputs.
    let paid =
        owed.is_none_or(|(to, paid)| reading.outputs.iter().any(|output| pays(output, to, paid)));
    paid.then_some(()).ok_or(CustodyError::MissingOutput)
}

/// Grains on outputs that nobody can spend: at most the price of what was asked. The price falls with
/// height, so at genesis it is the most it can be.
fn check_burned(reading: &PsbtReading, mandate: &Mandate) -> Result<(), CustodyError> {
    let price = |operation| registry_price(operation, Height::GENESIS);
    let mut prices = mandate.operations.iter().map(price);
    let cap = prices
        .try_fold(Amount::ZERO, Amount::checked_add)
        .unwrap_or(Amount::ZERO);
    let lost = reading.outputs.iter().map(|output| &output.output);
    let lost = lost.filter(|output| output.script_pubkey.is_op_return());
    let burned = lost
        .map(|output| output.value)
        .try_fold(Amount::ZERO, Amount::checked_add)
        .unwrap_or(Amount::MAX);
    if burned > cap {
        return Err(CustodyError::BurnAboveCap { burned, cap });
    }
    Ok(())
}

fn pays(output: &ReadOutput, to: &ScriptBuf, paid: &Paid) -> bool {
    output.output.script_pubkey == *to
        && match paid {
            Paid::Grains(amount) => output.output.value == *amount && output.attachment.is_none(),
            Paid::Units(units) => {
                output.output.value <= GRAINS_ON_ATTACHED
                    && output.attachment.as_ref() == Some(units)
            }
        }
}
