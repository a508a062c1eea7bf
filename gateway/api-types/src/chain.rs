//! The chain as a whole.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::AssetAmount;

/// Where the chain stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chain {
    /// `main`, `test` or `dev`.
    #[schema(example = "dev")]
    pub network: String,
    /// Id of block 0.
    pub genesis_hash: String,
    /// Height of the best block.
    #[schema(example = 128)]
    pub height: u32,
    /// Id of the best block.
    pub tip_hash: String,
    /// Time in the best block's header.
    #[schema(example = "2026-03-01T12:00:00Z")]
    pub tip_time: String,
    /// Median time of the best block and the ten before it: the time that lock times are judged by.
    pub median_time: String,
    /// Height that the gateway's index has reached; answers about balances are of this height.
    pub index_height: u32,
    /// What the next block's miner creates.
    pub subsidy: AssetAmount,
    /// Transactions that wait for a block.
    pub mempool: MempoolSummary,
    /// Whether this gateway is a sandbox, with a faucet and blocks on demand.
    pub sandbox: bool,
}

/// What waits for a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MempoolSummary {
    /// How many transactions.
    pub transactions: usize,
    /// Their size together, in virtual bytes.
    pub vsize: u64,
}

/// A block, named by height and id together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlockRef {
    /// Its height.
    #[schema(example = 128)]
    pub height: u32,
    /// Its id.
    pub hash: String,
    /// Its header's time.
    #[schema(example = "2026-03-01T12:00:00Z")]
    pub time: String,
    /// How many blocks of the best chain stand on it, itself included.
    #[schema(example = 1)]
    pub confirmations: u32,
}

/// Whether the gateway can do its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`, or `catching_up` while the index is more than two blocks behind the chain.
    #[schema(example = "ok")]
    pub status: String,
    /// Height of the best block.
    pub height: u32,
    /// Height that the index has reached.
    pub index_height: u32,
}

/// The data of a `tip` event of `/v1/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TipEvent {
    /// Height of the best block.
    pub height: u32,
    /// Its id.
    pub hash: String,
    /// Its header's time.
    pub time: String,
}
