//! Coins that anybody can spend, and full blocks of payments with them.
use anyhow::Context;
use bitcoin::absolute::LockTime;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, transaction,
};
use moneta_chain::Height;
use moneta_daemon::LocalNode;
use moneta_node_api::NodeApi;

/// Payments that fill a block, by weight and number.
pub(super) const PAYMENTS: usize = 1_500;
/// Outputs of each: as long as an ordinary payment with several inputs.
const OUTPUTS: u64 = 14;
/// What each pays.
const FEE: u64 = 5_000;

/// A coin and what it holds.
pub(super) type Purse = (OutPoint, u64);

/// Makes a chain of at least `small` blocks whose first `full` coinbases are each split into the coins of one full block.
/// The times of the small ones lie in the past: a node mines no more than six a second into the future.
pub(super) async fn fund(
    node: &LocalNode,
    small: u32,
    full: u32,
) -> anyhow::Result<Vec<Vec<Purse>>> {
    node.mine_history(small.max(100 + full), anyone()).await?;
    let mut purses = Vec::new();
    for height in (1..=full).map(Height::new) {
        let id = node.block_id_at(height).await.context("mined")?;
        let block = node.block(id).await?.context("mined")?;
        let coinbase = &block.block.block.txdata[0];
        let coin = OutPoint::new(coinbase.compute_txid(), 0);
        let value = (coinbase.output[0].value.to_sat() - 1_000_000) / PAYMENTS as u64;
        let tx = spend(coin, &vec![value; PAYMENTS]);
        let txid = node.submit_transaction(tx).await?;
        let coins = (0..).take(PAYMENTS);
        purses.push(
            coins
                .map(|vout| (OutPoint::new(txid, vout), value))
                .collect(),
        );
        // A dozen of these fill a block.
        if height.to_u32().is_multiple_of(10) {
            node.mine(1, anyone()).await?;
        }
    }
    node.mine(1, anyone()).await?;
    Ok(purses)
}

/// Returns the payments of a full block.
pub(super) fn payments(purses: &[Purse]) -> Vec<Transaction> {
    let payment = |(coin, value): &Purse| {
        let each = (value - FEE) / OUTPUTS;
        spend(*coin, &vec![each; usize::try_from(OUTPUTS).unwrap_or(1)])
    };
    purses.iter().map(payment).collect()
}

fn true_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// A script that anybody can spend from: signatures are not what is measured.
pub(super) fn anyone() -> ScriptBuf {
    true_script().to_p2wsh()
}

fn spend(coin: OutPoint, values: &[u64]) -> Transaction {
    let output = |value: &u64| TxOut {
        value: Amount::from_sat(*value),
        script_pubkey: anyone(),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: coin,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[true_script().as_bytes()]),
        }],
        output: values.iter().map(output).collect(),
    }
}
