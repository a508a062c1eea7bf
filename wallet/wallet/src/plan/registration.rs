//! Two transactions for one identity: the first commits to the handle, the second registers it a block later.
//!
//! Both are planned at once. The second spends nothing but the first one's coin, which holds exactly what it
//! needs; so it can be signed before the first is mined, and nobody learns the handle in between.
use bitcoin::{Amount, OutPoint, Sequence, TxOut};
use moneta_keys::Keychain;
use moneta_mips::{Attachment, Coin, Commitment, RegisterIdentity};

use super::build::{self, Built};
use super::draft::{Draft, Grant, Granted};
use super::outputs::Outputs;
use super::pool::Pool;
use super::{Plan, PlanError, Request, Terms, finish};
use crate::WalletCoin;

/// Output of the first transaction that holds the commitment: grants stand first.
const COMMITTED: u32 = 0;

/// Plans the registration; the transaction that has to be mined before it is in `Plan::first`.
pub(super) fn plan(
    register: &RegisterIdentity,
    coins: &[WalletCoin],
    terms: &Terms<'_>,
) -> Result<Plan, PlanError> {
    // The identity goes to the first unused change address, the commitment to the next one.
    let draft = Draft::of(&Request::Register(register.clone()))?;
    let later = Terms {
        change_index: terms.change_index.saturating_add(1),
        ..*terms
    };
    let receiver = terms.account.script(Keychain::Internal, terms.change_index);
    let (value, fee) = cost(&draft, terms)?;
    let commit = Draft {
        grants: vec![Grant {
            to: None,
            what: Granted::Known(Attachment::Commitment {
                digest: Commitment::to(register, &receiver),
            }),
            value,
        }],
        ..Draft::default()
    };
    let pool = Pool::new(coins, &later);
    let first = finish(&build::build(&commit, &pool, &later)?, &later)?;
    let coin = committed(&first, &later);
    let outputs = outputs(&draft, coin.outpoint, terms)?;
    let mut transaction = build::transaction(&[&coin], &outputs.list, terms);
    transaction.input[0].sequence = Sequence::from_height(1);
    let built = Built {
        transaction,
        inputs: vec![&coin],
        outputs,
        fee,
    };
    let mut plan = finish(&built, terms)?;
    plan.change_used = plan.change_used.saturating_add(first.change_used);
    plan.first = Some(Box::new(first));
    Ok(plan)
}

/// Returns what the commitment's coin has to hold, and the fee in it. Neither depends on which coin that is.
fn cost(draft: &Draft, terms: &Terms<'_>) -> Result<(Amount, Amount), PlanError> {
    let outputs = outputs(draft, OutPoint::null(), terms)?;
    let lengths: Vec<usize> = outputs
        .list
        .iter()
        .map(|output| output.script_pubkey.len())
        .collect();
    let fee = build::fee_of(build::weigh(1, &lengths), terms)?;
    let paid = outputs.list.iter().map(|output| output.value);
    Ok((build::sum(paid.chain([fee]))?, fee))
}

/// Writes the outputs of the registration: the identity, and the envelope.
fn outputs<'t>(
    draft: &Draft,
    first: OutPoint,
    terms: &'t Terms<'t>,
) -> Result<Outputs<'t>, PlanError> {
    let mut outputs = Outputs::write(draft, first, &[], terms)?;
    if let Some(carrier) = outputs.carrier()? {
        outputs.push(carrier, None);
    }
    Ok(outputs)
}

/// Returns the coin that the first transaction makes for the second.
fn committed(first: &Plan, terms: &Terms<'_>) -> WalletCoin {
    let previous = &first.psbt.unsigned_tx;
    let output: TxOut = previous.output[COMMITTED as usize].clone();
    let mut allocations = first.envelope.iter().flat_map(|said| &said.allocations);
    let held = allocations.find(|one| one.vout == COMMITTED);
    WalletCoin {
        outpoint: OutPoint::new(first.txid, COMMITTED),
        coin: Coin {
            output,
            height: terms.next_height,
            coinbase: false,
            attachment: held.map(|one| one.attachment.clone()),
        },
        keychain: Keychain::Internal,
        index: terms.change_index,
        previous: previous.clone().into(),
        confirmed: false,
        frozen: None,
    }
}
