//! The lies themselves.
use bitcoin::bip152::{BlockTransactions, BlockTransactionsRequest};
use bitcoin::hashes::Hash;
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::Address;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock, GetBlockTxn, SendCmpct};
use bitcoin::{Block, BlockHash, Txid, Wtxid};
use moneta_chain::{Height, SealedHeader};
use moneta_p2p::{Message, Output, PeerId, compact_block, encode};

use super::Lie;
use super::forge::{Place, forged, greedy};
use crate::link::Who;
use crate::node::params;
use crate::violation::Violation;
use crate::world::World;

/// Headers that are told at a time.
const HEADERS: usize = 100;

impl World<'_> {
    fn say(
        &mut self,
        liar: usize,
        peer: PeerId,
        message: impl Into<Message>,
    ) -> Result<(), Violation> {
        self.act(Who::Liar(liar), Output::Send(peer, message.into()))
    }

    /// What a liar says as soon as hands are shaken.
    pub(super) fn greet_falsely(&mut self, liar: usize, peer: PeerId) -> Result<(), Violation> {
        if self.liars[liar].lie == Lie::Deaf {
            self.throttle(Who::Liar(liar), 500);
        }
        let wish = SendCmpct {
            send_compact: true,
            version: 2,
        };
        self.say(liar, peer, NetworkMessage::SendCmpct(wish))
    }

    /// Says something untrue.
    pub(super) fn tell_lie(&mut self, liar: usize, peer: PeerId) -> Result<(), Violation> {
        let victim = self.liars[liar].victim;
        let Some(place) = self.place_above(victim) else {
            return Ok(());
        };
        let salt = self.random.next();
        match self.liars[liar].lie {
            Lie::Garbage => self.babble(liar, peer),
            Lie::ForgedSeals => {
                let headers = vec![forged(place, salt)];
                self.say(liar, peer, Message::SealHeaders(headers))
            }
            Lie::Gaps => {
                let headers = vec![forged(place, salt), forged(place, salt + 1)];
                self.say(liar, peer, Message::SealHeaders(headers))
            }
            Lie::Withheld | Lie::BrokenRule => {
                let (block, seal) = greedy(place, salt);
                let header = block.header;
                self.liars[liar].made = Some((block.block_hash(), block));
                let headers = vec![SealedHeader { header, seal }];
                self.say(liar, peer, Message::SealHeaders(headers))
            }
            Lie::WrongBodies => self.promise_real_blocks(liar, peer, victim),
            Lie::WrongCompact => self.confuse(liar, peer, victim),
            Lie::InvFlood => {
                let count = 1_000 + self.random.below(20_000);
                let items = (0..count).map(|_| self.nothing()).collect();
                self.say(liar, peer, NetworkMessage::Inv(items))
            }
            Lie::AddrFlood => {
                let address = |_| (1_799_999_999, self.nowhere());
                let list = (0..1_000).map(address).collect();
                self.say(liar, peer, NetworkMessage::Addr(list))
            }
            Lie::Deaf => self.ask_for_everything(liar, peer, victim),
        }
    }

    /// Answers what a node asks, and not as it should.
    pub(super) fn answer_falsely(
        &mut self,
        liar: usize,
        peer: PeerId,
        message: Message,
    ) -> Result<(), Violation> {
        let lie = self.liars[liar].lie;
        match (lie, message) {
            (Lie::BrokenRule, Message::Stock(NetworkMessage::GetData(items))) => {
                let made = self.liars[liar].made.clone();
                let asked = |id| items.iter().any(|item| names(item) == Some(id));
                match made {
                    Some((id, block)) if asked(id) => {
                        self.say(liar, peer, NetworkMessage::Block(block))
                    }
                    _ => Ok(()),
                }
            }
            (Lie::WrongBodies, Message::Stock(NetworkMessage::GetData(items))) => {
                let item = items.first().copied();
                match item
                    .as_ref()
                    .and_then(names)
                    .and_then(|id| self.any_block(&id))
                {
                    Some(block) if self.random.below(3) > 0 => {
                        let wrong = mutated(block);
                        self.say(liar, peer, NetworkMessage::Block(wrong))
                    }
                    Some(_) => self.say(liar, peer, NetworkMessage::NotFound(items)),
                    None => Ok(()),
                }
            }
            (Lie::WrongCompact, Message::Stock(NetworkMessage::GetBlockTxn(question))) => {
                let BlockTransactionsRequest {
                    block_hash,
                    indexes,
                } = question.txs_request;
                let wrong = self.any_block(&block_hash).map(|block| block.txdata);
                let wrong = wrong.unwrap_or_default();
                let transactions = BlockTransactions {
                    block_hash,
                    transactions: wrong.into_iter().take(indexes.len()).collect(),
                };
                self.say(
                    liar,
                    peer,
                    NetworkMessage::BlockTxn(BlockTxn { transactions }),
                )
            }
            _ => Ok(()),
        }
    }

    /// Returns the place above a node's tip.
    fn place_above(&self, node: usize) -> Option<Place> {
        let tip = self.tip(node)?;
        let now = self.time_at(node).unix_seconds;
        Some(Place {
            parent: tip.id,
            height: tip.height.next(),
            time: u32::try_from(now).unwrap_or(u32::MAX).max(tip.time + 1),
        })
    }

    fn babble(&mut self, liar: usize, peer: PeerId) -> Result<(), Violation> {
        let mut bytes: Vec<u8> = match self.random.below(3) {
            // Nothing at all.
            0 => Vec::new(),
            // A message that is longer than any.
            1 => {
                let mut head = params().magic.to_vec();
                head.extend(b"headers\0\0\0\0\0\xff\xff\xff\xff1234");
                head
            }
            // One whose sum is wrong.
            _ => {
                let ping = NetworkMessage::Ping(self.random.next()).into();
                let mut frame = encode(params().magic, &ping);
                frame.pop();
                frame
            }
        };
        for _ in 0..self.random.below(400) {
            bytes.push(self.random.next().to_le_bytes()[0]);
        }
        self.send_bytes(Who::Liar(liar), peer, bytes, "garbage")
    }

    /// Tells of all headers that any honest node has: they are real.
    fn promise_real_blocks(
        &mut self,
        liar: usize,
        peer: PeerId,
        victim: usize,
    ) -> Result<(), Violation> {
        let headers = self.real_headers(victim);
        if headers.is_empty() {
            return Ok(());
        }
        self.say(liar, peer, Message::SealHeaders(headers))
    }

    /// Returns headers of the highest honest node that another one may not know.
    fn real_headers(&self, victim: usize) -> Vec<SealedHeader> {
        let ports = self.nodes.iter().filter_map(|node| node.running.as_ref());
        let best = ports.max_by_key(|running| running.port.tip().height);
        let victim = self.nodes[victim].running.as_ref();
        let (Some(best), Some(victim)) = (best, victim) else {
            return Vec::new();
        };
        let known = victim.port.locator(&victim.port.tip().id);
        let all = BlockHash::all_zeros();
        best.port.headers_after(&known, &all, HEADERS)
    }

    /// Compact blocks that can't be put together, and questions that can't be answered.
    fn confuse(&mut self, liar: usize, peer: PeerId, victim: usize) -> Result<(), Violation> {
        if self.random.below(4) == 0 {
            let block_hash = self
                .tip(victim)
                .map_or(BlockHash::all_zeros(), |tip| tip.id);
            let txs_request = BlockTransactionsRequest {
                block_hash,
                indexes: vec![0, 1, 60_000],
            };
            let question = GetBlockTxn { txs_request };
            return self.say(liar, peer, NetworkMessage::GetBlockTxn(question));
        }
        let headers = self.real_headers(victim);
        let Some(last) = headers.last().copied() else {
            return Ok(());
        };
        let Some(block) = self.any_block(&last.header.block_hash()) else {
            return Ok(());
        };
        self.say(liar, peer, Message::SealHeaders(headers))?;
        let nonce = self.random.next();
        let Ok(mut compact_block) = compact_block(&mutated(block), nonce) else {
            return Ok(());
        };
        compact_block.header = last.header;
        let message = CmpctBlock { compact_block };
        self.say(liar, peer, NetworkMessage::CmpctBlock(message))
    }

    fn ask_for_everything(
        &mut self,
        liar: usize,
        peer: PeerId,
        victim: usize,
    ) -> Result<(), Violation> {
        let height = self.tip(victim).map_or(0, |tip| tip.height.to_u32());
        let ids = (1..=height).filter_map(|height| self.id_at(victim, Height::new(height)));
        let items: Vec<Inventory> = ids.map(Inventory::WitnessBlock).collect();
        for _ in 0..20 {
            self.say(liar, peer, NetworkMessage::GetData(items.clone()))?;
        }
        self.say(liar, peer, NetworkMessage::MemPool)
    }

    /// Returns a block that any honest node has.
    fn any_block(&self, id: &BlockHash) -> Option<Block> {
        let mut ports = self.nodes.iter().filter_map(|node| node.running.as_ref());
        let found = ports.find_map(|running| running.port.block(id))?;
        Some(found.block.clone())
    }

    /// Returns the name of something that does not exist.
    fn nothing(&mut self) -> Inventory {
        let mut bytes = [0; 32];
        for part in bytes.chunks_exact_mut(8) {
            part.copy_from_slice(&self.random.next().to_le_bytes());
        }
        match bytes[0] % 8 {
            0 => Inventory::Block(BlockHash::from_byte_array(bytes)),
            1 => Inventory::Transaction(Txid::from_byte_array(bytes)),
            _ => Inventory::WTx(Wtxid::from_byte_array(bytes)),
        }
    }

    fn nowhere(&mut self) -> Address {
        let [a, b, c, d, ..] = self.random.next().to_le_bytes();
        let address = std::net::SocketAddr::from(([a, b, c, d], 18_444));
        Address::new(&address, ServiceFlags::NETWORK)
    }
}

/// Returns the block that an item names.
const fn names(item: &Inventory) -> Option<BlockHash> {
    match item {
        Inventory::Block(id) | Inventory::WitnessBlock(id) | Inventory::CompactBlock(id) => {
            Some(*id)
        }
        _ => None,
    }
}

/// Returns a block with its header and one transaction too many.
fn mutated(mut block: Block) -> Block {
    if let Some(mut more) = block.txdata.last().cloned() {
        more.lock_time = bitcoin::absolute::LockTime::from_consensus(499_999_999);
        block.txdata.push(more);
    }
    block
}
