//! Group commit: blocks that peers have all the same become durable many at a time.
//!
//! They are appended to the archive and applied to the state in memory; then one sync makes the archive durable, and only
//! then one commit takes the state after it. So a crash takes at most one group, whole blocks from the end, and what is
//! on disk is always the state at some block of the archive.
use moneta_node_api::NodeError;
use moneta_store::Durability;

use super::core::Core;
use crate::chain::MAX_WAITING_STEPS;

/// Most blocks of a group.
const MAX_BLOCKS: u32 = 1_000;
/// Most bytes of a group in the archive, but for its last block.
const MAX_BYTES: u64 = 32 << 20;
/// How long the first block of a group waits at most, where others follow it; in seconds of the node's clock.
const MAX_SECONDS: u64 = 5;

/// The blocks that are not durable yet.
#[derive(Debug, Default)]
pub(super) struct Group {
    blocks: u32,
    /// When the first of them came.
    since: Option<u64>,
}

impl Group {
    fn add(&mut self, now: u64) {
        self.blocks += 1;
        self.since.get_or_insert(now);
    }

    fn is_due(&self, now: u64) -> bool {
        let waited = self.since.map_or(0, |since| now.abs_diff(since));
        self.blocks >= MAX_BLOCKS || waited >= MAX_SECONDS
    }
}

impl Core {
    /// Notes that a block came, and sees to it that all that came last when they must. Only for whoever holds the
    /// turn.
    pub(super) fn settle_group(
        &self,
        group: &mut Group,
        durability: Durability,
    ) -> Result<(), NodeError> {
        let waiting = self.read().chain.state().waiting();
        let unsynced = self.archive.unsynced();
        if waiting == 0 && unsynced == 0 {
            *group = Group::default();
            return Ok(());
        }
        let now = self.clock.now();
        group.add(now);
        let is_full = waiting >= MAX_WAITING_STEPS || unsynced >= MAX_BYTES;
        if durability == Durability::Now || is_full || group.is_due(now) {
            self.settle(group)?;
        }
        Ok(())
    }

    /// Makes every block that was taken outlive a power cut.
    pub(super) fn flush(&self) -> Result<(), NodeError> {
        let mut turn = self.begin_write()?;
        self.settle(&mut turn.group)
    }

    /// Does so if the first of them has waited for long enough.
    pub(super) fn flush_if_due(&self) -> Result<(), NodeError> {
        let mut turn = self.begin_write()?;
        if turn.group.is_due(self.clock.now()) {
            self.settle(&mut turn.group)?;
        }
        Ok(())
    }

    fn settle(&self, group: &mut Group) -> Result<(), NodeError> {
        if group.blocks == 0 {
            return Ok(());
        }
        let synced = self.archive.sync();
        synced.map_err(|error| self.stop(&error))?;
        let settled = self.write().chain.settle();
        settled.map_err(|error| self.stop(&error))?;
        *group = Group::default();
        // Readers are led on from here.
        self.announce();
        Ok(())
    }
}
