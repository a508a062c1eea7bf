//! The verdict is the same for any number of threads, and no memory stands in its way.
use std::ops::ControlFlow;

use bitcoin::opcodes::all::OP_NOP4;
use bitcoin::opcodes::{OP_FALSE, OP_TRUE};
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxOut, script};
use moneta_chain::Height;
use moneta_consensus::{ScriptFailure, ScriptJob, ScriptTrust, ScriptVerifier};
use moneta_mips::Coin;
use moneta_script::{ScriptError, VerifyFlags};
use moneta_testkit::chain::{TestChain, TestKey};

use super::{ScriptMemory, ScriptRunner};

const RULES: VerifyFlags = VerifyFlags::CONSENSUS;

/// A transaction with the coins it spends.
struct Spend {
    transaction: Transaction,
    coins: Vec<Coin>,
}

impl Spend {
    /// Spends one coin under each script, the number keeping it apart from others.
    fn of(scripts: &[ScriptBuf], number: u32) -> Self {
        let coins: Vec<Coin> = scripts.iter().map(coin).collect();
        let txid = bitcoin::hashes::Hash::hash(&number.to_le_bytes());
        let outpoints: Vec<OutPoint> = (0..)
            .zip(&coins)
            .map(|(vout, _)| OutPoint::new(txid, vout))
            .collect();
        let transaction = TestChain::spend(&outpoints, vec![TxOut::NULL]);
        Self { transaction, coins }
    }

    /// Spends a coin of a key, signed.
    fn signed() -> Self {
        let key = TestKey::new(1);
        let mut spend = Self::of(&[key.script()], 0);
        key.sign(&mut spend.transaction, 0, &spend.coins[0].output);
        spend
    }

    fn job(&self) -> ScriptJob<'_, '_> {
        ScriptJob {
            transaction: &self.transaction,
            wtxid: self.transaction.compute_wtxid(),
            spent: &self.coins,
        }
    }
}

fn coin(script: &ScriptBuf) -> Coin {
    Coin {
        output: TxOut {
            value: Amount::from_sat(1_000),
            script_pubkey: script.clone(),
        },
        height: Height::new(1),
        coinbase: false,
        attachment: None,
    }
}

fn script(opcode: bitcoin::Opcode) -> ScriptBuf {
    script::Builder::new().push_opcode(opcode).into_script()
}

fn verdict(
    verifier: &dyn ScriptVerifier,
    jobs: &[ScriptJob<'_, '_>],
    rules: VerifyFlags,
) -> Result<(), ScriptFailure> {
    verifier.verify(rules, &mut |take| {
        jobs.iter().for_each(|job| take(*job));
        ControlFlow::Continue(())
    })
}

fn memory() -> ScriptMemory {
    ScriptMemory::new([1; 32])
}

#[test]
fn any_number_of_threads_names_the_first_failure_and_it_is_that_of_one_thread() {
    let (good, bad) = (script(OP_TRUE), script(OP_FALSE));
    for (first, second) in [(0, 1), (7, 3), (150, 0), (150, 199), (199, 199)] {
        let mut spends: Vec<Spend> = (0..200)
            .map(|number| Spend::of(&vec![good.clone(); 3], number))
            .collect();
        for (at, input) in [(first, 2), (second, 1)] {
            spends[at].coins[input] = coin(&bad);
        }
        let jobs: Vec<ScriptJob<'_, '_>> = spends.iter().map(Spend::job).collect();
        let expected = verdict(&ScriptTrust::Verify, &jobs, RULES).unwrap_err();
        assert_eq!(expected.job, first.min(second));
        let memory = memory();
        for threads in [1, 2, 3, 16] {
            let runner = ScriptRunner::of_pool(&memory).with_threads(threads);
            assert_eq!(verdict(&runner, &jobs, RULES), Err(expected), "{threads}");
        }
    }
}

#[test]
fn what_held_for_a_waiting_transaction_is_not_run_again() {
    let memory = memory();
    let good = Spend::of(&[script(OP_TRUE)], 0);
    let mut bad = Spend::of(&[script(OP_TRUE)], 0);
    bad.coins[0] = coin(&script(OP_FALSE));
    // No chain gives one id two sets of coins: a way to see whether anything was run.
    assert!(verdict(&ScriptRunner::of_block(&memory), &[good.job()], RULES).is_ok());
    assert!(verdict(&ScriptRunner::of_block(&memory), &[bad.job()], RULES).is_err());
    assert!(verdict(&ScriptRunner::of_pool(&memory), &[good.job()], RULES).is_ok());
    assert!(verdict(&ScriptRunner::of_block(&memory), &[bad.job()], RULES).is_ok());
}

#[test]
fn r18_the_same_transaction_with_another_witness_is_judged_by_itself() {
    let memory = memory();
    let signed = Spend::signed();
    assert!(verdict(&ScriptRunner::of_pool(&memory), &[signed.job()], RULES).is_ok());
    let mut stripped = Spend::signed();
    stripped.transaction.input[0].witness.clear();
    let mut altered = Spend::signed();
    let key = TestKey::new(2);
    key.sign(&mut altered.transaction, 0, &signed.coins[0].output);
    for other in [stripped, altered] {
        assert_eq!(
            other.transaction.compute_txid(),
            signed.transaction.compute_txid()
        );
        for runner in [
            ScriptRunner::of_block(&memory),
            ScriptRunner::of_pool(&memory),
        ] {
            assert!(verdict(&runner, &[other.job()], RULES).is_err());
        }
    }
}

#[test]
fn r18_a_verdict_ends_with_the_rules_that_it_was_reached_by() {
    let memory = memory();
    let open = script::Builder::new()
        .push_opcode(OP_NOP4)
        .push_opcode(OP_TRUE);
    let spend = Spend::of(&[open.into_script()], 0);
    let jobs = [spend.job()];
    let runner = ScriptRunner::of_pool(&memory);
    assert!(verdict(&runner, &jobs, RULES).is_ok());
    let stricter = RULES | VerifyFlags::DISCOURAGE_UPGRADABLE_NOPS;
    let refused = ScriptFailure {
        job: 0,
        input: 0,
        reason: ScriptError::DiscourageUpgradableNops,
    };
    assert_eq!(verdict(&runner, &jobs, stricter), Err(refused));
    // And an old verdict still holds where the old rules do: below the activation, after a reorganisation.
    assert!(verdict(&runner, &jobs, RULES).is_ok());
    assert_eq!(verdict(&runner, &jobs, stricter), Err(refused));
}

#[test]
fn a_walk_that_breaks_off_leaves_no_thread_waiting() {
    let spends: Vec<Spend> = (0..500)
        .map(|number| Spend::of(&[script(OP_TRUE), script(OP_TRUE)], number))
        .collect();
    let memory = memory();
    let runner = ScriptRunner::of_pool(&memory).with_threads(4);
    let verdict = runner.verify(RULES, &mut |take| {
        spends.iter().for_each(|spend| take(spend.job()));
        ControlFlow::Break(())
    });
    assert_eq!(verdict, Ok(()));
    let mut bad = Spend::of(&[script(OP_TRUE), script(OP_TRUE)], 0);
    bad.coins[0] = coin(&script(OP_FALSE));
    let known = super::tests::verdict(&runner, &[bad.job()], RULES).is_ok();
    assert!(!known, "what may not have been run is not remembered");
    let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = runner.verify(RULES, &mut |take| {
            spends.iter().for_each(|spend| take(spend.job()));
            panic!("half way through a block");
        });
    }));
    assert!(panics.is_err());
}
