//! From a block's header alone to what it commits to, offline.
use bitcoin::bip158::{BlockFilter, FilterHeader};
use bitcoin::block::Header;
use bitcoin::consensus::{deserialize, serialize};
use bitcoin::hashes::{Hash, HashEngine, sha256d};
use bitcoin::{Block, Transaction, TxMerkleNode};

use crate::{
    Commitments, CommittedError, HistoryError, HistoryLeaf, HistoryProof, MapError, MapProof,
    committed, filter_header, registry_path, registry_value,
};

/// Most levels a block's merkle tree can have: 4,000,000 weight units hold fewer than 2^17 transactions.
const MAX_BRANCH: usize = 17;

/// Proof of what a block commits to: its coinbase, the way from there to the merkle root, and the three parts.
///
/// With the parts proven, [`Commitments::check_record`], [`Commitments::check_ancestor`] and
/// [`Commitments::check_parent_filter`] prove a record, an earlier block or a filter against them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentProof {
    /// The coinbase in Bitcoin's encoding without witness: with one, there would be bytes that prove nothing.
    pub coinbase: Vec<u8>,
    /// Siblings on the way from the coinbase, the first leaf, up to the merkle root.
    pub branch: Vec<TxMerkleNode>,
    /// What the coinbase commits to.
    pub commitments: Commitments,
}

/// Why a proof of commitments does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The coinbase is none, has bytes too many, or a witness.
    #[error("the bytes are not those of one coinbase transaction without witness")]
    NotACoinbase,
    /// The branch is longer than a block's tree can be high.
    #[error("the branch has {got} nodes, more than any block's")]
    TooLong {
        /// Nodes in the branch.
        got: usize,
    },
    /// The branch leads to another merkle root than the header's.
    #[error("the coinbase does not stand first in the block")]
    NotInBlock,
    /// The coinbase carries no commitments.
    #[error(transparent)]
    Uncommitted(#[from] CommittedError),
    /// The parts are not those that the coinbase commits to.
    #[error("the parts are not those that the coinbase commits to")]
    OtherParts,
    /// The filter is not the one that the filter header stands for.
    #[error("the filter, or the filter header before it, is not the one that is committed to")]
    OtherFilter,
}

impl ProofError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotACoinbase => "mip0007.not_a_coinbase",
            Self::TooLong { .. } => "mip0007.branch_too_long",
            Self::NotInBlock => "mip0007.not_in_block",
            Self::Uncommitted(_) => "mip0007.uncommitted",
            Self::OtherParts => "mip0007.other_parts",
            Self::OtherFilter => "mip0007.other_filter",
        }
    }
}

impl Commitments {
    /// Checks that the registry has this record under a key, or for certain has none. Key and record are in
    /// their one encoding.
    ///
    /// # Errors
    /// The proof does not show that.
    pub fn check_record(
        &self,
        key: &[u8],
        record: Option<&[u8]>,
        proof: &MapProof,
    ) -> Result<(), MapError> {
        let found = proof.check(&registry_path(key), &self.registry_root)?;
        if found == record.map(registry_value) {
            Ok(())
        } else {
            Err(MapError::OtherRecord)
        }
    }

    /// Checks that an earlier block is an ancestor.
    ///
    /// # Errors
    /// The proof does not show that.
    pub fn check_ancestor(
        &self,
        leaf: &HistoryLeaf,
        proof: &HistoryProof,
    ) -> Result<(), HistoryError> {
        proof.check(leaf, &self.history_root)
    }

    /// Checks that these bytes are the parent's basic filter, `before` being the filter header of the block
    /// before the parent.
    ///
    /// # Errors
    /// They are not.
    pub fn check_parent_filter(
        &self,
        filter: &[u8],
        before: &FilterHeader,
    ) -> Result<(), ProofError> {
        let filter = BlockFilter {
            content: filter.to_vec(),
        };
        if filter_header(&filter, before) == self.filter_header {
            Ok(())
        } else {
            Err(ProofError::OtherFilter)
        }
    }
}

impl CommitmentProof {
    /// Makes the proof for a block that commits to `commitments`; `None` if it has no transactions.
    pub fn of(block: &Block, commitments: Commitments) -> Option<Self> {
        let mut coinbase = block.txdata.first()?.clone();
        for input in &mut coinbase.input {
            input.witness.clear();
        }
        let txids = block.txdata.iter().map(Transaction::compute_txid);
        Some(Self {
            coinbase: serialize(&coinbase),
            branch: first_branch(txids.map(TxMerkleNode::from).collect()),
            commitments,
        })
    }

    /// Checks that the block with this header commits to the parts, and returns them. That the header is one
    /// of the best chain is the caller's to know.
    ///
    /// # Errors
    /// The proof is not one for this header.
    pub fn check(&self, header: &Header) -> Result<&Commitments, ProofError> {
        let coinbase: Transaction =
            deserialize(&self.coinbase).map_err(|_| ProofError::NotACoinbase)?;
        // Two hashes of the tree can pose as a transaction of 64 bytes (BIP54); no such one is a coinbase
        // that commits, but the rule is cheaper to see than the reason.
        let has_witness = coinbase.input.iter().any(|input| !input.witness.is_empty());
        if !coinbase.is_coinbase() || has_witness || coinbase.base_size() == 64 {
            return Err(ProofError::NotACoinbase);
        }
        if self.branch.len() > MAX_BRANCH {
            let got = self.branch.len();
            return Err(ProofError::TooLong { got });
        }
        let leaf = coinbase.compute_txid().to_raw_hash();
        let leaf = TxMerkleNode::from_raw_hash(leaf);
        let root = self
            .branch
            .iter()
            .fold(leaf, |left, right| above(&left, right));
        if header.merkle_root != root {
            return Err(ProofError::NotInBlock);
        }
        if committed(&coinbase)? != self.commitments.hash() {
            return Err(ProofError::OtherParts);
        }
        Ok(&self.commitments)
    }
}

/// Returns the siblings on the way of the first leaf.
fn first_branch(mut level: Vec<TxMerkleNode>) -> Vec<TxMerkleNode> {
    let mut branch = Vec::new();
    while let [_, sibling, ..] = level.as_slice() {
        branch.push(*sibling);
        // A node without a neighbour is hashed with itself.
        let pairs = level.chunks(2);
        level = pairs
            .filter_map(|pair| Some(above(pair.first()?, pair.last()?)))
            .collect();
    }
    branch
}

fn above(left: &TxMerkleNode, right: &TxMerkleNode) -> TxMerkleNode {
    let mut engine = sha256d::Hash::engine();
    engine.input(left.as_byte_array());
    engine.input(right.as_byte_array());
    TxMerkleNode::from_raw_hash(sha256d::Hash::from_engine(engine))
}
