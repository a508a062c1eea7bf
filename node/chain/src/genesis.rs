//! Block 0 of the main and the test network: a dated sentence, no coins, and the seal that was found for it.
//!
//! `cargo xtask seal-genesis` finds the seals again; a test of `moneta-consensus` checks them.
use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::opcodes::all::OP_RETURN;
use bitcoin::script::{Builder, PushBytes};
use bitcoin::{
    Amount, Block, BlockHash, CompactTarget, OutPoint, Sequence, Transaction, TxIn, TxMerkleNode,
    TxOut, Witness, transaction,
};

use crate::Seal;

/// 2026-11-21 00:00:00 UTC.
const DATE: u32 = 1_795_219_200;

/// The seal of the main network's genesis.
pub(crate) const MAIN_SEAL: Seal = Seal {
    nonce: 430_299,
    mix_hash: [
        0x47, 0xd4, 0x58, 0xe7, 0x29, 0x26, 0xe2, 0xdd, 0xd7, 0xb6, 0x9f, 0xc6, 0xaf, 0x68, 0x80,
        0xf9, 0xf4, 0xe0, 0x81, 0x13, 0xe4, 0x4a, 0x14, 0xf9, 0x78, 0x43, 0x94, 0x92, 0xf6, 0x6f,
        0xa9, 0x8e,
    ],
};

/// The seal of the test network's genesis.
pub(crate) const TEST_SEAL: Seal = Seal {
    nonce: 118_984,
    mix_hash: [
        0x62, 0x08, 0x1a, 0x52, 0x5d, 0xa9, 0xe3, 0xb9, 0x23, 0x0b, 0xde, 0xc6, 0x86, 0x71, 0x80,
        0x5b, 0xa7, 0xdc, 0x1c, 0x89, 0x04, 0xec, 0x16, 0x57, 0xf1, 0x20, 0xd0, 0x3d, 0x76, 0xad,
        0xa7, 0xf1,
    ],
};

/// Returns the main network's genesis. A million hashes sealed it: a minute of one core.
pub(crate) fn main() -> Block {
    let sentence = "2026-11-21 Moneta: what is owned can be shown, and nothing is lost by accident";
    block(sentence, CompactTarget::from_consensus(0x1e0f_ffff))
}

/// Returns the test network's genesis. 65,536 hashes sealed it: a few seconds of one core.
pub(crate) fn test() -> Block {
    let sentence = "2026-11-21 Moneta test: coins without worth, rules without exception";
    block(sentence, CompactTarget::from_consensus(0x1f00_ffff))
}

fn block(sentence: &str, bits: CompactTarget) -> Block {
    let coinbase = coinbase(sentence);
    let merkle_root = TxMerkleNode::from_raw_hash(coinbase.compute_txid().to_raw_hash());
    Block {
        header: Header {
            version: Version::from_consensus(0x2000_0000),
            prev_blockhash: BlockHash::all_zeros(),
            merkle_root,
            time: DATE,
            bits,
            nonce: 0,
        },
        txdata: vec![coinbase],
    }
}

/// The height and the sentence; one output, unspendable and worth nothing, as a transaction needs one.
fn coinbase(sentence: &str) -> Transaction {
    let sentence: &PushBytes = sentence
        .as_bytes()
        .try_into()
        .expect("a sentence is shorter than a push may be");
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: Builder::new()
                .push_int(0)
                .push_slice(sentence)
                .into_script(),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![TxOut {
            value: Amount::ZERO,
            script_pubkey: Builder::new().push_opcode(OP_RETURN).into_script(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_owns_a_coin_of_a_genesis_and_its_coinbase_is_one() {
        for block in [main(), test()] {
            let coinbase = &block.txdata[0];
            assert!(coinbase.is_coinbase());
            assert!((2..=100).contains(&coinbase.input[0].script_sig.len()));
            assert_eq!(coinbase.output.len(), 1);
            assert_eq!(coinbase.output[0].value, Amount::ZERO);
            assert!(coinbase.output[0].script_pubkey.is_op_return());
            assert!(block.check_merkle_root());
        }
    }
}
