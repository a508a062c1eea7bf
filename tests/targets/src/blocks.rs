//! Blocks by themselves.
use bitcoin::Block;
use bitcoin::consensus::{deserialize, serialize};
use moneta_chain::{Params, SealedBlock};
use moneta_consensus::{ParentBlock, RecentTimes, check_unsealed_block};

/// A block in bytes: the same bytes again, and a verdict without a panic, as it is and with its roots mended.
pub fn block(data: &[u8]) {
    let Ok(block) = deserialize::<Block>(data) else {
        return;
    };
    assert_eq!(serialize(&block), data);
    judge(&block);
    // Most of the rules stand behind the merkle root, which chance never meets.
    let mut mended = block;
    if let Some(root) = mended.compute_merkle_root() {
        mended.header.merkle_root = root;
        judge(&mended);
    }
}

fn judge(block: &Block) {
    let params = Params::dev();
    let sealed = SealedBlock {
        block: block.clone(),
        seal: moneta_chain::Seal::default(),
    };
    let _ = sealed.id();
    let mut mild = block.clone();
    mild.header.bits = params.genesis.header.bits;
    let parent = ParentBlock {
        id: block.header.prev_blockhash,
        times: RecentTimes::of([block.header.time.saturating_sub(1)]),
        ..ParentBlock::genesis(&params)
    };
    let now = u64::from(block.header.time);
    if let Err(error) = check_unsealed_block(&mild, &parent, now, &params) {
        assert!(!error.code().is_empty() && !error.to_string().is_empty());
        let _ = error.condemns_id();
    }
}
