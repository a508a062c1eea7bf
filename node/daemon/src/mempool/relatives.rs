//! Who stands on whom in the pool.
use std::collections::BTreeSet;

use bitcoin::{OutPoint, Transaction, Txid};

use super::Mempool;

impl Mempool {
    /// Returns every transaction of the pool that `tx` stands on, itself left out.
    pub(super) fn ancestors(&self, tx: &Transaction) -> BTreeSet<Txid> {
        let mut found = BTreeSet::new();
        let mut open: Vec<Txid> = parents(tx).collect();
        while let Some(txid) = open.pop() {
            if let Some(pooled) = self.get(&txid).filter(|_| found.insert(txid)) {
                open.extend(parents(&pooled.entry.transaction));
            }
        }
        found
    }

    /// Returns a transaction of the pool and every one that stands on it; nothing if it is not there.
    pub(super) fn descendants(&self, txid: &Txid) -> BTreeSet<Txid> {
        let mut found = BTreeSet::new();
        let mut open = vec![*txid];
        while let Some(txid) = open.pop() {
            if self.by_txid.contains_key(&txid) && found.insert(txid) {
                open.extend(self.children(&txid));
            }
        }
        found
    }

    fn children(&self, txid: &Txid) -> impl Iterator<Item = Txid> {
        let (first, last) = (OutPoint::new(*txid, 0), OutPoint::new(*txid, u32::MAX));
        self.spenders.range(first..=last).map(|(_, child)| *child)
    }
}

fn parents(tx: &Transaction) -> impl Iterator<Item = Txid> {
    tx.input.iter().map(|input| input.previous_output.txid)
}
