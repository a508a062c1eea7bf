//! What rules may ask of the past.
use bitcoin::OutPoint;
use bitcoin::bip158::FilterHeader;
use moneta_chain::{Height, Params};
use moneta_commitments::{CommitmentState, MapChanges};
use moneta_mips::{Coin, RegistryView};

/// The set of unspent coins.
pub trait CoinView {
    /// Returns the coin, or `None` if there is none or it is spent.
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin>;
}

/// The best chain below the block that is judged.
pub trait ChainView {
    /// Returns the median time of the block at `height` and the ten before it (BIP113), in seconds.
    /// A view answers for every height up to the parent; where it does not, time locks stay shut.
    fn median_time_past(&self, height: Height) -> Option<u32>;
}

/// What the commitments of the next block follow from (MIP-7).
pub trait CommitmentView {
    /// Returns the BIP157 header of the parent's basic filter.
    fn filter_header(&self) -> FilterHeader;
    /// Returns the root of the history of all blocks up to the parent.
    fn history_root(&self) -> [u8; 32];
    /// Returns the root of the registry's map after these changes of it.
    fn registry_root(&self, changes: &MapChanges) -> [u8; 32];
}

impl CommitmentView for CommitmentState {
    fn filter_header(&self) -> FilterHeader {
        self.filter_header()
    }

    fn history_root(&self) -> [u8; 32] {
        self.history().root()
    }

    fn registry_root(&self, changes: &MapChanges) -> [u8; 32] {
        self.registry().with(changes).root()
    }
}

/// Everything that a block or a transaction is judged against.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    /// The chain up to the parent.
    pub chain: &'a dyn ChainView,
    /// The coins that may be spent; for a transaction, what stands before it in its block included.
    pub coins: &'a dyn CoinView,
    /// Assets, freezes and identities; for a transaction, what stands before it in its block included.
    pub registry: &'a dyn RegistryView,
    /// What a block's commitments follow from; no transaction is judged against it.
    pub commitments: &'a dyn CommitmentView,
    /// The network's constants.
    pub params: &'a Params,
}

impl Past<'_> {
    /// Returns the median time that lock times of a block at `height` are held against (BIP113).
    pub(crate) fn median_time_below(&self, height: Height) -> u32 {
        let parent = height.previous().unwrap_or(Height::GENESIS);
        self.chain.median_time_past(parent).unwrap_or(0)
    }
}
