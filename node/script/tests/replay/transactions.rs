//! Bitcoin Core's `tx_valid.json` and `tx_invalid.json`: whole transactions with the coins they spend.
use std::collections::BTreeMap;

use bitcoin::hex::FromHex;
use bitcoin::{Amount, OutPoint, Transaction, TxOut, consensus};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};
use serde_json::Value;

use crate::tally::Tally;
use crate::{asm, flags};

struct Case {
    spend: Transaction,
    coins: Vec<TxOut>,
}

#[test]
fn valid_transactions_are_valid_with_all_rules_but_those_that_exclude_them() {
    let mut tally = Tally::new("tx_valid");
    for (case, list) in cases("tx/tx_valid.json") {
        let excluded = flags::parse(&list);
        let all = flags::trim(VerifyFlags::STANDARD.without(excluded));
        let fewer = flags::each().map(|flag| flags::trim(all.without(flag)));
        let accepted = [all]
            .into_iter()
            .chain(fewer)
            .all(|flags| case.is_valid(flags));
        // No flag is excluded without need.
        let tight = flags::each()
            .filter(|flag| excluded.contains(*flag))
            .all(|flag| {
                !case.is_valid(flags::trim(
                    VerifyFlags::STANDARD.without(excluded.without(flag)),
                ))
            });
        tally.case(accepted && tight, || {
            format!(
                "accepted {accepted}, tight {tight}: {list} {}",
                case.spend.compute_txid()
            )
        });
    }
    tally.finish(if moneta_vectors::path("tx").is_some() {
        60
    } else {
        0
    });
}

#[test]
fn invalid_transactions_break_the_rules_that_they_name_and_no_others() {
    let mut tally = Tally::new("tx_invalid");
    let mut shapes = 0;
    for (case, list) in cases("tx/tx_invalid.json") {
        if list == "BADTX" {
            shapes += 1;
            continue;
        }
        let minimum = flags::fill(flags::parse(&list));
        let more = flags::each().map(|flag| flags::fill(minimum | flag));
        let refused = [minimum]
            .into_iter()
            .chain(more)
            .all(|flags| !case.is_valid(flags));
        let tight = flags::each()
            .filter(|flag| minimum.contains(*flag))
            .all(|flag| case.is_valid(flags::trim(minimum.without(flag))));
        tally.case(refused && tight, || {
            format!(
                "refused {refused}, tight {tight}: {list} {}",
                case.spend.compute_txid()
            )
        });
    }
    println!(
        "out-of-scope tx_invalid {shapes} (BADTX: shape of a transaction, a rule of moneta-consensus)"
    );
    tally.finish(if moneta_vectors::path("tx").is_some() {
        40
    } else {
        0
    });
}

impl Case {
    fn is_valid(&self, flags: VerifyFlags) -> bool {
        let prepared = PreparedTransaction::new(&self.spend, &self.coins).unwrap();
        (0..self.coins.len()).all(|index| verify_input(&prepared, index, flags).is_ok())
    }
}

fn cases(file: &str) -> Vec<(Case, String)> {
    let Some(text) = moneta_vectors::text(file) else {
        return Vec::new();
    };
    let rows: Vec<Vec<Value>> = serde_json::from_str(&text).unwrap();
    rows.iter()
        .filter(|row| row.len() == 3)
        .map(|row| {
            (
                read(&row[0], row[1].as_str().unwrap()),
                row[2].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

fn read(coins: &Value, hex: &str) -> Case {
    let coins: BTreeMap<OutPoint, TxOut> = coins.as_array().unwrap().iter().map(coin).collect();
    let spend: Transaction = consensus::deserialize(&Vec::from_hex(hex).unwrap()).unwrap();
    // Transactions of a wrong shape spend coins that nobody lists; they are not verified.
    let spent = |outpoint| coins.get(outpoint).cloned().unwrap_or(TxOut::NULL);
    Case {
        coins: spend
            .input
            .iter()
            .map(|input| spent(&input.previous_output))
            .collect(),
        spend,
    }
}

fn coin(row: &Value) -> (OutPoint, TxOut) {
    let txid = row[0].as_str().unwrap().parse().unwrap();
    let vout = u32::try_from(row[1].as_i64().unwrap() & 0xffff_ffff).unwrap();
    let coin = TxOut {
        value: Amount::from_sat(row[3].as_u64().unwrap_or(0)),
        script_pubkey: asm::parse(row[2].as_str().unwrap()),
    };
    (OutPoint::new(txid, vout), coin)
}
