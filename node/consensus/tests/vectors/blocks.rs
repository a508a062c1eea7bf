//! Real Bitcoin blocks: the same bytes out as in, and right by themselves but for the seal.
use bitcoin::{Block, CompactTarget, consensus};
use moneta_chain::{Height, Params};
use moneta_consensus::{ParentBlock, RecentTimes, check_unsealed_block};

use crate::judge::{Count, Scope};

/// File and height.
const BLOCKS: [(&str, u32); 3] = [
    ("core_block413567", 413_567),
    ("bcoin_block426884", 426_884),
    ("bcoin_block482683", 482_683),
];

#[test]
fn real_blocks_are_right_by_themselves_and_keep_their_bytes() {
    let mut count = Count::new("blocks");
    for (file, height) in BLOCKS {
        let Some(path) = moneta_vectors::path(&format!("blocks/{file}.raw")) else {
            return;
        };
        let bytes = std::fs::read(path).unwrap();
        let block: Block = consensus::deserialize(&bytes).unwrap();
        let same = consensus::serialize(&block) == bytes;
        let got = code(&block, height);
        count.case(Scope::In, same && got == "valid", || {
            format!("{file}: {got}")
        });
        let got = code(&block, height + 1);
        count.case(Scope::In, got == "block.bad_coinbase_height", || {
            format!("{file}: {got}")
        });
        let mut shorter = block.clone();
        shorter.txdata.pop();
        let got = code(&shorter, height);
        count.case(Scope::In, got == "block.bad_merkle_root", || {
            format!("{file}: {got}")
        });
    }
    count.finish(9);
}

fn code(block: &Block, height: u32) -> &'static str {
    let bits: CompactTarget = block.header.bits;
    let mut params = Params::dev();
    params.genesis.header.bits = bits;
    let parent = ParentBlock {
        id: block.header.prev_blockhash,
        height: Height::new(height - 1),
        times: RecentTimes::of([block.header.time - 1]),
    };
    let now = u64::from(block.header.time);
    check_unsealed_block(block, &parent, now, &params)
        .map_or_else(|error| error.code(), |_| "valid")
}
