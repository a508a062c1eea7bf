//! The scripts of a transaction under judgement, each hashed at most once however many operations ask.
//!
//! An envelope has room for hundreds of operations, and each may ask for the digests of all the scripts that the
//! transaction spends or pays to: 10,000 bytes each, thousands of them. Whoever hashed at every question would hand a
//! block's author minutes of everybody's time.
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Transaction, TxOut};

use crate::{Coin, ScriptDigest};

/// The digests of a transaction's scripts, made when they are first asked for.
pub(crate) struct Scripts<'a> {
    spent: &'a [Coin],
    outputs: &'a [TxOut],
    of_spent: Digests,
    of_outputs: Digests,
    all_spent: OnceCell<BTreeSet<ScriptDigest>>,
}

/// Digests by the index of an input or an output.
type Digests = RefCell<BTreeMap<usize, ScriptDigest>>;

impl<'a> Scripts<'a> {
    pub(crate) fn of(tx: &'a Transaction, spent: &'a [Coin]) -> Self {
        Self {
            spent,
            outputs: &tx.output,
            of_spent: Digests::default(),
            of_outputs: Digests::default(),
            all_spent: OnceCell::new(),
        }
    }

    /// Returns the digest of the script of the coin that this input spends.
    pub(crate) fn spent_by(&self, input: usize) -> Option<ScriptDigest> {
        let output = &self.spent.get(input)?.output;
        Some(known(&self.of_spent, input, output))
    }

    /// Returns the digest of this output's script.
    pub(crate) fn paid_by(&self, vout: u32) -> Option<ScriptDigest> {
        let vout = usize::try_from(vout).ok()?;
        Some(known(&self.of_outputs, vout, self.outputs.get(vout)?))
    }

    /// Tells whether an input spends a coin of this script.
    pub(crate) fn is_spent(&self, script: &ScriptDigest) -> bool {
        let all = || (0..self.spent.len()).filter_map(|input| self.spent_by(input));
        self.all_spent
            .get_or_init(|| all().collect())
            .contains(script)
    }
}

fn known(digests: &Digests, index: usize, output: &TxOut) -> ScriptDigest {
    let digest = || ScriptDigest::of(&output.script_pubkey);
    *digests.borrow_mut().entry(index).or_insert_with(digest)
}

#[cfg(test)]
mod tests {
    use moneta_chain::Height;

    use crate::testing::*;
    use crate::{
        Change, Entry, Identity, Key, Operation, Record, Redemption, ScriptDigest, Target, Targets,
    };

    /// Coins that a stage spends.
    const COINS: u8 = 90;

    /// Spends coins of as many scripts, with nothing on them.
    fn spends_many(stage: Stage) -> Stage {
        let stage = (0..COINS).fold(stage, |stage, _| stage.spends(None));
        stage.pays(1_000)
    }

    /// Asserts that a valid transaction costs no more than a digest of each of its scripts.
    fn assert_hashed_once(stage: &Stage) {
        let before = HASHED.get();
        stage.check().expect("the transaction is valid");
        let tx = stage.tx();
        let scripts = tx.input.len() + tx.output.len();
        let hashed = HASHED.get() - before;
        assert!(hashed > 0, "nothing was asked");
        assert!(hashed <= scripts, "{hashed} digests of {scripts} scripts");
    }

    #[test]
    fn each_script_is_hashed_once_however_many_operations_name_an_identity() {
        // What recovers the identity is spent last: whoever looks input by input sees them all.
        let keeper = ScriptDigest::of(&script(100 + COINS - 1));
        let recovery = keeper.0;
        let acme = Identity { recovery, ..acme() };
        for operation in [
            Operation::RevokeIdentity { identity: ACME },
            Operation::RecoverIdentity {
                identity: ACME,
                to: keeper,
            },
        ] {
            let stage = spends_many(Stage::new().knows_identity(acme.clone()));
            let stage = (0..100).fold(stage, |stage, _| stage.does(operation.clone()));
            assert_hashed_once(&stage);
        }
    }

    #[test]
    fn each_script_is_hashed_once_however_many_targets_are_contested() {
        let scripts = (100..100 + COINS).map(|number| ScriptDigest::of(&script(number)));
        let targets = Targets::Scripts(scripts.take(64).collect()).sorted();
        let stage = spends_many(Stage::new().knows(gold()));
        let stage = (0..3).fold(stage, |stage, _| {
            stage.does(Operation::Contest {
                asset: GOLD,
                targets: targets.clone(),
                statement: [0x57; 32],
            })
        });
        assert_hashed_once(&stage);
    }

    #[test]
    fn each_script_is_hashed_once_however_many_frozen_coins_go_home() {
        let home = Change::Record(Box::new(Entry {
            key: Key::Redemption(GOLD),
            before: None,
            after: Some(Record::Redemption(Redemption {
                script: ScriptDigest::of(&script(0)),
                since: Height::new(5),
            })),
        }));
        let paused = Target::All { asset: GOLD };
        let stage = Stage::new().knows(gold()).after(home).frozen_in(paused);
        let stage = (0..COINS).fold(stage, |stage, _| stage.spends(Some(units(GOLD, 10))));
        let outputs = 0..u32::from(COINS);
        let stage = outputs.fold(stage, |stage, vout| {
            let stage = stage.pays_script(1_000, script(0));
            stage.allocates(vout, units(GOLD, 10))
        });
        assert_hashed_once(&stage);
    }
}
