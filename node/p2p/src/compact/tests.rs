//! Compact blocks: every block comes back, whatever waits here; what can't be one is refused.
use std::sync::Arc;

use bitcoin::bip152::{HeaderAndShortIds, PrefilledTransaction, ShortId};
use bitcoin::block::Header;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Block, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode, TxOut, Witness,
    Wtxid,
};
use moneta_chain::Params;
use proptest::prelude::*;

use super::{CompactError, MAX_TRANSACTIONS, Reconstruction, compact_block, parts_of};

fn transaction(serial: u32) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: bitcoin::absolute::LockTime::ZERO,
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
    }
}

fn block(transactions: u32) -> Block {
    let header = Header {
        merkle_root: TxMerkleNode::all_zeros(),
        ..Params::dev().genesis.header
    };
    let txdata = (0..transactions).map(transaction).collect();
    Block { header, txdata }
}

fn waiting(tx: &Transaction) -> (Wtxid, Arc<Transaction>) {
    (tx.compute_wtxid(), Arc::new(tx.clone()))
}

/// Who is shown what waits.
type Look<'a> = dyn FnMut(&Wtxid, &Arc<Transaction>) + 'a;

/// Returns a pool that shows these.
fn showing(
    waiting: impl IntoIterator<Item = (Wtxid, Arc<Transaction>)>,
) -> impl FnOnce(&mut Look<'_>) {
    move |look| {
        for (wtxid, tx) in waiting {
            look(&wtxid, &tx);
        }
    }
}

proptest! {
    #[test]
    fn a_block_comes_back_from_what_waits_and_what_is_asked_for(
        count in 1_u32..60,
        here in proptest::collection::vec(any::<bool>(), 60),
        others in 0_u32..20,
        nonce: u64,
    ) {
        let block = block(count);
        let message = compact_block(&block, nonce).unwrap();
        let known = block.txdata.iter().zip(&here).filter(|(_, here)| **here);
        let mut pool: Vec<_> = known.map(|(tx, _)| waiting(tx)).collect();
        pool.extend((1_000..1_000 + others).map(|serial| waiting(&transaction(serial))));
        let begun = Reconstruction::begin(message, showing(pool)).unwrap();
        let places = begun.question().map(|question| question.indexes).unwrap_or_default();
        for place in &places {
            prop_assert!(*place > 0, "the coinbase is never asked for");
            prop_assert!(!here[usize::try_from(*place).unwrap()]);
        }
        let parts = parts_of(&block, &places).unwrap();
        prop_assert_eq!(begun.complete(parts).unwrap(), block);
    }
}

#[test]
fn places_beyond_the_end_are_refused_and_do_not_crash() {
    let block = block(3);
    for prefilled in [
        vec![3],
        vec![0, 2],
        vec![u16::MAX, u16::MAX],
        vec![0, u16::MAX],
    ] {
        let good = compact_block(&block, 7).unwrap();
        let message = HeaderAndShortIds {
            prefilled_txs: prefilled
                .iter()
                .map(|idx| PrefilledTransaction {
                    idx: *idx,
                    tx: transaction(9),
                })
                .collect(),
            short_ids: good.short_ids[..3 - prefilled.len()].to_vec(),
            ..good
        };
        let refused = Reconstruction::begin(message, showing([])).unwrap_err();
        assert_eq!(refused.code(), "compact.place_beyond_end");
        assert!(refused.is_offence());
    }
    let refused = parts_of(&block, &[0, 3]).unwrap_err();
    assert_eq!(refused, CompactError::PlaceBeyondEnd { place: 3, count: 3 });
    assert!(parts_of(&block, &[u64::MAX]).is_err());
}

#[test]
fn nothing_and_too_much_are_refused() {
    let empty = HeaderAndShortIds {
        short_ids: Vec::new(),
        prefilled_txs: Vec::new(),
        ..compact_block(&block(1), 0).unwrap()
    };
    assert_eq!(
        Reconstruction::begin(empty, showing([])).unwrap_err(),
        CompactError::Empty
    );
    let id = ShortId::with_siphash_keys(&transaction(1).compute_wtxid(), (1, 2));
    let huge = HeaderAndShortIds {
        short_ids: vec![id; MAX_TRANSACTIONS],
        ..compact_block(&block(1), 0).unwrap()
    };
    let refused = Reconstruction::begin(huge, showing([])).unwrap_err();
    assert_eq!(
        refused,
        CompactError::TooMany {
            count: MAX_TRANSACTIONS + 1
        }
    );
}

#[test]
fn equal_short_ids_make_us_ask_for_the_whole_block() {
    let mut message = compact_block(&block(3), 7).unwrap();
    message.short_ids[1] = message.short_ids[0];
    let refused = Reconstruction::begin(message, showing([])).unwrap_err();
    assert_eq!(refused, CompactError::Collision);
    assert!(!refused.is_offence(), "it happens by chance");
}

#[test]
fn of_two_waiting_ones_with_one_short_id_neither_is_taken() {
    let block = block(2);
    let message = compact_block(&block, 7).unwrap();
    let (wtxid, tx) = waiting(&block.txdata[1]);
    let other = Arc::new(transaction(77));
    let begun = Reconstruction::begin(message, showing([(wtxid, tx), (wtxid, other)])).unwrap();
    assert_eq!(begun.question().unwrap().indexes, [1]);
}

#[test]
fn more_or_fewer_parts_than_asked_for_are_refused() {
    let block = block(3);
    let begun = Reconstruction::begin(compact_block(&block, 7).unwrap(), showing([])).unwrap();
    for got in [0, 1, 3] {
        let parts = vec![transaction(5); got];
        assert_eq!(
            begun.clone().complete(parts).unwrap_err(),
            CompactError::WrongParts { got, missing: 2 }
        );
    }
}
