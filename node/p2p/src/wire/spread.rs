//! How much memory a message takes once it is decoded, beside its bytes: the messages that spread most.
use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Block, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness,
};
use moneta_chain::Params;

use super::{Decoder, Frame, Message, encode};

/// What an allocator takes for so many bytes: whole pieces of sixteen, two at least, and a word of its own.
fn taken(bytes: usize) -> usize {
    match bytes {
        0 => 0,
        _ => (bytes + 8).next_multiple_of(16).max(32),
    }
}

fn of_list<T>(list: &Vec<T>) -> usize {
    taken(list.capacity() * size_of::<T>())
}

fn of_transaction(tx: &Transaction) -> usize {
    let of_input = |input: &TxIn| {
        // A witness is kept in one piece with four bytes more for each element, in room that doubles.
        let witness = 2 * (input.witness.size() + 4 * input.witness.len());
        taken(input.script_sig.len())
            + if input.witness.is_empty() {
                0
            } else {
                taken(witness)
            }
    };
    let inputs: usize = tx.input.iter().map(of_input).sum();
    let outputs: usize = tx
        .output
        .iter()
        .map(|output| taken(output.script_pubkey.len()))
        .sum();
    of_list(&tx.input) + of_list(&tx.output) + inputs + outputs
}

fn of_message(message: &Message) -> usize {
    match message {
        Message::Stock(NetworkMessage::Tx(tx)) => of_transaction(tx),
        Message::Stock(NetworkMessage::Block(block)) => {
            let inside: usize = block.txdata.iter().map(of_transaction).sum();
            of_list(&block.txdata) + inside
        }
        Message::Stock(NetworkMessage::Inv(items)) => of_list(items),
        Message::Stock(NetworkMessage::GetBlockTxn(question)) => {
            of_list(&question.txs_request.indexes)
        }
        other => panic!("nobody has looked at {}", other.command()),
    }
}

fn input(script: usize, elements: usize) -> TxIn {
    TxIn {
        previous_output: OutPoint::new(Txid::all_zeros(), 1),
        script_sig: ScriptBuf::from_bytes(vec![1; script]),
        sequence: Sequence::MAX,
        witness: Witness::from_slice(&vec![[0_u8; 0]; elements]),
    }
}

fn output(script: usize) -> TxOut {
    TxOut {
        value: Amount::ZERO,
        script_pubkey: ScriptBuf::from_bytes(vec![1; script]),
    }
}

fn transaction(input: Vec<TxIn>, output: Vec<TxOut>) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input,
        output,
    }
}

#[test]
fn no_message_takes_more_memory_than_is_set_aside_for_it() {
    let tiny = transaction(vec![input(1, 0)], vec![output(1)]);
    // Lists of one more than there is room for at first: the room doubles.
    let messages = [
        NetworkMessage::Tx(transaction(vec![input(0, 0)], vec![output(0); 31_251])),
        NetworkMessage::Tx(transaction(vec![input(0, 0)], vec![output(1); 31_251])),
        NetworkMessage::Tx(transaction(vec![input(1, 0); 9_616], vec![output(0)])),
        NetworkMessage::Tx(transaction(vec![input(0, 1); 9_616], vec![output(0)])),
        NetworkMessage::Tx(transaction(vec![input(0, 200_000)], vec![output(0)])),
        NetworkMessage::Block(Block {
            header: Params::dev().genesis.header,
            txdata: vec![tiny; 17_858],
        }),
    ];
    let magic = Params::dev().magic;
    let mut most = 0;
    for message in messages {
        let bytes = encode(magic, &message.into());
        let mut decoder = Decoder::new(magic);
        decoder.establish();
        let frame = decoder.read_frame(&mut &bytes[..]).unwrap().unwrap();
        assert_eq!(frame.size(), bytes.len());
        let message = frame.decode().unwrap();
        let spread = of_message(&message).div_ceil(bytes.len());
        assert!(spread <= Frame::SPREAD, "{}: {spread}", message.command());
        most = most.max(spread);
    }
    assert!(
        most > Frame::SPREAD / 2,
        "so much room is not needed: {most}"
    );
}
