//! Peers that keep a block to themselves, and say one thing or another to have us wait for it.
use bitcoin::bip152::BlockTransactions;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock};
use bitcoin::{Block, BlockHash};
use moneta_chain::SealedHeader;

use super::toy::transaction;
use super::village::Village;
use super::{copy, mine};
use crate::compact::compact_block;
use crate::{Message, NodePort, Purpose};

/// Node 0 speaks with 1 and 2, who have thirty blocks more and tell it of them; node 1 keeps them to itself.
fn with_a_miser() -> Village {
    let mut village = Village::new(3, &[(0, 1), (0, 2)]);
    village.pass(2);
    village.chain(1).submit(5);
    mine(village.chain(1), 30);
    village.nodes[2].chain = copy(village.chain(1));
    village.silent.insert(1);
    for from in [1, 2] {
        let headers: Vec<SealedHeader> = village.chain(from).headers_after(
            &village.chain(0).locator(&village.chain(0).tip().id),
            &BlockHash::all_zeros(),
            2_000,
        );
        village.say(from, 0, Message::SealHeaders(headers));
    }
    village
}

/// Returns a compact block of which two short ids are equal.
fn colliding(block: &Block) -> NetworkMessage {
    let mut compact_block = compact_block(block, 7).unwrap();
    let twice = compact_block.short_ids.first().copied().unwrap_or_default();
    compact_block.short_ids.extend([twice, twice]);
    NetworkMessage::CmpctBlock(CmpctBlock { compact_block })
}

/// Returns the compact form of a block, and parts that make another of it.
fn false_parts(block: &Block) -> [NetworkMessage; 2] {
    let transactions = BlockTransactions {
        block_hash: block.block_hash(),
        transactions: vec![transaction(77); block.txdata.len() - 1],
    };
    let compact_block = compact_block(block, 7).unwrap();
    [
        NetworkMessage::CmpctBlock(CmpctBlock { compact_block }),
        NetworkMessage::BlockTxn(BlockTxn { transactions }),
    ]
}

fn next_block(village: &Village) -> Option<Block> {
    let next = village.chain(0).wanted_bodies(1).first().copied()?;
    Some(village.chain(1).block(&next.id)?.block.clone())
}

#[test]
fn whoever_keeps_the_next_block_to_himself_is_passed_by() {
    let mut village = with_a_miser();
    village.pass(30);
    assert_eq!(village.chain(0).tip().height.to_u32(), 30);
}

#[test]
fn whoever_offers_the_next_block_in_useless_forms_is_passed_by_as_soon() {
    let useless: [fn(&Block) -> Vec<NetworkMessage>; 2] = [
        |block| vec![colliding(block)],
        |block| false_parts(block).to_vec(),
    ];
    for form in useless {
        let mut village = with_a_miser();
        for _ in 0..30 {
            if let Some(block) = next_block(&village)
                && village.are_connected(0, 1)
            {
                for message in form(&block) {
                    village.say(1, 0, message);
                }
            }
            village.pass(1);
        }
        assert_eq!(village.chain(0).tip().height.to_u32(), 30);
        assert_eq!(village.goodbyes, [], "short ids may collide by chance");
    }
}

#[test]
fn many_who_offer_useless_forms_of_a_block_one_after_another_hold_up_nobody() {
    let mut village = Village::new(7, &[(1, 0), (3, 0), (4, 0), (5, 0), (6, 0), (0, 2)]);
    village.pass(2);
    village.chain(1).submit(5);
    mine(village.chain(1), 1);
    village.nodes[2].chain = copy(village.chain(1));
    village.silent.extend(1..=6);
    let id = village.chain(1).tip().id;
    let block = village.chain(1).block(&id).unwrap().block.clone();
    let sealed = village.chain(1).sealed_header(&id).unwrap();
    village.say(1, 0, Message::SealHeaders(vec![sealed]));
    village.say(2, 0, Message::SealHeaders(vec![sealed]));
    village.silent.remove(&2);
    for from in [1, 3, 4, 5, 6] {
        village.say(from, 0, colliding(&block));
        village.pass(1);
    }
    assert_eq!(village.chain(0).tip().id, id);
}

#[test]
fn a_place_to_put_a_block_together_from_is_kept_for_whom_we_chose() {
    let mut village = Village::new(5, &[(1, 0), (2, 0), (3, 0), (0, 4)]);
    village.pass(2);
    village.silent.extend([1, 2, 3, 4]);
    for serial in 1..=3 {
        village.chain(1).submit(serial);
    }
    let id = village.chain(1).mine();
    let block = village.chain(1).block(&id).unwrap().block.clone();
    let sealed = village.chain(1).sealed_header(&id).unwrap();
    for from in 1..=4 {
        village.say(from, 0, Message::SealHeaders(vec![sealed]));
    }
    let [form, _] = false_parts(&block);
    for from in 1..=4 {
        village.say(from, 0, form.clone());
    }
    let asked = [1, 2, 3, 4].map(|of| village.count(0, of, "getblocktxn"));
    assert_eq!(asked, [1, 1, 0, 1]);
}

#[test]
fn one_of_those_who_send_blocks_unasked_is_one_that_we_chose() {
    let mut village = Village::new(6, &[(0, 1), (2, 0), (3, 0), (4, 0), (5, 0)]);
    village.pass(2);
    for from in [1, 2, 3, 4, 5, 2, 3, 4, 5] {
        mine(village.chain(from), 1);
        village.stir(from);
        village.pass(2);
    }
    assert!(village.all_have_the_same_tip());
    let chosen = village.status(0).peers.into_iter();
    let chosen = chosen.filter(|peer| peer.purpose != Purpose::Inbound);
    let network = &village.nodes[0].network;
    let promised: Vec<bool> = chosen
        .map(|peer| network.compact.is_promised_by(peer.id))
        .collect();
    assert_eq!(promised, [true]);
}
