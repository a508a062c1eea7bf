//! Taking what is offered: transactions into the pool, valid blocks into the chain.
use std::sync::Arc;

use bitcoin::{Transaction, Txid};
use moneta_consensus::ValidBlock;
use moneta_node_api::{AcceptedPackage, MempoolEntry, NodeError, Rejection};
use moneta_store::Durability;

use super::core::Core;
use crate::mempool::{Arrivals, Terms};

impl Core {
    /// Says whether the pool would take a transaction.
    pub(super) fn check_transaction(&self, tx: Transaction) -> Result<MempoolEntry, Rejection> {
        let present = self.read();
        let tx = Arc::new(tx);
        if let Some(known) = present.pool.get(&tx.compute_txid()) {
            return Ok((*known.entry).clone());
        }
        let terms = Terms::fresh(self.clock.now());
        let candidate = present.pool.consider(&tx, &present.chain, &terms)?;
        Ok(candidate.into_entry())
    }

    /// Puts a transaction into the pool; one that is there already is accepted again.
    pub(super) fn submit_transaction(&self, tx: Transaction) -> Result<Txid, Rejection> {
        let _turn = self.begin_write().map_err(refused)?;
        let txid = tx.compute_txid();
        if self.read().pool.get(&txid).is_some() {
            return Ok(txid);
        }
        self.try_admit(&Arc::new(tx))?;
        self.announce();
        Ok(txid)
    }

    /// Puts a child with its parents into the pool.
    pub(super) fn submit_package(
        &self,
        package: Vec<Transaction>,
    ) -> Result<AcceptedPackage, Rejection> {
        let _turn = self.begin_write().map_err(refused)?;
        let package: Vec<Arc<Transaction>> = package.into_iter().map(Arc::new).collect();
        let replaced = self.try_admit_package(&package)?.replaced;
        self.announce();
        Ok(AcceptedPackage {
            txids: package.iter().map(|tx| tx.compute_txid()).collect(),
            replaced,
        })
    }

    /// Stores a block whose parent is the tip, then makes it the tip. Only for whoever holds the turn.
    pub(super) fn connect(
        &self,
        valid: ValidBlock,
        durability: Durability,
    ) -> Result<(), NodeError> {
        self.read()
            .chain
            .state()
            .check_sound()
            .map_err(|error| self.stop(&error))?;
        let place = self
            .archive
            .append(&valid, durability)
            .map_err(|error| self.stop(&error))?;
        let arrivals = Arrivals::of(&valid);
        {
            let mut present = self.write();
            let present = &mut *present;
            let extended = present.chain.extend(valid, place, durability);
            extended.map_err(|error| self.stop(&error))?;
            let now = self.clock.now();
            present.pool.follow_block(&present.chain, &arrivals, now);
        }
        self.announce();
        self.take_ready_orphans();
        Ok(())
    }
}

/// Puts a node's own failure into the words of a refusal.
pub(super) fn refused(error: NodeError) -> Rejection {
    Rejection {
        code: error.code().to_owned(),
        detail: error.to_string(),
    }
}
