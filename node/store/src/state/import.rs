//! A state that comes from elsewhere: blocks, then coins and records one by one, then where it stands.
use bitcoin::BlockHash;
use moneta_chain::{Height, Params};
use moneta_kv::Batch;

use super::blocks::block_key;
use super::meta::{META_KEY, Meta};
use super::{COIN, ChainState, STEP, StateView, StoredBlock, records};
use crate::StoreError;
use crate::codec::decode_coin;

/// Bytes of keys and values to a commit, but for its last pair.
const CHUNK: usize = 4 << 20;

impl ChainState {
    /// Returns the blocks of the best chain above genesis, in order.
    pub(crate) fn active_blocks(&self, params: &Params) -> Result<Vec<StoredBlock>, StoreError> {
        let blocks = self.blocks()?;
        let by_id: std::collections::HashMap<BlockHash, &StoredBlock> =
            blocks.iter().map(|block| (block.id(), block)).collect();
        let genesis = params.genesis.block_hash();
        let mut active = Vec::new();
        let mut id = self.meta.tip.map_or(genesis, |(id, _)| id);
        while id != genesis {
            let block = by_id.get(&id).ok_or(StoreError::BadRecord {
                what: "its tip, which is no stored block",
            })?;
            active.push(**block);
            id = block.sealed.header.prev_blockhash;
        }
        active.reverse();
        Ok(active)
    }
}

impl StateView {
    /// Gives every coin and record to `visit`: its key, and its value without the slot of a record.
    pub(crate) fn for_each_counted<E: From<StoreError>>(
        &self,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut visit_counted = |key: &[u8], value: &[u8]| match key.first() {
            Some(&COIN) => visit(key, value),
            // A record's slot depends on the way that led here.
            _ if records::is_record(key) => visit(key, value.get(4..).unwrap_or_default()),
            _ => Ok(()),
        };
        let stored = self.snapshot.for_each(|key, value| {
            if self.pending.get(key).is_some() {
                return Ok(());
            }
            visit_counted(key, value).map_err(Passed)
        });
        stored.map_err(|Passed(error)| error)?;
        for (key, value) in self.pending.iter() {
            if let Some(value) = value {
                visit_counted(key, value)?;
            }
        }
        Ok(())
    }
}

/// An error on its way through the store below.
struct Passed<E>(E);

impl<E: From<StoreError>> From<moneta_kv::StoreError> for Passed<E> {
    fn from(error: moneta_kv::StoreError) -> Self {
        Self(E::from(StoreError::from(error)))
    }
}

/// A state in the making.
pub(crate) struct Import<'a> {
    state: &'a mut ChainState,
    batch: Batch,
    /// Bytes in the batch.
    bytes: usize,
    meta: Meta,
}

impl<'a> Import<'a> {
    pub(crate) fn new(state: &'a mut ChainState) -> Self {
        Self {
            state,
            batch: Batch::new(),
            bytes: 0,
            meta: Meta::default(),
        }
    }

    /// Adds the next block of the best chain.
    pub(crate) fn block(&mut self, block: &StoredBlock) -> Result<(), StoreError> {
        let block = block.encode();
        self.batch.insert(&block_key(self.meta.blocks), &block);
        self.meta.blocks += 1;
        self.write_if_full(block.len())
    }

    /// Adds a coin or a record; returns false if it is neither.
    pub(crate) fn pair(&mut self, key: &[u8], value: &[u8]) -> Result<bool, StoreError> {
        if key.first() == Some(&COIN) && key.len() == 37 && decode_coin(value).is_some() {
            self.batch.insert(key, value);
            self.meta.coins += 1;
        } else if records::add(&mut self.batch, self.meta.records, key, value) {
            self.meta.records += 1;
        } else {
            return Ok(false);
        }
        // The key of a record is written twice.
        self.write_if_full(2 * key.len() + value.len())?;
        Ok(true)
    }

    /// Says where the state stands.
    pub(crate) fn finish(mut self, tip: BlockHash, height: Height) -> Result<(), StoreError> {
        self.meta.tip = Some((tip, height));
        self.batch.put(META_KEY, &self.meta.encode());
        self.write()?;
        self.state.meta = self.meta;
        Ok(())
    }

    fn write_if_full(&mut self, more: usize) -> Result<(), StoreError> {
        self.bytes += more;
        if self.bytes >= CHUNK {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.bytes = 0;
        let batch = std::mem::take(&mut self.batch);
        Ok(self.state.store.commit(batch, STEP).map(drop)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_takes_a_few_megabytes_however_long_the_values_are() {
        let mut state = ChainState::in_memory().expect("memory has no errors");
        let mut import = Import::new(&mut state);
        // A coin whose script is far longer than any that a block can make.
        let mut coin = vec![3, 1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0, 0, 0x0f, 0];
        coin.resize(coin.len() + 0x0f_0000, 0);
        coin.push(0);
        for number in 0..12_u8 {
            let key = [&[COIN; 5][..], &[number; 32]].concat();
            assert!(import.pair(&key, &coin).expect("memory has no errors"));
            assert!(import.bytes < CHUNK, "{number}");
        }
        let sequence = state.store().stats().sequence;
        assert!(sequence >= 2, "{sequence} commits");
    }
}
