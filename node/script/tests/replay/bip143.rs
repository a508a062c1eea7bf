//! The examples of BIP143: preimages with their hashes, and the signed transactions.
use std::collections::BTreeMap;

use bitcoin::hashes::{Hash, sha256d};
use bitcoin::hex::FromHex;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxOut, consensus};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};

use crate::tally::Tally;

/// One transaction of an example, unsigned, with the coins it spends.
#[derive(Default)]
struct Example {
    unsigned: Option<Transaction>,
    coins: Vec<TxOut>,
    preimages: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    signed: Vec<Transaction>,
}

#[test]
fn the_examples_of_bip143_hash_and_verify() {
    let mut digests = Tally::new("bip143-digests");
    let mut spends = Tally::new("bip143-inputs");
    let files = ["00_native_p2wpkh", "02_native_p2wsh", "04_no_findanddelete"];
    for file in files {
        let Some(text) = moneta_vectors::text(&format!("bip143/{file}.txt")) else {
            return;
        };
        for example in examples(&text) {
            replay_digests(&example, &mut digests);
            replay_spends(&example, &mut spends);
        }
    }
    digests.finish(5);
    spends.finish(6);
}

fn replay_digests(example: &Example, tally: &mut Tally) {
    let unsigned = example.unsigned.as_ref().unwrap();
    let prepared = PreparedTransaction::new(unsigned, &example.coins).unwrap();
    for (preimage, hash) in &example.preimages {
        let (outpoint, script, _) = parts(preimage);
        let hash_type = *preimage.last_chunk::<4>().unwrap();
        let spends = |input: &bitcoin::TxIn| input.previous_output == outpoint;
        let index = unsigned.input.iter().position(spends).unwrap();
        let input = prepared.input(index).unwrap();
        let digest = input.segwit_v0_digest(&script, u32::from_le_bytes(hash_type));
        let same = sha256d::Hash::hash(preimage).to_byte_array() == digest
            && hash.as_ref().is_none_or(|hash| hash[..] == digest);
        tally.case(same, || format!("{outpoint} {hash_type:?}"));
    }
}

fn replay_spends(example: &Example, tally: &mut Tally) {
    let unsigned = example.unsigned.as_ref().unwrap();
    let coins: BTreeMap<OutPoint, &TxOut> = unsigned
        .input
        .iter()
        .map(|input| input.previous_output)
        .zip(&example.coins)
        .collect();
    for signed in &example.signed {
        let spent = |input: &bitcoin::TxIn| coins[&input.previous_output].clone();
        let spent: Vec<TxOut> = signed.input.iter().map(spent).collect();
        let prepared = PreparedTransaction::new(signed, &spent).unwrap();
        for index in 0..spent.len() {
            let verdict = verify_input(&prepared, index, VerifyFlags::CONSENSUS);
            tally.case(verdict.is_ok(), || {
                format!("{} {index}: {verdict:?}", signed.compute_txid())
            });
        }
    }
}

fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for line in text.lines() {
        if line.contains("is an unsigned transaction") {
            examples.push(Example::default());
        }
        if line.contains("following transaction is") {
            let signed = transaction(line).unwrap();
            examples.push(Example {
                unsigned: Some(signed.clone()),
                signed: vec![signed],
                ..Example::default()
            });
            continue;
        }
        let Some(example) = examples.last_mut() else {
            continue;
        };
        let bytes = longest_hex(line);
        if let Some((script, amount)) = coin(line) {
            example.coins.push(TxOut {
                value: amount,
                script_pubkey: script,
            });
        } else if line.contains("preimage:") {
            if example.coins.is_empty() {
                example.coins.push(script_hash_coin(&bytes));
            }
            example.preimages.push((bytes, None));
        } else if line.to_lowercase().trim_start().starts_with("sighash:") {
            if let Some((_, hash)) = example.preimages.last_mut() {
                *hash = Some(bytes);
            }
        } else if let Some(transaction) = transaction(line) {
            if example.unsigned.is_none() {
                example.unsigned = Some(transaction);
            } else if transaction
                .input
                .iter()
                .any(|input| !input.witness.is_empty())
            {
                example.signed.push(transaction);
            }
        }
    }
    examples
}

/// Reads `scriptPubKey: <hex>, value: <bitcoins>`.
fn coin(line: &str) -> Option<(ScriptBuf, Amount)> {
    let rest = line.trim_start().strip_prefix("scriptPubKey")?;
    let (script, amount) = rest.split_once("value:")?;
    let script = script.trim_matches([' ', ':', ',']);
    let amount = amount.split_whitespace().next()?.parse().ok()?;
    Some((
        ScriptBuf::from_hex(script).ok()?,
        Amount::from_btc(amount).ok()?,
    ))
}

/// Reads the outpoint, the script code and the amount of a preimage.
fn parts(preimage: &[u8]) -> (OutPoint, Vec<u8>, Amount) {
    let (parts, _) = consensus::deserialize_partial(&preimage[68..]).unwrap();
    parts
}

/// The coin of an example that names none: its script hash is that of the script code.
fn script_hash_coin(preimage: &[u8]) -> TxOut {
    let (_, script, value) = parts(preimage);
    let script_pubkey = ScriptBuf::from_bytes(script).to_p2wsh();
    TxOut {
        value,
        script_pubkey,
    }
}

fn transaction(line: &str) -> Option<Transaction> {
    consensus::deserialize(&longest_hex(line)).ok()
}

fn longest_hex(line: &str) -> Vec<u8> {
    let words = line.split_whitespace();
    let longest = words.max_by_key(|word| word.len()).unwrap_or("");
    Vec::from_hex(longest).unwrap_or_default()
}
