//! Blocks by height, id and age together.
use bitcoin::Txid;
use moneta_api_types::{BlockRef, rfc3339};
use moneta_chain::Height;
use moneta_index::View;

use crate::error::ApiError;

/// Names the block at `height`.
///
/// # Errors
/// The index fails, or has no block at that height.
pub(crate) fn block_ref(height: Height, view: &View) -> Result<BlockRef, ApiError> {
    let block = view
        .block(height)?
        .ok_or_else(|| ApiError::internal(&format!("the index has no block at height {height}")))?;
    Ok(BlockRef {
        height: height.to_u32(),
        hash: block.id.to_string(),
        time: rfc3339(u64::from(block.header.time)),
        confirmations: view.tip().height.blocks_since(height).saturating_add(1),
    })
}

/// Names the block that holds a transaction, if one does.
///
/// # Errors
/// The index fails.
pub(crate) fn block_of_transaction(txid: &Txid, view: &View) -> Result<Option<BlockRef>, ApiError> {
    match view.place_of(txid)? {
        Some(place) => block_ref(place.height, view).map(Some),
        None => Ok(None),
    }
}
