//! One block forth or back: one commit, so that after any stop all of it is there or nothing.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bitcoin::{BlockHash, OutPoint, Transaction, TxOut};
use moneta_chain::Height;
use moneta_consensus::{ValidTransaction, is_coin};
use moneta_kv::Batch;
use moneta_mips::{Change, Coin, Key, Record};

use super::blocks::block_key;
use super::meta::META_KEY;
use super::pending::Changes;
use super::records::RecordChanges;
use super::{ChainState, STEP, StoredBlock, coin_key};
use crate::codec::encode_coin;
use crate::{Durability, StoreError};

/// A block with what its transactions do where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// Its id.
    pub id: BlockHash,
    /// Its height.
    pub height: Height,
    /// Its parent.
    pub parent: BlockHash,
    /// Its transactions.
    pub transactions: &'a [Transaction],
    /// What each does.
    pub effects: &'a [ValidTransaction],
}

impl ChainState {
    /// Applies a block to the state at its parent, and notes where it is stored if that is new. The effects must be
    /// those that the rules found there. Unless it is to wait the block must be durable, and so all before it.
    ///
    /// # Errors
    /// The disk is full or failing, or the state is damaged. It is where it was then.
    pub fn apply(
        &mut self,
        block: &Applied<'_>,
        stored: Option<&StoredBlock>,
        durability: Durability,
    ) -> Result<(), StoreError> {
        let mut made: HashMap<OutPoint, Coin> = HashMap::new();
        let mut delta = Delta::default();
        for (tx, effect) in block.transactions.iter().zip(block.effects) {
            let coinbase = tx.is_coinbase();
            if !coinbase {
                for input in &tx.input {
                    // A coin that the block made itself never gets as far as the store.
                    if made.remove(&input.previous_output).is_none() {
                        delta.gone.push(coin_key(&input.previous_output));
                    }
                }
            }
            for (vout, output) in spendable_outputs(tx) {
                let coin = Coin {
                    output: output.clone(),
                    height: block.height,
                    coinbase,
                    attachment: effect.attachments.get(&vout).cloned(),
                };
                made.insert(OutPoint::new(effect.txid, vout), coin);
            }
        }
        delta.make(made.iter());
        let changes = block.effects.iter().flat_map(|effect| &effect.changes);
        let after = changes
            .flat_map(Change::entries)
            .map(|entry| (entry.key, entry.after));
        let mut meta = self.meta;
        meta.records = self.set_records(after.collect(), &mut delta)?;
        meta.tip = Some((block.id, block.height));
        if let Some(stored) = stored {
            delta.stored = Some((block_key(meta.blocks), stored.encode()));
            meta.blocks += 1;
            meta.archive_end = stored.place.end();
        }
        self.take(&delta, meta, durability)
    }

    /// Takes back the block applied last.
    ///
    /// # Errors
    /// As for [`Self::apply`].
    pub fn undo(&mut self, block: &Applied<'_>, durability: Durability) -> Result<(), StoreError> {
        let mut returned: HashMap<OutPoint, &Coin> = HashMap::new();
        let mut delta = Delta::default();
        for (tx, effect) in block.transactions.iter().zip(block.effects).rev() {
            for (vout, _) in spendable_outputs(tx) {
                let outpoint = OutPoint::new(effect.txid, vout);
                // What the block spent itself was never in the store.
                if returned.remove(&outpoint).is_none() {
                    delta.gone.push(coin_key(&outpoint));
                }
            }
            for (input, coin) in tx.input.iter().zip(&effect.spent) {
                returned.insert(input.previous_output, coin);
            }
        }
        delta.make(returned.iter().map(|(outpoint, coin)| (outpoint, *coin)));
        let changes = block.effects.iter().flat_map(|effect| &effect.changes);
        let entries: Vec<_> = changes.flat_map(Change::entries).collect();
        // Of several changes of one record the first knows what was there before.
        let before = entries
            .into_iter()
            .rev()
            .map(|entry| (entry.key, entry.before));
        let mut meta = self.meta;
        meta.records = self.set_records(before.collect(), &mut delta)?;
        let below = block
            .height
            .previous()
            .filter(|below| *below != Height::GENESIS);
        meta.tip = below.map(|height| (block.parent, height));
        self.take(&delta, meta, durability)
    }

    /// Commits the steps that wait. All blocks that were applied must be durable by now.
    ///
    /// # Errors
    /// The disk is full or failing; the steps still wait then.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        if !self.pending.is_empty() {
            let mut batch = self.pending.to_batch();
            batch.put(META_KEY, &self.meta.encode());
            self.store.commit(batch, STEP)?;
            self.pending = Arc::default();
        }
        Ok(())
    }

    /// Returns about how many bytes of memory the steps take that wait for [`Self::settle`].
    pub fn waiting(&self) -> usize {
        self.pending.bytes()
    }

    fn set_records(
        &self,
        records: BTreeMap<Key, Option<Record>>,
        delta: &mut Delta,
    ) -> Result<u32, StoreError> {
        let mut changes = RecordChanges::new(self);
        for (key, record) in &records {
            changes.set(key, record.as_ref())?;
        }
        let count = changes.count;
        delta.records = changes.into_changed();
        Ok(count)
    }

    fn take(
        &mut self,
        delta: &Delta,
        mut meta: super::Meta,
        durability: Durability,
    ) -> Result<(), StoreError> {
        meta.coins = (meta.coins + delta.made.len() as u64).saturating_sub(delta.gone.len() as u64);
        match durability {
            Durability::Soon => delta.write(Arc::make_mut(&mut self.pending)),
            Durability::Now => {
                self.settle()?;
                let mut batch = Batch::new();
                delta.write(&mut batch);
                batch.put(META_KEY, &meta.encode());
                self.store.commit(batch, STEP)?;
            }
        }
        self.meta = meta;
        Ok(())
    }
}

/// What one step changes on disk, but for where the state stands.
#[derive(Default)]
struct Delta {
    /// Keys of coins that go.
    gone: Vec<[u8; 37]>,
    /// Coins that come.
    made: Vec<([u8; 37], Vec<u8>)>,
    /// Records and slots of the registry, `None` where they go.
    records: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// The block, if it is new.
    stored: Option<([u8; 5], Vec<u8>)>,
}

impl Delta {
    /// Notes the coins that come, in the order of their keys: the same blocks leave the same bytes on every disk.
    fn make<'a>(&mut self, coins: impl Iterator<Item = (&'a OutPoint, &'a Coin)>) {
        self.made = coins
            .map(|(outpoint, coin)| (coin_key(outpoint), encode_coin(coin)))
            .collect();
        self.made.sort_unstable_by_key(|(key, _)| *key);
    }

    fn write(&self, to: &mut impl Changes) {
        for key in &self.gone {
            to.delete(key);
        }
        for (key, coin) in &self.made {
            to.insert(key, coin);
        }
        for (key, value) in &self.records {
            match value {
                Some(value) => to.put(key, value),
                None => to.delete(key),
            }
        }
        if let Some((key, block)) = &self.stored {
            to.put(key, block);
        }
    }
}

/// Returns the outputs that become coins: all but those that no input can ever spend.
fn spendable_outputs(tx: &Transaction) -> impl Iterator<Item = (u32, &TxOut)> {
    (0_u32..)
        .zip(&tx.output)
        .filter(|(_, output)| is_coin(output))
}
