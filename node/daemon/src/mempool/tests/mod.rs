//! The pool's own bookkeeping, on made-up transactions that no rule has seen; its rules are tested through a node in
//! `local/tests`.

mod books;
mod choice;
mod dump;
mod orphans;

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness, transaction,
};
use moneta_node_api::{MempoolEntry, RemovalReason};

use super::pool::{Order, Pooled};
use super::tally::Tally;
use super::{Mempool, Room};

const WIDE: Room = Room {
    weight: 4_000_000,
    sigop_cost: 80_000,
};

/// Makes a transaction that spends these coins into one that nobody has.
pub(super) fn transaction(spent: impl IntoIterator<Item = OutPoint>, serial: u8) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: spent.into_iter().map(spend).collect(),
        output: vec![TxOut {
            value: Amount::from_sat(u64::from(serial)),
            script_pubkey: ScriptBuf::new(),
        }],
    }
}

/// Makes what the pool would hold of a transaction.
pub(super) fn pooled(tx: Transaction, fee: u64, sigop_cost: u64) -> Pooled {
    let (wtxid, weight) = (tx.compute_wtxid(), tx.weight().to_wu());
    let entry = MempoolEntry {
        txid: tx.compute_txid(),
        vsize: tx.vsize() as u64,
        spent: Vec::new(),
        attachments: BTreeMap::new(),
        fee: Amount::from_sat(fee),
        arrived: 0,
        transaction: Arc::new(tx),
    };
    Pooled {
        wtxid,
        freezes: Vec::new(),
        waited: 0,
        own: Tally {
            count: 1,
            fee,
            vsize: entry.vsize,
            weight,
            sigop_cost,
        },
        memory: super::memory::of_entry(&entry, 0, &[]),
        plain: true,
        entry: Arc::new(entry),
    }
}

struct Made {
    pool: Mempool,
    serial: u8,
}

impl Made {
    fn new() -> Self {
        Self {
            pool: Mempool::default(),
            serial: 0,
        }
    }

    /// Adds a transaction that spends an output of each parent, or a coin of its own if there is none.
    fn add(&mut self, parents: &[Txid], fee: u64) -> Txid {
        self.serial += 1;
        let own = Txid::from_byte_array([self.serial; 32]);
        let vout = u32::from(self.serial);
        let outpoints: Vec<OutPoint> = match parents {
            [] => vec![OutPoint::new(own, 0)],
            parents => parents
                .iter()
                .map(|txid| OutPoint::new(*txid, vout))
                .collect(),
        };
        let tx = transaction(outpoints, self.serial);
        let txid = tx.compute_txid();
        self.pool.insert(pooled(tx, fee, 4), Vec::new());
        txid
    }

    fn order(&self, txid: &Txid) -> Order {
        self.pool.by_txid[txid]
    }

    fn remove(&mut self, txid: &Txid) {
        let order = self.order(txid);
        self.pool
            .remove_with_descendants([order], &RemovalReason::Expired);
    }

    fn selected(&self, room: Room) -> Vec<Txid> {
        let chosen = self.pool.select(room);
        chosen
            .iter()
            .map(|order| self.pool.entries[order].pooled.entry.txid)
            .collect()
    }
}

fn spend(previous_output: OutPoint) -> TxIn {
    TxIn {
        previous_output,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::new(),
    }
}
