//! The chain: coins, registry and blocks, forward and back.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::hashes::Hash;
use bitcoin::{Amount, OutPoint, Transaction, TxOut, Txid};
use moneta_chain::Height;
use moneta_mips::{
    AssetId, Coin, Effects, Key, Record, Registry, RegistryView, Scene, Target, check_transaction,
    freezes_of, spent_of,
};
use moneta_testkit::random::Random;

use crate::draft::{PARTIES, script};
use crate::{Violation, plain};

/// Coins of grains that each party has at the start.
const FIRST_COINS: u8 = 12;

/// A transaction in a block.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) tx: Transaction,
    pub(crate) spent: Vec<Coin>,
    pub(crate) effects: Effects,
    pub(crate) height: Height,
}

/// What there is at one height.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    coins: BTreeMap<OutPoint, Coin>,
    registry: Registry,
    height: Height,
}

/// A block, and what there was before it.
struct Block {
    done: Vec<Done>,
    before: State,
}

/// A block that was taken back, and what there was after it.
pub(crate) struct Taken {
    done: Vec<Done>,
    /// Height of the tip before it.
    below: Height,
    after: State,
}

impl Taken {
    pub(crate) fn into_transactions(self) -> impl Iterator<Item = Transaction> {
        self.done.into_iter().map(|one| one.tx)
    }
}

/// The chain of one sequence.
pub(crate) struct Chain {
    state: State,
    first: State,
    blocks: Vec<Block>,
}

impl Chain {
    /// Every party has grains and nothing else.
    pub(crate) fn new() -> Self {
        let mut coins = BTreeMap::new();
        for party in 0..PARTIES {
            for number in 0..FIRST_COINS {
                let mut txid = [party; 32];
                txid[0] = number;
                let coin = Coin {
                    output: TxOut {
                        value: Amount::from_sat(1_000_000_000),
                        script_pubkey: script(party, 0),
                    },
                    height: Height::new(1),
                    coinbase: false,
                    attachment: None,
                };
                coins.insert(OutPoint::new(Txid::from_byte_array(txid), 0), coin);
            }
        }
        let state = State {
            coins,
            registry: Registry::default(),
            height: Height::new(1_000),
        };
        Self {
            first: state.clone(),
            state,
            blocks: Vec::new(),
        }
    }

    pub(crate) fn next_height(&self) -> Height {
        self.state.height.next()
    }

    pub(crate) const fn coins(&self) -> &BTreeMap<OutPoint, Coin> {
        &self.state.coins
    }

    pub(crate) const fn registry(&self) -> &Registry {
        &self.state.registry
    }

    pub(crate) const fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Returns every transaction of the chain, oldest first.
    pub(crate) fn history(&self) -> impl Iterator<Item = &Done> {
        self.blocks.iter().flat_map(|block| &block.done)
    }

    /// Connects a block as a node does that sees it for the first time.
    pub(crate) fn connect(&mut self, txs: Vec<Transaction>) -> Result<(), Violation> {
        let before = self.state.clone();
        self.state.height = self.state.height.next();
        let frozen: BTreeSet<Target> = txs.iter().flat_map(freezes_of).collect();
        let spent = spent_of(&txs, &frozen);
        let mut done = Vec::with_capacity(txs.len());
        for tx in txs {
            match self.state.apply(tx, &frozen, &spent) {
                Ok(one) => done.push(one),
                Err(violation) => {
                    self.state = before;
                    return Err(violation);
                }
            }
        }
        self.blocks.push(Block { done, before });
        Ok(())
    }

    /// Takes the last block back by its own undo, and compares with what there was.
    pub(crate) fn disconnect(&mut self) -> Result<Taken, Violation> {
        let block = self.blocks.pop().ok_or(Violation::UndoDiffers)?;
        let after = self.state.clone();
        for one in block.done.iter().rev() {
            self.state.undo(one);
        }
        self.state.height = block.before.height;
        if self.state != block.before {
            return Err(Violation::UndoDiffers);
        }
        Ok(Taken {
            done: block.done,
            below: block.before.height,
            after,
        })
    }

    /// Connects a block that was taken back; it must lead to what there was.
    pub(crate) fn reconnect(&mut self, taken: Taken) -> Result<(), Violation> {
        let Taken { done, below, after } = taken;
        self.state.height = below;
        self.connect(done.into_iter().map(|one| one.tx).collect())?;
        // Empty blocks that had passed after it pass again.
        self.state.height = after.height;
        if self.state != after {
            return Err(Violation::UndoDiffers);
        }
        Ok(())
    }

    /// Lets blocks without transactions pass.
    pub(crate) fn wait(&mut self, blocks: u64) {
        let blocks = u32::try_from(blocks).unwrap_or(u32::MAX);
        self.state.height = self.state.height.saturating_add(blocks);
    }

    /// Takes everything back to the start.
    pub(crate) fn unwind(&mut self) -> Result<(), Violation> {
        while !self.blocks.is_empty() {
            self.disconnect()?;
        }
        if self.state != self.first {
            return Err(Violation::UndoDiffers);
        }
        Ok(())
    }

    /// Connects the same transactions in another order that keeps parents first: nothing may differ.
    pub(crate) fn same_in_any_order(
        &self,
        txs: &[Transaction],
        random: &mut Random,
    ) -> Result<(), Violation> {
        let mut other = Self {
            state: self.state.clone(),
            first: self.first.clone(),
            blocks: Vec::new(),
        };
        let mut this = Self {
            state: self.state.clone(),
            first: self.first.clone(),
            blocks: Vec::new(),
        };
        this.connect(txs.to_vec())?;
        other
            .connect(shuffled(txs, random))
            .map_err(|_| Violation::OrderMatters)?;
        let same =
            this.state.coins == other.state.coins && this.state.settled().eq(other.state.settled());
        if !same {
            return Err(Violation::OrderMatters);
        }
        Ok(())
    }
}

impl State {
    /// Records that the order within a block must not touch. Which came last of a recovery and of the sign of
    /// life that ends it is what an order is for: both are valid either way, and the owner has a week again.
    fn settled(&self) -> impl Iterator<Item = (&Key, &Record)> {
        let records = self.registry.records();
        records.filter(|(key, _)| !matches!(key, Key::Standing(_)))
    }

    fn apply(
        &mut self,
        tx: Transaction,
        frozen: &BTreeSet<Target>,
        spent_in_block: &BTreeSet<OutPoint>,
    ) -> Result<Done, Violation> {
        let txid = tx.compute_txid();
        let coin = |input: &bitcoin::TxIn| {
            let coin = self.coins.get(&input.previous_output).cloned();
            coin.ok_or(Violation::CoinMissing(input.previous_output))
        };
        let spent = tx.input.iter().map(coin).collect::<Result<Vec<_>, _>>()?;
        let scene = Scene {
            registry: &self.registry,
            coins: &|outpoint| self.coins.get(outpoint).cloned(),
            frozen_in_block: frozen,
            spent_in_block,
            height: self.height,
        };
        let effects = check_transaction(&tx, &spent, &scene).map_err(|error| {
            let error = Box::new(error);
            Violation::TemplateHalts { txid, error }
        })?;
        let done = Done {
            tx,
            spent,
            effects,
            height: self.height,
        };
        plain::judge(&done, (&self.registry, &self.coins), frozen)?;
        for input in &done.tx.input {
            self.coins.remove(&input.previous_output);
        }
        self.coins.extend(created(&done));
        done.effects
            .changes
            .iter()
            .for_each(|change| self.registry.apply(change));
        Ok(done)
    }

    fn undo(&mut self, done: &Done) {
        let changes = done.effects.changes.iter().rev();
        changes.for_each(|change| self.registry.undo(change));
        for (outpoint, _) in created(done) {
            self.coins.remove(&outpoint);
        }
        let spent = done.tx.input.iter().zip(&done.spent);
        self.coins
            .extend(spent.map(|(input, coin)| (input.previous_output, coin.clone())));
    }
}

/// Returns the coins that a transaction makes; outputs that nobody can spend are none.
pub(crate) fn created(done: &Done) -> Vec<(OutPoint, Coin)> {
    let txid = done.tx.compute_txid();
    let outputs = (0..).zip(&done.tx.output);
    outputs
        .filter(|(_, output)| !output.script_pubkey.is_op_return())
        .map(|(vout, output)| {
            let coin = Coin {
                output: output.clone(),
                height: done.height,
                coinbase: false,
                attachment: done.effects.attachments.get(&vout).cloned(),
            };
            (OutPoint::new(txid, vout), coin)
        })
        .collect()
}

/// Puts transactions into a random order that keeps parents before children.
pub(crate) fn shuffled(txs: &[Transaction], random: &mut Random) -> Vec<Transaction> {
    let mut left: Vec<(Txid, &Transaction)> =
        txs.iter().map(|tx| (tx.compute_txid(), tx)).collect();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |tx: &Transaction| {
            let parents = tx.input.iter().map(|input| input.previous_output.txid);
            parents
                .into_iter()
                .any(|parent| left.iter().any(|(txid, _)| *txid == parent))
        };
        let ready: Vec<usize> = (0..left.len()).filter(|at| !waits(left[*at].1)).collect();
        let at = ready[pick(random, ready.len())];
        order.push(left.remove(at).1.clone());
    }
    order
}

/// Picks an index below `length`, which is not zero.
pub(crate) fn pick(random: &mut Random, length: usize) -> usize {
    usize::try_from(random.below(length as u64)).unwrap_or_default()
}

/// Returns what the registry says of an asset that is known to be there.
pub(crate) fn asset(registry: &Registry, id: &AssetId) -> Option<moneta_mips::Asset> {
    registry.asset(id)
}
