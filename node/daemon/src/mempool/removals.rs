//! What left the pool other than into a block, for readers who want to know why.
use std::collections::VecDeque;

use bitcoin::Txid;
use moneta_node_api::{MempoolRemoval, RemovalReason};

use super::policy::MAX_REMOVALS;

/// The last removals.
#[derive(Debug, Default)]
pub(super) struct Removals {
    last: VecDeque<MempoolRemoval>,
    count: u64,
}

impl Removals {
    pub(super) fn note(&mut self, txid: Txid, reason: RemovalReason) {
        self.count += 1;
        if self.last.len() == MAX_REMOVALS {
            self.last.pop_front();
        }
        self.last.push_back(MempoolRemoval {
            sequence: self.count,
            txid,
            reason,
        });
    }

    /// Returns those after number `seen`, oldest first.
    pub(super) fn after(&self, seen: u64) -> Vec<MempoolRemoval> {
        let new = self.last.iter().filter(|removal| removal.sequence > seen);
        new.cloned().collect()
    }
}
