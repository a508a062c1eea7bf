//! The merkle tree over a block's transactions, and the one way to mutate it without a trace.
use bitcoin::hashes::{Hash, HashEngine, sha256d};
use bitcoin::{Block, TxMerkleNode, Txid};

use super::BlockError;

/// # Consensus
/// > The header's merkle root is that of the transactions' ids; and no two nodes that are hashed together
/// > are the same, as a block with repeated transactions at its end would have the same root. (Bitcoin,
/// > BlockMerkleRoot; CVE-2012-2459)
pub(super) fn check_merkle_root(block: &Block, txids: &[Txid]) -> Result<(), BlockError> {
    let (root, duplicate_tail) = merkle_root(txids).ok_or(BlockError::NoTransactions)?;
    let (expected, got) = (block.header.merkle_root, TxMerkleNode::from_raw_hash(root));
    if got != expected {
        return Err(BlockError::BadMerkleRoot { expected, got });
    }
    if duplicate_tail {
        return Err(BlockError::DuplicateTail);
    }
    Ok(())
}

/// Returns the root and whether any two nodes side by side are the same; `None` of nothing.
fn merkle_root(txids: &[Txid]) -> Option<(sha256d::Hash, bool)> {
    let mut level: Vec<sha256d::Hash> = txids.iter().map(|txid| txid.to_raw_hash()).collect();
    let mut duplicate = false;
    while level.len() > 1 {
        duplicate |= level
            .chunks_exact(2)
            .any(|pair| pair.first() == pair.last());
        // A node without a neighbour is hashed with itself.
        level = level
            .chunks(2)
            .filter_map(|pair| Some(parent(pair.first()?, pair.last()?)))
            .collect();
    }
    level.first().map(|root| (*root, duplicate))
}

fn parent(left: &sha256d::Hash, right: &sha256d::Hash) -> sha256d::Hash {
    let mut engine = sha256d::Hash::engine();
    engine.input(left.as_byte_array());
    engine.input(right.as_byte_array());
    sha256d::Hash::from_engine(engine)
}
