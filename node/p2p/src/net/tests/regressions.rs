//! Bugs that hurt other chains, replayed against this one (`docs/regressions.md`).
use bitcoin::bip152::{BlockTransactions, BlockTransactionsRequest};
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock, GetBlockTxn};
use bitcoin::{BlockHash, TxMerkleNode, block};
use moneta_chain::{ChainWork, Params, Seal, SealedHeader};

use super::copy;
use super::toy::Toy;
use super::village::Village;
use crate::compact::compact_block;
use crate::{Decoder, Message, NetConfig, Network, NodePort, WireError};

/// Headers that stand on genesis, follow every rule but that of the seal, and are worth little.
fn worthless(length: u32) -> Vec<SealedHeader> {
    let genesis = Params::dev().genesis.header;
    let mut parent = genesis;
    let next = |height: u32| {
        parent = block::Header {
            version: block::Version::from_consensus(4),
            prev_blockhash: parent.block_hash(),
            merkle_root: TxMerkleNode::all_zeros(),
            time: genesis.time + height * 60,
            bits: genesis.bits,
            nonce: 77,
        };
        SealedHeader {
            header: parent,
            seal: Seal::default(),
        }
    };
    (1..=length).map(next).collect()
}

#[test]
fn r10_a_long_chain_of_little_work_is_counted_and_never_kept() {
    let spam = worthless(40_000);
    let mut village = Village::new(2, &[(0, 1)]);
    let one = ChainWork::of(&spam[0].header);
    let config = NetConfig {
        minimum_work: (0..100_000).fold(one, |work, _| work.saturating_add(one)),
        ..village.config(0)
    };
    village.nodes[0].network = Network::new(config, [9; 32]);
    village.pass(2);
    village.silent.insert(1);
    let mut asked_after = Vec::new();
    for part in spam.chunks(2_000) {
        village.heard.clear();
        village.say(1, 0, Message::SealHeaders(part.to_vec()));
        for heard in &village.heard {
            if let Message::Stock(NetworkMessage::GetHeaders(question)) = &heard.message {
                asked_after.push(question.locator_hashes[0]);
            }
        }
    }
    let ends = spam
        .chunks(2_000)
        .map(|part| part[1_999].header.block_hash());
    assert_eq!(
        asked_after,
        ends.collect::<Vec<_>>(),
        "it is heard to its end"
    );
    let known = |sealed: &SealedHeader| {
        let id = sealed.header.block_hash();
        village.chain(0).header(&id).is_some()
    };
    assert!(!spam.iter().any(known), "nothing of it is kept");
    village.say(1, 0, Message::SealHeaders(Vec::new()));
    let mut peers = village.nodes[0].network.peers.values();
    assert!(peers.all(|peer| peer.headers.presync.is_none()));
    assert_eq!(village.goodbyes, [], "having little work is no offence");
}

/// Node 0 knows the header of a block whose body nobody gave it yet, and speaks with 1 and 2.
fn waiting_for_a_block() -> (Village, block::Block) {
    let mut village = Village::new(3, &[(0, 1), (0, 2)]);
    village.pass(2);
    village.silent.extend([1, 2]);
    for serial in 1..=3 {
        village.chain(1).submit(serial);
    }
    let id = village.chain(1).mine();
    village.nodes[2].chain = copy(village.chain(1));
    let block = village.chain(1).block(&id).unwrap().block.clone();
    let sealed = village.chain(1).sealed_header(&id).unwrap();
    village.say(1, 0, Message::SealHeaders(vec![sealed]));
    village.say(2, 0, Message::SealHeaders(vec![sealed]));
    (village, block)
}

/// Node 2 sends the block, and node 0 takes it.
fn is_not_worse_for_it(mut village: Village, block: block::Block) {
    let id = block.block_hash();
    village.say(2, 0, NetworkMessage::Block(block));
    assert_eq!(village.chain(0).tip().id, id);
    assert!(!village.are_connected(0, 1));
    assert!(village.are_connected(0, 2));
}

#[test]
fn r13_a_compact_block_with_places_beyond_its_end_ends_the_conversation() {
    for idx in [4, 5, u16::MAX] {
        let (mut village, block) = waiting_for_a_block();
        let mut compact_block = compact_block(&block, 7).unwrap();
        compact_block.prefilled_txs[0].idx = idx;
        let message = || {
            NetworkMessage::CmpctBlock(CmpctBlock {
                compact_block: compact_block.clone(),
            })
        };
        village.say(1, 0, message());
        assert_eq!(village.goodbyes[0].1.code(), "compact.place_beyond_end");
        is_not_worse_for_it(village, block);
    }
}

#[test]
fn r13_transactions_that_were_not_asked_for_end_the_conversation_and_not_the_node() {
    for parts in [0, 1, 2, 4] {
        let (mut village, block) = waiting_for_a_block();
        let compact_block = compact_block(&block, 7).unwrap();
        village.say(
            1,
            0,
            NetworkMessage::CmpctBlock(CmpctBlock { compact_block }),
        );
        assert_eq!(village.count(0, 1, "getblocktxn"), 1);
        let transactions = BlockTransactions {
            block_hash: block.block_hash(),
            transactions: vec![block.txdata[0].clone(); parts],
        };
        let message = || {
            let transactions = transactions.clone();
            NetworkMessage::BlockTxn(BlockTxn { transactions })
        };
        village.say(1, 0, message());
        assert_eq!(village.goodbyes[0].1.code(), "compact.wrong_parts");
        is_not_worse_for_it(village, block);
    }
}

#[test]
fn r13_parts_that_make_another_block_are_answered_by_asking_for_the_whole_one_once() {
    let (mut village, block) = waiting_for_a_block();
    let compact_block = compact_block(&block, 7).unwrap();
    let message = NetworkMessage::CmpctBlock(CmpctBlock { compact_block });
    village.say(1, 0, message.clone());
    let transactions = BlockTransactions {
        block_hash: block.block_hash(),
        transactions: vec![block.txdata[0].clone(); 3],
    };
    let parts = NetworkMessage::BlockTxn(BlockTxn { transactions });
    village.heard.clear();
    village.say(1, 0, parts.clone());
    let whole = Inventory::WitnessBlock(block.block_hash());
    let asked = Message::from(NetworkMessage::GetData(vec![whole]));
    assert_eq!(
        village
            .heard
            .iter()
            .filter(|heard| heard.message == asked)
            .count(),
        1
    );
    // Twice in a row: what nobody asked for is left aside.
    village.say(1, 0, parts);
    assert_eq!(village.goodbyes, []);
    let id = block.block_hash();
    village.say(1, 0, NetworkMessage::Block(block));
    assert_eq!(village.chain(0).tip().id, id);
}

#[test]
fn r13_a_question_for_transactions_beyond_the_end_of_a_block_ends_the_conversation() {
    for indexes in [vec![1], vec![0, u64::MAX], vec![u64::MAX - 1, u64::MAX]] {
        let mut village = Village::new(2, &[(0, 1)]);
        village.pass(2);
        let block_hash: BlockHash = village.chain(1).mine();
        let question = NetworkMessage::GetBlockTxn(GetBlockTxn {
            txs_request: BlockTransactionsRequest {
                block_hash,
                indexes,
            },
        });
        village.say(0, 1, question);
        assert_eq!(village.goodbyes[0].1.code(), "compact.place_beyond_end");
    }
}

#[test]
fn r14_a_hundred_peers_that_announce_four_gibibytes_each_take_next_to_no_memory() {
    let magic = Params::dev().magic;
    let commands = [
        "block",
        "inv",
        "addr",
        "sealhdrs",
        "cmpctblock",
        "tx",
        "nonsense",
    ];
    for is_established in [false, true] {
        let mut held = 0;
        for peer in 0..100 {
            let mut decoder = Decoder::new(magic);
            if is_established {
                decoder.establish();
            }
            let command = commands[peer % commands.len()];
            let mut frame = [&magic[..], command.as_bytes()].concat();
            frame.resize(16, 0);
            frame.extend_from_slice(&u32::MAX.to_le_bytes());
            frame.extend_from_slice(&[0; 4]);
            let refused = decoder.read(&mut &frame[..]).unwrap_err();
            assert!(matches!(refused, WireError::TooLong { .. }), "{command}");
            held += decoder.held_bytes();
        }
        assert!(held <= 100 * 64, "{held} bytes");
    }
    // The longest that may be announced, and nothing of it sent.
    let mut held = 0;
    for _ in 0..100 {
        let mut decoder = Decoder::new(magic);
        decoder.establish();
        let mut frame = [&magic[..], b"block\0\0\0\0\0\0\0"].concat();
        frame.extend_from_slice(&4_000_000_u32.to_le_bytes());
        frame.extend_from_slice(&[0; 4]);
        assert!(decoder.read(&mut &frame[..]).unwrap().is_none());
        held += decoder.held_bytes();
    }
    assert!(held <= 100 * 64, "{held} bytes");
}

/// The toy is a chain like any other.
#[test]
fn worthless_headers_are_worthless_only_for_their_work() {
    let toy = Toy::new(1);
    assert!(toy.claimed_work(&worthless(3)).is_some());
}
