//! What readers ask: blocks, and the one step that leads from where they stand towards the tip.
use std::sync::{Arc, PoisonError};

use bitcoin::BlockHash;
use moneta_node_api::{BlockInfo, ChainEvent, ConnectedBlock, MempoolSnapshot, NodeError};
use moneta_store::{StateDigest, StoreError};

use super::core::{Core, Present};
use crate::chain::read_connected;

/// Connected blocks kept for readers that follow the tip.
const MAX_RECENT: usize = 32;

impl Core {
    /// Returns the one step from `from` towards the tip.
    pub(super) fn step_from(&self, from: BlockHash) -> Result<Option<ChainEvent>, NodeError> {
        let next = {
            let chain = &self.read().chain;
            let (height, _) = chain.place_of(&from).ok_or(NodeError::UnknownBlock(from))?;
            if chain.is_active(&from) {
                // What a reader builds on a block must not outlive it.
                let child = chain.id_at(height.next());
                match child.filter(|child| chain.is_durable(child, &self.archive)) {
                    None => return Ok(None),
                    Some(child) => Some(child),
                }
            } else {
                None
            }
        };
        Ok(Some(match next {
            Some(child) => ChainEvent::Connected(self.connected_block(child)?),
            None => ChainEvent::Disconnected(self.connected_block(from)?),
        }))
    }

    /// Returns a block that was connected at some time. What a block did never changes, so it is right
    /// whatever the chain does meanwhile.
    fn connected_block(&self, id: BlockHash) -> Result<Arc<ConnectedBlock>, NodeError> {
        {
            let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(block) = recent.iter().rev().find(|block| block.id == id) {
                return Ok(Arc::clone(block));
            }
        }
        // A statement of its own: nobody waits for the disk who holds the chain.
        let place = self.read().chain.stored_at(&id);
        let place = place.ok_or(NodeError::UnknownBlock(id))?;
        let block = read_connected(place, &self.archive).map_err(|error| unreadable(&error))?;
        let block = Arc::new(block);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.push_back(Arc::clone(&block));
        if recent.len() > MAX_RECENT {
            recent.pop_front();
        }
        Ok(block)
    }

    /// Returns a block with its place.
    pub(super) fn block(&self, id: BlockHash) -> Result<Option<BlockInfo>, NodeError> {
        let (body, info) = {
            let chain = &self.read().chain;
            let Some((height, median_time)) = chain.place_of(&id) else {
                return Ok(None);
            };
            let Some(body) = chain.body(&id) else {
                return Ok(None);
            };
            let in_best_chain = chain.is_active(&id);
            let next = chain.id_at(height.next()).filter(|_| in_best_chain);
            (body, (height, median_time, in_best_chain, next))
        };
        let block = body.read(&self.archive);
        let block = block.map_err(|error| unreadable(&error))?;
        let (height, median_time, in_best_chain, next) = info;
        Ok(Some(BlockInfo {
            block,
            height,
            in_best_chain,
            next,
            median_time,
        }))
    }

    /// Returns the digest of all that the best chain amounts to.
    pub(super) fn state_digest(&self) -> Result<StateDigest, NodeError> {
        let undigested = self.read().chain.undigested();
        undigested.digest().map_err(|error| self.stop(&error))
    }

    /// Returns the pool as it is now; the same copy for everyone until it changes.
    pub(super) fn mempool(&self) -> Arc<MempoolSnapshot> {
        self.mempool_of(&self.read())
    }

    /// The same, for whoever looks at chain and pool already.
    pub(super) fn mempool_of(&self, present: &Present) -> Arc<MempoolSnapshot> {
        let mut last = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        if last.revision != present.pool.revision() {
            *last = Arc::new(present.pool.snapshot());
        }
        Arc::clone(&last)
    }
}

/// A stored block that can't be read stops nobody from writing: it is an answer, not the end.
fn unreadable(error: &StoreError) -> NodeError {
    tracing::error!(%error, "an archived block can't be read");
    NodeError::Storage(error.to_string())
}
