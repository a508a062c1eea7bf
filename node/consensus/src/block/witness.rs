//! The coinbase's commitment to all witnesses (BIP141).
use bitcoin::hashes::Hash;
use bitcoin::{Block, Transaction, WitnessCommitment, WitnessMerkleNode, Wtxid};

use super::BlockError;

/// How an output that commits begins: `OP_RETURN`, a push of 36 bytes, a tag.
const TAG: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];

/// # Consensus
/// > If an output of the coinbase begins with the tag, the last such holds the double hash of the witness
/// > root and the coinbase's own witness, which is one value of 32 bytes. If none does, no transaction has a
/// > witness. (BIP141)
///
/// `wtxids` are the transactions' ids with their witnesses.
pub(super) fn check_witness_commitment(block: &Block, wtxids: &[Wtxid]) -> Result<(), BlockError> {
    let coinbase = block.txdata.first().ok_or(BlockError::NoCoinbase)?;
    let Some(committed) = commitment(coinbase) else {
        let has_witness = |tx: &Transaction| tx.input.iter().any(|input| !input.witness.is_empty());
        return match block.txdata.iter().position(has_witness) {
            Some(index) => Err(BlockError::UnexpectedWitness { index }),
            None => Ok(()),
        };
    };
    let reserved = coinbase
        .input
        .first()
        .filter(|input| input.witness.len() == 1)
        .and_then(|input| input.witness.nth(0))
        .filter(|value| value.len() == 32)
        .ok_or(BlockError::BadWitnessReservedValue)?;
    let root = witness_root(wtxids).ok_or(BlockError::NoTransactions)?;
    if Block::compute_witness_commitment(&root, reserved) != committed {
        return Err(BlockError::BadWitnessCommitment);
    }
    Ok(())
}

/// The coinbase holds the commitment, so its own id with witnesses counts as zero.
fn witness_root(wtxids: &[Wtxid]) -> Option<WitnessMerkleNode> {
    let (_, others) = wtxids.split_first()?;
    let leaves = std::iter::once(Wtxid::all_zeros()).chain(others.iter().copied());
    let root = bitcoin::merkle_tree::calculate_root(leaves.map(|wtxid| wtxid.to_raw_hash()));
    root.map(WitnessMerkleNode::from_raw_hash)
}

fn commitment(coinbase: &Transaction) -> Option<WitnessCommitment> {
    let scripts = coinbase
        .output
        .iter()
        .map(|output| output.script_pubkey.as_bytes());
    let bytes: &[u8; 32] = scripts
        .filter_map(|script| script.strip_prefix(TAG.as_slice())?.first_chunk())
        .next_back()?;
    Some(WitnessCommitment::from_byte_array(*bytes))
}
