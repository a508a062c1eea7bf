//! Peers that want a node to fall: each does one thing, over and over, until the siege is lifted.
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::Address;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::{GetHeadersMessage, Inventory};
use bitcoin::p2p::message_filter::GetCFilters;
use bitcoin::{BlockHash, TxMerkleNode, Wtxid};
use moneta_chain::{Params, Seal, SealedHeader, seal_hash};
use moneta_ethash::quick_check;
use moneta_p2p::{MAX_PAYLOAD, Message, encode};

use super::Speaker;
use crate::random::Random;

/// How long an attacker waits for the node to speak or listen: not to be caught when the siege is lifted.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long it rests before it comes again after it was hung up on.
const REST: Duration = Duration::from_millis(100);

/// What an attacker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attack {
    /// Sends bytes that are no message.
    Garbage,
    /// Connects and says nothing.
    Silence,
    /// Announces transactions that nobody has.
    Inventory,
    /// Tells of addresses where nobody is.
    Addresses,
    /// Sends headers whose seals pass the quick check and no other.
    ForgedMixes,
    /// Sends headers that hang in the air.
    LooseHeaders,
    /// Announces the longest message there is, sends nearly all of it, and waits.
    HalfRead,
    /// Announces messages of 4 GiB.
    Giants,
    /// Asks for all headers, again and again, and reads nothing.
    Deaf,
    /// Asks for the same blocks a thousand times, whole and compact, and reads every one.
    Bodies,
    /// Asks for all filters eight times at once, and reads every one.
    Filters,
}

/// All of them.
pub const ATTACKS: [Attack; 11] = [
    Attack::Garbage,
    Attack::Silence,
    Attack::Inventory,
    Attack::Addresses,
    Attack::ForgedMixes,
    Attack::LooseHeaders,
    Attack::HalfRead,
    Attack::Giants,
    Attack::Deaf,
    Attack::Bodies,
    Attack::Filters,
];

/// Attackers at work.
pub struct Siege {
    is_lifted: Arc<AtomicBool>,
    rounds: Arc<AtomicUsize>,
    attackers: Vec<JoinHandle<()>>,
}

impl Siege {
    /// Sends so many attackers, of every kind in turn, against a node.
    pub fn lay(node: SocketAddr, attackers: usize) -> Self {
        let is_lifted = Arc::new(AtomicBool::new(false));
        let rounds = Arc::new(AtomicUsize::new(0));
        let attacker = |number: usize| {
            let (is_lifted, rounds) = (Arc::clone(&is_lifted), Arc::clone(&rounds));
            let attack = ATTACKS[number % ATTACKS.len()];
            std::thread::spawn(move || {
                let mut random = Random::new(number as u64);
                while !is_lifted.load(Ordering::Relaxed) {
                    // Being hung up on is what an attacker expects.
                    let _ = attack.once(node, &mut random, &is_lifted);
                    rounds.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(REST);
                }
            })
        };
        let attackers = (0..attackers).map(attacker).collect();
        Self {
            is_lifted,
            rounds,
            attackers,
        }
    }

    /// Returns how often attackers have connected and were hung up on, or gave up.
    pub fn rounds(&self) -> usize {
        self.rounds.load(Ordering::Relaxed)
    }

    /// Ends it.
    ///
    /// # Panics
    /// An attacker did.
    pub fn lift(self) {
        self.is_lifted.store(true, Ordering::Relaxed);
        for attacker in self.attackers {
            attacker.join().expect("attackers bear refusal");
        }
    }
}

impl Attack {
    /// Connects, and attacks until the node hangs up or the siege is lifted.
    fn once(self, node: SocketAddr, random: &mut Random, is_lifted: &AtomicBool) -> io::Result<()> {
        let mut speaker = Speaker::connect(node)?;
        speaker.set_patience(PATIENCE)?;
        if !matches!(self, Self::Garbage | Self::Silence) {
            speaker = speaker.greet(true)?;
            speaker.set_patience(PATIENCE)?;
        }
        if self == Self::HalfRead {
            speaker.say_bytes(&head(b"block\0\0\0\0\0\0\0", MAX_PAYLOAD))?;
            let body = vec![7; 3_900_000];
            for piece in body.chunks(65_536) {
                if is_lifted.load(Ordering::Relaxed) {
                    return Ok(());
                }
                speaker.say_bytes(piece)?;
            }
        }
        while !is_lifted.load(Ordering::Relaxed) {
            match self.say_it(&mut speaker, random) {
                Err(error) if !is_patience(&error) => return Err(error),
                // A node that does not listen any more is attacked anew: the rest of a message would make no sense.
                Err(_) if !matches!(self, Self::Silence | Self::HalfRead) => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    fn say_it(self, speaker: &mut Speaker, random: &mut Random) -> io::Result<()> {
        match self {
            Self::Garbage => speaker.say_bytes(&bytes(random, 10_000)),
            Self::Silence | Self::HalfRead => speaker.hear().map(drop),
            Self::Inventory => {
                let item = |_| Inventory::WTx(Wtxid::from_byte_array(id(random)));
                speaker.say(NetworkMessage::Inv((0..50_000).map(item).collect()))
            }
            Self::Addresses => {
                let list = (0..1_000).map(|_| (0, address(random))).collect();
                speaker.say(NetworkMessage::Addr(list))
            }
            Self::ForgedMixes => {
                let genesis = Params::dev().genesis;
                let headers = forged(genesis.block_hash(), genesis.header.time, random);
                speaker.say(Message::SealHeaders(headers))
            }
            Self::LooseHeaders => {
                let nowhere = BlockHash::from_byte_array(id(random));
                speaker.say(Message::SealHeaders(forged(nowhere, 0, random)))
            }
            Self::Giants => speaker.say_bytes(&head(b"tx\0\0\0\0\0\0\0\0\0\0", u32::MAX)),
            Self::Deaf => {
                let genesis = Params::dev().genesis.block_hash();
                let question = GetHeadersMessage::new(vec![genesis], BlockHash::all_zeros());
                speaker.say(NetworkMessage::GetHeaders(question))
            }
            Self::Bodies => {
                let ids = ids(speaker)?;
                let item = |(at, id): (usize, &BlockHash)| match at % 3 {
                    0 => Inventory::CompactBlock(*id),
                    1 => Inventory::Block(*id),
                    _ => Inventory::WitnessBlock(*id),
                };
                let items = ids.iter().rev().cycle().take(1_000).enumerate().map(item);
                speaker.say(NetworkMessage::GetData(items.collect()))?;
                (0..1_000).try_for_each(|_| speaker.hear().map(drop))
            }
            Self::Filters => {
                let ids = ids(speaker)?;
                let stop_hash = ids.last().copied().unwrap_or(BlockHash::all_zeros());
                let question = GetCFilters {
                    filter_type: 0,
                    start_height: 1,
                    stop_hash,
                };
                for _ in 0..8 {
                    speaker.say(NetworkMessage::GetCFilters(question.clone()))?;
                }
                (0..8 * ids.len()).try_for_each(|_| speaker.hear().map(drop))
            }
        }
    }
}

/// Asks for the first thousand ids of the node's chain, lowest first.
fn ids(speaker: &mut Speaker) -> io::Result<Vec<BlockHash>> {
    let genesis = Params::dev().genesis.block_hash();
    let question = GetHeadersMessage::new(vec![genesis], BlockHash::all_zeros());
    speaker.say(NetworkMessage::GetHeaders(question))?;
    speaker.hear_about(|message| match message {
        Message::SealHeaders(headers) => {
            let ids = headers.iter().map(|sealed| sealed.header.block_hash());
            Some(ids.take(1_000).collect())
        }
        _ => None,
    })
}

fn is_patience(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

fn bytes(random: &mut Random, count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < count {
        bytes.extend(random.next().to_le_bytes());
    }
    bytes
}

fn id(random: &mut Random) -> [u8; 32] {
    let mut id = [0; 32];
    id.copy_from_slice(&bytes(random, 32));
    id
}

fn address(random: &mut Random) -> Address {
    let [a, b, c, d, ..] = random.next().to_le_bytes();
    let address = SocketAddr::from((Ipv4Addr::new(a, b, c, d), 18_444));
    Address::new(&address, ServiceFlags::NETWORK)
}

/// Returns the first bytes of a message that is longer than what follows.
fn head(command: &[u8; 12], length: u32) -> Vec<u8> {
    let mut frame = encode(Params::dev().magic, &NetworkMessage::Verack.into());
    frame[4..16].copy_from_slice(command);
    frame[16..20].copy_from_slice(&length.to_le_bytes());
    frame
}

/// Returns a run of headers whose mixes nobody ever hashed.
fn forged(parent: BlockHash, time: u32, random: &mut Random) -> Vec<SealedHeader> {
    let bits = Params::dev().easiest_bits();
    let target = bitcoin::Target::from_compact(bits).to_be_bytes();
    let mut parent = parent;
    let mut headers = Vec::new();
    for at in 1..=200 {
        let header = Header {
            version: Version::from_consensus(0x2000_0000),
            prev_blockhash: parent,
            merkle_root: TxMerkleNode::from_byte_array(id(random)),
            time: time + at,
            bits,
            nonce: 0,
        };
        let mix_hash = id(random);
        let hash = seal_hash(&header);
        let nonce =
            (0..u64::MAX).find(|nonce| quick_check(&hash, *nonce, &mix_hash, &target).is_ok());
        let nonce = nonce.expect("every second one does on dev");
        parent = header.block_hash();
        headers.push(SealedHeader {
            header,
            seal: Seal { nonce, mix_hash },
        });
    }
    headers
}
