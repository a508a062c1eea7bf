//! A state that comes from elsewhere: blocks, then coins and records one by one, then where it stands.
use bitcoin::BlockHash;
use moneta_chain::{Height, Params};
use moneta_kv::Batch;

use super::blocks::block_key;
use super::meta::{META_KEY, Meta};
use super::{COIN, ChainState, STEP, StoredBlock, records};
use crate::StoreError;
use crate::codec::decode_coin;

/// Pairs to a commit.
const CHUNK: usize = 5_000;

/// How much was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counted {
    pub(crate) coins: u64,
    pub(crate) records: u64,
}

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
        let stored = self.store.snapshot().for_each(|key, value| {
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

    /// Counts coins and records one by one.
    pub(crate) fn count(&self) -> Result<Counted, StoreError> {
        let mut counted = Counted::default();
        self.for_each_counted(|key, _| {
            match key.first() {
                Some(&COIN) => counted.coins += 1,
                _ => counted.records += 1,
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(counted)
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
    meta: Meta,
}

impl<'a> Import<'a> {
    pub(crate) fn new(state: &'a mut ChainState) -> Self {
        Self {
            state,
            batch: Batch::new(),
            meta: Meta::default(),
        }
    }

    /// Adds the next block of the best chain.
    pub(crate) fn block(&mut self, block: &StoredBlock) -> Result<(), StoreError> {
        self.batch
            .insert(&block_key(self.meta.blocks), &block.encode());
        self.meta.blocks += 1;
        self.write_if(CHUNK)
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
        self.write_if(CHUNK)?;
        Ok(true)
    }

    /// Says where the state stands.
    pub(crate) fn finish(mut self, tip: BlockHash, height: Height) -> Result<(), StoreError> {
        self.meta.tip = Some((tip, height));
        self.batch.put(META_KEY, &self.meta.encode());
        self.write_if(1)?;
        self.state.meta = self.meta;
        Ok(())
    }

    fn write_if(&mut self, pairs: usize) -> Result<(), StoreError> {
        if self.batch.len() >= pairs {
            self.state
                .store
                .commit(std::mem::take(&mut self.batch), STEP)?;
        }
        Ok(())
    }
}
