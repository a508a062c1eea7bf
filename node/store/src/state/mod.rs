//! What the best chain amounts to at its tip: the unspent coins, the registry, and which blocks are stored where.
//!
//! | key | value |
//! |---|---|
//! | `c` outpoint 36 | a coin (`codec/coin.rs`) |
//! | `r` registry key | slot 4 LE, registry record |
//! | `s` slot 4 LE | registry key: so that all records can be found |
//! | `b` number 4 LE, in the order of storing | header 80, seal 40, filter hash 32, place 20 |
//! | `m` | where the state stands (`meta.rs`) |

mod apply;
mod blocks;
mod digest;
mod import;
mod meta;
mod pending;
mod records;
#[cfg(test)]
mod tests;
mod view;

use std::sync::{Arc, OnceLock};

use bitcoin::{BlockHash, OutPoint};
use moneta_chain::Height;
use moneta_consensus::CoinView;
use moneta_disk::{Folder, MemoryFolder};
use moneta_kv::{Batch, Durability as Commit, Options, Store};
use moneta_mips::{Coin, Key, Record, RegistryView};

use crate::codec::decode_coin;
use crate::{OpenError, Place, StoreError};

pub use apply::Applied;
pub use blocks::StoredBlock;
pub use digest::StateDigest;
pub(crate) use import::Import;
use meta::{META_KEY, Meta};
use pending::Pending;
pub use view::StateView;

/// Folder of the state, in the folder of the chain.
pub(crate) const STATE_FOLDER: &str = "state";

/// Unspent coins and registry at one block, on disk but for the steps that wait for their blocks to be durable. Every
/// block applied can be taken back exactly.
pub struct ChainState {
    store: Store,
    /// Where it stands, with what waits.
    meta: Meta,
    /// Steps that are not in the store yet, as their blocks are not durable.
    pending: Arc<Pending>,
    /// The first thing that could not be read. Views answer "there is none" then; whoever judged by them asks
    /// [`Self::check_sound`] before acting on the verdict.
    damage: Arc<OnceLock<String>>,
}

impl ChainState {
    /// Opens the state in `folder`, or begins one at genesis: nothing, as its coinbase can't be spent (Bitcoin's
    /// rule).
    ///
    /// # Errors
    /// A file can't be used, is damaged, or is too new.
    pub fn open(folder: Arc<dyn Folder>, options: Options) -> Result<Self, OpenError> {
        let store = Store::open(folder, options)?;
        let meta = match store.get(META_KEY).map_err(StoreError::from)? {
            None => Meta::default(),
            Some(bytes) => Meta::decode(&bytes)?,
        };
        Ok(Self {
            store,
            meta,
            pending: Arc::default(),
            damage: Arc::default(),
        })
    }

    /// Begins a state in memory, for tests.
    ///
    /// # Errors
    /// None that memory has.
    pub fn in_memory() -> Result<Self, OpenError> {
        let options = Options {
            threads: false,
            ..Options::new((0, 0))
        };
        Self::open(Arc::new(MemoryFolder::default()), options)
    }

    /// Returns the block that it stands at; `None` at genesis.
    pub const fn tip(&self) -> Option<(BlockHash, Height)> {
        self.meta.tip
    }

    /// Returns how many coins there are.
    pub const fn coin_count(&self) -> u64 {
        self.meta.coins
    }

    /// Returns how many records the registry has.
    pub const fn record_count(&self) -> u32 {
        self.meta.records
    }

    /// Returns how many blocks are stored.
    pub const fn block_count(&self) -> u32 {
        self.meta.blocks
    }

    /// Tells whether the body of a stored block is there: it was not pruned, and did not come as a snapshot.
    pub const fn has_body(&self, place: Place) -> bool {
        place.has_body() && place.start() >= self.meta.pruned_to
    }

    /// Returns the byte of the archive before which bodies are gone.
    pub(crate) const fn pruned_to(&self) -> u64 {
        self.meta.pruned_to
    }

    /// Notes that bodies before this byte of the archive are gone, for good.
    pub(crate) fn set_pruned_to(&mut self, to: u64) -> Result<(), StoreError> {
        let meta = Meta {
            pruned_to: to,
            ..self.meta
        };
        self.settle()?;
        let mut batch = Batch::new();
        batch.put(META_KEY, &meta.encode());
        self.store.commit(batch, Commit::Synced)?;
        self.meta = meta;
        Ok(())
    }

    /// Returns the registry.
    pub const fn registry(&self) -> &Self {
        self
    }

    /// Returns the key-value store below, to be checked or told about.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Makes sure that everything asked so far could be read.
    ///
    /// # Errors
    /// It could not: what was concluded from it is worth nothing.
    pub fn check_sound(&self) -> Result<(), StoreError> {
        match self.damage.get() {
            None => Ok(()),
            Some(what) => Err(StoreError::Unsound { what: what.clone() }),
        }
    }

    /// Returns once all that was applied outlives a power cut.
    ///
    /// # Errors
    /// The disk is failing.
    pub fn sync(&self) -> Result<(), StoreError> {
        Ok(self.store.sync()?)
    }

    /// Returns the value of a key, with what waits.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.pending.get(key) {
            Some(value) => Ok(value.map(<[u8]>::to_vec)),
            None => Ok(self.store.get(key)?),
        }
    }

    fn read<T>(&self, key: &[u8], parse: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let snapshot = || self.store.snapshot();
        view::read(&self.pending, snapshot, &self.damage, key, parse)
    }
}

impl CoinView for ChainState {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        self.read(&coin_key(outpoint), decode_coin)
    }
}

impl RegistryView for ChainState {
    fn record(&self, key: &Key) -> Option<Record> {
        self.read(&records::record_key(key), records::decode)
    }
}

const COIN: u8 = b'c';

fn coin_key(outpoint: &OutPoint) -> [u8; 37] {
    use bitcoin::hashes::Hash;
    let mut key = [COIN; 37];
    key[1..33].copy_from_slice(outpoint.txid.as_byte_array());
    key[33..].copy_from_slice(&outpoint.vout.to_le_bytes());
    key
}

/// A step need not be synced: its block was, in the archive, and is applied again if a power cut takes the step.
const STEP: Commit = Commit::Deferred;
