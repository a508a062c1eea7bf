//! Locks to the block and to the second, over times that a test names.
use std::collections::BTreeMap;

use bitcoin::absolute::LockTime;
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, transaction};
use moneta_chain::{Height, Params};
use moneta_commitments::CommitmentState;
use moneta_mips::{Coin, Registry};

use crate::transaction::locks::{check_final, check_relative_locks};
use crate::{ChainView, CoinView, Past};

/// Median times by height; no coins.
struct Times(BTreeMap<u32, u32>);

impl ChainView for Times {
    fn median_time_past(&self, height: Height) -> Option<u32> {
        self.0.get(&height.to_u32()).copied()
    }
}

impl CoinView for Times {
    fn coin(&self, _: &OutPoint) -> Option<Coin> {
        None
    }
}

fn transaction(sequences: &[Sequence]) -> Transaction {
    let input = |sequence: &Sequence| TxIn {
        sequence: *sequence,
        ..TxIn::default()
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: sequences.iter().map(input).collect(),
        output: Vec::new(),
    }
}

/// Judges a spend of coins made at `made`, in a block at height 100.
fn code(sequences: &[Sequence], made: &[u32], times: &[(u32, u32)]) -> &'static str {
    let times = Times(times.iter().copied().collect());
    let (registry, params) = (Registry::default(), Params::dev());
    let commitments = CommitmentState::genesis(&params);
    let past = Past {
        commitments: &commitments,
        chain: &times,
        coins: &times,
        registry: &registry,
        params: &params,
    };
    let coin = |height: &u32| Coin {
        output: TxOut {
            value: Amount::ZERO,
            script_pubkey: ScriptBuf::new(),
        },
        height: Height::new(*height),
        coinbase: false,
        attachment: None,
    };
    let spent: Vec<Coin> = made.iter().map(coin).collect();
    check_relative_locks(&transaction(sequences), &spent, Height::new(100), &past)
        .map_or_else(|error| error.code(), |()| "open")
}

#[test]
fn a_relative_time_lock_opens_at_the_very_second() {
    let lock = Sequence::from_512_second_intervals(2);
    let judge = |parent_time| {
        code(
            &[lock],
            &[50],
            &[(49, 1_000), (50, 9_999), (99, parent_time)],
        )
    };
    assert_eq!(judge(1_000 + 2 * 512 - 1), "tx.locked_until_time");
    assert_eq!(judge(1_000 + 2 * 512), "open");
}

#[test]
fn a_relative_height_lock_opens_at_the_very_block() {
    let judge = |made| code(&[Sequence::from_height(10)], &[made], &[]);
    assert_eq!(judge(91), "tx.locked_until_height");
    assert_eq!(judge(90), "open");
}

#[test]
fn every_input_keeps_its_own_lock() {
    let locks = [Sequence::MAX, Sequence::from_height(10)];
    assert_eq!(code(&locks, &[99, 91], &[]), "tx.locked_until_height");
    assert_eq!(code(&locks, &[99, 90], &[]), "open");
}

#[test]
fn a_time_that_the_view_does_not_know_keeps_a_lock_shut() {
    let lock = Sequence::from_512_second_intervals(0);
    assert_eq!(
        code(&[lock], &[50], &[(99, u32::MAX)]),
        "tx.locked_until_time"
    );
    let coin_known = [(49, 1)];
    assert_eq!(code(&[lock], &[50], &coin_known), "tx.locked_until_time");
    assert_eq!(code(&[lock], &[50], &[(49, 1), (99, 1)]), "open");
}

#[test]
fn a_lock_time_is_ignored_only_if_every_input_says_so() {
    let judge = |sequences: &[Sequence]| {
        let mut tx = transaction(sequences);
        tx.lock_time = LockTime::from_consensus(100);
        check_final(&tx, Height::new(100), 0).is_ok()
    };
    assert!(judge(&[Sequence::MAX, Sequence::MAX]));
    assert!(!judge(&[Sequence::MAX, Sequence::ENABLE_LOCKTIME_NO_RBF]));
}
