//! A whole node's network logic over a real chain in memory: peers come and go, say what is true, what is false and what
//! is neither, and time passes.
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::p2p::message_compact_blocks::CmpctBlock;
use moneta_chain::{Network as ChainName, Params, SealedBlock};
use moneta_daemon::{FixedClock, LocalNode, NodeConfig};
use moneta_disk::{Folder, MemoryFolder};
use moneta_p2p::{
    Decoder, Input, Message, NetConfig, Network, NodePort, Now, Output, PeerId, compact_block,
    encode,
};
use moneta_testkit::chain::TestChain;

use crate::messages::{COMMANDS, frame};
use crate::peers::version;

/// Most connections of the node: two for everything, one for blocks, one feeler, and three of others.
const MOST: usize = 7;
/// Most of them that others open.
const INBOUND: usize = 3;

/// A byte for each thing that happens, some with operands: whatever that is, the node speaks only with who is there,
/// says only what its peers can read, keeps to its number of connections, and tells the same to whoever asks.
///
/// # Panics
/// It does not.
pub fn network(data: &[u8]) {
    play(data);
}

fn play(data: &[u8]) -> Scene {
    let mut scene = Scene::new();
    let mut data = Operands(data);
    while let Some(code) = data.byte() {
        if let Some(input) = scene.next(code, &mut data) {
            scene.handle(input);
        }
    }
    scene
}

/// Stories that come far: peers that greet, headers, blocks, compact blocks, questions, and time.
pub(crate) fn networks() -> Vec<Vec<u8>> {
    // Two peers that greet with seals; then headers and blocks of the one branch, and of the other.
    let greet = |peer: u8| vec![0, peer, 3, peer, 9, 4, peer, 5, peer, 6, peer];
    let two = [greet(0), greet(1)].concat();
    let sync = [&two[..], &[7, 0, 0, 6, 8, 0, 0, 8, 0, 1, 8, 1, 2, 2, 0]].concat();
    let branch = [&sync[..], &[7, 1, 6, 12, 8, 1, 6, 8, 1, 7, 8, 1, 8, 2, 0]].concat();
    let compact = [
        &two[..],
        &[7, 0, 0, 6, 9, 0, 0, 9, 1, 1, 10, 0, 255, 0, 1, 30],
    ]
    .concat();
    let going = [&branch[..], &[11, 0, 2, 0, 12, 1, 0, 1, 1, 5, 13, 0, 14, 3]].concat();
    vec![sync, branch, compact, going]
}

/// Blocks that hold: six in a row, and a branch of six from the third on that has more work.
fn blocks() -> &'static [SealedBlock] {
    static BLOCKS: OnceLock<Vec<SealedBlock>> = OnceLock::new();
    BLOCKS.get_or_init(|| {
        let mut chain = TestChain::new();
        let mut blocks = Vec::new();
        let mut mine = |chain: &mut TestChain, later: u32| {
            let mut block = chain.template(Vec::new());
            block.header.time += later;
            let sealed = chain.seal(block);
            let valid = chain.check(sealed.clone()).expect("it holds");
            chain.connect(valid);
            blocks.push(sealed);
        };
        (0..6).for_each(|_| mine(&mut chain, 0));
        (0..3).for_each(|_| drop(chain.disconnect()));
        (0..6).for_each(|_| mine(&mut chain, 1));
        blocks
    })
}

struct Operands<'a>(&'a [u8]);

impl<'a> Operands<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}

/// A node and who is connected with it.
struct Scene {
    port: Arc<dyn NodePort + Send + Sync>,
    clock: Arc<FixedClock>,
    network: Network,
    now: Now,
    /// Whoever is connected, and those that are being called.
    peers: BTreeMap<PeerId, bool>,
}

impl Scene {
    fn new() -> Self {
        let folder = MemoryFolder::default();
        let params = Params::dev();
        let start = u64::from(params.genesis.header.time) + 3_600;
        let clock = Arc::new(FixedClock::new(start));
        let archive = folder.create("blocks.archive").expect("memory");
        let opened = moneta_store::open_over(archive, Arc::new(folder), &params).expect("empty");
        let config = NodeConfig {
            dir: PathBuf::new(),
            params,
            clock: Arc::clone(&clock) as Arc<dyn moneta_daemon::Clock>,
            state_memory: NodeConfig::STATE_MEMORY,
        };
        let node = LocalNode::over(opened, config).expect("an empty chain opens");
        let config = NetConfig {
            max_inbound: INBOUND,
            outbound_full: 2,
            outbound_blocks_only: 1,
            max_per_address: 2,
            ..NetConfig::of(ChainName::Dev)
        };
        Self {
            port: node.network_port(),
            clock,
            network: Network::new(config, [7; 32]),
            now: Now {
                since_start: Duration::ZERO,
                unix_seconds: start,
            },
            peers: BTreeMap::new(),
        }
    }

    /// Reads what happens next; `None` if nothing does.
    fn next(&mut self, code: u8, data: &mut Operands<'_>) -> Option<Input> {
        let operand = data.byte().unwrap_or_default();
        let message = match code % 15 {
            0 => {
                let peer = self.network.next_peer();
                self.peers.insert(peer, true);
                let address = ([10, 0, 0, operand], 18_444).into();
                return Some(Input::Accepted { peer, address });
            }
            1 => {
                let passed = Duration::from_secs(u64::from(operand) * 4);
                self.now.since_start += passed;
                self.now.unix_seconds += passed.as_secs();
                self.clock.set(self.now.unix_seconds);
                return Some(Input::Tick);
            }
            2 => return Some(Input::Tick),
            13 => return Some(Input::Changed),
            14 => {
                let near = |last: u8| SocketAddr::from(([10, 0, 1, last], 18_444));
                return Some(Input::Heard((0..operand % 9).map(near).collect()));
            }
            11 => {
                let (peer, connected) = self.peer(operand)?;
                self.peers.remove(&peer);
                return Some(if connected {
                    Input::Closed(peer)
                } else {
                    Input::ConnectFailed(peer)
                });
            }
            12 => {
                let (peer, connected) = self.peer(operand)?;
                if connected {
                    return Some(Input::Drained(peer));
                }
                self.peers.insert(peer, true);
                return Some(Input::Connected(peer));
            }
            3 => version(u64::from(data.byte().unwrap_or_default()) + 2),
            4 => Message::SendSeals,
            5 => NetworkMessage::WtxidRelay.into(),
            6 => NetworkMessage::Verack.into(),
            7 => {
                let (from, count) = (data.byte()?, data.byte()?);
                let run = blocks().iter().skip(usize::from(from)).take(count.into());
                Message::SealHeaders(run.map(SealedBlock::sealed_header).collect())
            }
            8 => {
                let block = &blocks()[usize::from(data.byte()?) % blocks().len()];
                NetworkMessage::Block(block.block.clone()).into()
            }
            9 => {
                let block = &blocks()[usize::from(data.byte()?) % blocks().len()];
                let compact_block = compact_block(&block.block, u64::from(operand));
                let compact_block = compact_block.expect("it has a coinbase");
                NetworkMessage::CmpctBlock(CmpctBlock { compact_block }).into()
            }
            _ => {
                let peer = self.peer(operand)?.0;
                return said(peer, data);
            }
        };
        Some(Input::Received(self.peer(operand)?.0, message))
    }

    /// Returns one of those that are there, and whether it is connected.
    fn peer(&self, operand: u8) -> Option<(PeerId, bool)> {
        let place = usize::from(operand).checked_rem(self.peers.len())?;
        let (peer, connected) = self.peers.iter().nth(place)?;
        Some((*peer, *connected))
    }

    fn handle(&mut self, input: Input) {
        // The driver hears nothing of a peer before the connection stands.
        if let Input::Received(peer, _) | Input::Garbled(peer, _) = &input
            && self.peers.get(peer) != Some(&true)
        {
            return;
        }
        let mut outputs = VecDeque::from(self.network.handle(self.now, input, &*self.port));
        while let Some(output) = outputs.pop_front() {
            match output {
                Output::Owing => {
                    let spare = self.network.handle(self.now, Input::Spare, &*self.port);
                    outputs.extend(spare);
                }
                Output::Connect { peer, .. } | Output::LookUp { peer, .. } => {
                    assert!(self.peers.insert(peer, false).is_none(), "{peer:?} twice");
                }
                Output::Send(peer, message) => {
                    self.assert_connected(peer);
                    let magic = Params::dev().magic;
                    let mut decoder = Decoder::new(magic);
                    decoder.establish();
                    let read = decoder.read(&mut &encode(magic, &message)[..]);
                    let read = read.expect("our own words are read");
                    assert_eq!(read, Some(message));
                }
                Output::Established(peer) => self.assert_connected(peer),
                Output::PauseUntil(peer, until) => {
                    self.assert_connected(peer);
                    assert!(until > self.now.since_start);
                }
                Output::Close(peer, _) => {
                    assert!(self.peers.remove(&peer).is_some(), "{peer:?} is not there");
                }
                Output::Flush => self.port.flush(),
            }
        }
        assert!(self.peers.len() <= MOST, "{:?}", self.peers);
        let status = self.network.status(self.now, &*self.port);
        assert!(
            status
                .peers
                .iter()
                .all(|told| self.peers.contains_key(&told.id))
        );
        assert!(status.height <= status.headers);
    }

    fn assert_connected(&self, peer: PeerId) {
        assert_eq!(self.peers.get(&peer), Some(&true), "{peer:?}");
    }
}

/// Any message by its number, its payload any bytes or an id of a block; or bytes that are none. `None` if it is one that
/// nobody needs to read.
fn said(peer: PeerId, data: &mut Operands<'_>) -> Option<Input> {
    let magic = Params::dev().magic;
    let which = usize::from(data.byte().unwrap_or_default());
    let length = usize::from(data.byte().unwrap_or_default());
    if which >= 250 {
        let block = &blocks()[length % blocks().len()];
        let inventory = vec![Inventory::CompactBlock(block.block.block_hash())];
        let question = NetworkMessage::GetData(inventory);
        return Some(Input::Received(peer, question.into()));
    }
    let bytes = frame(magic, COMMANDS[which % COMMANDS.len()], data.bytes(length));
    let mut decoder = Decoder::new(magic);
    decoder.establish();
    match decoder.read(&mut &bytes[..]) {
        Ok(message) => Some(Input::Received(peer, message?)),
        Err(error) => Some(Input::Garbled(peer, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stories_come_as_far_as_they_are_meant_to() {
        let heights = networks().into_iter().map(|story| {
            let scene = play(&story);
            scene.port.tip().height.to_u32()
        });
        assert_eq!(heights.collect::<Vec<u32>>(), [3, 6, 2, 6]);
    }
}
