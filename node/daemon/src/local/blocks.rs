//! Taking blocks: from whoever offers a whole one with its seal, and from peers whose headers came first. Whatever
//! comes, the tip then goes as far as bodies are here.
use bitcoin::BlockHash;
use moneta_chain::SealedBlock;
use moneta_node_api::{NodeError, Rejection};
use moneta_store::Durability;

use super::core::Core;
use super::group::Group;
use super::submit::refused;
use crate::chain::{ChainError, MAX_WAITING_BYTES, Offer, SwitchError, Toward};

/// What became of a block that was not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was here.
    Known,
    /// It is kept.
    Kept {
        /// Whether the tip has moved.
        moved: bool,
    },
}

/// Why a block was not taken.
#[derive(Debug)]
pub(super) enum NotTaken {
    /// For what it is.
    Refused(ChainError),
    /// The node can't take any.
    Failed(NodeError),
}

impl From<NodeError> for NotTaken {
    fn from(error: NodeError) -> Self {
        Self::Failed(error)
    }
}

impl From<NotTaken> for Rejection {
    fn from(error: NotTaken) -> Self {
        match error {
            NotTaken::Refused(error) => error.into(),
            NotTaken::Failed(error) => refused(error),
        }
    }
}

impl Core {
    /// Takes a block and returns its id; one that is known already is accepted again.
    pub(super) fn submit_block(
        &self,
        block: SealedBlock,
        durability: Durability,
    ) -> Result<BlockHash, Rejection> {
        let id = block.id();
        self.take_block(block, durability)?;
        Ok(id)
    }

    /// Takes a block, and moves the tip as far as it can go then. If it is to last now, it and all that were taken before
    /// are durable on return.
    pub(super) fn take_block(
        &self,
        block: SealedBlock,
        durability: Durability,
    ) -> Result<Taken, NotTaken> {
        let mut turn = self.begin_write()?;
        let now = self.clock.now();
        let sealed = block.sealed_header();
        let offer = self.read().chain.judge(block, now);
        let mut moved = false;
        match offer {
            Ok(Offer::Known) => {
                self.settle_group(&mut turn.group, durability)?;
                return Ok(Taken::Known);
            }
            Ok(Offer::Next(valid)) => {
                self.connect(*valid, durability)?;
                moved = true;
            }
            Ok(Offer::Beside(checked)) => self.write().chain.keep(*checked),
            Err(error) => {
                self.check_sound()?;
                if let ChainError::OutOfReach { bedrock } = &error {
                    let parent = self.read().chain.place_of(&sealed.header.prev_blockhash);
                    self.tell_out_of_reach(parent.map_or(*bedrock, |(height, _)| height), *bedrock);
                }
                if error.condemns() {
                    self.write().chain.condemn(&sealed);
                }
                return Err(NotTaken::Refused(error));
            }
        }
        let id = sealed.header.block_hash();
        let advance = self.advance(&id, &mut turn.group, durability)?;
        if self.read().chain.waiting_bytes() > MAX_WAITING_BYTES {
            self.write().chain.trim_waiting();
        }
        self.settle_group(&mut turn.group, durability)?;
        if let Some(error) = advance.refused {
            return Err(NotTaken::Refused(error));
        }
        moved |= advance.moved;
        Ok(Taken::Kept { moved })
    }

    /// Moves to the block with most work of those whose every body is here. Only for whoever holds the turn.
    ///
    /// If a block on the way breaks a rule in its chain, it is condemned with all that stands on it, and the best of
    /// what remains is taken.
    pub(super) fn advance(
        &self,
        offered: &BlockHash,
        group: &mut Group,
        durability: Durability,
    ) -> Result<Advance, NodeError> {
        let mut advance = Advance::default();
        loop {
            // A statement of its own: the read lock must be free again.
            let toward = self.read().chain.toward_best();
            let culprit = match toward {
                None => return Ok(advance),
                Some(Toward::Forth(ids)) => self.go_forth(&ids, group, &mut advance)?,
                Some(Toward::Over(target)) => self.go_over(target, durability, &mut advance)?,
            };
            let Some((culprit, error)) = culprit else {
                continue;
            };
            tracing::warn!(block = %culprit, %error, "a branch with more work is invalid");
            let mut present = self.write();
            let sealed = present.chain.verified(&culprit).map(|block| block.sealed());
            if let Some(sealed) = sealed {
                present.chain.condemn(&sealed);
            }
            if advance.refused.is_none() && present.chain.is_condemned(offered) {
                advance.refused = Some(error);
            }
        }
    }

    /// Connects waiting blocks, the first of which stands on the tip: durable soon. Returns the one that breaks a rule.
    fn go_forth(
        &self,
        ids: &[BlockHash],
        group: &mut Group,
        advance: &mut Advance,
    ) -> Result<Option<(BlockHash, ChainError)>, NodeError> {
        for id in ids {
            let judged = self.read().chain.judge_waiting(id);
            self.check_sound()?;
            match judged {
                Some(Ok(valid)) => {
                    self.connect(valid, Durability::Soon)?;
                    self.settle_group(group, Durability::Soon)?;
                }
                Some(Err(error)) => return Ok(Some((*id, error))),
                None => break,
            }
            advance.moved = true;
        }
        Ok(None)
    }

    /// Moves to another branch. Returns the block of it that breaks a rule.
    fn go_over(
        &self,
        target: BlockHash,
        durability: Durability,
        advance: &mut Advance,
    ) -> Result<Option<(BlockHash, ChainError)>, NodeError> {
        let now = self.clock.now();
        {
            let mut present = self.write();
            let present = &mut *present;
            let back = match present.chain.switch(target, &self.archive, durability) {
                Ok(back) => back,
                Err(SwitchError::Invalid(culprit, error)) => {
                    return Ok(Some((culprit, error.into())));
                }
                Err(SwitchError::Storage(error)) => return Err(self.stop(&error)),
            };
            let returned = back.iter().rev().flat_map(|step| step.payments()).collect();
            present.pool.follow(&present.chain, returned, now);
        }
        advance.moved = true;
        self.announce();
        self.take_ready_orphans();
        Ok(None)
    }

    fn check_sound(&self) -> Result<(), NodeError> {
        let sound = self.read().chain.state().check_sound();
        sound.map_err(|error| self.stop(&error))
    }
}

/// How far the tip went.
#[derive(Debug, Default)]
pub(super) struct Advance {
    moved: bool,
    /// The rule that condemned the offered block. The tip may have moved all the same.
    refused: Option<ChainError>,
}
