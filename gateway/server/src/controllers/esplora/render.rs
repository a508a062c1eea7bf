//! From what the index and the mempool hold to Esplora's shapes.
use bitcoin::hex::DisplayHex;
use bitcoin::script::Instruction;
use bitcoin::{Script, Transaction, TxIn, TxOut, Txid};
use moneta_chain::{Network, address_of};
use moneta_index::{BlockSummary, IndexError, IndexedTransaction, Place, ScriptTotals, View};
use moneta_mips::{Attachment, Coin};
use moneta_node_api::MempoolEntry;

use super::shapes::{Attached, Block, Stats, Status, Tx, Vin, Vout};

pub(super) fn confirmed(found: &IndexedTransaction, network: Network) -> Tx {
    let status = Status {
        confirmed: true,
        block_height: Some(found.place.height.to_u32()),
        block_hash: Some(found.block.to_string()),
        block_time: Some(found.time),
    };
    let attachment = |vout| found.attachments.get(&vout);
    let (transaction, fee) = (&found.transaction, found.fee.to_sat());
    whole(
        found.txid,
        transaction,
        (&found.spent, attachment),
        fee,
        status,
        network,
    )
}

pub(super) fn waiting(entry: &MempoolEntry, network: Network) -> Tx {
    let attachment = |vout| entry.attachments.get(&vout);
    let (transaction, fee) = (&*entry.transaction, entry.fee.to_sat());
    let sides = (&entry.spent[..], attachment);
    whole(
        entry.txid,
        transaction,
        sides,
        fee,
        Status::WAITING,
        network,
    )
}

/// `spent` are the coins of the inputs, and `attachment` tells what the outputs hold.
fn whole<'a>(
    txid: Txid,
    transaction: &Transaction,
    (spent, attachment): (&[Coin], impl Fn(u32) -> Option<&'a Attachment>),
    fee: u64,
    status: Status,
    network: Network,
) -> Tx {
    let inputs = transaction.input.iter().enumerate();
    let outputs = (0u32..).zip(&transaction.output);
    Tx {
        txid: txid.to_string(),
        version: transaction.version.0,
        locktime: transaction.lock_time.to_consensus_u32(),
        vin: inputs
            .map(|(index, input)| vin(input, spent.get(index), network))
            .collect(),
        vout: outputs
            .map(|(index, output)| vout(output, attachment(index), network))
            .collect(),
        size: transaction.total_size(),
        weight: transaction.weight().to_wu(),
        fee,
        status,
    }
}

fn vin(input: &TxIn, spent: Option<&Coin>, network: Network) -> Vin {
    let (redeem, witness) = spent.map_or((None, None), |coin| {
        inner_scripts(input, &coin.output.script_pubkey)
    });
    Vin {
        txid: input.previous_output.txid.to_string(),
        vout: input.previous_output.vout,
        prevout: spent.map(|coin| vout(&coin.output, coin.attachment.as_ref(), network)),
        scriptsig: input.script_sig.to_hex_string(),
        scriptsig_asm: input.script_sig.to_asm_string(),
        witness: input
            .witness
            .iter()
            .map(|item| item.to_lower_hex_string())
            .collect(),
        is_coinbase: input.previous_output.is_null(),
        sequence: input.sequence.to_consensus_u32(),
        inner_redeemscript_asm: redeem,
        inner_witnessscript_asm: witness,
    }
}

fn vout(output: &TxOut, attachment: Option<&Attachment>, network: Network) -> Vout {
    let script = &output.script_pubkey;
    Vout {
        scriptpubkey: script.to_hex_string(),
        scriptpubkey_asm: script.to_asm_string(),
        scriptpubkey_type: script_type(script),
        scriptpubkey_address: address_of(script, network),
        value: output.value.to_sat(),
        attachment: attachment.map(attached),
    }
}

pub(super) fn attached(attachment: &Attachment) -> Attached {
    match attachment {
        Attachment::Asset { id, amount } => Attached::Asset {
            id: id.to_string(),
            amount: amount.to_string(),
        },
        Attachment::Authority { asset, rights } => Attached::Authority {
            asset: asset.to_string(),
            rights: rights.names(),
        },
        Attachment::Identity { id } => Attached::Identity { id: id.to_string() },
        Attachment::Commitment { digest } => Attached::Commitment {
            digest: digest.to_string(),
        },
    }
}

/// Esplora's names of the kinds of output.
fn script_type(script: &Script) -> &'static str {
    // BIP433: pay to anchor.
    const ANCHOR: &[u8] = &[0x51, 0x02, 0x4e, 0x73];
    if script.is_empty() {
        "empty"
    } else if script.is_op_return() {
        "op_return"
    } else if script.is_p2pk() {
        "p2pk"
    } else if script.is_p2pkh() {
        "p2pkh"
    } else if script.is_p2sh() {
        "p2sh"
    } else if script.is_p2wpkh() {
        "v0_p2wpkh"
    } else if script.is_p2wsh() {
        "v0_p2wsh"
    } else if script.is_p2tr() {
        "v1_p2tr"
    } else if script.as_bytes() == ANCHOR {
        "anchor"
    } else if script.is_multisig() {
        "multisig"
    } else {
        "unknown"
    }
}

/// Returns the redeem script of a pay-to-script-hash input, and the witness script of a
/// pay-to-witness-script-hash one or the leaf of a taproot script path, as assembly.
fn inner_scripts(input: &TxIn, spent: &Script) -> (Option<String>, Option<String>) {
    let last_push = input.script_sig.instructions().last();
    let redeem = match last_push {
        Some(Ok(Instruction::PushBytes(bytes))) if spent.is_p2sh() => {
            Some(Script::from_bytes(bytes.as_bytes()))
        }
        _ => None,
    };
    let witness = if spent.is_p2wsh() || redeem.is_some_and(Script::is_p2wsh) {
        input.witness.last().map(Script::from_bytes)
    } else if spent.is_p2tr() {
        input.witness.taproot_leaf_script().map(|leaf| leaf.script)
    } else {
        None
    };
    (
        redeem.map(Script::to_asm_string),
        witness.map(Script::to_asm_string),
    )
}

pub(super) fn block(block: &BlockSummary) -> Block {
    let header = &block.header;
    let is_genesis = block.height.previous().is_none();
    Block {
        id: block.id.to_string(),
        height: block.height.to_u32(),
        version: header.version.to_consensus(),
        timestamp: header.time,
        tx_count: block.transactions,
        size: block.size,
        weight: block.weight,
        merkle_root: header.merkle_root.to_string(),
        previousblockhash: (!is_genesis).then(|| header.prev_blockhash.to_string()),
        mediantime: block.median_time,
        nonce: header.nonce,
        bits: header.bits.to_consensus(),
        difficulty: header.difficulty_float(),
        seal: block.seal.encode().to_lower_hex_string(),
    }
}

/// Returns the status of what stands at `place`.
pub(super) fn status_at(view: &View, place: Place) -> Result<Status, IndexError> {
    let block = view.block(place.height)?;
    Ok(block.map_or(Status::WAITING, |block| Status {
        confirmed: true,
        block_height: Some(place.height.to_u32()),
        block_hash: Some(block.id.to_string()),
        block_time: Some(block.header.time),
    }))
}

pub(super) const fn stats(totals: &ScriptTotals) -> Stats {
    Stats {
        funded_txo_count: totals.funded_count,
        funded_txo_sum: totals.funded_grains,
        spent_txo_count: totals.spent_count,
        spent_txo_sum: totals.spent_grains,
        tx_count: totals.transactions,
    }
}
