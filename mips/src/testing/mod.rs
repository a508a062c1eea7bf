//! Stages for tests: a registry, coins, a transaction, and the verdict on it.
#![allow(clippy::disallowed_methods)]

mod json;
mod model;
mod replay;
mod things;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid, WPubkeyHash, Witness,
    absolute,
};
use moneta_chain::Height;

pub(crate) use things::*;

use crate::{
    Allocation, Asset, AssetId, Attachment, Change, Coin, Effects, Entry, Envelope, FreezeRecord,
    Identity, MipError, Operation, Record, Registry, Scene, Target, check_coinbase,
    check_transaction,
};

std::thread_local! {
    /// How many scripts this thread has hashed: work that a rule must not do for each operation.
    pub(crate) static HASHED: Cell<usize> = const { Cell::new(0) };
}

/// Height at which stages are judged unless they say otherwise.
pub(crate) const HERE: u32 = 600_000;

/// A transaction in the making, and the chain it meets.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) height: Height,
    pub(crate) registry: Registry,
    pub(crate) frozen_in_block: BTreeSet<Target>,
    /// Those of its coins that other transactions of the block spend.
    pub(crate) spent_in_block: BTreeSet<OutPoint>,
    /// Coins beside those it spends.
    pub(crate) unspent: BTreeMap<OutPoint, Coin>,
    pub(crate) spent: Vec<Coin>,
    pub(crate) inputs: Vec<OutPoint>,
    outputs: Vec<TxOut>,
    pub(crate) envelope: Envelope,
    /// Value of the output that carries the envelope.
    paid: Amount,
    /// Written in place of the envelope, if any.
    carriers: Option<Vec<ScriptBuf>>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self {
            height: Height::new(HERE),
            registry: Registry::default(),
            frozen_in_block: BTreeSet::new(),
            spent_in_block: BTreeSet::new(),
            unspent: BTreeMap::new(),
            spent: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            envelope: Envelope::default(),
            paid: Amount::ZERO,
            carriers: None,
        }
    }

    pub(crate) fn at(mut self, height: u32) -> Self {
        self.height = Height::new(height);
        self
    }

    pub(crate) fn knows(mut self, asset: Asset) -> Self {
        self.registry.apply(&Change::Asset {
            before: None,
            after: Box::new(asset),
        });
        self
    }

    pub(crate) fn knows_identity(mut self, identity: Identity) -> Self {
        self.registry.apply(&Change::Identity {
            after: Box::new(identity),
        });
        self
    }

    pub(crate) fn knows_freeze(
        mut self,
        asset: AssetId,
        coin: OutPoint,
        record: FreezeRecord,
    ) -> Self {
        self.registry.apply(&Change::Freeze {
            asset,
            coin,
            before: None,
            after: Some(record),
        });
        self
    }

    /// Lets a change have happened before.
    pub(crate) fn after(mut self, change: Change) -> Self {
        self.registry.apply(&change);
        self
    }

    /// Lets a coin of the n-th script be there, unspent.
    pub(crate) fn sees(mut self, at: OutPoint, number: u8, attachment: Option<Attachment>) -> Self {
        let coin = Coin {
            output: TxOut {
                value: Amount::from_sat(1_000),
                script_pubkey: script(number),
            },
            height: Height::new(10),
            coinbase: false,
            attachment,
        };
        self.unspent.insert(at, coin);
        self
    }

    /// Lets a freeze of something else than a coin have happened before.
    pub(crate) fn knows_freeze_on(self, target: Target, record: FreezeRecord) -> Self {
        let record = match target {
            Target::Coin { .. } => unreachable!("see `knows_freeze`"),
            Target::Script { .. } => Record::ScriptFreeze(record),
            Target::All { .. } => Record::Pause(record),
        };
        self.after(Change::Record(Box::new(Entry {
            key: target.key(),
            before: None,
            after: Some(record),
        })))
    }

    /// Lets a coin that is there, unspent, be of the block at a height.
    pub(crate) fn seen_since(mut self, at: OutPoint, height: u32) -> Self {
        self.unspent.get_mut(&at).unwrap().height = Height::new(height);
        self
    }

    /// Sets the script of the coin spent last.
    pub(crate) fn spends_from(mut self, script: ScriptBuf) -> Self {
        self.spent.last_mut().unwrap().output.script_pubkey = script;
        self
    }

    pub(crate) fn frozen_here(mut self, asset: AssetId, coin: OutPoint) -> Self {
        self.frozen_in_block.insert(Target::Coin { asset, coin });
        self
    }

    pub(crate) fn frozen_in(mut self, target: Target) -> Self {
        self.frozen_in_block.insert(target);
        self
    }

    /// Lets another transaction of the block spend a coin.
    pub(crate) fn gone_in_block(mut self, coin: OutPoint) -> Self {
        self.spent_in_block.insert(coin);
        self
    }

    /// Spends a coin made at height 10; the n-th spends `outpoint(n)`, from 1 on.
    pub(crate) fn spends(mut self, attachment: Option<Attachment>) -> Self {
        let number = u8::try_from(self.inputs.len()).unwrap();
        let value = match attachment {
            Some(_) => Amount::from_sat(1_000),
            None => Amount::from_sat(200_000_000),
        };
        let script_pubkey = script(100 + number);
        self.inputs.push(outpoint(number + 1));
        self.spent.push(Coin {
            output: TxOut {
                value,
                script_pubkey,
            },
            height: Height::new(10),
            coinbase: false,
            attachment,
        });
        self
    }

    /// Sets the height of the coin spent last.
    pub(crate) fn made_at(mut self, height: u32) -> Self {
        self.spent.last_mut().unwrap().height = Height::new(height);
        self
    }

    pub(crate) fn pays(self, grains: u64) -> Self {
        let number = u8::try_from(self.outputs.len()).unwrap();
        self.pays_script(grains, script(number))
    }

    pub(crate) fn pays_script(mut self, grains: u64, script_pubkey: ScriptBuf) -> Self {
        self.outputs.push(TxOut {
            value: Amount::from_sat(grains),
            script_pubkey,
        });
        self
    }

    /// Pays an output of 1,000 grains and attaches something to it.
    pub(crate) fn gives(self, attachment: Attachment) -> Self {
        let vout = u32::try_from(self.outputs.len()).unwrap();
        self.pays(1_000).allocates(vout, attachment)
    }

    pub(crate) fn allocates(mut self, vout: u32, attachment: Attachment) -> Self {
        self.envelope
            .allocations
            .push(Allocation { vout, attachment });
        self
    }

    /// Takes an operation over, and lets the envelope output pay its price.
    pub(crate) fn does(mut self, operation: Operation) -> Self {
        self.paid += crate::registry_price(&operation, self.height);
        self.envelope.operations.push(operation);
        self
    }

    pub(crate) fn burning(mut self, grains: u64) -> Self {
        self.paid = Amount::from_sat(grains);
        self
    }

    /// Writes these scripts in place of the envelope.
    pub(crate) fn carrying(mut self, carriers: Vec<ScriptBuf>) -> Self {
        self.carriers = Some(carriers);
        self
    }

    /// Makes the transaction a coinbase.
    pub(crate) fn into_coinbase(mut self) -> Self {
        self.inputs = vec![OutPoint::null()];
        self.spent.clear();
        self
    }

    /// Returns the transaction: outputs as they were added, the envelope last.
    pub(crate) fn tx(&self) -> Transaction {
        let mut output = self.outputs.clone();
        let empty = self.envelope == Envelope::default();
        let carriers = match &self.carriers {
            Some(carriers) => carriers.clone(),
            None if empty => vec![],
            None => vec![self.envelope.to_script()],
        };
        output.extend(carriers.into_iter().map(|script_pubkey| TxOut {
            value: self.paid,
            script_pubkey,
        }));
        let input = |previous_output: &OutPoint| TxIn {
            previous_output: *previous_output,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::new(),
        };
        Transaction {
            version: Version::TWO,
            lock_time: absolute::LockTime::ZERO,
            input: self.inputs.iter().map(input).collect(),
            output,
        }
    }

    pub(crate) fn check(&self) -> Result<Effects, MipError> {
        judge(
            &self.tx(),
            &self.spent,
            &self.registry,
            (&self.frozen_in_block, &self.spent_in_block),
            &self.unspent,
            self.height,
        )
    }
}

/// Judges a transaction as a block's rules do: a coinbase by its own rule.
fn judge(
    tx: &Transaction,
    spent: &[Coin],
    registry: &Registry,
    (frozen_in_block, spent_in_block): (&BTreeSet<Target>, &BTreeSet<OutPoint>),
    unspent: &BTreeMap<OutPoint, Coin>,
    height: Height,
) -> Result<Effects, MipError> {
    if tx.is_coinbase() {
        return check_coinbase(tx).map(|()| Effects::default());
    }
    let scene = Scene {
        registry,
        coins: &|outpoint| unspent.get(outpoint).cloned(),
        frozen_in_block,
        spent_in_block,
        height,
    };
    check_transaction(tx, spent, &scene)
}

/// A scenario and the verdict on it; it is kept as a file that any language can replay.
pub(crate) struct Vector {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) stage: Stage,
    /// Code of the rule it breaks, if it breaks one.
    pub(crate) code: Option<&'static str>,
}

pub(crate) fn accept(name: &'static str, about: &'static str, stage: Stage) -> Vector {
    Vector {
        name,
        about,
        stage,
        code: None,
    }
}

pub(crate) fn reject(
    name: &'static str,
    code: &'static str,
    about: &'static str,
    stage: Stage,
) -> Vector {
    Vector {
        name,
        about,
        stage,
        code: Some(code),
    }
}

/// Every scenario of every MIP.
pub(crate) fn everything() -> Vec<Vector> {
    replay::scenarios().into_values().flatten().collect()
}

/// Asserts the verdict on every scenario, for tests beside the rules.
pub(crate) fn assert_verdicts(vectors: &[Vector]) {
    for vector in vectors {
        let code = vector.stage.check().err().map(|error| error.code());
        assert_eq!(code, vector.code, "{}", vector.name);
    }
}

/// Asserts that each rule quoted in `code` stands word for word in the specification.
pub(crate) fn assert_quoted(specification: &str, code: &str) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let specification = words(specification);
    let quoted: String = code
        .lines()
        .map(|line| match line.trim_start().strip_prefix("/// >") {
            Some("") | None => "\n".to_owned(),
            Some(rest) => format!("{rest} "),
        })
        .collect();
    let rules: Vec<_> = quoted
        .lines()
        .map(words)
        .filter(|rule| !rule.is_empty())
        .collect();
    assert!(!rules.is_empty(), "no rule is quoted");
    for rule in rules {
        assert!(specification.contains(&rule), "not in the README: {rule}");
    }
}

pub(crate) fn outpoint(number: u8) -> OutPoint {
    OutPoint::new(Txid::from_byte_array([number; 32]), u32::from(number))
}

pub(crate) fn script(number: u8) -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&WPubkeyHash::from_byte_array([number; 20]))
}
