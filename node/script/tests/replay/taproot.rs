//! BIP341's wallet vectors: digests, and one transaction that spends nine coins of several kinds.
use bitcoin::hex::FromHex;
use bitcoin::{Amount, ScriptBuf, Transaction, TxOut, consensus};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};
use serde_json::Value;

use crate::tally::Tally;

#[test]
fn key_path_spends_verify_and_sign_what_bip341_says() {
    let Some(text) = moneta_vectors::text("taproot/bip341_wallet_vectors.json") else {
        return;
    };
    let all: Value = serde_json::from_str(&text).unwrap();
    let mut digests = Tally::new("bip341-digests");
    let mut spends = Tally::new("bip341-inputs");
    for case in all["keyPathSpending"].as_array().unwrap() {
        let coins: Vec<TxOut> = case["given"]["utxosSpent"]
            .as_array()
            .unwrap()
            .iter()
            .map(|coin| TxOut {
                value: Amount::from_sat(coin["amountSats"].as_u64().unwrap()),
                script_pubkey: ScriptBuf::from_bytes(bytes(&coin["scriptPubKey"])),
            })
            .collect();
        let unsigned: Transaction =
            consensus::deserialize(&bytes(&case["given"]["rawUnsignedTx"])).unwrap();
        let prepared = PreparedTransaction::new(&unsigned, &coins).unwrap();
        for input in case["inputSpending"].as_array().unwrap() {
            let index = usize::try_from(input["given"]["txinIndex"].as_u64().unwrap()).unwrap();
            let hash_type = u8::try_from(input["given"]["hashType"].as_u64().unwrap()).unwrap();
            let digest = prepared
                .input(index)
                .unwrap()
                .taproot_digest(hash_type, None, None);
            let expected = bytes(&input["intermediary"]["sigHash"]);
            digests.case(digest.is_some_and(|digest| digest[..] == expected), || {
                input.to_string()
            });
        }
        let signed: Transaction =
            consensus::deserialize(&bytes(&case["auxiliary"]["fullySignedTx"])).unwrap();
        let prepared = PreparedTransaction::new(&signed, &coins).unwrap();
        for index in 0..coins.len() {
            let verdict = verify_input(&prepared, index, VerifyFlags::STANDARD);
            spends.case(verdict.is_ok(), || format!("{index}: {verdict:?}"));
        }
    }
    println!("out-of-scope bip341 scriptPubKey (output construction, a wallet's part)");
    digests.finish(7);
    spends.finish(9);
}

fn bytes(hex: &Value) -> Vec<u8> {
    Vec::from_hex(hex.as_str().unwrap()).unwrap()
}
