//! Esplora's JSON, field by field. Sources: Blockstream/esplora `API.md`, and what its clients parse.
//!
//! Values in grains are numbers (clients parse them as u64); amounts of assets are strings, because
//! JavaScript loses digits above 2^53.
use std::collections::BTreeMap;

use serde::Serialize;

/// Whether and where a transaction is confirmed. Absent fields are absent, never null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Status {
    pub(super) confirmed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) block_height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) block_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) block_time: Option<u32>,
}

impl Status {
    pub(super) const WAITING: Self = Self {
        confirmed: false,
        block_height: None,
        block_hash: None,
        block_time: None,
    };
}

#[derive(Debug, Serialize)]
pub(super) struct Tx {
    pub(super) txid: String,
    pub(super) version: i32,
    pub(super) locktime: u32,
    pub(super) vin: Vec<Vin>,
    pub(super) vout: Vec<Vout>,
    pub(super) size: usize,
    pub(super) weight: u64,
    pub(super) fee: u64,
    pub(super) status: Status,
}

#[derive(Debug, Serialize)]
pub(super) struct Vin {
    pub(super) txid: String,
    pub(super) vout: u32,
    /// Null for a coinbase.
    pub(super) prevout: Option<Vout>,
    pub(super) scriptsig: String,
    pub(super) scriptsig_asm: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) witness: Vec<String>,
    pub(super) is_coinbase: bool,
    pub(super) sequence: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inner_redeemscript_asm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inner_witnessscript_asm: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Vout {
    pub(super) scriptpubkey: String,
    pub(super) scriptpubkey_asm: String,
    pub(super) scriptpubkey_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scriptpubkey_address: Option<String>,
    pub(super) value: u64,
    /// Ours: what the output holds beside its grains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attachment: Option<Attached>,
}

/// Ours: an asset, rights over one, or an identity.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Attached {
    Asset {
        id: String,
        /// Base units.
        amount: String,
    },
    Authority {
        asset: String,
        rights: Vec<&'static str>,
    },
    Identity {
        id: String,
    },
    Commitment {
        digest: String,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct Block {
    pub(super) id: String,
    pub(super) height: u32,
    pub(super) version: i32,
    pub(super) timestamp: u32,
    pub(super) tx_count: u32,
    pub(super) size: u64,
    pub(super) weight: u64,
    pub(super) merkle_root: String,
    /// Null for genesis.
    pub(super) previousblockhash: Option<String>,
    pub(super) mediantime: u32,
    /// The header's own nonce, always below 2^32; the seal's stands in `seal`.
    pub(super) nonce: u32,
    pub(super) bits: u32,
    pub(super) difficulty: f64,
    /// Ours: the 40 bytes of the seal.
    pub(super) seal: String,
}

#[derive(Debug, Serialize)]
pub(super) struct BlockStatus {
    pub(super) in_best_chain: bool,
    pub(super) height: Option<u32>,
    pub(super) next_best: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Stats {
    pub(super) funded_txo_count: u64,
    pub(super) funded_txo_sum: u64,
    pub(super) spent_txo_count: u64,
    pub(super) spent_txo_sum: u64,
    pub(super) tx_count: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Owner {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scripthash: Option<String>,
    pub(super) chain_stats: Stats,
    pub(super) mempool_stats: Stats,
}

#[derive(Debug, Serialize)]
pub(super) struct Utxo {
    pub(super) txid: String,
    pub(super) vout: u32,
    pub(super) status: Status,
    pub(super) value: u64,
    /// Ours: what the coin holds beside its grains. A plain wallet must leave such a coin alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attachment: Option<Attached>,
}

#[derive(Debug, Serialize)]
pub(super) struct Outspend {
    pub(super) spent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) txid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vin: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<Status>,
}

#[derive(Debug, Serialize)]
pub(super) struct MerkleProof {
    pub(super) block_height: u32,
    pub(super) merkle: Vec<String>,
    pub(super) pos: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Mempool {
    pub(super) count: usize,
    pub(super) vsize: u64,
    pub(super) total_fee: u64,
    /// Fee rate and virtual size of each class, dearest first.
    pub(super) fee_histogram: Vec<(f64, u64)>,
}

#[derive(Debug, Serialize)]
pub(super) struct Recent {
    pub(super) txid: String,
    pub(super) fee: u64,
    pub(super) vsize: u64,
    pub(super) value: u64,
}

/// What became of a package, in the names of Bitcoin Core's `submitpackage`.
#[derive(Debug, Serialize)]
pub(super) struct Package {
    pub(super) package_msg: &'static str,
    /// By the id with witnesses.
    #[serde(rename = "tx-results")]
    pub(super) results: BTreeMap<String, PackageResult>,
    #[serde(rename = "replaced-transactions")]
    pub(super) replaced: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct PackageResult {
    pub(super) txid: String,
    pub(super) vsize: usize,
}

/// Blocks to wait -> grains per virtual byte.
pub(super) type FeeEstimates = BTreeMap<u16, f64>;
