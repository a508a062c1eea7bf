//! Real blocks: every coin that is made and spent inside one block is verified as main net did.
use std::collections::BTreeMap;

use bitcoin::{Block, OutPoint, TxOut, consensus};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};

use crate::tally::Tally;

#[test]
fn coins_made_and_spent_in_one_real_block_verify() {
    let mut tally = Tally::new("block-inputs");
    let mut elsewhere = 0;
    for file in ["core_block413567", "bcoin_block426884", "bcoin_block482683"] {
        let Some(path) = moneta_vectors::path(&format!("blocks/{file}.raw")) else {
            return;
        };
        let block: Block = consensus::deserialize(&std::fs::read(path).unwrap()).unwrap();
        let mut made: BTreeMap<OutPoint, TxOut> = BTreeMap::new();
        for transaction in &block.txdata {
            let spent: Vec<Option<TxOut>> = transaction
                .input
                .iter()
                .map(|input| made.remove(&input.previous_output))
                .collect();
            // What these blocks' signatures cover needs the coin of their own input only.
            let coins: Vec<TxOut> = spent
                .iter()
                .map(|coin| coin.clone().unwrap_or(TxOut::NULL))
                .collect();
            let prepared = PreparedTransaction::new(transaction, &coins).unwrap();
            for (index, coin) in spent.iter().enumerate() {
                if coin.is_none() {
                    elsewhere += 1;
                    continue;
                }
                let verdict = verify_input(&prepared, index, VerifyFlags::CONSENSUS);
                tally.case(verdict.is_ok(), || {
                    format!("{} {index}: {verdict:?}", transaction.compute_txid())
                });
            }
            let txid = transaction.compute_txid();
            for (vout, output) in (0..).zip(&transaction.output) {
                made.insert(OutPoint::new(txid, vout), output.clone());
            }
        }
    }
    println!(
        "out-of-scope block-inputs {elsewhere} (spend coins of other blocks, which are not here)"
    );
    tally.finish(100);
}
