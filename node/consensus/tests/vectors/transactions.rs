//! Bitcoin Core's `tx_valid.json` and `tx_invalid.json`: whole transactions with the coins they spend.
use std::collections::BTreeMap;

use bitcoin::hex::FromHex;
use bitcoin::{Amount, OutPoint, Transaction, TxOut, consensus};
use moneta_consensus::check_transaction_alone;
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};
use serde_json::Value;

use crate::asm;
use crate::judge::{Count, Judge, Scope, VALID};

struct Case {
    tx: Transaction,
    coins: BTreeMap<OutPoint, TxOut>,
    flags: String,
}

#[test]
fn valid_transactions_are_valid_in_a_block_and_in_the_mempool() {
    let Some(cases) = cases("tx/tx_valid.json") else {
        return;
    };
    let judge = Judge::new();
    let mut count = Count::new("tx_valid");
    for case in cases {
        let without = parse_flags(&case.flags);
        let scope = Scope::of(true, VerifyFlags::STANDARD.without(without));
        let got = if case.tx.is_coinbase() {
            alone(&judge, &case.tx)
        } else {
            judge.judge(&case.tx, &case.coins)
        };
        let right = if scope == Scope::In {
            got == VALID
        } else {
            case.agrees_with_our_interpreter(got)
        };
        count.case(scope, right, || {
            format!("{got}: {}", case.tx.compute_txid())
        });
    }
    count.finish(50);
}

#[test]
fn invalid_transactions_are_refused_in_a_block_and_in_the_mempool() {
    let Some(cases) = cases("tx/tx_invalid.json") else {
        return;
    };
    let judge = Judge::new();
    let mut count = Count::new("tx_invalid");
    for case in cases {
        if case.flags == "BADTX" {
            // Some have no input, and what Bitcoin calls a coinbase would be one in our block too.
            let got = alone(&judge, &case.tx);
            count.case(Scope::In, got != VALID, || {
                case.tx.compute_txid().to_string()
            });
            continue;
        }
        let got = judge.judge(&case.tx, &case.coins);
        let (scope, right) = match Scope::of(false, parse_flags(&case.flags)) {
            _ if case.tx.base_size() == 64 => (Scope::SixtyFourBytes, got == "tx.is_64_bytes"),
            Scope::In => (Scope::In, got == "tx.script_failed"),
            scope => (scope, case.agrees_with_our_interpreter(got)),
        };
        count.case(scope, right, || {
            format!("{got}: {}", case.tx.compute_txid())
        });
    }
    count.finish(25);
}

fn alone(judge: &Judge, tx: &Transaction) -> &'static str {
    check_transaction_alone(tx, judge.params()).map_or_else(|error| error.code(), |()| VALID)
}

fn parse_flags(list: &str) -> VerifyFlags {
    let names = list.split(',').filter(|name| !matches!(*name, "" | "NONE"));
    names.fold(VerifyFlags::NONE, |flags, name| {
        flags | VerifyFlags::from_name(name).unwrap_or_else(|| panic!("no flag {name}"))
    })
}

impl Case {
    /// Tells whether scripts alone yield the same verdict by an implementation that shares no code.
    fn agrees_with_our_interpreter(&self, got: &str) -> bool {
        let coins = self
            .tx
            .input
            .iter()
            .map(|input| self.coins.get(&input.previous_output));
        let coins: Option<Vec<TxOut>> = coins.map(|coin| coin.cloned()).collect();
        let coins = coins.expect("every input has its coin");
        let prepared = PreparedTransaction::new(&self.tx, &coins).unwrap();
        let holds = (0..coins.len())
            .all(|index| verify_input(&prepared, index, VerifyFlags::CONSENSUS).is_ok());
        got == if holds { VALID } else { "tx.script_failed" }
    }
}

fn cases(file: &str) -> Option<Vec<Case>> {
    let text = moneta_vectors::text(file)?;
    let rows: Vec<Vec<Value>> = serde_json::from_str(&text).unwrap();
    let rows = rows.iter().filter(|row| row.len() == 3);
    Some(rows.map(|row| read(row)).collect())
}

fn read(row: &[Value]) -> Case {
    let [coins, hex, flags] = row else {
        panic!("three fields");
    };
    let bytes = Vec::from_hex(hex.as_str().unwrap()).unwrap();
    let tx: Transaction = consensus::deserialize(&bytes).unwrap();
    // Where no amount is given none is signed for: then it is enough for what the outputs pay.
    let enough = tx
        .output
        .iter()
        .map(|output| output.value.to_sat())
        .fold(0, u64::saturating_add);
    let coins = coins.as_array().unwrap().iter();
    Case {
        coins: coins.map(|row| coin(row, enough)).collect(),
        tx,
        flags: flags.as_str().expect("flags").to_owned(),
    }
}

fn coin(row: &Value, enough: u64) -> (OutPoint, TxOut) {
    let txid = row[0].as_str().and_then(|text| text.parse().ok()).unwrap();
    let vout = row[1].as_i64().unwrap() & 0xffff_ffff;
    let coin = TxOut {
        value: Amount::from_sat(row[3].as_u64().unwrap_or(enough)),
        script_pubkey: asm::parse(row[2].as_str().unwrap()),
    };
    (OutPoint::new(txid, u32::try_from(vout).unwrap()), coin)
}
