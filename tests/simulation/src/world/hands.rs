//! What is done to the world from outside: power, cables, miners and payers.
use std::time::Duration;

use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction};
use moneta_chain::{Height, SealedBlock};
use moneta_mips::Coin;
use moneta_node_api::NodeApi;
use moneta_p2p::HeaderPoint;

use super::{Happening, World};
use crate::link::{Quality, Who};
use crate::node::Running;
use crate::violation::Violation;

impl World<'_> {
    /// Switches a node on.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) fn start(&mut self, node: usize) -> Result<(), Violation> {
        self.nodes[node].set_clock(self.unix_seconds());
        let started = self.nodes[node].start(&mut self.random);
        started.map_err(|error| Violation::NotOpened { node, error })?;
        let life = self.nodes[node].life;
        let tip = self.tip(node).map(|tip| tip.height);
        self.trace
            .note(self.now, format_args!("node {node} starts at {tip:?}"));
        let at = self.now + self.moment(1_000);
        self.plan(at, Happening::Tick { node, life });
        Ok(())
    }

    /// Cuts a node's power.
    pub(crate) fn crash(&mut self, node: usize) {
        self.trace
            .note(self.now, format_args!("node {node} crashes"));
        let who = Who::Node(node);
        let touched: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, link)| link.ends.iter().any(|end| end.who == who))
            .map(|(serial, _)| *serial)
            .collect();
        for connection in touched {
            self.break_end(connection, who);
        }
        self.nodes[node].crash(&mut self.random);
    }

    /// Lets one end of a connection vanish.
    fn break_end(&mut self, connection: u64, who: Who) {
        let Some(link) = self.connections.get_mut(&connection) else {
            return;
        };
        let side = usize::from(link.ends[1].who == who);
        let end = &mut link.ends[side];
        end.is_closed = true;
        self.names.remove(&(end.who, end.peer));
        if link.ends[1 - side].is_closed {
            self.connections.remove(&connection);
            return;
        }
        let at = link.finish(side, self.now);
        self.plan(
            at,
            Happening::Arrive {
                connection,
                side: 1 - side,
            },
        );
    }

    /// Breaks a connection that chance picks.
    pub(crate) fn break_a_link(&mut self) {
        let all: Vec<u64> = self.connections.keys().copied().collect();
        if let Some(connection) = self.pick(&all) {
            self.break_link(connection);
        }
    }

    /// Breaks a connection; both ends hear of it, and nothing else arrives.
    fn break_link(&mut self, connection: u64) {
        self.trace
            .note(self.now, format_args!("connection {connection} breaks"));
        let Some(link) = self.connections.remove(&connection) else {
            return;
        };
        for end in link.ends.into_iter().filter(|end| !end.is_closed) {
            let at = self.now + self.moment(2_000);
            let (who, peer, life) = (end.who, end.peer, self.life_of(end.who));
            self.names.remove(&(who, peer));
            self.plan(at, Happening::Gone { who, peer, life });
        }
    }

    /// Returns one of these, if there are any.
    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let index = self.random.below(all.len().max(1) as u64);
        all.get(usize::try_from(index).ok()?).copied()
    }

    /// Cuts the network in two: some nodes on an island, everyone else off it. Links between them stall or break.
    pub(crate) fn cut(&mut self, island: &[usize], breaks: bool) {
        self.heal();
        self.trace.note(
            self.now,
            format_args!("cut around {island:?}, breaks: {breaks}"),
        );
        self.island = island.iter().copied().collect();
        let all: Vec<u64> = self.connections.keys().copied().collect();
        for connection in all {
            let [one, other] = &self.connections[&connection].ends;
            let (one, other) = (one.who, other.who);
            if !self.is_cut(one, other) {
                continue;
            }
            if breaks {
                self.break_link(connection);
            } else if let Some(link) = self.connections.get_mut(&connection) {
                link.is_stalled = true;
            }
        }
    }

    pub(super) fn is_cut(&self, one: Who, other: Who) -> bool {
        let is_on_island = |who| matches!(who, Who::Node(node) if self.island.contains(&node));
        !self.island.is_empty() && is_on_island(one) != is_on_island(other)
    }

    /// Mends the network.
    pub(crate) fn heal(&mut self) {
        if self.island.is_empty() {
            return;
        }
        self.trace.note(self.now, "the network heals");
        self.island.clear();
        let mut stalled = Vec::new();
        for (serial, link) in &mut self.connections {
            if link.is_stalled {
                link.is_stalled = false;
                stalled.push(*serial);
            }
        }
        for connection in stalled {
            for side in [0, 1] {
                let at = self.now + self.moment(1_000);
                self.plan(at, Happening::Arrive { connection, side });
                self.plan(at, Happening::Drained { connection, side });
            }
        }
    }

    /// Makes every link of a node so slow for good, as long as it stands.
    pub(crate) fn slow_down(&mut self, node: usize, bytes_per_s: u64) {
        self.trace.note(
            self.now,
            format_args!("links of node {node} carry {bytes_per_s} bytes a second"),
        );
        self.throttle(Who::Node(node), bytes_per_s);
    }

    /// Makes all links that are to come so long, and so wide that nothing waits.
    pub(crate) fn make_all_links_alike(&mut self, latency: Duration) {
        let quality = Quality {
            latency,
            bytes_per_s: 1 << 40,
        };
        for one in 0..self.nodes.len() {
            for other in one + 1..self.nodes.len() {
                let pair = (Who::Node(one), Who::Node(other));
                self.qualities.insert(pair, quality);
            }
        }
    }

    /// Lets so little pass over the links of one end.
    pub(crate) fn throttle(&mut self, who: Who, bytes_per_s: u64) {
        for link in self.connections.values_mut() {
            if link.ends.iter().any(|end| end.who == who) {
                link.quality.bytes_per_s = bytes_per_s;
            }
        }
    }

    /// Returns a node's best block.
    pub(crate) fn tip(&self, node: usize) -> Option<HeaderPoint> {
        let running = self.nodes[node].running.as_ref()?;
        Some(running.port.tip())
    }

    fn running(&self, node: usize) -> Result<&Running, Violation> {
        let running = self.nodes[node].running.as_ref();
        running.ok_or_else(|| Violation::Failed {
            node,
            error: "it is down".to_owned(),
        })
    }

    /// Lets a node mine a block.
    ///
    /// # Errors
    /// It can't.
    pub(crate) fn mine(&mut self, node: usize, payout: ScriptBuf) -> Result<(), Violation> {
        self.nodes[node].set_clock(self.unix_seconds());
        let running = self.running(node)?;
        let mined = self.runtime.block_on(running.local.mine(1, payout));
        let ids = mined.map_err(|error| Violation::Failed {
            node,
            error: error.to_string(),
        })?;
        for id in &ids {
            let Some(block) = self.block(node, *id) else {
                continue;
            };
            self.trace.note(
                self.now,
                format_args!(
                    "node {node} mines {id} with {} transactions",
                    block.block.txdata.len()
                ),
            );
            self.economy.note_block(&block);
        }
        self.nodes[node].acknowledged.extend(ids);
        self.stir(node);
        Ok(())
    }

    /// Lets a node make all it has durable.
    pub(super) fn flush(&mut self, node: usize) -> Result<(), Violation> {
        let running = self.running(node)?;
        let flushed = self.runtime.block_on(running.local.flush());
        flushed.map_err(|error| Violation::Failed {
            node,
            error: error.to_string(),
        })
    }

    /// A node will hear soon that its own chain or mempool changed.
    fn stir(&mut self, node: usize) {
        let life = self.nodes[node].life;
        let at = self.now + self.moment(20);
        self.plan(at, Happening::Changed { node, life });
    }

    /// Offers a transaction to a node; tells whether it was taken.
    pub(crate) fn submit(&mut self, node: usize, tx: &Transaction) -> bool {
        let Ok(running) = self.running(node) else {
            return false;
        };
        let submitted = running.local.submit_transaction(tx.clone());
        let outcome = self.runtime.block_on(submitted);
        let words = match &outcome {
            Ok(txid) => format!("node {node} takes {txid}"),
            Err(rejection) => format!("node {node} refuses a transaction: {}", rejection.code),
        };
        self.trace.note(self.now, words);
        if outcome.is_ok() {
            self.economy.note_transaction(tx);
            self.stir(node);
        }
        outcome.is_ok()
    }

    /// Returns a block of a node.
    pub(crate) fn block(&self, node: usize, id: BlockHash) -> Option<SealedBlock> {
        let local = &self.running(node).ok()?.local;
        let found = self.runtime.block_on(local.block(id)).ok()??;
        Some(SealedBlock::clone(&found.block))
    }

    /// Returns the id at a height of a node's best chain.
    pub(crate) fn id_at(&self, node: usize, height: Height) -> Option<BlockHash> {
        let local = &self.running(node).ok()?.local;
        self.runtime.block_on(local.block_id_at(height))
    }

    /// Returns an unspent coin of a node's chain.
    pub(crate) fn coin(&self, node: usize, outpoint: OutPoint) -> Option<Coin> {
        let local = &self.running(node).ok()?.local;
        self.runtime.block_on(local.coin(outpoint))
    }

    /// Returns what is left to ask a node.
    pub(crate) fn ask<T>(
        &self,
        node: usize,
        ask: impl AsyncFnOnce(&moneta_daemon::LocalNode) -> T,
    ) -> Option<T> {
        let local = &self.running(node).ok()?.local;
        Some(self.runtime.block_on(ask(local)))
    }

    /// Lets time pass until all that are up have the same tip.
    ///
    /// # Errors
    /// A promise was broken.
    pub(crate) fn agree_within(&mut self, seconds: u64) -> Result<bool, Violation> {
        for _ in 0..seconds {
            if self.all_agree() {
                return Ok(true);
            }
            self.pass(Duration::from_secs(1))?;
        }
        Ok(self.all_agree())
    }

    fn all_agree(&self) -> bool {
        let up = self.up();
        let mut tips = up.iter().filter_map(|node| self.tip(*node));
        let first = tips.next().map(|tip| tip.id);
        tips.all(|tip| Some(tip.id) == first)
    }
}
