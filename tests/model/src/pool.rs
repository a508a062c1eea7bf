//! A mempool as the MIPs ask for it: judged against the tip and one's own parents, freezes win at first sight.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{OutPoint, Transaction, Txid};
use moneta_mips::{
    Coin, Effects, MipError, RegistryOverlay, Scene, Target, check_transaction, freezes_of,
    spent_of,
};
use moneta_testkit::random::Random;

use crate::chain::{Chain, Done, created, shuffled};

/// Why a transaction is not let in.
pub(crate) enum Refusal {
    /// It breaks a rule.
    Rule(MipError),
    /// It spends what is not there, or what another one spends.
    CoinGone,
}

/// Transactions that wait, parents first.
#[derive(Default)]
pub(crate) struct Pool {
    waiting: Vec<Done>,
}

impl Pool {
    /// Returns the coins that the transactions here leave, spent ones taken off.
    pub(crate) fn coins(&self, chain: &Chain) -> BTreeMap<OutPoint, Coin> {
        let mut coins = chain.coins().clone();
        coins.extend(self.waiting.iter().flat_map(created));
        let inputs = self.waiting.iter().flat_map(|one| &one.tx.input);
        for input in inputs {
            coins.remove(&input.previous_output);
        }
        coins
    }

    /// Judges a transaction for the next block and lets it in.
    pub(crate) fn admit(&mut self, chain: &Chain, tx: Transaction) -> Result<(), Refusal> {
        let coins = self.coins(chain);
        let coin = |input: &bitcoin::TxIn| coins.get(&input.previous_output).cloned();
        let spent: Option<Vec<Coin>> = tx.input.iter().map(coin).collect();
        // That no coin is spent twice within a transaction is Bitcoin's rule, judged before the MIPs.
        let distinct: BTreeSet<_> = tx.input.iter().map(|input| input.previous_output).collect();
        let spent = spent.filter(|_| distinct.len() == tx.input.len());
        let spent = spent.ok_or(Refusal::CoinGone)?;
        let freezes = freezes_of(&tx);
        let effects = self
            .judge(chain, &tx, &spent, &freezes)
            .map_err(Refusal::Rule)?;
        let height = chain.next_height();
        self.waiting.push(Done {
            tx,
            spent,
            effects,
            height,
        });
        self.evict(&freezes);
        Ok(())
    }

    fn judge(
        &self,
        chain: &Chain,
        tx: &Transaction,
        spent: &[Coin],
        freezes: &[Target],
    ) -> Result<Effects, MipError> {
        let mut frozen: BTreeSet<_> = freezes.iter().copied().collect();
        frozen.extend(self.waiting.iter().flat_map(|one| freezes_of(&one.tx)));
        let mut registry = RegistryOverlay::new(chain.registry());
        let ancestors = self.ancestors(tx);
        let stood_on = self.waiting.iter();
        for one in stood_on.filter(|one| ancestors.contains(&one.tx.compute_txid())) {
            one.effects
                .changes
                .iter()
                .for_each(|change| registry.apply(change));
        }
        let scene = Scene {
            registry: &registry,
            coins: &|outpoint| chain.coins().get(outpoint).cloned(),
            frozen_in_block: &frozen,
            spent_in_block: &BTreeSet::new(),
            height: chain.next_height(),
        };
        check_transaction(tx, spent, &scene)
    }

    fn ancestors(&self, tx: &Transaction) -> BTreeSet<Txid> {
        let parents = |tx: &Transaction| -> Vec<Txid> {
            let inputs = tx.input.iter();
            inputs.map(|input| input.previous_output.txid).collect()
        };
        let mut found: BTreeSet<Txid> = parents(tx).into_iter().collect();
        for one in self.waiting.iter().rev() {
            if found.contains(&one.tx.compute_txid()) {
                found.extend(parents(&one.tx));
            }
        }
        found
    }

    /// A freeze that is let in throws out what spends its coins, with what stands on that.
    fn evict(&mut self, freezes: &[Target]) {
        let hit = |done: &Done| {
            let inputs = done.tx.input.iter().zip(&done.spent);
            let mut stopping =
                inputs.filter_map(|(input, coin)| Target::stopping(&input.previous_output, coin));
            stopping.any(|targets| targets.iter().any(|one| freezes.contains(one)))
        };
        let mut gone: BTreeSet<Txid> = BTreeSet::new();
        self.waiting.retain(|one| {
            let stands = one.tx.input.iter();
            let orphan = stands
                .map(|input| input.previous_output.txid)
                .any(|parent| gone.contains(&parent));
            let goes = orphan || hit(one);
            if goes {
                gone.insert(one.tx.compute_txid());
            }
            !goes
        });
    }

    /// Chooses transactions for the next block, in an order that keeps parents first. What another one
    /// that was chosen makes invalid (a handle that is taken) is left out, as a miner does.
    pub(crate) fn template(&self, chain: &Chain, random: &mut Random) -> Vec<Transaction> {
        let all: Vec<Transaction> = self.waiting.iter().map(|one| one.tx.clone()).collect();
        let mut chosen = shuffled(&all, random);
        if random.below(3) == 0 {
            let most = random.below(chosen.len() as u64 + 1);
            chosen.truncate(usize::try_from(most).unwrap_or_default());
        }
        let frozen: BTreeSet<_> = chosen.iter().flat_map(freezes_of).collect();
        let spent = spent_of(&chosen, &frozen);
        let mut registry = RegistryOverlay::new(chain.registry());
        let mut coins = chain.coins().clone();
        let height = chain.next_height();
        chosen
            .into_iter()
            .filter(|tx| {
                let coin = |input: &bitcoin::TxIn| coins.get(&input.previous_output).cloned();
                let Some(coins_spent) = tx.input.iter().map(coin).collect::<Option<Vec<_>>>()
                else {
                    return false;
                };
                let scene = Scene {
                    registry: &registry,
                    coins: &|outpoint| coins.get(outpoint).cloned(),
                    frozen_in_block: &frozen,
                    spent_in_block: &spent,
                    height,
                };
                let Ok(effects) = check_transaction(tx, &coins_spent, &scene) else {
                    return false;
                };
                let changes = effects.changes.iter();
                changes.for_each(|change| registry.apply(change));
                let done = Done {
                    tx: tx.clone(),
                    spent: coins_spent,
                    effects,
                    height,
                };
                coins.extend(created(&done));
                for input in &tx.input {
                    coins.remove(&input.previous_output);
                }
                true
            })
            .collect()
    }

    /// Judges everything anew against the tip; `back` are transactions of blocks that were taken back.
    pub(crate) fn follow(&mut self, chain: &Chain, back: Vec<Transaction>) {
        let waiting = std::mem::take(&mut self.waiting);
        let waiting = waiting.into_iter().map(|one| one.tx);
        for tx in back.into_iter().chain(waiting) {
            // What is mined, or no longer valid, is simply not let in again.
            let _ = self.admit(chain, tx);
        }
    }
}
