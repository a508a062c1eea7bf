//! What can be known about a block from its parent alone.
//!
//! The order matters beyond cost: what anybody could have altered on the way (body, witnesses) is ruled out
//! before what the id commits to is judged, so that no honest id is condemned for a mutation.
use bitcoin::{Block, Txid, Wtxid};
use moneta_chain::{Height, Params, SealedBlock};

use super::error::in_transaction;
use super::{BlockError, coinbase, merkle, witness};
use crate::header::{SealBudget, check_header, check_parent, check_unsealed_header};
use crate::transaction::{
    SIGOP_WEIGHT, check_not_64_bytes, check_transaction_alone, ids_of, legacy_sigops,
};
use crate::{CheckedBlock, ParentBlock, TransactionError};

/// Weight units of a byte that is not witness.
const WEIGHT_PER_BYTE: u64 = 4;

/// Checks a block by itself: header, seal, and each transaction's shape. `now` is the reader's time in
/// seconds since 1970.
///
/// # Errors
/// The first rule it breaks. [`BlockError::condemns_id`] tells whether the id is to blame.
pub fn check_alone(
    block: SealedBlock,
    parent: &ParentBlock,
    now: u64,
    params: &Params,
    budget: &dyn SealBudget,
) -> Result<CheckedBlock, BlockError> {
    let height = check_header(&block.sealed_header(), parent, now, params, budget)?;
    checked(block, height, params)
}

/// Checks a block by itself whose very header was verified before, seal and all: when headers came first, or
/// when the block was kept. A verified header is never verified twice.
///
/// # Errors
/// The first rule its body breaks, or that the header does not stand on `parent`.
pub fn check_body_alone(
    block: SealedBlock,
    parent: &ParentBlock,
    params: &Params,
) -> Result<CheckedBlock, BlockError> {
    check_parent(&block.block.header, parent)?;
    checked(block, parent.height.next(), params)
}

fn checked(
    block: SealedBlock,
    height: Height,
    params: &Params,
) -> Result<CheckedBlock, BlockError> {
    let (txids, wtxids) = check_body(&block.block, height, params)?;
    Ok(CheckedBlock {
        id: block.id(),
        height,
        txids,
        wtxids,
        block,
    })
}

/// Checks a block that is not sealed yet, as a miner's template is, and returns its height.
///
/// # Errors
/// The first rule it breaks.
pub fn check_unsealed_block(
    block: &Block,
    parent: &ParentBlock,
    now: u64,
    params: &Params,
) -> Result<Height, BlockError> {
    let height = check_unsealed_header(&block.header, parent, now, params)?;
    check_body(block, height, params)?;
    Ok(height)
}

/// Checks the body and returns the transactions' ids, without and with witnesses.
fn check_body(
    block: &Block,
    height: Height,
    params: &Params,
) -> Result<(Vec<Txid>, Vec<Wtxid>), BlockError> {
    let (txids, wtxids) = ids_of(&block.txdata);
    merkle::check_merkle_root(block, &txids)?;
    each_transaction(block, &txids, check_not_64_bytes)?;
    check_size(block, params)?;
    coinbase::check_first_and_only(block)?;
    each_transaction(block, &txids, |tx| check_transaction_alone(tx, params))?;
    check_legacy_sigops(block, params)?;
    let first = block.txdata.first().ok_or(BlockError::NoCoinbase)?;
    coinbase::check_height(first, height)?;
    witness::check_witness_commitment(block, &wtxids)?;
    check_weight(block, params)?;
    Ok((txids, wtxids))
}

fn each_transaction(
    block: &Block,
    txids: &[Txid],
    check: impl Fn(&bitcoin::Transaction) -> Result<(), TransactionError>,
) -> Result<(), BlockError> {
    for (index, (tx, txid)) in block.txdata.iter().zip(txids).enumerate() {
        check(tx).map_err(in_transaction(index, *txid))?;
    }
    Ok(())
}

/// # Consensus
/// > A block's size without witnesses, times 4, must not exceed the highest weight. (BIP141)
fn check_size(block: &Block, params: &Params) -> Result<(), BlockError> {
    let max =
        usize::try_from(params.max_block_weight.div_euclid(WEIGHT_PER_BYTE)).unwrap_or(usize::MAX);
    let stripped_size = stripped_size(block);
    if stripped_size > max {
        return Err(BlockError::TooLarge { stripped_size, max });
    }
    Ok(())
}

fn stripped_size(block: &Block) -> usize {
    let count = bitcoin::VarInt::from(block.txdata.len()).size();
    let sizes = block.txdata.iter().map(|tx| tx.base_size());
    sizes.fold(
        bitcoin::block::Header::SIZE.saturating_add(count),
        usize::saturating_add,
    )
}

/// # Consensus
/// > A block's weight, 3 times its size without witnesses and once its whole size, is at most 4,000,000.
/// > (BIP141)
fn check_weight(block: &Block, params: &Params) -> Result<(), BlockError> {
    let (weight, max) = (block.weight().to_wu(), params.max_block_weight);
    if weight > max {
        return Err(BlockError::TooHeavy { weight, max });
    }
    Ok(())
}

/// # Consensus
/// > Signature operations in input and output scripts cost 4 each, and 80,000 in a block at most. (BIP141;
/// > what stands behind script hashes is added once the coins are known)
fn check_legacy_sigops(block: &Block, params: &Params) -> Result<(), BlockError> {
    let operations = block.txdata.iter().map(legacy_sigops);
    let cost = operations
        .fold(0, u64::saturating_add)
        .saturating_mul(SIGOP_WEIGHT);
    let max = params.max_block_sigop_cost as u64;
    if cost > max {
        return Err(BlockError::TooManySigops { cost, max });
    }
    Ok(())
}
