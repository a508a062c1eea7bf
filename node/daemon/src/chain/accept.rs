//! Taking a block: known already, next in line, or beside the best chain.
use std::sync::Arc;

use bitcoin::block::Header;
use bitcoin::{BlockHash, Transaction};
use moneta_chain::SealedBlock;
use moneta_consensus::{CheckedBlock, ValidBlock};
use moneta_store::{Archive, Durability, StoreError};

use super::connect::SwitchError;
use super::tree::Stage;
use super::{Chain, ChainError};
use crate::rules;

/// Bodies of side branches that are kept in memory, together.
const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// What an offered block is, before anything has changed.
#[derive(Debug)]
pub(crate) enum Offer {
    /// The node has it already.
    Known,
    /// It is valid and its parent is the tip: store it, then [`Chain::extend`].
    Next(Box<ValidBlock>),
    /// It is right by itself and stands elsewhere: [`Chain::add_beside`].
    Beside(Box<CheckedBlock>),
}

/// What a block beside the best chain has changed.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Transactions of blocks that were taken back, in chain order, without coinbases.
    pub(crate) returned: Vec<Arc<Transaction>>,
    /// Whether the tip moved.
    pub(crate) moved: bool,
    /// The rule that the block itself breaks in its chain. The tip may have moved all the same.
    pub(crate) refused: Option<ChainError>,
}

impl Chain {
    /// Says what an offered block is.
    ///
    /// # Errors
    /// It breaks a rule, or its parent is not known.
    pub(crate) fn judge(&self, block: SealedBlock, now: u64) -> Result<Offer, ChainError> {
        let id = block.id();
        match self.tree.get(&id).map(|known| &known.stage) {
            Some(Stage::Invalid) => return Err(ChainError::KnownInvalid(id)),
            Some(_) => return Ok(Offer::Known),
            None => {}
        }
        let parent_id = block.block.header.prev_blockhash;
        let parent = self
            .parent_block(&parent_id)
            .ok_or(ChainError::UnknownParent(parent_id))?;
        if self.is_condemned(parent_id) {
            return Err(ChainError::OnInvalid(parent_id));
        }
        if parent_id == self.tip().id {
            let valid = rules::judge_next(self, block, now)?;
            return Ok(Offer::Next(Box::new(valid)));
        }
        let checked = rules::judge_alone(self, block, &parent, now)?;
        Ok(Offer::Beside(Box::new(checked)))
    }

    /// Remembers that a block breaks a rule of its chain, so that it is never judged again.
    pub(crate) fn condemn(&mut self, header: Header) {
        if let Some(id) = self.tree.insert(header, Stage::Invalid) {
            self.tree.condemn(id);
        }
    }

    /// Adds a block beside the best chain, and moves to its branch if that has more work.
    ///
    /// If a block of that branch breaks a rule in its chain, it is condemned with all that stands on
    /// it, and the best of what remains is taken. If it is to last now, all that is connected is durable on return.
    ///
    /// # Errors
    /// The archive failed; the tip has not moved then.
    pub(crate) fn add_beside(
        &mut self,
        block: &CheckedBlock,
        archive: &Archive,
        durability: Durability,
    ) -> Result<Outcome, StoreError> {
        let id = block.id();
        let body = Arc::new(block.block().clone());
        self.tree.insert(body.block.header, Stage::Waiting(body));
        let mut outcome = Outcome::default();
        let mut target = id;
        while self.has_more_work(target) {
            match self.switch(target, archive, durability) {
                Ok(back) => {
                    outcome.moved = true;
                    outcome.returned = back
                        .iter()
                        .rev()
                        .flat_map(|step| step.body.block.txdata.iter().skip(1))
                        .map(|tx| Arc::new(tx.clone()))
                        .collect();
                    break;
                }
                Err(SwitchError::Storage(error)) => return Err(error),
                Err(SwitchError::Invalid(culprit, error)) => {
                    tracing::warn!(block = %culprit, %error, "a branch with more work is invalid");
                    self.tree.condemn(culprit);
                    if self.is_condemned(id) {
                        outcome.refused = Some(error.into());
                    }
                    target = self.tree.best();
                }
            }
        }
        self.tree.drop_waiting_over(MAX_WAITING_BYTES);
        Ok(outcome)
    }

    fn has_more_work(&self, id: BlockHash) -> bool {
        let work = |id| self.tree.get(&id).map(|block| block.work);
        work(id) > work(self.tip().id)
    }

    fn is_condemned(&self, id: BlockHash) -> bool {
        let stage = self.tree.get(&id).map(|block| &block.stage);
        matches!(stage, Some(Stage::Invalid))
    }
}
