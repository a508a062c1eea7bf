//! Merkle branches of transactions (Bitcoin's tree, as BIP37 and Esplora use it).
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::{TxMerkleNode, Txid};

/// Most levels of a tree: 2^16 transactions of 60 bytes are more than a block can hold.
const MAX_LEVELS: usize = 17;

/// Returns the branch from the leaf at `position` to the root, lowest first, or `None` if it is absent.
pub(super) fn branch(leaves: &[Txid], position: usize) -> Option<Vec<TxMerkleNode>> {
    leaves.get(position)?;
    let mut level: Vec<TxMerkleNode> = leaves.iter().map(|txid| (*txid).into()).collect();
    let (mut position, mut branch) = (position, Vec::new());
    while level.len() > 1 {
        // The last node of an odd level stands beside itself.
        let sibling = (position ^ 1).min(level.len() - 1);
        branch.push(level[sibling]);
        level = level
            .chunks(2)
            .map(|pair| parent(pair[0], pair[pair.len() - 1]))
            .collect();
        position /= 2;
    }
    Some(branch)
}

/// Returns the root that `branch` leads to, or `None` if no tree has such a branch.
pub(super) fn root(leaf: Txid, position: u32, branch: &[TxMerkleNode]) -> Option<TxMerkleNode> {
    if branch.len() > MAX_LEVELS || u64::from(position) >= 1 << branch.len() {
        return None;
    }
    let steps = branch.iter().enumerate();
    Some(steps.fold(leaf.into(), |node, (level, &sibling)| {
        if position >> level & 1 == 0 {
            parent(node, sibling)
        } else {
            parent(sibling, node)
        }
    }))
}

fn parent(left: TxMerkleNode, right: TxMerkleNode) -> TxMerkleNode {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&left.to_byte_array());
    bytes[32..].copy_from_slice(&right.to_byte_array());
    TxMerkleNode::from_raw_hash(sha256d::Hash::hash(&bytes))
}
