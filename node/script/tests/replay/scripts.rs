//! Bitcoin Core's `script_tests.json`: single scripts with the error that each must name.
use bitcoin::hex::FromHex;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, absolute};
use moneta_script::{PreparedTransaction, ScriptError, VerifyFlags, verify_input};
use serde_json::Value;

use crate::tally::Tally;
use crate::{asm, flags};

struct Case {
    spend: Transaction,
    coin: TxOut,
    flags: VerifyFlags,
    expected: String,
}

#[test]
fn every_script_ends_as_bitcoin_core_says() {
    let Some(text) = moneta_vectors::text("script/script_tests.json") else {
        return;
    };
    let rows: Vec<Vec<Value>> = serde_json::from_str(&text).unwrap();
    let mut tally = Tally::new("script_tests");
    for row in rows.iter().filter(|row| row.len() > 1) {
        let case = read(row);
        let verdict = name(case.verify(case.flags));
        tally.case(verdict == case.expected, || {
            format!("{verdict}, not {}: {row:?}", case.expected)
        });
    }
    tally.finish(500);
}

#[test]
fn fewer_rules_never_refuse_a_script_and_more_never_accept_one() {
    let Some(text) = moneta_vectors::text("script/script_tests.json") else {
        return;
    };
    let rows: Vec<Vec<Value>> = serde_json::from_str(&text).unwrap();
    let mut tally = Tally::new("script_tests-with-one-flag-changed");
    for row in rows.iter().filter(|row| row.len() > 1) {
        let case = read(row);
        let valid = case.expected == "OK";
        for flag in flags::each() {
            let other = if valid {
                flags::trim(case.flags.without(flag))
            } else {
                flags::fill(case.flags | flag)
            };
            let verdict = case.verify(other);
            tally.case(verdict.is_ok() == valid, || {
                format!("{verdict:?} with {other:?}: {row:?}")
            });
        }
    }
    tally.finish(10_000);
}

impl Case {
    fn verify(&self, flags: VerifyFlags) -> Result<(), ScriptError> {
        let coins = std::slice::from_ref(&self.coin);
        let prepared = PreparedTransaction::new(&self.spend, coins).unwrap();
        verify_input(&prepared, 0, flags)
    }
}

fn read(row: &[Value]) -> Case {
    let (witness, row) = match row {
        [Value::Array(witness), rest @ ..] => (&witness[..], rest),
        row => (&[][..], row),
    };
    let (value, witness) = match witness {
        [elements @ .., amount] => (
            Amount::from_btc(amount.as_f64().unwrap()).unwrap(),
            Witness::from_slice(&elements.iter().map(bytes).collect::<Vec<_>>()),
        ),
        [] => (Amount::ZERO, Witness::new()),
    };
    let [input_script, output_script, flags, expected, ..] = row else {
        panic!("{row:?}");
    };
    let coin = TxOut {
        value,
        script_pubkey: asm::parse(output_script.as_str().unwrap()),
    };
    let zeros = ScriptBuf::from_bytes(vec![0, 0]);
    let credit = transaction(OutPoint::null(), zeros, Witness::new(), coin.clone());
    let received = TxOut {
        value,
        script_pubkey: ScriptBuf::new(),
    };
    let input_script = asm::parse(input_script.as_str().unwrap());
    let outpoint = OutPoint::new(credit.compute_txid(), 0);
    Case {
        spend: transaction(outpoint, input_script, witness, received),
        coin,
        flags: flags::parse(flags.as_str().unwrap()),
        expected: expected.as_str().unwrap().to_owned(),
    }
}

fn bytes(element: &Value) -> Vec<u8> {
    Vec::from_hex(element.as_str().unwrap()).unwrap()
}

fn transaction(
    previous_output: OutPoint,
    script_sig: ScriptBuf,
    witness: Witness,
    output: TxOut,
) -> Transaction {
    Transaction {
        version: Version::ONE,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output,
            script_sig,
            sequence: Sequence::MAX,
            witness,
        }],
        output: vec![output],
    }
}

/// The vectors write our codes in capitals, with two exceptions.
fn name(verdict: Result<(), ScriptError>) -> String {
    match verdict {
        Ok(()) => "OK".to_owned(),
        Err(ScriptError::Number) => "UNKNOWN_ERROR".to_owned(),
        Err(ScriptError::SigNullFail) => "NULLFAIL".to_owned(),
        Err(error) => error.code().trim_start_matches("script.").to_uppercase(),
    }
}
