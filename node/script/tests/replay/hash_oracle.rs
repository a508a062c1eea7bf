//! The `bitcoin` crate's own signature hashes as an oracle, on a transaction with very many inputs.
use bitcoin::hex::FromHex;
use bitcoin::sighash::{EcdsaSighashType, SighashCache};
use bitcoin::{Amount, Script, Transaction, TxOut, consensus};
use moneta_script::PreparedTransaction;

use crate::tally::Tally;

/// Without `OP_CODESEPARATOR`, which the oracle leaves to its caller to cut out.
const SCRIPT: &[u8] = &[0x51, 0x01, 0xab, 0xac];

#[test]
fn every_input_of_a_huge_transaction_hashes_as_the_bitcoin_crate_does() {
    let Some(text) = moneta_vectors::text("dos/btcd_many_inputs_tx.hex") else {
        return;
    };
    let bytes = Vec::from_hex(text.trim()).unwrap();
    // The file goes on behind the transaction with what its benchmark needs.
    let (spend, _): (Transaction, usize) = consensus::deserialize_partial(&bytes).unwrap();
    let coin = TxOut {
        value: Amount::from_sat(5_000),
        script_pubkey: Script::from_bytes(SCRIPT).to_owned(),
    };
    let coins = vec![coin; spend.input.len()];
    let prepared = PreparedTransaction::new(&spend, &coins).unwrap();
    let mut oracle = SighashCache::new(&spend);
    let mut tally = Tally::new("dos-many-inputs");
    for (index, coin) in coins.iter().enumerate() {
        let input = prepared.input(index).unwrap();
        for hash_type in [1, 2, 3, 0x81, 0x82, 0x83, 0, 0x50] {
            let legacy = oracle.legacy_signature_hash(index, Script::from_bytes(SCRIPT), hash_type);
            let legacy: [u8; 32] = *legacy.unwrap().as_ref();
            tally.case(input.legacy_digest(SCRIPT, hash_type) == legacy, || {
                format!("legacy {index} {hash_type:#x}")
            });
            let Ok(defined) = EcdsaSighashType::from_standard(hash_type) else {
                continue;
            };
            let segwit = oracle
                .p2wsh_signature_hash(index, Script::from_bytes(SCRIPT), coin.value, defined)
                .unwrap();
            let segwit: [u8; 32] = *segwit.as_ref();
            tally.case(input.segwit_v0_digest(SCRIPT, hash_type) == segwit, || {
                format!("segwit {index} {hash_type:#x}")
            });
        }
    }
    println!("out-of-scope dos 1 (rustbitcoin_psbt_fuzz1: a PSBT, a wallet's part)");
    tally.finish(1_000);
}
