//! Every message a peer may send, its frame in order and its payload any bytes; compact blocks put together from
//! what any bytes claim.
use std::sync::Arc;

use bitcoin::bip152::{
    BlockTransactions, BlockTransactionsRequest, HeaderAndShortIds, PrefilledTransaction, ShortId,
};
use bitcoin::consensus::{deserialize, serialize};
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::{GetHeadersMessage, Inventory};
use bitcoin::p2p::message_compact_blocks::{BlockTxn, CmpctBlock, GetBlockTxn, SendCmpct};
use bitcoin::p2p::message_filter::{CFCheckpt, CFHeaders, CFilter, GetCFHeaders, GetCFilters};
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Block, BlockHash, FilterHash, FilterHeader, OutPoint, ScriptBuf, Sequence, Transaction,
    TxIn, TxOut, Witness, Wtxid, absolute,
};
use moneta_chain::{Params, Seal, SealedHeader};
use moneta_p2p::{
    AddressNotice, Decoder, Message, Reconstruction, address_message, compact_block, encode,
    parts_of,
};

/// Bytes of a frame before the payload.
const FRAME: usize = 24;
/// Every message that is read, and one that is not.
pub(crate) const COMMANDS: &[&str] = &[
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
    "merkleblock",
];

/// A byte says which message, the others are its payload: no panic, and what is read is the same again.
///
/// # Panics
/// It is not.
pub fn payload(data: &[u8]) {
    let Some((which, payload)) = data.split_first() else {
        return;
    };
    let magic = Params::dev().magic;
    let command = COMMANDS[usize::from(*which) % COMMANDS.len()];
    let read = |frame: &[u8]| {
        let mut decoder = Decoder::new(magic);
        decoder.establish();
        decoder.read(&mut &*frame).ok().flatten()
    };
    let Some(message) = read(&frame(magic, command, payload)) else {
        return;
    };
    assert_eq!(message.command(), command);
    assert_eq!(read(&encode(magic, &message)), Some(message));
}

/// Returns a frame whose checksum is right.
pub(crate) fn frame(magic: [u8; 4], command: &str, payload: &[u8]) -> Vec<u8> {
    let mut name = [0; 12];
    name[..command.len()].copy_from_slice(command.as_bytes());
    let length = u32::try_from(payload.len()).expect("inputs are short");
    let checksum = &sha256d::Hash::hash(payload).to_byte_array()[..4];
    [&magic, &name[..], &length.to_le_bytes(), checksum, payload].concat()
}

/// Payloads of messages, each behind the byte that names it.
pub(crate) fn payloads() -> Vec<Vec<u8>> {
    let magic = Params::dev().magic;
    let named = |message: Message| {
        let command = message.command();
        let which = COMMANDS.iter().position(|other| *other == command);
        let which = u8::try_from(which.expect("it is on the list")).expect("the list is short");
        [&[which], &encode(magic, &message)[FRAME..]].concat()
    };
    samples().into_iter().map(named).collect()
}

fn about_filters(id: BlockHash) -> Vec<NetworkMessage> {
    let question = GetCFilters {
        filter_type: 0,
        start_height: 5,
        stop_hash: id,
    };
    vec![
        NetworkMessage::GetCFilters(question),
        NetworkMessage::GetCFHeaders(GetCFHeaders {
            filter_type: 0,
            start_height: 1,
            stop_hash: id,
        }),
        NetworkMessage::CFilter(CFilter {
            filter_type: 0,
            block_hash: id,
            filter: vec![1, 2, 3],
        }),
        NetworkMessage::CFHeaders(CFHeaders {
            filter_type: 0,
            stop_hash: id,
            previous_filter_header: FilterHeader::all_zeros(),
            filter_hashes: vec![FilterHash::all_zeros(); 4],
        }),
        NetworkMessage::CFCheckpt(CFCheckpt {
            filter_type: 0,
            stop_hash: id,
            filter_headers: vec![FilterHeader::all_zeros(); 2],
        }),
    ]
}

fn about_parts(block: &Block) -> Vec<NetworkMessage> {
    vec![
        NetworkMessage::CmpctBlock(CmpctBlock {
            compact_block: compact_block(block, 7).expect("it is small"),
        }),
        NetworkMessage::GetBlockTxn(GetBlockTxn {
            txs_request: BlockTransactionsRequest {
                block_hash: block.block_hash(),
                indexes: vec![0, 2, 3],
            },
        }),
        NetworkMessage::BlockTxn(BlockTxn {
            transactions: BlockTransactions {
                block_hash: block.block_hash(),
                transactions: block.txdata[1..].to_vec(),
            },
        }),
    ]
}

fn samples() -> Vec<Message> {
    let block = block(4);
    let id = block.block_hash();
    let seal = Seal {
        nonce: 1,
        mix_hash: [2; 32],
    };
    let sealed = SealedHeader {
        header: block.header,
        seal,
    };
    let address = AddressNotice {
        address: ([9, 9, 9, 9], 1).into(),
        services: ServiceFlags::NETWORK,
        seen_at: 1_700_000_000,
    };
    let (filters, compact) = (about_filters(id), about_parts(&block));
    let stock = vec![
        NetworkMessage::Ping(1),
        NetworkMessage::FeeFilter(1_000),
        NetworkMessage::SendCmpct(SendCmpct {
            send_compact: true,
            version: 2,
        }),
        NetworkMessage::Inv(vec![Inventory::Block(id); 3]),
        NetworkMessage::GetData(vec![Inventory::CompactBlock(id)]),
        NetworkMessage::NotFound(vec![Inventory::WTx(block.txdata[0].compute_wtxid())]),
        NetworkMessage::GetHeaders(GetHeadersMessage::new(vec![id; 9], BlockHash::all_zeros())),
        NetworkMessage::Headers(vec![block.header; 2]),
        NetworkMessage::Tx(block.txdata[1].clone()),
        address_message(&[address; 3], false),
        address_message(&[address; 3], true),
        NetworkMessage::Block(block),
    ];
    let ours = Message::SealHeaders(vec![sealed; 2]);
    stock
        .into_iter()
        .chain(filters)
        .chain(compact)
        .map(Message::Stock)
        .chain([ours])
        .collect()
}

/// Bytes say which of a block's transactions wait here, which are sent along at which places, and what is sent in
/// answer: a block comes out with as many transactions as were claimed, or an error.
///
/// # Panics
/// Anything else comes out.
pub fn compact(data: &[u8]) {
    let [here, sent, shift, answer, rest @ ..] = data else {
        return;
    };
    let block = block(1 + u32::from(sent % 12));
    let mut message = compact_block(&block, u64::from(*shift)).expect("it is small");
    claim(&mut message, &block, rest);
    let claimed = message.short_ids.len() + message.prefilled_txs.len();
    let waiting = block.txdata.iter().zip(0_u32..);
    let pool = waiting
        .filter(|(_, at)| here >> (at % 8) & 1 == 1)
        .map(|(tx, _)| (tx.compute_wtxid(), Arc::new(tx.clone())));
    let pool = |look: &mut dyn FnMut(&Wtxid, &Arc<Transaction>)| {
        pool.for_each(|(wtxid, tx)| look(&wtxid, &tx));
    };
    // As it comes over the wire, if it can be written at all.
    let message = deserialize(&serialize(&message)).unwrap_or(message);
    let Ok(begun) = Reconstruction::begin(message, pool) else {
        return;
    };
    let places = begun
        .question()
        .map_or_else(Vec::new, |question| question.indexes);
    assert!(places.is_sorted_by(|before, after| before < after));
    assert!(
        places
            .iter()
            .all(|place| usize::try_from(*place).unwrap() < claimed)
    );
    let parts = match answer % 4 {
        0 => Vec::new(),
        1 => block.txdata.clone(),
        _ => match parts_of(&block, &places) {
            Ok(parts) => parts,
            Err(error) => {
                assert!(
                    places
                        .iter()
                        .any(|place| *place >= block.txdata.len() as u64),
                    "{error}"
                );
                return;
            }
        },
    };
    let is_whole = parts.len() == places.len();
    let complete = begun.complete(parts);
    assert_eq!(complete.is_ok(), is_whole);
    if let Ok(complete) = complete {
        assert_eq!(complete.txdata.len(), claimed);
    }
}

/// Changes a compact block as the bytes say: places of what is sent along, short ids twice, none, or many.
fn claim(message: &mut HeaderAndShortIds, block: &Block, mut changes: &[u8]) {
    while let [what, high, low, rest @ ..] = changes {
        changes = rest;
        let place = u16::from_be_bytes([*high, *low]);
        match what % 5 {
            0 => message.prefilled_txs.push(PrefilledTransaction {
                idx: place,
                tx: block.txdata[usize::from(place) % block.txdata.len()].clone(),
            }),
            1 => {
                if let Some(first) = message.prefilled_txs.first_mut() {
                    first.idx = place;
                }
            }
            2 => {
                let id = message.short_ids.first().copied().unwrap_or_default();
                message.short_ids.push(id);
            }
            3 => {
                let wtxid = block.txdata[0].compute_wtxid();
                let keys = (u64::from(place), 1);
                message
                    .short_ids
                    .push(ShortId::with_siphash_keys(&wtxid, keys));
            }
            _ => {
                message.short_ids.pop();
            }
        }
    }
}

/// Inputs that lead far: nothing changed, one place out of range, a short id twice.
pub(crate) fn compacts() -> Vec<Vec<u8>> {
    vec![
        vec![0, 11, 0, 2],
        vec![0x55, 11, 0, 2],
        vec![0xff, 7, 0, 0, 1, 0xff, 0xff],
        vec![0x0f, 7, 0, 1, 2, 0, 0],
        vec![0x0f, 7, 0, 2, 0, 0, 1, 3, 0, 9, 4, 0, 0],
    ]
}

/// A block of so many transactions, each another one.
fn block(transactions: u32) -> Block {
    let header = Params::dev().genesis.header;
    let transaction = |serial: u32| Transaction {
        version: Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: ScriptBuf::new(),
            sequence: Sequence(serial),
            witness: Witness::from_slice(&[serial.to_le_bytes()]),
        }],
        output: vec![TxOut {
            value: Amount::from_sat(u64::from(serial)),
            script_pubkey: ScriptBuf::new(),
        }],
    };
    Block {
        header,
        txdata: (0..transactions).map(transaction).collect(),
    }
}
