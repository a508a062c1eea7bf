//! Bitcoin Core's `script_tests.json`: single scripts, each in a transaction of its own.
use std::collections::BTreeMap;

use bitcoin::hex::FromHex;
use bitcoin::transaction::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, absolute};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};
use serde_json::Value;

use crate::asm;
use crate::judge::{Count, Judge, Scope, VALID};

#[test]
fn scripts_end_in_blocks_and_in_the_mempool_as_bitcoin_core_says() {
    let Some(text) = moneta_vectors::text("script/script_tests.json") else {
        return;
    };
    let rows: Vec<Vec<Value>> = serde_json::from_str(&text).unwrap();
    let judge = Judge::new();
    let mut count = Count::new("script_tests");
    for row in rows.iter().filter(|row| row.len() > 1) {
        let case = read(row);
        let coins = BTreeMap::from([(case.spend.input[0].previous_output, case.coin.clone())]);
        let got = judge.judge(&case.spend, &coins);
        let scope = match Scope::of(case.valid, case.flags) {
            _ if case.spend.base_size() == 64 => Scope::SixtyFourBytes,
            _ if got == "tx.too_many_executed_sigops" && case.is_201_multisignatures() => {
                Scope::ManyChecks
            }
            scope => scope,
        };
        let expected = match scope {
            Scope::In if case.valid => VALID,
            Scope::In => "tx.script_failed",
            Scope::SixtyFourBytes => "tx.is_64_bytes",
            Scope::ManyChecks => "tx.too_many_executed_sigops",
            Scope::NeedsRuleOff | Scope::Policy => case.by_our_interpreter(),
        };
        count.case(scope, got == expected, || {
            format!("{got}, not {expected}: {row:?}")
        });
    }
    count.finish(30);
}

struct Case {
    spend: Transaction,
    coin: TxOut,
    flags: VerifyFlags,
    valid: bool,
}

impl Case {
    /// Tells the vectors with as many multisignature opcodes as a script may have, of 20 checks each.
    fn is_201_multisignatures(&self) -> bool {
        let scripts = [&self.coin.script_pubkey, &self.spend.input[0].script_sig];
        let multisignature = |opcode: &u8| matches!(opcode, 0xae | 0xaf);
        let opcodes = scripts.iter().flat_map(|script| script.as_bytes());
        opcodes.copied().filter(multisignature).count() > 2_500 / 20
    }

    /// The verdict of an implementation that shares no code.
    fn by_our_interpreter(&self) -> &'static str {
        let coins = std::slice::from_ref(&self.coin);
        let prepared = PreparedTransaction::new(&self.spend, coins).unwrap();
        match verify_input(&prepared, 0, VerifyFlags::CONSENSUS) {
            Ok(()) => VALID,
            Err(_) => "tx.script_failed",
        }
    }
}

fn read(row: &[Value]) -> Case {
    let (witness, row) = match row {
        [Value::Array(witness), rest @ ..] => (witness.as_slice(), rest),
        row => (&[][..], row),
    };
    let (value, witness) = match witness {
        [elements @ .., amount] => {
            let amount = amount
                .as_f64()
                .and_then(|coins| Amount::from_btc(coins).ok());
            let elements: Vec<Vec<u8>> = elements.iter().map(bytes).collect();
            (amount.unwrap(), Witness::from_slice(&elements))
        }
        [] => (Amount::ZERO, Witness::new()),
    };
    let fields: Vec<&str> = row.iter().filter_map(Value::as_str).collect();
    let [input_script, output_script, flags, expected, ..] = fields[..] else {
        panic!("{row:?}");
    };
    let coin = TxOut {
        value,
        script_pubkey: asm::parse(output_script),
    };
    let zeros = ScriptBuf::from_bytes(vec![0, 0]);
    let credit = transaction(OutPoint::null(), zeros, Witness::new(), coin.clone());
    let received = TxOut {
        value,
        script_pubkey: ScriptBuf::new(),
    };
    let outpoint = OutPoint::new(credit.compute_txid(), 0);
    let names = flags
        .split(',')
        .filter(|name| !matches!(*name, "" | "NONE"));
    Case {
        spend: transaction(outpoint, asm::parse(input_script), witness, received),
        coin,
        flags: names.fold(VerifyFlags::NONE, |flags, name| {
            flags | VerifyFlags::from_name(name).unwrap_or_else(|| panic!("no flag {name}"))
        }),
        valid: expected == "OK",
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
