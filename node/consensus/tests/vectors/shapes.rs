//! BIP54's transactions of about 64 bytes, and a legacy transaction with many inputs.
use bitcoin::hex::FromHex;
use bitcoin::{Transaction, consensus};
use moneta_chain::Params;
use moneta_consensus::check_transaction_alone;
use serde_json::Value;

use crate::judge::{Count, Scope};

#[test]
fn transactions_of_64_bytes_are_refused_and_no_others() {
    let Some(text) = moneta_vectors::text("bip54/txsize.json") else {
        return;
    };
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut count = Count::new("bip54-txsize");
    for case in &cases {
        let tx = transaction(case["tx"].as_str().unwrap());
        let got = check_transaction_alone(&tx, &Params::dev());
        let code = got.map_or_else(|error| error.code(), |()| "valid");
        let expected = if case["valid"] == true {
            "valid"
        } else {
            "tx.is_64_bytes"
        };
        count.case(Scope::In, code == expected, || format!("{code}: {case}"));
    }
    count.finish(cases.len());
}

#[test]
fn a_costly_transaction_falls_to_a_cheap_rule_before_any_signature() {
    let Some(text) = moneta_vectors::text("dos/btcd_many_inputs_tx.hex") else {
        return;
    };
    let bytes = Vec::from_hex(text.trim()).unwrap();
    // The file goes on behind the transaction with what its benchmark needs.
    let (tx, _): (Transaction, usize) = consensus::deserialize_partial(&bytes).unwrap();
    assert_eq!(tx.input.len(), 89);
    let code = check_transaction_alone(&tx, &Params::dev()).map_err(|error| error.code());
    assert_eq!(code, Err("tx.output_above_limit"));
}

fn transaction(hex: &str) -> Transaction {
    consensus::deserialize(&Vec::from_hex(hex).unwrap()).unwrap()
}
