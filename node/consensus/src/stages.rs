//! The ladder of verified blocks: what each stage has proven.
use std::collections::BTreeMap;

use bitcoin::{Amount, BlockHash, Transaction, Txid, Wtxid};
use moneta_chain::{Height, SealedBlock};
use moneta_commitments::Commitments;
use moneta_mips::{Attachment, Change, Coin};

/// A block that is right by itself: seal, header, merkle root, sizes, each transaction's shape.
#[derive(Debug, Clone)]
pub struct CheckedBlock {
    pub(crate) block: SealedBlock,
    pub(crate) id: BlockHash,
    pub(crate) height: Height,
    /// Ids of its transactions, in order.
    pub(crate) txids: Vec<Txid>,
    /// Their ids with their witnesses, in order.
    pub(crate) wtxids: Vec<Wtxid>,
}

/// A block that is right in its chain: every input found, unspent, unfrozen and signed for.
#[derive(Debug, Clone)]
pub struct ValidBlock {
    pub(crate) block: SealedBlock,
    pub(crate) id: BlockHash,
    pub(crate) height: Height,
    pub(crate) transactions: Vec<ValidTransaction>,
    pub(crate) commitments: Commitments,
}

/// What one transaction of a valid block does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidTransaction {
    /// Its id.
    pub txid: Txid,
    /// The coins it spends, in input order; none for the coinbase.
    pub spent: Vec<Coin>,
    /// What its outputs hold, by output index.
    pub attachments: BTreeMap<u32, Attachment>,
    /// What happens to the registry.
    pub changes: Vec<Change>,
    /// Fee in grains; zero for the coinbase.
    pub fee: Amount,
}

impl CheckedBlock {
    /// Returns the block's id.
    pub const fn id(&self) -> BlockHash {
        self.id
    }

    /// Returns the block's height.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// Returns the block and its seal.
    pub const fn block(&self) -> &SealedBlock {
        &self.block
    }

    /// Takes the block and its seal out of the stage, to be kept.
    pub fn into_block(self) -> SealedBlock {
        self.block
    }

    /// Returns the transactions, the coinbase first.
    pub(crate) fn transactions(&self) -> &[Transaction] {
        &self.block.block.txdata
    }
}

impl ValidBlock {
    /// Returns the block's id.
    pub const fn id(&self) -> BlockHash {
        self.id
    }

    /// Returns the block's height.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// Returns the block and its seal.
    pub const fn block(&self) -> &SealedBlock {
        &self.block
    }

    /// Returns what each transaction does, in block order; the coinbase first.
    pub fn transactions(&self) -> &[ValidTransaction] {
        &self.transactions
    }

    /// Returns what its coinbase commits to.
    pub const fn commitments(&self) -> &Commitments {
        &self.commitments
    }

    /// Takes the stage apart for storage.
    pub fn into_parts(self) -> (SealedBlock, Vec<ValidTransaction>) {
        (self.block, self.transactions)
    }
}
