//! The address book: any operations, and any bytes in place of its file; headers of little work, from a peer that
//! sends what it likes.
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;

use bitcoin::block::{Header, Version};
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::p2p::ServiceFlags;
use bitcoin::{BlockHash, TxMerkleNode};
use moneta_chain::{ChainWork, Params, Seal, SealedHeader};
use moneta_consensus::ParentBlock;
use moneta_p2p::{AddressBook, AddressNotice, Among, Presync, Scope, Step};

const MAGIC: [u8; 4] = *b"fuzz";
/// Places in the book.
const MAX_ADDRESSES: usize = 64 * (1_024 + 256);

/// Reads bytes as operations on an address book: it stays bounded, gives only what it was told, and its file is the
/// same again.
///
/// # Panics
/// It does not.
pub fn addresses(data: &[u8]) {
    let mut now = 1_790_000_000;
    let mut state = 0_u64;
    let mut chance = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state >> 20
    };
    let mut book = AddressBook::new([3; 16], Scope::Everywhere);
    let mut told = BTreeSet::new();
    for operation in data.chunks_exact(4).take(2_000) {
        let address = host(operation[1], operation[2]);
        match operation[0] % 10 {
            0..=2 => {
                let notice = AddressNotice {
                    address,
                    services: ServiceFlags::NETWORK,
                    seen_at: now - u64::from(operation[3]),
                };
                told.insert(address);
                book.learn(&[notice], host(operation[3], 1), now, &mut chance);
            }
            3 => book.note_try(address, operation[3] & 1 == 1, now),
            4 => book.note_spoken(address, now),
            5 => book.settle_contests(now),
            6 => book.forget(address),
            7 => now += u64::from(operation[3]) * 3_600,
            8 => book.forget_terrible(now),
            _ => {
                let among = [Among::All, Among::Heard][usize::from(operation[3] & 1)];
                let chosen = book.choose(among, &|_| true, now, &mut chance);
                assert_eq!(chosen.is_none(), is_empty(&book, among));
                assert!(chosen.is_none_or(|address| told.contains(&address)));
            }
        }
    }
    assert!(book.len() <= MAX_ADDRESSES);
    let sample = book.sample(now, &mut chance);
    assert!(sample.iter().all(|notice| told.contains(&notice.address)));
    let file = book.encode(MAGIC);
    let again = AddressBook::decode(&file, MAGIC, Scope::Everywhere).expect("our own file");
    assert_eq!(again.encode(MAGIC), file);
    assert_eq!(again.counts(), book.counts());
}

fn is_empty(book: &AddressBook, among: Among) -> bool {
    let (heard, spoken) = book.counts();
    heard + if among == Among::All { spoken } else { 0 } == 0
}

fn host(group: u8, number: u8) -> SocketAddr {
    let ip = match group % 4 {
        0 => IpAddr::V6(Ipv6Addr::new(
            0x2a00,
            u16::from(group),
            0,
            0,
            0,
            0,
            0,
            u16::from(number),
        )),
        _ => IpAddr::from([20, group, 0, number]),
    };
    SocketAddr::new(ip, 1_000)
}

/// Reads bytes as the file of an address book, head and checksum in order: what is read is written the same.
///
/// # Panics
/// It is not.
pub fn peers_file(data: &[u8]) {
    let mut file = [&b"MTAPEERS\x01\0\0\0"[..], &MAGIC, data].concat();
    file.extend_from_slice(&sha256d::Hash::hash(&file).to_byte_array());
    for scope in [Scope::Public, Scope::Everywhere] {
        let Ok(book) = AddressBook::decode(&file, MAGIC, scope) else {
            continue;
        };
        let again = AddressBook::decode(&book.encode(MAGIC), MAGIC, scope).expect("our own file");
        assert_eq!(again.counts(), book.counts());
    }
}

/// A file with addresses of both kinds, without head and checksum.
pub(crate) fn peers_files() -> Vec<Vec<u8>> {
    let mut book = AddressBook::new([3; 16], Scope::Everywhere);
    for number in 0..20 {
        let notice = AddressNotice {
            address: host(number, 1),
            services: ServiceFlags::NETWORK,
            seen_at: 1_790_000_000,
        };
        book.learn(&[notice], host(number, 2), 1_790_000_000, &mut || 0);
    }
    book.note_spoken(host(3, 1), 1_790_000_000);
    book.set_anchors([host(3, 1)]);
    let file = book.encode(MAGIC);
    vec![file[16..file.len() - 32].to_vec()]
}

/// Operations that fill a book, contest places, and age it.
pub(crate) fn address_operations() -> Vec<Vec<u8>> {
    let learn = (0..=255).flat_map(|at: u8| [0, at, at / 3, 7, 4, at, at / 3, 0]);
    let mut all: Vec<u8> = learn.collect();
    all.extend([7, 0, 0, 200, 5, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 1]);
    vec![all]
}

/// Headers of the two chains that the peer knows.
const LENGTH: usize = 2_000;

fn chain(salt: u32) -> Vec<SealedHeader> {
    let genesis = Params::dev().genesis.header;
    let mut parent = genesis;
    let mut height = 0;
    std::iter::repeat_with(|| {
        height += 1;
        parent = Header {
            version: Version::from_consensus(4),
            prev_blockhash: parent.block_hash(),
            merkle_root: TxMerkleNode::all_zeros(),
            time: genesis.time + height * 60,
            bits: genesis.bits,
            nonce: salt,
        };
        SealedHeader {
            header: parent,
            seal: Seal::default(),
        }
    })
    .take(LENGTH)
    .collect()
}

/// Reads bytes as what a peer sends whose chain is counted: three bytes a message. Whatever it does, what is handed
/// on stands on what was handed on before, and no more is asked for than there is.
///
/// # Panics
/// It does not.
pub fn presync(data: &[u8]) {
    static CHAINS: OnceLock<[Vec<SealedHeader>; 2]> = OnceLock::new();
    let chains = CHAINS.get_or_init(|| [chain(0), chain(1)]);
    let Some((wanted, messages)) = data.split_first() else {
        return;
    };
    let params = Params::dev();
    let now = u64::from(params.genesis.header.time) + 10_000_000;
    let one = ChainWork::of(&params.genesis.header);
    let blocks = u32::from(*wanted) * 8;
    let wanted = (0..=blocks).fold(ChainWork::default(), |work, _| work.saturating_add(one));
    let parent = ParentBlock::genesis(&params);
    let mut presync = Presync::new(parent, one, wanted, [7; 32], now, &params);
    let mut handed = params.genesis.block_hash();
    for message in messages.chunks_exact(3).take(200) {
        let chain = &chains[usize::from(message[0] & 1)];
        let after = presync.expects_after();
        let start = place_after(chain, after) + usize::from(message[0] >> 7);
        let end = (start + usize::from(message[1]) * 4).min(LENGTH);
        let batch = &chain[start.min(end)..end];
        let step = presync.take(batch, message[2] & 1 == 1, now, &params);
        let (headers, is_over) = match step {
            Ok(Step::Ask(_)) => continue,
            Ok(Step::VerifyAndAsk(headers, _)) => (headers, false),
            Ok(Step::Verify(headers)) => (headers, true),
            Ok(Step::TooLittle) | Err(_) => return,
        };
        for sealed in headers {
            assert_eq!(sealed.header.prev_blockhash, handed);
            handed = sealed.header.block_hash();
        }
        if is_over {
            return;
        }
    }
}

fn place_after(chain: &[SealedHeader], id: BlockHash) -> usize {
    let mut places = chain.iter();
    let place = places.position(|sealed| sealed.header.prev_blockhash == id);
    place.unwrap_or(0)
}

/// Messages of an honest peer, and of one that changes its mind.
pub(crate) fn presyncs() -> Vec<Vec<u8>> {
    let honest = [0, 250, 1].repeat(12);
    let fickle = [[0, 250, 1], [0, 250, 1], [1, 250, 1], [1, 250, 0]].concat();
    vec![
        [&[200], &honest[..]].concat(),
        [&[90], &fickle[..]].concat(),
    ]
}
