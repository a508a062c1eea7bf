//! A block: its header, the seal beside it, its transactions.
use askama::Template;

use crate::Lang;
use crate::format::Moment;
use crate::layout::Shell;
use crate::parts::{Amount, Pager, Party, Standing, TransactionRow, Unit};

/// What a block's page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its height.
    pub height: u32,
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub place: BlockPlace,
    /// The header's time.
    pub moment: Moment,
    /// Median time of it and the ten blocks before it.
    pub median: Moment,
    /// Its parent; none for genesis.
    pub previous: Option<String>,
    /// Its header's other fields.
    pub header: HeaderFields,
    /// The proof of its work; none for genesis, which needs none.
    pub seal: Option<SealFields>,
    /// Its size in bytes.
    pub size: u64,
    /// Its weight.
    pub weight: u64,
    /// How many transactions it holds.
    pub transaction_count: usize,
    /// What the miner took: subsidy and fees.
    pub reward: Amount,
    /// The fees in it, if they are known.
    pub fees: Option<Amount>,
    /// Who took it.
    pub miner: Party,
    /// The transactions of this page.
    pub transactions: Vec<TransactionRow>,
    /// The way to its other transactions.
    pub pager: Pager,
}

/// Where a block stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockPlace {
    /// In the best chain.
    Best {
        /// How many blocks deep, itself included.
        confirmations: u32,
        /// Its child.
        next: Option<String>,
    },
    /// Outside it.
    Orphaned {
        /// The block of the best chain at its height, if there is one.
        instead: Option<String>,
    },
}

/// Fields of the 80-byte header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderFields {
    /// Version in hexadecimal.
    pub version: String,
    /// Compact target in hexadecimal.
    pub bits: String,
    /// Expected hashes, digits grouped.
    pub work: String,
    /// The header's own nonce.
    pub nonce: u32,
    /// Root of the transactions' merkle tree.
    pub merkle_root: String,
}

/// Fields of the 40-byte seal and what it was made over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealFields {
    /// Nonce in hexadecimal.
    pub nonce: String,
    /// Mix hash in hexadecimal.
    pub mix_hash: String,
    /// Keccak-256 of the header in hexadecimal.
    pub seal_hash: String,
    /// Ethash epoch.
    pub epoch: u32,
}

#[derive(Template)]
#[template(path = "block/page.html")]
struct Page<'a> {
    shell: &'a Shell,
    t: Lang,
    v: &'a Block,
}

/// Returns a block's page.
pub fn render_block(shell: &Shell, block: &Block) -> String {
    crate::written(&Page {
        shell,
        t: shell.lang,
        v: block,
    })
}
