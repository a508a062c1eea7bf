//! Taking a block: known already, next in line, or somewhere else.
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::{SealedBlock, SealedHeader};
use moneta_consensus::{CheckedBlock, ScriptTrust, ValidBlock};

use super::tree::{Stage, Way};
use super::{Chain, ChainError};
use crate::rules;

/// Bodies that wait for their parents, or on side branches, are kept in memory up to here, together.
pub(crate) const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;

/// What an offered block is, before anything has changed.
#[derive(Debug)]
pub(crate) enum Offer {
    /// The node has it already.
    Known,
    /// It is valid and its parent is the tip: store it, then [`Chain::extend`].
    Next(Box<ValidBlock>),
    /// It is right by itself and stands elsewhere: [`Chain::keep`].
    Beside(Box<CheckedBlock>),
}

/// How to come to a block with more work than the tip.
#[derive(Debug)]
pub(crate) enum Toward {
    /// These were never connected and stand on the tip, lowest first.
    Forth(Vec<BlockHash>),
    /// Another branch leads to it.
    Over(BlockHash),
}

impl Chain {
    /// Says what an offered block is.
    ///
    /// # Errors
    /// It breaks a rule, or its parent is not known.
    pub(crate) fn judge(&self, mut block: SealedBlock, now: u64) -> Result<Offer, ChainError> {
        let id = block.id();
        let mut is_verified = false;
        if let Some(known) = self.tree.get(&id) {
            match known.stage {
                Stage::Invalid => return Err(ChainError::KnownInvalid(id)),
                Stage::Header => {
                    block.seal = known.seal;
                    is_verified = true;
                }
                Stage::Genesis | Stage::Waiting(_) | Stage::Stored { .. } => {
                    return Ok(Offer::Known);
                }
            }
        }
        let parent_id = block.block.header.prev_blockhash;
        let parent = self
            .as_parent(&parent_id)
            .ok_or(ChainError::UnknownParent(parent_id))?;
        if self.is_condemned(&parent_id) {
            return Err(ChainError::OnInvalid(parent_id));
        }
        if self.is_out_of_reach(&parent_id) {
            let bedrock = self.bedrock();
            return Err(ChainError::OutOfReach { bedrock });
        }
        if parent_id == self.tip().id {
            let valid = if is_verified {
                rules::judge_kept(self, block, ScriptTrust::Verify)?
            } else {
                rules::judge_next(self, block, now)?
            };
            return Ok(Offer::Next(Box::new(valid)));
        }
        let checked = if is_verified {
            rules::judge_body_alone(self, block, &parent)?
        } else {
            rules::judge_alone(self, block, &parent, now)?
        };
        Ok(Offer::Beside(Box::new(checked)))
    }

    /// Remembers that a block which was never connected breaks a rule of its chain, so that it is never judged again.
    pub(crate) fn condemn(&mut self, sealed: &SealedHeader) {
        if let Some(id) = self.tree.insert(sealed, Stage::Invalid) {
            self.tree.condemn(id);
            self.reconsider();
        }
    }

    /// Keeps a block that is right by itself: beside the best chain, or ahead of it.
    pub(crate) fn keep(&mut self, block: CheckedBlock) {
        let id = block.id();
        let body = Arc::new(block.into_block());
        // Its header may have come before.
        self.tree.insert(&body.sealed_header(), Stage::Header);
        self.tree.fill(&id, body);
        self.consider(id);
    }

    /// Drops bodies that wait, if they are more bytes than [`MAX_WAITING_BYTES`].
    pub(crate) fn trim_waiting(&mut self) {
        let ahead = &self.ahead;
        let is_ahead = |id: &BlockHash, height| ahead.at(height) == Some(id);
        self.tree.drop_waiting_over(MAX_WAITING_BYTES, is_ahead);
    }

    /// Says how to come to the block with most work of those whose every body is here, if it has more than the tip.
    pub(crate) fn toward_best(&self) -> Option<Toward> {
        let (target, tip) = (self.tree.ready()?, self.tip().id);
        let work = |id| self.tree.get(id).map(|block| block.work);
        if work(&target) <= work(&tip) {
            return None;
        }
        let Way { back, forth } = self.tree.way(tip, target)?;
        let was_connected = |id| matches!(self.tree.get(id), Some(block) if !matches!(block.stage, Stage::Waiting(_)));
        if back.is_empty() && !forth.iter().any(was_connected) {
            return Some(Toward::Forth(forth));
        }
        Some(Toward::Over(target))
    }

    /// Judges a waiting block whose parent is the tip; `None` if it does not wait.
    ///
    /// # Errors
    /// The rule it breaks.
    pub(crate) fn judge_waiting(&self, id: &BlockHash) -> Option<Result<ValidBlock, ChainError>> {
        let Stage::Waiting(body) = &self.tree.get(id)?.stage else {
            return None;
        };
        let judged = rules::judge_kept(self, SealedBlock::clone(body), ScriptTrust::Verify);
        Some(judged.map_err(ChainError::from))
    }
}
