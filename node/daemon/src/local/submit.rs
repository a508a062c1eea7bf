//! Taking what is offered: transactions into the pool, blocks into the chain.
use std::sync::Arc;

use bitcoin::{BlockHash, Transaction, Txid};
use moneta_chain::SealedBlock;
use moneta_consensus::ValidBlock;
use moneta_node_api::{AcceptedPackage, MempoolEntry, NodeError, Rejection};
use moneta_store::Durability;

use super::core::Core;
use crate::chain::Offer;
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

    /// Takes a block; one that is known already is accepted again. If it is to last now, it and all that were taken
    /// before are durable on return.
    pub(super) fn take_block(
        &self,
        block: SealedBlock,
        durability: Durability,
    ) -> Result<BlockHash, Rejection> {
        let mut turn = self.begin_write().map_err(refused)?;
        let now = self.clock.now();
        let (id, header) = (block.id(), block.block.header);
        let offer = self.read().chain.judge(block, now);
        let mut refusal = None;
        match offer {
            Ok(Offer::Known) => {}
            Ok(Offer::Next(valid)) => self.connect(*valid, durability).map_err(refused)?,
            Ok(Offer::Beside(checked)) => {
                let mut present = self.write();
                let present = &mut *present;
                let outcome = present
                    .chain
                    .add_beside(&checked, &self.archive, durability)
                    .map_err(|error| refused(self.stop(&error)))?;
                if outcome.moved {
                    present.pool.follow(&present.chain, outcome.returned, now);
                    self.announce();
                }
                refusal = outcome.refused;
            }
            Err(error) => {
                if error.condemns() {
                    self.write().chain.condemn(header);
                }
                return Err(error.into());
            }
        }
        let settled = self.settle_group(&mut turn.group, durability);
        settled.map_err(refused)?;
        match refusal {
            Some(error) => Err(error.into()),
            None => Ok(id),
        }
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
