//! What rules may ask of the past.
use bitcoin::{BlockHash, OutPoint};
use moneta_chain::Height;
use moneta_mips::Coin;

/// The set of unspent coins.
pub trait CoinView {
    /// Returns the coin, or `None` if there is none or it is spent.
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin>;
}

/// The best chain below the block that is judged.
pub trait ChainView {
    /// Returns the median time of the block at `height` and the ten before it (BIP113), in seconds.
    fn median_time_past(&self, height: Height) -> Option<u32>;
}

/// The block that another is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentBlock {
    /// Its id.
    pub id: BlockHash,
    /// Its height.
    pub height: Height,
    /// Median time of it and the ten before it, in seconds.
    pub median_time: u32,
}
