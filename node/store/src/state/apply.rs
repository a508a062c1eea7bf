//! One block forth or back: one commit, so that after any stop all of it is there or nothing.
use std::collections::{BTreeMap, HashMap};

use bitcoin::{BlockHash, OutPoint, Transaction, TxOut};
use moneta_chain::Height;
use moneta_consensus::{ValidTransaction, is_coin};
use moneta_kv::Batch;
use moneta_mips::{Change, Coin, Key, Record};

use super::blocks::block_key;
use super::meta::META_KEY;
use super::records::RecordChanges;
use super::{ChainState, STEP, StoredBlock, coin_key};
use crate::StoreError;
use crate::codec::encode_coin;

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
    /// those that the rules found there.
    ///
    /// # Errors
    /// The disk is full or failing, or the state is damaged. It is where it was then.
    pub fn apply(
        &mut self,
        block: &Applied<'_>,
        stored: Option<&StoredBlock>,
    ) -> Result<(), StoreError> {
        let mut made: HashMap<OutPoint, Coin> = HashMap::new();
        let mut batch = Batch::new();
        let mut meta = self.meta;
        for (tx, effect) in block.transactions.iter().zip(block.effects) {
            let coinbase = tx.is_coinbase();
            if !coinbase {
                for input in &tx.input {
                    // A coin that the block made itself never gets as far as the store.
                    if made.remove(&input.previous_output).is_none() {
                        batch.delete(&coin_key(&input.previous_output));
                        meta.coins = meta.coins.saturating_sub(1);
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
        for (outpoint, coin) in &made {
            batch.insert(&coin_key(outpoint), &encode_coin(coin));
            meta.coins += 1;
        }
        let changes = block.effects.iter().flat_map(|effect| &effect.changes);
        let after = changes
            .flat_map(Change::entries)
            .map(|entry| (entry.key, entry.after));
        meta.records = self.set_records(after.collect(), &mut batch)?;
        meta.tip = Some((block.id, block.height));
        if let Some(stored) = stored {
            batch.put(&block_key(meta.blocks), &stored.encode());
            meta.blocks += 1;
            meta.archive_end = stored.place.end();
        }
        self.commit(batch, meta)
    }

    /// Takes back the block applied last.
    ///
    /// # Errors
    /// As for [`Self::apply`].
    pub fn undo(&mut self, block: &Applied<'_>) -> Result<(), StoreError> {
        let mut returned: HashMap<OutPoint, &Coin> = HashMap::new();
        let mut batch = Batch::new();
        let mut meta = self.meta;
        for (tx, effect) in block.transactions.iter().zip(block.effects).rev() {
            for (vout, _) in spendable_outputs(tx) {
                let outpoint = OutPoint::new(effect.txid, vout);
                // What the block spent itself was never in the store.
                if returned.remove(&outpoint).is_none() {
                    batch.delete(&coin_key(&outpoint));
                    meta.coins = meta.coins.saturating_sub(1);
                }
            }
            for (input, coin) in tx.input.iter().zip(&effect.spent) {
                returned.insert(input.previous_output, coin);
            }
        }
        for (outpoint, coin) in &returned {
            batch.insert(&coin_key(outpoint), &encode_coin(coin));
            meta.coins += 1;
        }
        let changes = block.effects.iter().flat_map(|effect| &effect.changes);
        let entries: Vec<_> = changes.flat_map(Change::entries).collect();
        // Of several changes of one record the first knows what was there before.
        let before = entries
            .into_iter()
            .rev()
            .map(|entry| (entry.key, entry.before));
        meta.records = self.set_records(before.collect(), &mut batch)?;
        let below = block
            .height
            .previous()
            .filter(|below| *below != Height::GENESIS);
        meta.tip = below.map(|height| (block.parent, height));
        self.commit(batch, meta)
    }

    fn set_records(
        &self,
        records: BTreeMap<Key, Option<Record>>,
        batch: &mut Batch,
    ) -> Result<u32, StoreError> {
        let mut changes = RecordChanges::new(self);
        for (key, record) in &records {
            changes.set(key, record.as_ref())?;
        }
        let count = changes.count;
        changes.write(batch);
        Ok(count)
    }

    fn commit(&mut self, mut batch: Batch, meta: super::Meta) -> Result<(), StoreError> {
        batch.put(META_KEY, &meta.encode());
        self.store.commit(batch, STEP)?;
        self.meta = meta;
        Ok(())
    }
}

/// Returns the outputs that become coins: all but those that no input can ever spend.
fn spendable_outputs(tx: &Transaction) -> impl Iterator<Item = (u32, &TxOut)> {
    (0_u32..)
        .zip(&tx.output)
        .filter(|(_, output)| is_coin(output))
}
