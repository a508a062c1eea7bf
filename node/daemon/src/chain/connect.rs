//! Moving along the chain: one block forth, one back, or over to another branch.
use std::sync::Arc;

use bitcoin::{BlockHash, Transaction};
use moneta_chain::{Height, SealedBlock};
use moneta_consensus::{
    BlockError, ScriptTrust, ValidBlock, ValidTransaction, registry_changes, registry_reversal,
    spent_scripts,
};
use moneta_store::{Applied, Archive, Durability, Place, StoreError, StoredBlock};

use super::Chain;
use super::tree::Stage;
use crate::rules;

/// Most memory for steps of the state that wait for their blocks to be durable, but for the last of them; in bytes.
pub(crate) const MAX_WAITING_STEPS: usize = 8 << 20;

/// Blocks that are kept at hand for whoever asks.
const MAX_RECENT: usize = 4;

/// A block with what its transactions do where it stands: enough to connect it or take it back.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    id: BlockHash,
    height: Height,
    body: Arc<SealedBlock>,
    effects: Arc<[ValidTransaction]>,
}

/// Why a branch was not taken. The chain is where it was.
#[derive(Debug)]
pub(crate) enum SwitchError {
    /// This block of the branch breaks a rule.
    Invalid(BlockHash, BlockError),
    /// Archive or state failed. If it was the state, the tip may stand anywhere on the way.
    Storage(StoreError),
}

impl From<StoreError> for SwitchError {
    fn from(error: StoreError) -> Self {
        Self::Storage(error)
    }
}

impl Chain {
    /// Makes an archived block whose parent is the tip the new tip. It must be durable, and all before it, unless its
    /// step may wait for [`Self::settle`].
    ///
    /// # Errors
    /// The state can't be written; the tip has not moved then.
    pub(crate) fn extend(
        &mut self,
        block: ValidBlock,
        place: Place,
        durability: Durability,
    ) -> Result<(), StoreError> {
        let (id, height) = (block.id(), block.height());
        let (body, effects) = block.into_parts();
        // Its header may have come before, or it may have been waiting on a side branch.
        self.tree.insert(&body.sealed_header(), Stage::Header);
        self.tree.store(&id, place);
        let step = Step {
            id,
            height,
            body: Arc::new(body),
            effects: effects.into(),
        };
        self.step_forth(&step, Some(place), durability)
    }

    /// Moves the tip to `target` and returns the blocks it took back, newest first.
    ///
    /// Blocks that were never connected are judged and archived on the way. If one breaks a rule the chain is
    /// back at its old tip, and if the archive fails as well. On disk the state takes all of it as one step, unless
    /// that is too much for the memory.
    ///
    /// # Errors
    /// A block on the way breaks a rule, or the archive failed.
    pub(crate) fn switch(
        &mut self,
        target: BlockHash,
        archive: &Archive,
        durability: Durability,
    ) -> Result<Vec<Step>, SwitchError> {
        let tip = self.tip().id;
        let way = self.tree.way(tip, target).unwrap_or_default();
        // Read all that is to be taken back before anything moves, so that a way back is sure.
        let back: Result<Vec<Step>, StoreError> = way
            .back
            .iter()
            .map(|id| self.stored_step(id, archive))
            .collect();
        let back = back?;
        let (mut left, mut forth) = (0, Vec::new());
        let mut taken = self.leave(&back, archive, &mut left);
        if taken.is_ok() {
            taken = self.take(&way.forth, archive, &mut forth);
        }
        if taken.is_ok() && durability == Durability::Now {
            taken = archive.sync().map_err(SwitchError::from);
        }
        if taken.is_err() {
            for step in forth.iter().rev() {
                self.step_back(step, Durability::Soon)?;
            }
            for step in back.iter().take(left).rev() {
                self.step_forth(step, None, Durability::Soon)?;
            }
        } else if durability == Durability::Now {
            self.state.settle()?;
        }
        taken.map(|()| back)
    }

    /// Commits the steps that wait, once their blocks are durable. Only with an archive that is synced.
    ///
    /// # Errors
    /// The state can't be written.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        self.state.settle()
    }

    /// Takes `steps` back. `left` says how many were, also when it fails.
    fn leave(
        &mut self,
        steps: &[Step],
        archive: &Archive,
        left: &mut usize,
    ) -> Result<(), SwitchError> {
        for step in steps {
            self.step_back(step, Durability::Soon)?;
            *left += 1;
            self.settle_if_full(archive)?;
        }
        Ok(())
    }

    fn settle_if_full(&mut self, archive: &Archive) -> Result<(), StoreError> {
        if self.state.waiting() > MAX_WAITING_STEPS {
            archive.sync()?;
            self.state.settle()?;
        }
        Ok(())
    }

    /// Connects `ids` in order, and archives those that were not. `done` names what was connected, also
    /// when it fails.
    fn take(
        &mut self,
        ids: &[BlockHash],
        archive: &Archive,
        done: &mut Vec<Step>,
    ) -> Result<(), SwitchError> {
        for id in ids {
            let waiting = match self.tree.get(id).map(|block| &block.stage) {
                Some(Stage::Waiting(body)) => Some(Arc::clone(body)),
                _ => None,
            };
            let Some(body) = waiting else {
                let step = self.stored_step(id, archive)?;
                self.step_forth(&step, None, Durability::Soon)?;
                done.push(step);
                self.settle_if_full(archive)?;
                continue;
            };
            let valid = rules::judge_kept(self, SealedBlock::clone(&body), ScriptTrust::Verify);
            self.state.check_sound()?;
            let valid = valid.map_err(|error| SwitchError::Invalid(*id, error))?;
            let place = archive.append(&valid, Durability::Soon)?;
            self.tree.store(id, place);
            let step = Step {
                id: *id,
                height: valid.height(),
                body,
                effects: valid.transactions().into(),
            };
            self.step_forth(&step, Some(place), Durability::Soon)?;
            done.push(step);
            self.settle_if_full(archive)?;
        }
        Ok(())
    }

    /// Reads a stored block with what it does.
    pub(crate) fn stored_step(
        &self,
        id: &BlockHash,
        archive: &Archive,
    ) -> Result<Step, StoreError> {
        let block = self.tree.get(id);
        let Some(Stage::Stored { place }) = block.map(|block| &block.stage) else {
            unreachable!(
                "only stored blocks were ever connected, and ways lead over connected or waiting ones"
            );
        };
        if !self.state.has_body(*place) {
            let height = place.height();
            return Err(StoreError::NoBody { height });
        }
        Ok(Step {
            id: *id,
            height: place.height(),
            body: Arc::new(archive.read(*place)?),
            effects: archive.read_effects(*place)?.into(),
        })
    }

    /// Connects a block to the tip; `place` says where it was archived if that is new.
    pub(super) fn step_forth(
        &mut self,
        step: &Step,
        place: Option<Place>,
        durability: Durability,
    ) -> Result<(), StoreError> {
        debug_assert_eq!(step.body.block.header.prev_blockhash, self.tip().id);
        let changes = registry_changes(&step.effects);
        self.commitments
            .extend(&step.body.block, spent_scripts(&step.effects), &changes);
        let stored = place.map(|place| StoredBlock {
            sealed: step.body.sealed_header(),
            filter_hash: self.commitments.filter_hash(),
            place,
        });
        let applied = self
            .state
            .apply(&step.applied(), stored.as_ref(), durability);
        if applied.is_err() {
            self.commitments
                .take_back(&registry_reversal(&step.effects));
        }
        applied?;
        self.active.push(step.id);
        self.recent.push_back((step.id, Arc::clone(&step.body)));
        if self.recent.len() > MAX_RECENT {
            self.recent.pop_front();
        }
        self.lead_forth();
        Ok(())
    }

    /// Takes the tip back.
    pub(crate) fn step_back(
        &mut self,
        step: &Step,
        durability: Durability,
    ) -> Result<(), StoreError> {
        debug_assert_eq!(step.id, self.tip().id);
        self.state.undo(&step.applied(), durability)?;
        self.commitments
            .take_back(&registry_reversal(&step.effects));
        self.active.pop();
        self.ahead.step_back(step.id, step.height);
        Ok(())
    }
}

impl Step {
    /// Returns its transactions without the coinbase.
    pub(crate) fn payments(&self) -> impl Iterator<Item = Arc<Transaction>> {
        let transactions = self.body.block.txdata.iter().skip(1);
        transactions.map(|tx| Arc::new(tx.clone()))
    }

    fn applied(&self) -> Applied<'_> {
        Applied {
            id: self.id,
            height: self.height,
            parent: self.body.block.header.prev_blockhash,
            transactions: &self.body.block.txdata,
            effects: &self.effects,
        }
    }
}
