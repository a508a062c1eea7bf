//! Moving along the chain: one block forth, one back, or over to another branch.
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::{Height, SealedBlock};
use moneta_consensus::{
    BlockError, ScriptTrust, ValidBlock, ValidTransaction, registry_changes, registry_reversal,
    spent_scripts,
};
use moneta_store::{Archive, Place, StoreError};

use super::Chain;
use super::tree::Stage;
use crate::rules;

/// A block with what its transactions do where it stands: enough to connect it or take it back.
#[derive(Debug, Clone)]
pub(super) struct Step {
    id: BlockHash,
    height: Height,
    pub(super) body: Arc<SealedBlock>,
    effects: Arc<[ValidTransaction]>,
}

/// Why a branch was not taken. The chain is where it was.
#[derive(Debug)]
pub(super) enum SwitchError {
    /// This block of the branch breaks a rule.
    Invalid(BlockHash, BlockError),
    /// The archive failed.
    Storage(StoreError),
}

impl Chain {
    /// Makes a stored block whose parent is the tip the new tip.
    pub(crate) fn extend(&mut self, block: ValidBlock, place: Place) {
        let (id, height) = (block.id(), block.height());
        let (body, effects) = block.into_parts();
        let effects: Arc<[ValidTransaction]> = effects.into();
        let stage = Stage::Stored {
            place,
            effects: Arc::clone(&effects),
        };
        // A block may have been waiting on a side branch before its branch became the best.
        self.tree.insert(body.block.header, stage.clone());
        self.tree.set_stage(&id, stage);
        self.step_forth(&Step {
            id,
            height,
            body: Arc::new(body),
            effects,
        });
    }

    /// Moves the tip to `target` and returns the blocks it took back, newest first.
    ///
    /// Blocks that were never connected are judged on the way, and stored once the whole branch has
    /// proved valid. If anything goes wrong the chain is back at its old tip.
    ///
    /// # Errors
    /// A block on the way breaks a rule, or the archive failed.
    pub(super) fn switch(
        &mut self,
        target: BlockHash,
        archive: &Archive,
    ) -> Result<Vec<Step>, SwitchError> {
        let tip = self.tip().id;
        let way = self.tree.way(tip, target).unwrap_or_default();
        // Read all that is to be taken back before anything moves, so that a way back is sure.
        let back: Result<Vec<Step>, StoreError> = way
            .back
            .iter()
            .map(|id| self.stored_step(id, archive))
            .collect();
        let back = back.map_err(SwitchError::Storage)?;
        for step in &back {
            self.step_back(step);
        }
        let mut forth = Vec::new();
        let taken = self.take(&way.forth, archive, &mut forth);
        if taken.is_err() {
            for step in forth.iter().rev() {
                self.step_back(step);
            }
            for step in back.iter().rev() {
                self.step_forth(step);
            }
        }
        taken.map(|()| back)
    }

    /// Connects `ids` in order, then stores those that were not stored yet. `done` names what was
    /// connected, also when it fails.
    fn take(
        &mut self,
        ids: &[BlockHash],
        archive: &Archive,
        done: &mut Vec<Step>,
    ) -> Result<(), SwitchError> {
        let mut fresh = Vec::new();
        for id in ids {
            let waiting = match self.tree.get(id).map(|block| &block.stage) {
                Some(Stage::Waiting(body)) => Some(Arc::clone(body)),
                _ => None,
            };
            let step = match waiting {
                None => self
                    .stored_step(id, archive)
                    .map_err(SwitchError::Storage)?,
                Some(body) => {
                    let valid = rules::judge_kept(self, &body, ScriptTrust::Verify)
                        .map_err(|error| SwitchError::Invalid(*id, error))?;
                    let step = Step {
                        id: *id,
                        height: valid.height(),
                        body,
                        effects: valid.transactions().into(),
                    };
                    fresh.push(valid);
                    step
                }
            };
            self.step_forth(&step);
            done.push(step);
        }
        for valid in fresh {
            let place = archive.append(&valid).map_err(SwitchError::Storage)?;
            let stage = Stage::Stored {
                place,
                effects: valid.transactions().into(),
            };
            self.tree.set_stage(&valid.id(), stage);
        }
        Ok(())
    }

    /// Reads a stored block with what it does.
    pub(super) fn stored_step(
        &self,
        id: &BlockHash,
        archive: &Archive,
    ) -> Result<Step, StoreError> {
        let block = self.tree.get(id);
        let Some(Stage::Stored { place, effects }) = block.map(|block| &block.stage) else {
            unreachable!(
                "only stored blocks were ever connected, and ways lead over connected or waiting ones"
            );
        };
        Ok(Step {
            id: *id,
            height: place.height(),
            body: Arc::new(archive.read(*place)?),
            effects: Arc::clone(effects),
        })
    }

    pub(super) fn step_forth(&mut self, step: &Step) {
        debug_assert_eq!(step.body.block.header.prev_blockhash, self.tip().id);
        self.state
            .apply(step.height, &step.body.block.txdata, &step.effects);
        self.commitments.extend(
            &step.body.block,
            spent_scripts(&step.effects),
            &registry_changes(&step.effects),
        );
        self.active.push(step.id);
    }

    pub(super) fn step_back(&mut self, step: &Step) {
        debug_assert_eq!(step.id, self.tip().id);
        self.state.undo(&step.body.block.txdata, &step.effects);
        self.commitments
            .take_back(&registry_reversal(&step.effects));
        self.active.pop();
    }
}
