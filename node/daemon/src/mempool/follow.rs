//! Keeping the pool true to the chain: after every move of the tip, what the move may have touched is judged again.
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction, Txid};
use moneta_consensus::{CoinView, ScriptTrust, TransactionError, ValidBlock};
use moneta_node_api::RemovalReason;

use super::admit::{Fees, Terms};
use super::lapse::is_stopped_by_waiting;
use super::later::may_pass;
use super::pool::{Order, Pooled};
use super::{Mempool, PoolError};
use crate::chain::Chain;

/// Most transactions that rest at a time.
const MAX_RESTING: usize = 1_000;
/// Most weight of these together, in weight units.
const MAX_RESTING_WEIGHT: u64 = 20_000_000;
/// Most moves of the tip that a transaction rests through: more than any lock that a reorganisation
/// could have put between it and the next block.
const MAX_RESTS: u32 = 144;

/// A transaction that was good, can't stand in the next block at present, and may in a later one: a
/// reorganisation took back the block of the role coin that it uses, or a waiting freeze stops it, for example.
#[derive(Debug, Clone)]
pub(super) struct Resting {
    pub(super) tx: Arc<Transaction>,
    /// Seconds since 1970 when it came.
    pub(super) arrived: u64,
    /// Moves of the tip through which it waited in the pool, and through which it rests.
    waited: u32,
    rests: u32,
    /// Whether its scripts are known to hold.
    scripts: ScriptTrust,
}

/// Tells whether one may rest any longer. What a waiting freeze stops rests until that leaves, for it will.
fn may_rest(candidate: &Resting, error: &PoolError) -> bool {
    let behind = matches!(
        error,
        PoolError::Rule(TransactionError::MissingInput { .. })
    );
    candidate.rests < MAX_RESTS || behind || is_stopped_by_waiting(error)
}

/// What a block that was connected has to say to the pool.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals {
    txids: Vec<Txid>,
    spent: Vec<OutPoint>,
}

impl Arrivals {
    /// Reads it from the block.
    pub(crate) fn of(block: &ValidBlock) -> Self {
        let transactions = block.block().block.txdata.iter().skip(1);
        let inputs = transactions.flat_map(|tx| &tx.input);
        Self {
            txids: block
                .transactions()
                .iter()
                .skip(1)
                .map(|tx| tx.txid)
                .collect(),
            spent: inputs.map(|input| input.previous_output).collect(),
        }
    }
}

impl Mempool {
    /// Follows the chain to a block on the tip: what is in it leaves, and what it rules out. Where no MIP has a say,
    /// all that was good stays good; the rest is judged again.
    ///
    /// (A script rule that a MIP activates at a height would have to be judged again here, too.)
    pub(crate) fn follow_block(&mut self, chain: &Chain, block: &Arrivals, now: u64) {
        self.floor.count_to(now, self.memory, self.max_memory);
        self.floor.release(now);
        for txid in &block.txids {
            if let Some(order) = self.by_txid.get(txid).copied() {
                let left = self.remove(order);
                left.inspect(|pooled| self.confirmed.note(pooled.wtxid));
            }
        }
        let conflict = RemovalReason::Conflict {
            block: chain.tip().id,
        };
        for outpoint in &block.spent {
            let rival = self.spenders.get(outpoint);
            if let Some(order) = rival.and_then(|txid| self.by_txid.get(txid)).copied() {
                self.remove_with_descendants([order], &conflict);
            }
        }
        self.orphans.settle(&block.spent);
        for txid in &block.txids {
            self.orphans.adopt(txid);
        }
        let depends =
            |(order, place): (&Order, &super::pool::Place)| (!place.pooled.plain).then_some(*order);
        let roots: Vec<Order> = self.entries.iter().filter_map(depends).collect();
        let mut again = Vec::new();
        for order in self.descendants(roots).into_iter().rev() {
            again.extend(self.remove(order));
        }
        for pooled in again.into_iter().rev() {
            self.judge_again(&pooled, chain, now);
        }
        self.lapse();
        self.thawed = false;
        self.stir(chain, now, 1);
        self.expire(now);
        self.tidy(chain, now);
    }

    /// Judges everything again at a tip on another branch. `returned` are transactions of blocks that were taken
    /// back, in chain order: they come first, as waiting ones may stand on them. What rests comes last, as it
    /// may stand on either, and neither on it: nothing gets in over a transaction that is not there.
    ///
    /// Scripts are not run again: a script sees nothing but its transaction and the coins it spends,
    /// and a coin of the same name is the same coin.
    pub(crate) fn follow(&mut self, chain: &Chain, returned: Vec<Arc<Transaction>>, now: u64) {
        self.floor.count_to(now, self.memory, self.max_memory);
        self.floor.release(now);
        self.confirmed.clear();
        let waiting = self.drain();
        for tx in returned {
            let resting = Resting {
                tx,
                arrived: now,
                waited: 0,
                rests: 0,
                scripts: ScriptTrust::AssumeChecked,
            };
            let _ = self.take_back(resting, chain, now);
        }
        for pooled in waiting {
            self.judge_again(&pooled, chain, now);
        }
        let by_txid = &self.by_txid;
        self.orphans.adopt_where(|coin| {
            by_txid.contains_key(&coin.txid) || chain.state().coin(coin).is_some()
        });
        self.lapse();
        self.thawed = false;
        self.stir(chain, now, 1);
        self.expire(now);
        self.tidy(chain, now);
    }

    /// Lets a transaction rest that was good and had to leave.
    pub(super) fn rest(&mut self, pooled: &Pooled) {
        let resting = Resting {
            tx: Arc::clone(&pooled.entry.transaction),
            arrived: pooled.entry.arrived,
            waited: pooled.waited,
            rests: 0,
            scripts: ScriptTrust::AssumeChecked,
        };
        self.lay_down(resting);
    }

    /// Judges what rests again, as a freeze has gone.
    pub(super) fn wake(&mut self, chain: &Chain, now: u64) {
        self.stir(chain, now, 0);
    }

    /// Judges one again that was saved earlier.
    pub(super) fn restore(&mut self, tx: Arc<Transaction>, arrived: u64, chain: &Chain, now: u64) {
        let saved = Resting {
            tx,
            arrived,
            waited: 0,
            rests: 0,
            scripts: ScriptTrust::Verify,
        };
        if let Err(error) = self.take_back(saved, chain, now) {
            tracing::debug!(%error, "a saved transaction is not good any more");
        }
    }

    /// Judges what rests again; who stays resting has done so for `rests` more moves of the tip.
    fn stir(&mut self, chain: &Chain, now: u64, rests: u32) {
        for mut resting in std::mem::take(&mut self.resting) {
            resting.rests = resting.rests.saturating_add(rests);
            if let Err(error) = self.take_back(resting, chain, now) {
                tracing::debug!(%error, "a resting transaction does not come back");
            }
        }
    }

    /// Judges one again that has just been taken out, and says why if it does not come back.
    fn judge_again(&mut self, pooled: &Pooled, chain: &Chain, now: u64) {
        let entry = &pooled.entry;
        let waiting = Resting {
            tx: Arc::clone(&entry.transaction),
            arrived: entry.arrived,
            waited: pooled.waited.saturating_add(1),
            rests: 0,
            scripts: ScriptTrust::AssumeChecked,
        };
        let reason = match self.take_back(waiting, chain, now) {
            Ok(None) => return,
            Ok(Some(error)) => RemovalReason::Resting { code: error.code() },
            Err(PoolError::AlreadyConfirmed) => return,
            Err(
                PoolError::Conflict { .. } | PoolError::Rule(TransactionError::MissingInput { .. }),
            ) => RemovalReason::Conflict {
                block: chain.tip().id,
            },
            Err(error) => RemovalReason::Invalid { code: error.code() },
        };
        tracing::debug!(txid = %entry.txid, reason = reason.code(), "left the mempool");
        self.removals.note(entry.txid, reason);
    }

    /// Puts one back, or lets it rest: returns why then.
    ///
    /// # Errors
    /// It is not good, and won't be.
    fn take_back(
        &mut self,
        candidate: Resting,
        chain: &Chain,
        now: u64,
    ) -> Result<Option<PoolError>, PoolError> {
        if self.by_txid.contains_key(&candidate.tx.compute_txid()) {
            return Ok(None);
        }
        let terms = Terms {
            fees: Fees::PaidBefore,
            scripts: candidate.scripts,
            arrived: candidate.arrived,
            waited: candidate.waited,
            now,
        };
        match self.consider(&candidate.tx, chain, &terms) {
            Ok(good) => {
                self.put(good, now);
                Ok(None)
            }
            Err(error) if self.may_come_later(&error) && may_rest(&candidate, &error) => {
                if self.lay_down(candidate) {
                    Ok(Some(error))
                } else {
                    Err(error)
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Lets one rest if there is room; says whether there was.
    fn lay_down(&mut self, resting: Resting) -> bool {
        let weights = self.resting.iter().chain([&resting]);
        let weight: u64 = weights.map(|resting| resting.tx.weight().to_wu()).sum();
        let room = self.resting.len() < MAX_RESTING && weight <= MAX_RESTING_WEIGHT;
        if room {
            self.resting.push(resting);
        }
        room
    }

    /// Tells whether a transaction that is refused for this reason may be good in a later block.
    fn may_come_later(&self, error: &PoolError) -> bool {
        match error {
            PoolError::Rule(TransactionError::MissingInput { outpoint }) => {
                let parent = |resting: &Resting| resting.tx.compute_txid() == outpoint.txid;
                self.resting.iter().any(parent)
            }
            PoolError::Rule(rule) => may_pass(rule),
            // What it stands on may be mined before it.
            PoolError::ChainTooLong { .. } | PoolError::FreezesOwnAncestor(_) => true,
            _ => false,
        }
    }
}
