//! What the next block's commitments follow from, kept along a chain and taken back exactly.
use bitcoin::bip158::{FilterHash, FilterHeader};
use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use bitcoin::{Block, Script};
use moneta_chain::{Height, Params};

use crate::{AuthMap, HistoryLeaf, HistoryRange, MapChanges, basic_filter};

/// Filter headers, history and registry map of a chain up to its tip.
///
/// All of it can be rebuilt: filter headers and history from the blocks with the coins they spend, the map
/// from the registry's records. A store that keeps it needs, for each block, the filter header (32 bytes)
/// and the history's new nodes; and of the registry its records, from which the map is built at opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentState {
    /// By height: the hash of each filter, and the filter header that ends with it.
    filters: Vec<(FilterHash, FilterHeader)>,
    history: HistoryRange,
    registry: AuthMap,
}

impl CommitmentState {
    /// Starts after genesis.
    pub fn genesis(params: &Params) -> Self {
        let mut state = Self {
            filters: Vec::new(),
            history: HistoryRange::default(),
            registry: AuthMap::default(),
        };
        // Genesis spends nothing, so its filter needs no coins.
        state.extend(&params.genesis, [], &MapChanges::new());
        state
    }

    /// Puts the state together again from what a store keeps: header and filter hash of each block of the chain
    /// above genesis, in order, and the registry's map at the tip.
    ///
    /// # Panics
    /// The blocks are no chain.
    pub fn restored(
        params: &Params,
        blocks: impl IntoIterator<Item = (Header, FilterHash)>,
        registry: &MapChanges,
    ) -> Self {
        let mut state = Self::genesis(params);
        for (header, filter_hash) in blocks {
            state.append(header, filter_hash);
        }
        state.registry = state.registry.with(registry);
        state
    }

    /// Returns the filter header of the tip: what the next block commits to.
    pub fn filter_header(&self) -> FilterHeader {
        let last = self.filters.last();
        last.map_or_else(FilterHeader::all_zeros, |(_, header)| *header)
    }

    /// Returns the hash of the tip's filter: what a store keeps of it.
    pub fn filter_hash(&self) -> FilterHash {
        let last = self.filters.last();
        last.map_or_else(FilterHash::all_zeros, |(hash, _)| *hash)
    }

    /// Returns the filter header at a height (BIP157 `cfcheckpt` are made of these).
    pub fn filter_header_at(&self, height: Height) -> Option<FilterHeader> {
        self.filter_at(height).map(|(_, header)| header)
    }

    /// Returns the hash of the filter at a height (BIP157 `cfheaders` are made of these).
    pub fn filter_hash_at(&self, height: Height) -> Option<FilterHash> {
        self.filter_at(height).map(|(hash, _)| hash)
    }

    fn filter_at(&self, height: Height) -> Option<(FilterHash, FilterHeader)> {
        let index = usize::try_from(height.to_u32()).ok()?;
        self.filters.get(index).copied()
    }

    /// Returns the history of all blocks up to the tip: what the next block commits to.
    pub const fn history(&self) -> &HistoryRange {
        &self.history
    }

    /// Returns the registry's map at the tip.
    pub const fn registry(&self) -> &AuthMap {
        &self.registry
    }

    /// Takes in the next block: the scripts of the coins it spends, in the order of its inputs, and what it
    /// does to the registry's map.
    ///
    /// # Panics
    /// A script is missing, or the chain has 2^32 blocks.
    pub fn extend<'a>(
        &mut self,
        block: &Block,
        spent: impl IntoIterator<Item = &'a Script>,
        changes: &MapChanges,
    ) {
        let filter = basic_filter(block, spent).expect("every input of a valid block has its coin");
        self.append(block.header, FilterHash::hash(&filter.content));
        self.registry = self.registry.with(changes);
    }

    fn append(&mut self, header: Header, filter_hash: FilterHash) {
        let leaf = HistoryLeaf {
            header,
            height: Height::new(self.history.blocks()),
        };
        self.history
            .append(&leaf)
            .expect("the leaf has the next height, and the work of a chain fits into 256 bits");
        let filter_header = filter_hash.filter_header(&self.filter_header());
        self.filters.push((filter_hash, filter_header));
    }

    /// Takes the last block back: `changes` restore what its own changes replaced.
    pub fn take_back(&mut self, changes: &MapChanges) {
        self.filters.pop();
        self.history
            .truncate(self.history.blocks().saturating_sub(1));
        self.registry = self.registry.with(changes);
    }
}

#[cfg(test)]
mod tests {
    use moneta_chain::Network;

    use super::*;

    #[test]
    fn taking_back_restores_what_was_there() {
        for network in Network::ALL {
            let params = Params::of(network);
            let before = CommitmentState::genesis(&params);
            assert_eq!(before.history().blocks(), 1);
            assert_eq!(
                before.filter_header_at(Height::GENESIS),
                Some(before.filter_header())
            );
            let mut state = before.clone();
            let changes = MapChanges::from([([1; 32], Some([2; 32]))]);
            state.extend(&params.genesis, [], &changes);
            assert_ne!(state, before);
            let again = [(params.genesis.header, state.filter_hash())];
            assert_eq!(CommitmentState::restored(&params, again, &changes), state);
            state.take_back(&MapChanges::from([([1; 32], None)]));
            assert_eq!(state, before);
        }
    }
}
