//! One case: a transaction with the coins it spends and the rules it is judged by.
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, Witness, absolute,
};
use moneta_script::{PreparedTransaction, VerifyFlags};

use super::lock::{Lock, witness};
use super::mutation;
use super::rng::Rng;

/// A spend to judge.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) spend: Transaction,
    pub(crate) coins: Vec<TxOut>,
    pub(crate) flags: VerifyFlags,
}

impl Case {
    /// Returns the case with this number of the series that `seed` names.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let rng = &mut Rng::of_case(seed, number);
        let inputs = rng.pick(&[1, 1, 1, 2, 3]);
        let locks: Vec<Lock> = (0..inputs).map(|_| Lock::random(rng)).collect();
        let (mut spend, mut coins) = signed(&locks, rng);
        if rng.one_in(2) {
            for _ in 0..rng.pick(&[1, 1, 1, 2, 4]) {
                mutation::apply(&mut spend, &mut coins, rng);
            }
        }
        Self {
            spend,
            coins,
            flags: flags(rng),
        }
    }

    /// Returns a spend of one coin with this lock, by the rules of a block.
    pub(crate) fn of_lock(lock: Lock) -> Self {
        let (spend, coins) = signed(&[lock], &mut Rng::of_case(0, 0));
        Self {
            spend,
            coins,
            flags: VerifyFlags::CONSENSUS,
        }
    }
}

/// Returns a transaction that spends a coin of each lock, and the coins.
fn signed(locks: &[Lock], rng: &mut Rng) -> (Transaction, Vec<TxOut>) {
    let coin = |lock: &Lock| TxOut {
        value: amount(rng),
        script_pubkey: lock.output_script(),
    };
    let coins: Vec<TxOut> = locks.iter().map(coin).collect();
    let mut spend = unsigned(rng, locks.len());
    let prepared = PreparedTransaction::new(&spend, &coins).unwrap();
    let spent: Vec<(ScriptBuf, Vec<Vec<u8>>)> = locks
        .iter()
        .enumerate()
        .map(|(index, lock)| lock.satisfy(&prepared.input(index).unwrap()))
        .collect();
    for (input, (script, elements)) in spend.input.iter_mut().zip(spent) {
        input.script_sig = script;
        input.witness = witness(&elements);
    }
    (spend, coins)
}

fn unsigned(rng: &mut Rng, inputs: usize) -> Transaction {
    let input = (0..inputs).map(|_| TxIn {
        previous_output: OutPoint::new(Txid::from_byte_array(rng.array32()), rng.u32() % 5),
        script_sig: ScriptBuf::new(),
        sequence: Sequence(rng.pick(&[
            u32::MAX,
            u32::MAX - 1,
            0,
            10,
            0xffff,
            (1 << 22) + 10,
            (1 << 31) + 10,
        ])),
        witness: Witness::new(),
    });
    let input = input.collect();
    let output = (0..rng.pick(&[0, 1, 1, 2, 3])).map(|_| {
        let size = rng.below(40);
        TxOut {
            value: amount(rng),
            script_pubkey: ScriptBuf::from_bytes(rng.bytes(size)),
        }
    });
    let output = output.collect();
    Transaction {
        version: Version(rng.pick(&[2, 2, 2, 1, 0, -1, 3])),
        lock_time: absolute::LockTime::from_consensus(rng.pick(&[
            0,
            100,
            499_999_999,
            500_000_000,
            1_700_000_000,
            u32::MAX,
        ])),
        input,
        output,
    }
}

fn amount(rng: &mut Rng) -> Amount {
    Amount::from_sat(rng.next_u64() % 2_100_000_000_000_001)
}

/// All rules, or any set of them that is defined: witness asks for script hashes.
fn flags(rng: &mut Rng) -> VerifyFlags {
    if !rng.one_in(3) {
        return VerifyFlags::CONSENSUS;
    }
    let consensus = VerifyFlags::NAMES
        .iter()
        .filter(|(_, flag)| VerifyFlags::CONSENSUS.contains(*flag));
    let chosen = consensus.fold(VerifyFlags::NONE, |flags, (_, flag)| {
        if rng.one_in(2) { flags | *flag } else { flags }
    });
    if chosen.contains(VerifyFlags::WITNESS) {
        chosen | VerifyFlags::P2SH
    } else {
        chosen
    }
}
