//! Coins made and spent, and the coins that carry a right or an identity.
use bitcoin::OutPoint;
use bitcoin::hashes::Hash;
use moneta_chain::ScriptId;
use moneta_mips::{Attachment, Coin};
use moneta_node_api::ConnectedBlock;

use super::{Batch, Table, is_spendable, places};
use crate::codec::{Writer, encode_spend, outpoint_key, subject_key};
use crate::{Spend, Subject};

pub(super) fn coin_rows(block: &ConnectedBlock, batch: &mut Batch) {
    for (place, (transaction, did)) in places(block).zip(block.each()) {
        // A coinbase has an input that spends nothing; `spent` is empty there and the zip ends at once.
        for ((vin, input), coin) in (0u32..).zip(&transaction.input).zip(&did.spent) {
            spend(&input.previous_output, coin, batch);
            let txid = did.txid;
            let row = encode_spend(&Spend { txid, vin, place });
            batch.put(Table::Spends, outpoint_key(&input.previous_output), row);
        }
        for (vout, output) in (0u32..).zip(&transaction.output) {
            if is_spendable(output, block.height) {
                let coin = Coin {
                    output: output.clone(),
                    height: block.height,
                    coinbase: place.position == 0,
                    attachment: did.attachments.get(&vout).cloned(),
                };
                create(&OutPoint::new(did.txid, vout), &coin, batch);
            }
        }
        let txid = did.txid.to_byte_array();
        for script in super::owners::scripts_touched(transaction, did, block.height) {
            let key = Writer::default().raw(&script.0).place(place).done();
            batch.put(Table::History, key, txid);
        }
    }
}

fn create(outpoint: &OutPoint, coin: &Coin, batch: &mut Batch) {
    let row = Writer::default().coin(coin).done();
    batch.put(Table::Coins, coin_key(outpoint, coin), row);
    if let Some((key, row)) = role_row(outpoint, coin) {
        batch.put(Table::RoleCoins, key, row);
    }
}

fn spend(outpoint: &OutPoint, coin: &Coin, batch: &mut Batch) {
    let row = Writer::default().coin(coin).done();
    batch.take(Table::Coins, coin_key(outpoint, coin), row);
    if let Some((key, row)) = role_row(outpoint, coin) {
        batch.take(Table::RoleCoins, key, row);
    }
}

fn coin_key(outpoint: &OutPoint, coin: &Coin) -> Vec<u8> {
    let script = ScriptId::of(&coin.output.script_pubkey);
    [&script.0[..], &outpoint_key(outpoint)].concat()
}

/// A coin that holds units of an asset is found by its owner; one that holds a right or an identity is
/// also found by what it rules.
fn role_row(outpoint: &OutPoint, coin: &Coin) -> Option<(Vec<u8>, Vec<u8>)> {
    let attachment = coin.attachment.as_ref()?;
    let subject = match attachment {
        Attachment::Asset { .. } | Attachment::Commitment { .. } => return None,
        Attachment::Authority { asset, .. } => Subject::Asset(*asset),
        Attachment::Identity { id } => Subject::Identity(*id),
    };
    let key = [&subject_key(&subject)[..], &outpoint_key(outpoint)].concat();
    let row = Writer::default()
        .attachment(Some(attachment))
        .put(&coin.output.script_pubkey)
        .done();
    Some((key, row))
}
