//! Compact blocks (BIP152, version 2): a block by short ids of its transactions, put together from those that wait.

mod error;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bitcoin::bip152::{BlockTransactionsRequest, HeaderAndShortIds, ShortId};
use bitcoin::block::Header;
use bitcoin::{Block, BlockHash, Transaction, Wtxid};

pub use error::CompactError;

/// Most transactions that a block can hold: 4,000,000 weight units by the 240 of the smallest transaction.
pub(crate) const MAX_TRANSACTIONS: usize = 4_000_000 / 240;

/// Returns a block's compact form; the coinbase is in it, as nobody can have that.
///
/// # Errors
/// The block has more transactions than compact blocks can count.
pub fn compact_block(block: &Block, nonce: u64) -> Result<HeaderAndShortIds, CompactError> {
    if block.txdata.len() > MAX_TRANSACTIONS {
        return Err(CompactError::TooMany {
            count: block.txdata.len(),
        });
    }
    HeaderAndShortIds::from_block(block, nonce, 2, &[]).map_err(|_| CompactError::Empty)
}

/// Returns the transactions of a block at these places, in order.
///
/// # Errors
/// A place is beyond the block's end.
pub fn parts_of(block: &Block, places: &[u64]) -> Result<Vec<Transaction>, CompactError> {
    let part = |place: &u64| {
        let at = usize::try_from(*place).ok();
        let tx = at.and_then(|at| block.txdata.get(at));
        tx.cloned().ok_or(CompactError::PlaceBeyondEnd {
            place: *place,
            count: block.txdata.len(),
        })
    };
    places.iter().map(part).collect()
}

/// A block that is being put together.
#[derive(Debug, Clone)]
pub struct Reconstruction {
    header: Header,
    slots: Vec<Option<Arc<Transaction>>>,
}

impl Reconstruction {
    /// Takes a compact block, and fills in what waits here: `pool` shows each such transaction once.
    ///
    /// # Errors
    /// No block has such a compact form, or two of its short ids are equal: ask for the whole block.
    pub fn begin(
        message: HeaderAndShortIds,
        pool: impl FnOnce(&mut dyn FnMut(&Wtxid, &Arc<Transaction>)),
    ) -> Result<Self, CompactError> {
        let count = message
            .short_ids
            .len()
            .saturating_add(message.prefilled_txs.len());
        if count == 0 {
            return Err(CompactError::Empty);
        }
        if count > MAX_TRANSACTIONS {
            return Err(CompactError::TooMany { count });
        }
        let keys = ShortId::calculate_siphash_keys(&message.header, message.nonce);
        let mut slots = vec![None; count];
        let mut next: usize = 0;
        for prefilled in message.prefilled_txs {
            // Each place counts from the one after the last (BIP152).
            let place = next.saturating_add(usize::from(prefilled.idx));
            let slot = slots.get_mut(place).ok_or(CompactError::PlaceBeyondEnd {
                place: u64::try_from(place).unwrap_or(u64::MAX),
                count,
            })?;
            *slot = Some(Arc::new(prefilled.tx));
            next = place.saturating_add(1);
        }
        let open = slots.iter().enumerate().filter(|(_, slot)| slot.is_none());
        let mut by_id: Vec<(ShortId, usize)> = message
            .short_ids
            .into_iter()
            .zip(open.map(|(place, _)| place))
            .collect();
        by_id.sort_unstable();
        if by_id
            .windows(2)
            .any(|pair| matches!(pair, [(a, _), (b, _)] if a == b))
        {
            return Err(CompactError::Collision);
        }
        let mut found = Self {
            header: message.header,
            slots,
        };
        found.fill_from(pool, &by_id, keys);
        Ok(found)
    }

    fn fill_from(
        &mut self,
        pool: impl FnOnce(&mut dyn FnMut(&Wtxid, &Arc<Transaction>)),
        by_id: &[(ShortId, usize)],
        keys: (u64, u64),
    ) {
        let mut ambiguous = Vec::new();
        pool(&mut |wtxid, tx| {
            let id = ShortId::with_siphash_keys(wtxid, keys);
            let Ok(at) = by_id.binary_search_by_key(&id, |(id, _)| *id) else {
                return;
            };
            let place = by_id.get(at).map(|(_, place)| *place);
            let Some(slot) = place.and_then(|place| self.slots.get_mut(place)) else {
                return;
            };
            if slot.replace(Arc::clone(tx)).is_some() {
                ambiguous.extend(place);
            }
        });
        // Two that wait have the same short id: only the sender knows which it means.
        for place in ambiguous {
            if let Some(slot) = self.slots.get_mut(place) {
                *slot = None;
            }
        }
    }

    /// Returns the id of the block.
    pub fn id(&self) -> BlockHash {
        self.header.block_hash()
    }

    /// Returns the question for what is missing; `None` if nothing is.
    pub fn question(&self) -> Option<BlockTransactionsRequest> {
        let slots = (0_u64..).zip(&self.slots);
        let indexes: Vec<u64> = slots
            .filter(|(_, slot)| slot.is_none())
            .map(|(place, _)| place)
            .collect();
        (!indexes.is_empty()).then(|| BlockTransactionsRequest {
            block_hash: self.id(),
            indexes,
        })
    }

    /// Puts the block together with what was missing. Whether it is the right one its header tells.
    ///
    /// # Errors
    /// There are more or fewer than were missing.
    pub fn complete(self, parts: Vec<Transaction>) -> Result<Block, CompactError> {
        let missing = self.slots.iter().filter(|slot| slot.is_none()).count();
        if parts.len() != missing {
            return Err(CompactError::WrongParts {
                got: parts.len(),
                missing,
            });
        }
        let mut parts = parts.into_iter();
        let fill = |slot: Option<Arc<Transaction>>| match slot {
            Some(tx) => Some(Arc::unwrap_or_clone(tx)),
            None => parts.next(),
        };
        Ok(Block {
            header: self.header,
            txdata: self.slots.into_iter().filter_map(fill).collect(),
        })
    }
}
