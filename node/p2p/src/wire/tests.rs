//! Frames and messages: the same again, however they are cut, and nothing kept of what can't be.
use std::net::Ipv6Addr;

use bitcoin::bip152::{BlockTransactionsRequest, HeaderAndShortIds};
use bitcoin::block::Header;
use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::hashes::Hash;
use bitcoin::p2p::address::AddrV2;
use bitcoin::p2p::message::{NetworkMessage, RawNetworkMessage};
use bitcoin::p2p::message_blockdata::{GetHeadersMessage, Inventory};
use bitcoin::p2p::message_compact_blocks::{CmpctBlock, GetBlockTxn, SendCmpct};
use bitcoin::p2p::message_filter::{CFHeaders, GetCFilters};
use bitcoin::p2p::message_network::VersionMessage;
use bitcoin::{Block, BlockHash, FilterHash, FilterHeader};
use moneta_chain::{Params, Seal, SealedHeader};
use proptest::prelude::*;

use super::command::{MAX_EARLY_PAYLOAD, shape};
use super::message::checksum;
use super::stock::decode_stock;
use super::{Decoder, MAX_HEADERS, MAX_PAYLOAD, Message, WireError, encode};

const MAGIC: [u8; 4] = [0xf9, 0xbe, 0xb4, 0xd9];
/// Every message we read.
const COMMANDS: &[&str] = &[
    "version",
    "verack",
    "sendheaders",
    "sendaddrv2",
    "wtxidrelay",
    "sendseals",
    "getaddr",
    "mempool",
    "ping",
    "pong",
    "feefilter",
    "sendcmpct",
    "getcfilters",
    "getcfheaders",
    "getcfcheckpt",
    "inv",
    "getdata",
    "notfound",
    "headers",
    "sealhdrs",
    "getheaders",
    "getblocks",
    "addr",
    "addrv2",
    "cfheaders",
    "cfcheckpt",
    "getblocktxn",
    "tx",
    "block",
    "cmpctblock",
    "blocktxn",
    "cfilter",
];

fn established() -> Decoder {
    let mut decoder = Decoder::new(MAGIC);
    decoder.establish();
    decoder
}

fn frame(command: &str, length: u32, payload: &[u8]) -> Vec<u8> {
    let mut name = [0; 12];
    name[..command.len()].copy_from_slice(command.as_bytes());
    [
        &MAGIC[..],
        &name,
        &length.to_le_bytes(),
        &checksum(payload),
        payload,
    ]
    .concat()
}

fn whole(command: &str, payload: &[u8]) -> Vec<u8> {
    frame(command, u32::try_from(payload.len()).unwrap(), payload)
}

fn read(bytes: &[u8]) -> Result<Option<Message>, WireError> {
    established().read(&mut &*bytes)
}

fn sealed(nonce: u64) -> SealedHeader {
    SealedHeader {
        header: Params::main().genesis.header,
        seal: Seal {
            nonce,
            mix_hash: [7; 32],
        },
    }
}

fn samples() -> Vec<Message> {
    let genesis = Params::main().genesis;
    let id = genesis.block_hash();
    let stock = vec![
        NetworkMessage::Verack,
        NetworkMessage::SendHeaders,
        NetworkMessage::Ping(u64::MAX),
        NetworkMessage::FeeFilter(1_000),
        NetworkMessage::SendCmpct(SendCmpct {
            send_compact: true,
            version: 2,
        }),
        NetworkMessage::Inv(vec![Inventory::Block(id); 3]),
        NetworkMessage::GetHeaders(GetHeadersMessage::new(
            vec![id; 101],
            BlockHash::all_zeros(),
        )),
        NetworkMessage::Headers(vec![genesis.header; 2]),
        NetworkMessage::Tx(genesis.txdata[0].clone()),
        NetworkMessage::GetCFilters(GetCFilters {
            filter_type: 0,
            start_height: 5,
            stop_hash: id,
        }),
        NetworkMessage::CFHeaders(CFHeaders {
            filter_type: 0,
            stop_hash: id,
            previous_filter_header: FilterHeader::all_zeros(),
            filter_hashes: vec![FilterHash::all_zeros(); 4],
        }),
        NetworkMessage::GetBlockTxn(GetBlockTxn {
            txs_request: BlockTransactionsRequest {
                block_hash: id,
                indexes: vec![0, 7, 400],
            },
        }),
        NetworkMessage::Block(genesis),
    ];
    let ours = [
        Message::SendSeals,
        Message::SealHeaders(vec![sealed(1), sealed(2)]),
    ];
    stock.into_iter().map(Message::Stock).chain(ours).collect()
}

#[test]
fn the_published_verack_is_read_and_written_byte_for_byte() {
    // The frame every Bitcoin node has sent since 2010.
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(b"verack\0\0\0\0\0\0\0\0\0\0\x5d\xf6\xe0\xe2");
    let verack = Message::Stock(NetworkMessage::Verack);
    assert_eq!(encode(MAGIC, &verack), bytes);
    assert_eq!(read(&bytes).unwrap(), Some(verack));
}

#[test]
fn frames_are_byte_for_byte_those_of_the_bitcoin_crate() {
    for message in samples() {
        let Message::Stock(stock) = &message else {
            continue;
        };
        let magic = bitcoin::p2p::Magic::from_bytes(MAGIC);
        let theirs = RawNetworkMessage::new(magic, stock.clone());
        assert_eq!(encode(MAGIC, &message), serialize(&theirs));
    }
}

#[test]
fn a_version_without_its_last_byte_wants_transactions_and_one_that_goes_on_is_read() {
    let nobody = bitcoin::p2p::Address {
        services: bitcoin::p2p::ServiceFlags::NONE,
        address: [0; 8],
        port: 0,
    };
    let agent = "/light:1/".to_owned();
    let mut version = VersionMessage::new(
        bitcoin::p2p::ServiceFlags::NONE,
        0,
        nobody.clone(),
        nobody,
        1,
        agent,
        5,
    );
    version.relay = true;
    let payload = serialize(&version);
    let short = &payload[..payload.len() - 1];
    let long = [&payload[..], &[7; 30]].concat();
    let expected = Some(Message::Stock(NetworkMessage::Version(version)));
    for payload in [&payload, short, &long] {
        assert_eq!(read(&whole("version", payload)).unwrap(), expected);
    }
    assert!(read(&whole("version", &short[..short.len() - 1])).is_err());
}

#[test]
fn messages_are_the_same_again_when_they_arrive_byte_by_byte_one_behind_the_other() {
    let samples = samples();
    let bytes: Vec<u8> = samples
        .iter()
        .flat_map(|message| encode(MAGIC, message))
        .collect();
    let mut decoder = established();
    let mut found = Vec::new();
    for byte in &bytes {
        found.extend(decoder.read(&mut &[*byte][..]).unwrap());
    }
    assert_eq!(found, samples);
}

#[test]
fn real_blocks_and_a_compact_block_with_its_index_are_the_same_again() {
    for file in ["core_block413567", "bcoin_block482683"] {
        let Some(path) = moneta_vectors::path(&format!("blocks/{file}.raw")) else {
            return;
        };
        let bytes = std::fs::read(path).unwrap();
        let block: Block = deserialize(&bytes).unwrap();
        let compact = HeaderAndShortIds::from_block(&block, 9, 2, &[]).unwrap();
        let compact = NetworkMessage::CmpctBlock(CmpctBlock {
            compact_block: compact,
        });
        for message in [NetworkMessage::Block(block), compact] {
            let message = Message::Stock(message);
            assert_eq!(read(&encode(MAGIC, &message)).unwrap(), Some(message));
        }
        assert!(matches!(
            read(&whole("block", &bytes)).unwrap(),
            Some(Message::Stock(NetworkMessage::Block(_)))
        ));
    }
}

#[test]
fn a_length_of_four_gibibytes_is_refused_before_room_is_made() {
    for is_established in [false, true] {
        for command in COMMANDS.iter().chain(&["nonsense"]) {
            let mut decoder = Decoder::new(MAGIC);
            if is_established {
                decoder.establish();
            }
            let error = decoder
                .read(&mut &frame(command, u32::MAX, &[])[..])
                .unwrap_err();
            assert_eq!(error.code(), "wire.too_long", "{command}: {error}");
            assert!(decoder.held_bytes() <= 64, "{}", decoder.held_bytes());
        }
    }
}

#[test]
fn an_announced_payload_takes_no_more_room_than_what_has_arrived() {
    let mut decoder = established();
    let mut bytes = frame("block", MAX_PAYLOAD, &[]);
    bytes.extend_from_slice(&[0; 1_000]);
    assert!(decoder.read(&mut &bytes[..]).unwrap().is_none());
    assert!(decoder.held_bytes() <= 4_096, "{}", decoder.held_bytes());
}

#[test]
fn before_the_handshake_only_short_messages_are_read() {
    let mut decoder = Decoder::new(MAGIC);
    let bytes = frame("block", MAX_EARLY_PAYLOAD + 1, &[]);
    let error = decoder.read(&mut &bytes[..]).unwrap_err();
    assert_eq!(error.code(), "wire.too_long");
    assert!(read(&bytes).unwrap().is_none());
}

#[test]
fn a_count_of_four_billion_without_items_is_refused() {
    let count = [0xfe, 0xff, 0xff, 0xff, 0xff];
    for command in COMMANDS {
        let Some(list) = shape(command).unwrap().list else {
            continue;
        };
        let payload = [&vec![0; list.offset][..], &count].concat();
        let error = read(&whole(command, &payload)).unwrap_err();
        assert_eq!(error.code(), "wire.too_many", "{command}");
        // The most there may be, and nothing behind it.
        let most = u32::to_le_bytes(list.limit);
        let payload = [&vec![0; list.offset][..], &[0xfe], &most].concat();
        let error = read(&whole(command, &payload)).unwrap_err();
        assert!(
            matches!(error.code(), "wire.hollow" | "wire.payload"),
            "{command}: {error}"
        );
    }
    // Counts inside of other messages: of transactions, of inputs, of short ids.
    let header = [0; Header::SIZE];
    for payload in [
        [&header[..], &count].concat(),
        [&header[..], &[0; 8], &count].concat(),
        [&[0; 32][..], &count].concat(),
        [&[2, 0, 0, 0][..], &count].concat(),
    ] {
        for command in ["block", "cmpctblock", "blocktxn", "tx", "cfilter"] {
            assert_eq!(
                read(&whole(command, &payload)).unwrap_err().code(),
                "wire.payload"
            );
        }
    }
}

#[test]
fn the_most_headers_are_read_and_one_more_is_not() {
    let most = usize::try_from(MAX_HEADERS).unwrap();
    let full = Message::SealHeaders(vec![sealed(3); most]);
    assert_eq!(read(&encode(MAGIC, &full)).unwrap(), Some(full));
    let over = Message::SealHeaders(vec![sealed(3); most + 1]);
    assert!(matches!(
        read(&encode(MAGIC, &over)).unwrap_err().code(),
        "wire.too_many" | "wire.too_long"
    ));
}

#[test]
fn indices_of_missing_transactions_that_wrap_round_are_refused() {
    // CVE-2024-35202 and its relatives: 1, then the largest step there is, then one more.
    let steps = [&[0; 32][..], &[3, 1, 0xff], &[0xff; 8], &[1]].concat();
    assert_eq!(
        read(&whole("getblocktxn", &steps)).unwrap_err().code(),
        "wire.payload"
    );
}

#[test]
fn a_message_nobody_reads_is_skipped_without_being_kept() {
    let mut bytes = whole("filterload", &[1; 30_000]);
    bytes.extend(whole("newfangled", &[]));
    bytes.extend(encode(MAGIC, &Message::SendSeals));
    let mut decoder = established();
    let mut found = Vec::new();
    for chunk in bytes.chunks(700) {
        found.extend(decoder.read(&mut &*chunk).unwrap());
        assert!(decoder.held_bytes() <= 64);
    }
    assert_eq!(found, [Message::SendSeals]);
}

#[test]
fn bytes_of_another_network_or_with_a_changed_bit_are_refused() {
    let good = encode(MAGIC, &Message::Stock(NetworkMessage::Ping(1)));
    for (at, code) in [
        (0, "wire.magic"),
        (9, "wire.command"),
        (20, "wire.checksum"),
        (25, "wire.checksum"),
    ] {
        let mut bytes = good.clone();
        bytes[at] ^= 0x80;
        assert_eq!(read(&bytes).unwrap_err().code(), code, "byte {at}");
    }
    let mut hole = good;
    hole[4 + 10] = b'x';
    assert_eq!(read(&hole).unwrap_err().code(), "wire.command");
    assert_eq!(read(&whole("", &[])).unwrap_err().code(), "wire.command");
}

#[test]
fn every_message_we_read_has_a_bound_that_its_longest_form_keeps() {
    for command in COMMANDS {
        let shape = shape(command).unwrap();
        assert!(shape.max_payload <= MAX_PAYLOAD, "{command}");
        let Some(list) = shape.list else { continue };
        let longest = list.offset + 9 + usize::try_from(list.item * list.limit).unwrap();
        assert!(
            usize::try_from(shape.max_payload).unwrap() >= longest,
            "{command}"
        );
    }
}

proptest! {
    #[test]
    fn sealed_headers_are_the_same_again(seals in prop::collection::vec(any::<(u64, [u8; 32])>(), 0..20)) {
        let headers = seals.into_iter().map(|(nonce, mix_hash)| SealedHeader {
            seal: Seal { nonce, mix_hash },
            ..sealed(0)
        });
        let message = Message::SealHeaders(headers.collect());
        prop_assert_eq!(read(&encode(MAGIC, &message)).unwrap(), Some(message));
    }

    #[test]
    fn no_payload_stops_the_decoder_and_what_it_reads_is_the_same_again(
        command in prop::sample::select(COMMANDS),
        payload in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        if let Ok(Some(message)) = read(&whole(command, &payload)) {
            let bytes = encode(MAGIC, &message);
            prop_assert_eq!(read(&bytes).unwrap(), Some(message));
        }
    }

    #[test]
    fn it_does_not_matter_where_bytes_are_cut(cuts in prop::collection::vec(1_usize..400, 1..50)) {
        let samples = samples();
        let bytes: Vec<u8> = samples.iter().flat_map(|message| encode(MAGIC, message)).collect();
        let (mut decoder, mut found, mut rest) = (established(), Vec::new(), &bytes[..]);
        for cut in cuts.iter().cycle() {
            let (mut chunk, later) = rest.split_at((*cut).min(rest.len()));
            rest = later;
            while let Some(message) = decoder.read(&mut chunk).unwrap() {
                found.push(message);
            }
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(found, samples);
    }

    #[test]
    fn garbage_never_stops_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes);
        let mut framed = serialize(&bitcoin::p2p::Magic::from_bytes(MAGIC));
        framed.extend(bytes);
        let _ = read(&framed);

    }
}

#[test]
fn an_address_in_disguise_costs_nobody_the_connection() {
    let entry = |network: u8, bytes: &[u8]| {
        let mut entry = vec![1, 0, 0, 0, 9, network];
        entry.push(u8::try_from(bytes.len()).unwrap());
        entry.extend_from_slice(bytes);
        entry.extend_from_slice(&[0x20, 0x8d]);
        entry
    };
    let onion: Ipv6Addr = "fd87:d87e:eb43::1".parse().unwrap();
    let mapped: Ipv6Addr = "::ffff:8.8.8.8".parse().unwrap();
    let plain: Ipv6Addr = "2a00:1450::5".parse().unwrap();
    let payload = [
        vec![5],
        entry(2, &onion.octets()),
        entry(2, &mapped.octets()),
        // CJDNS's addresses begin with fc.
        entry(6, &plain.octets()),
        entry(2, &plain.octets()),
        entry(1, &[8, 8, 8, 8]),
    ];
    let payload = payload.concat();
    let NetworkMessage::AddrV2(list) = decode_stock("addrv2", &payload).unwrap() else {
        panic!("that is its name");
    };
    let kinds = list.iter().map(|told| &told.addr);
    let unknown = kinds.filter(|addr| matches!(addr, AddrV2::Unknown(..)));
    assert_eq!((list.len(), unknown.count()), (5, 3));
    assert_eq!(list[3].addr, AddrV2::Ipv6(plain));
    assert_eq!((list[4].port, list[4].time), (8_333, 1));
    assert_eq!(serialize(&list), payload, "nothing is lost");
    for wrong in [entry(1, &[8; 16]), entry(2, &[8; 4]), entry(4, &[8; 16])] {
        let payload = [vec![1], wrong].concat();
        assert!(decode_stock("addrv2", &payload).is_err(), "no such length");
    }
}
