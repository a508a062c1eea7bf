//! One far block in which every lock has run out, to judge transactions of any chain in; and the count.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, Block, OutPoint, Transaction, TxOut};
use moneta_chain::{Height, Params};
use moneta_consensus::{
    ChainView, CoinView, ParentBlock, Past, RecentTimes, ScriptTrust, check_alone, check_in_chain,
    check_transaction_in_chain,
};
use moneta_mips::{Coin, Registry};
use moneta_script::VerifyFlags;
use moneta_testkit::chain::{TestChain, assemble, commit_to_past};

/// What is said of a transaction that breaks no rule.
pub(crate) const VALID: &str = "valid";

/// Judges transactions in a block at the last height that a lock time can name.
pub(crate) struct Judge {
    chain: TestChain,
    parent: ParentBlock,
}

impl Judge {
    pub(crate) fn new() -> Self {
        let chain = TestChain::new();
        let parent = ParentBlock {
            id: chain.params().genesis.block_hash(),
            height: Height::new(499_999_999),
            times: RecentTimes::of([u32::MAX - 1]),
        };
        Self { chain, parent }
    }

    /// Returns the code that block and mempool name alike, or [`VALID`].
    pub(crate) fn judge(
        &self,
        tx: &Transaction,
        coins: &BTreeMap<OutPoint, TxOut>,
    ) -> &'static str {
        let coins = Coins(coins);
        let registry = Registry::default();
        let past = Past {
            chain: &Times,
            coins: &coins,
            registry: &registry,
            commitments: self.chain.commitments(),
            params: self.chain.params(),
        };
        let height = self.parent.height.next();
        let frozen = BTreeSet::new();
        let waiting = check_transaction_in_chain(tx, &past, &frozen, height, &ScriptTrust::Verify)
            .map_or_else(|error| error.code(), |_| VALID);
        let mut block = self.block(tx.clone());
        // If it can't be told what the block commits to, it is invalid for another reason.
        let _ = commit_to_past(&mut block, height, &past);
        let in_block = self.judge_block(block, &past);
        assert_eq!(waiting, in_block, "the mempool and the block disagree");
        in_block
    }

    fn block(&self, tx: Transaction) -> Block {
        let bits = self.chain.params().easiest_bits();
        assemble(&self.parent, u32::MAX, bits, Amount::ZERO, vec![tx])
    }

    fn judge_block(&self, block: Block, past: &Past<'_>) -> &'static str {
        let sealed = self.chain.seal(block);
        let now = u64::from(u32::MAX);
        let checked = check_alone(sealed, &self.parent, now, past.params, self.chain.light());
        let valid = checked.and_then(|checked| check_in_chain(checked, past, &ScriptTrust::Verify));
        valid.map_or_else(|error| error.code(), |_| VALID)
    }

    pub(crate) const fn params(&self) -> &Params {
        self.chain.params()
    }
}

struct Coins<'a>(&'a BTreeMap<OutPoint, TxOut>);

impl CoinView for Coins<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        self.0.get(outpoint).map(|output| Coin {
            output: output.clone(),
            height: Height::new(1),
            coinbase: false,
            attachment: None,
        })
    }
}

/// All coins are as old as the chain, and the chain is as old as it can be.
struct Times;

impl ChainView for Times {
    fn median_time_past(&self, height: Height) -> Option<u32> {
        Some(if height.to_u32() > 1 { u32::MAX - 1 } else { 0 })
    }
}

/// What a vector decides about our rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    In,
    /// It is valid with some of our rules switched off.
    NeedsRuleOff,
    /// It is invalid by policy, which no block obeys.
    Policy,
    /// It has exactly 64 bytes, which Bitcoin allows so far.
    SixtyFourBytes,
    /// It may check more than 2,500 signatures before segwit, which Bitcoin allows so far.
    ManyChecks,
}

impl Scope {
    /// A vector that is valid under `flags`, or invalid under them.
    pub(crate) fn of(valid: bool, flags: VerifyFlags) -> Self {
        if valid && !flags.contains(VerifyFlags::CONSENSUS) {
            Self::NeedsRuleOff
        } else if !valid && !VerifyFlags::CONSENSUS.contains(flags) {
            Self::Policy
        } else {
            Self::In
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::In => "in scope",
            Self::NeedsRuleOff => "judged with some of our rules off; agrees with moneta-script",
            Self::Policy => "refused by policy flags; agrees with moneta-script",
            Self::SixtyFourBytes => "64 bytes, refused here by BIP54",
            Self::ManyChecks => "more than 2,500 signature checks, refused here by BIP54 (MIP-9)",
        }
    }
}

/// Counts what passed in scope, and what is out of it by reason.
pub(crate) struct Count {
    family: &'static str,
    passed: usize,
    out: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

impl Count {
    pub(crate) const fn new(family: &'static str) -> Self {
        Self {
            family,
            passed: 0,
            out: BTreeMap::new(),
            wrong: Vec::new(),
        }
    }

    pub(crate) fn case(&mut self, scope: Scope, right: bool, told: impl FnOnce() -> String) {
        if !right {
            self.wrong.push(format!("{scope:?}: {}", told()));
        } else if scope == Scope::In {
            self.passed += 1;
        } else {
            *self.out.entry(scope.reason()).or_default() += 1;
        }
    }

    /// Prints the counts, and fails if a case was wrong or too few were there.
    pub(crate) fn finish(self, at_least: usize) {
        let total = self.passed + self.wrong.len();
        println!("count {} {} of {total}", self.family, self.passed);
        for (reason, cases) in self.out {
            println!("out-of-scope {} {cases} ({reason})", self.family);
        }
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
        assert!(self.passed >= at_least, "only {} in scope", self.passed);
    }
}
