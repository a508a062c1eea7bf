//! `GET /tx/{txid}`: a transaction, confirmed or waiting.
use axum::extract::Path;
use axum::response::Response;
use bitcoin::consensus::encode::serialize_hex;
use moneta_index::IndexError;
use moneta_mips::{Attachment, FoundEnvelope};
use moneta_pages::parts::{Amount, Party};
use moneta_pages::{
    Envelope, Input, Output, Problem, Spend, Transaction, TransactionFigures, render_transaction,
};

use super::super::answer::PageError;
use super::super::scene::{Scene, Told, coin_ref};
use super::super::visit::Visit;

/// Inputs and outputs shown; a transaction can have tens of thousands.
const MAX_COINS: usize = 200;
/// Longest transaction whose bytes stand on its page.
const MAX_RAW_BYTES: usize = 50_000;

/// Shows a transaction.
pub(crate) async fn show_transaction(visit: Visit, Path(asked): Path<String>) -> Response {
    let Ok(txid) = asked.parse() else {
        return visit.refuse(PageError::new(Problem::BadId, asked));
    };
    visit
        .page(move |scene| {
            let unknown = || PageError::new(Problem::UnknownTransaction, asked);
            let told = scene.tell(&txid)?.ok_or_else(unknown)?;
            let page = transaction(scene, &told)?;
            Ok(render_transaction(&scene.shell, &page))
        })
        .await
}

fn transaction(scene: &Scene, told: &Told) -> Result<Transaction, IndexError> {
    let first = told
        .transaction
        .input
        .first()
        .map(|input| input.previous_output);
    let first = first.unwrap_or_default();
    let operations = told
        .envelope
        .iter()
        .flat_map(|found| &found.envelope.operations);
    let operations = (0..)
        .zip(operations)
        .map(|(index, op)| scene.operation(&told.transaction, &first, index, op));
    Ok(Transaction {
        txid: told.txid.to_string(),
        standing: told.standing.clone(),
        inputs: inputs(scene, told)?,
        more_inputs: told.transaction.input.len().saturating_sub(MAX_COINS),
        outputs: outputs(scene, told)?,
        more_outputs: told.transaction.output.len().saturating_sub(MAX_COINS),
        envelope: told.envelope.as_ref().map(|found| envelope(told, found)),
        operations: operations.collect::<Result<_, _>>()?,
        figures: figures(told),
        raw_hex: (told.transaction.total_size() <= MAX_RAW_BYTES)
            .then(|| serialize_hex(&told.transaction)),
    })
}

fn inputs(scene: &Scene, told: &Told) -> Result<Vec<Input>, IndexError> {
    if told.is_coinbase() {
        return Ok(vec![Input {
            coin: None,
            party: Party::NewCoins,
            value: None,
            attachment: None,
        }]);
    }
    let inputs = told
        .transaction
        .input
        .iter()
        .zip(&told.spent)
        .take(MAX_COINS);
    let inputs = inputs.map(|(input, coin)| {
        let attachment = coin.attachment.as_ref().map(|held| scene.attachment(held));
        Ok(Input {
            coin: Some(coin_ref(&input.previous_output)),
            party: scene.party(&coin.output.script_pubkey),
            value: Some(Amount::native(coin.output.value.to_sat())),
            attachment: attachment.transpose()?,
        })
    });
    inputs.collect()
}

fn outputs(scene: &Scene, told: &Told) -> Result<Vec<Output>, IndexError> {
    let carrier = told.envelope.as_ref().map(|found| found.vout);
    let outputs = (0..)
        .zip(&told.transaction.output)
        .take(MAX_COINS)
        .map(|(vout, output)| {
            let outpoint = told.outpoint(vout);
            let held = told.attachments.get(&vout);
            let unspent = scene.view.coin(&outpoint)?;
            let frozen = match &unspent {
                Some(unspent) => scene.view.freeze_of(&outpoint, &unspent.coin)?.is_some(),
                None => false,
            };
            let taken = match held {
                Some(Attachment::Asset { .. }) => scene.view.taken_from(&outpoint)?,
                _ => None,
            };
            let party = match scene.party(&output.script_pubkey) {
                Party::Unspendable if carrier == Some(vout) => Party::Envelope,
                party => party,
            };
            let spend = match &party {
                Party::Envelope | Party::Unspendable => Spend::Never,
                _ => match scene.view.spend_of(&outpoint)? {
                    Some(spend) => Spend::Spent {
                        by: spend.txid.to_string(),
                    },
                    None => match scene.pending.spender(&outpoint) {
                        Some((txid, _)) => Spend::Spent {
                            by: txid.to_string(),
                        },
                        None => Spend::Unspent,
                    },
                },
            };
            Ok(Output {
                vout,
                party,
                value: Amount::native(output.value.to_sat()),
                has_value: output.value.to_sat() > 0,
                attachment: held.map(|held| scene.attachment(held)).transpose()?,
                spend,
                frozen,
                taken: taken.map(|taken| taken.seizure.taken_in.to_string()),
            })
        });
    outputs.collect()
}

fn envelope(told: &Told, found: &FoundEnvelope) -> Envelope {
    let index = usize::try_from(found.vout).unwrap_or(usize::MAX);
    let value = told
        .transaction
        .output
        .get(index)
        .map_or(0, |output| output.value.to_sat());
    Envelope {
        vout: found.vout,
        bytes: found.envelope.encode().len(),
        burned: (value > 0).then(|| Amount::native(value)),
    }
}

fn figures(told: &Told) -> TransactionFigures {
    let transaction = &told.transaction;
    let vsize = u64::try_from(transaction.vsize()).unwrap_or(u64::MAX);
    let paid = (!told.is_coinbase()).then(|| told.fee.to_sat());
    TransactionFigures {
        fee: paid.map(Amount::native),
        fee_rate: paid.map(|fee| rate(fee, vsize)),
        size: u64::try_from(transaction.total_size()).unwrap_or(u64::MAX),
        vsize,
        weight: transaction.weight().to_wu(),
        version: transaction.version.0,
        lock_time: transaction.lock_time.to_consensus_u32(),
    }
}

/// Writes grains per virtual byte with two places, rounded down.
fn rate(fee_grains: u64, vsize: u64) -> String {
    let hundredths = u128::from(fee_grains) * 100 / u128::from(vsize.max(1));
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_two_places_and_is_rounded_down() {
        assert_eq!(rate(582, 290), "2.00");
        assert_eq!(rate(199, 100), "1.99");
        assert_eq!(rate(0, 0), "0.00");
        assert_eq!(rate(u64::MAX, 1), format!("{}.00", u64::MAX));
    }
}
