//! What a scenario is, and the parts that scenarios are made of.
use std::collections::BTreeSet;

use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxOut};
use moneta_chain::{COIN, Params};
use moneta_consensus::{BlockError, ScriptTrust, check_transaction_in_chain};
use moneta_testkit::chain::{TestChain, payout_script};

/// A sentence, the code it ends with, and a play that returns the code it ended with.
pub(crate) struct Scenario {
    pub(crate) sentence: &'static str,
    pub(crate) code: &'static str,
    pub(crate) play: fn() -> &'static str,
}

/// What a play returns if nothing was refused.
pub(crate) const ACCEPTED: &str = "accepted";

/// A chain of two blocks, and a coin of 10 MTA that anybody can spend.
pub(crate) fn chain() -> (TestChain, OutPoint) {
    chain_with(Params::dev())
}

pub(crate) fn chain_with(params: Params) -> (TestChain, OutPoint) {
    let mut chain = TestChain::with_params(params);
    chain.mine_empty(2);
    let coin = chain.grant_open(10 * COIN);
    (chain, coin)
}

pub(crate) fn pay(grains: u64) -> TxOut {
    pay_to(grains, payout_script())
}

pub(crate) fn pay_to(grains: u64, script_pubkey: ScriptBuf) -> TxOut {
    TxOut {
        value: Amount::from_sat(grains),
        script_pubkey,
    }
}

/// A plain transaction that spends `coin` whole.
pub(crate) fn plain(coin: OutPoint) -> Transaction {
    TestChain::spend(&[coin], vec![pay(9 * COIN)])
}

pub(crate) fn code_of<T>(result: Result<T, BlockError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| ACCEPTED)
}

/// Judges a transaction in a block and for the mempool, and returns the code that both name.
pub(crate) fn both_ways(chain: &TestChain, tx: Transaction) -> &'static str {
    let height = chain.height().next();
    let frozen = BTreeSet::new();
    let waiting =
        check_transaction_in_chain(&tx, &chain.past(), &frozen, height, &ScriptTrust::Verify);
    let waiting = waiting.map_or_else(|error| error.code(), |_| ACCEPTED);
    let in_block = code_of(chain.check_template(chain.template(vec![tx])));
    assert_eq!(waiting, in_block, "the mempool and the block disagree");
    in_block
}
