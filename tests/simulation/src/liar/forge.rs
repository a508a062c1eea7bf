//! Headers and blocks that are not what they say.
use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, Block, BlockHash, OutPoint, Sequence, Transaction, TxIn, TxMerkleNode, TxOut, Witness,
    transaction,
};
use moneta_chain::{EthashSize, Height, Seal, SealedHeader, seal_hash};
use moneta_consensus::light_cache;
use moneta_ethash::light_hash;

use crate::economy::anyone;
use crate::node::params;

/// Where a made-up block is to stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) parent: BlockHash,
    pub(super) height: Height,
    pub(super) time: u32,
}

/// Returns a header with a seal that proves nothing.
pub(super) fn forged(place: Place, salt: u64) -> SealedHeader {
    let mut root = [7; 32];
    root[..8].copy_from_slice(&salt.to_le_bytes());
    SealedHeader {
        header: header(place, TxMerkleNode::from_byte_array(root)),
        seal: Seal {
            nonce: salt,
            mix_hash: root,
        },
    }
}

/// Returns a block with a real seal and a coinbase that takes too much.
pub(super) fn greedy(place: Place, salt: u64) -> (Block, Seal) {
    let coinbase = Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: Builder::new()
                .push_int(i64::from(place.height.to_u32()))
                .push_slice(salt.to_le_bytes())
                .into_script(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(1_000_000_000_000),
            script_pubkey: anyone(),
        }],
    };
    let mut block = Block {
        header: header(place, TxMerkleNode::all_zeros()),
        txdata: vec![coinbase],
    };
    if let Some(root) = block.compute_merkle_root() {
        block.header.merkle_root = root;
    }
    let seal = seal(&block.header, place.height);
    (block, seal)
}

fn header(place: Place, merkle_root: TxMerkleNode) -> Header {
    Header {
        version: Version::from_consensus(0x2000_0000),
        prev_blockhash: place.parent,
        merkle_root,
        time: place.time,
        bits: params().easiest_bits(),
        nonce: 0,
    }
}

/// Finds a real seal: on the dev network two tries do.
fn seal(header: &Header, height: Height) -> Seal {
    let params = params();
    let EthashSize::Fixed { dataset, .. } = params.ethash else {
        return Seal::default();
    };
    let cache = light_cache(&params, params.epoch(height));
    let target = header.target().to_be_bytes();
    let hash = seal_hash(header);
    let found = (0..u64::MAX).find_map(|nonce| {
        let hashed = light_hash(&cache, dataset, &hash, nonce);
        (hashed.result <= target).then_some(Seal {
            nonce,
            mix_hash: hashed.mix_hash,
        })
    });
    found.unwrap_or_default()
}
