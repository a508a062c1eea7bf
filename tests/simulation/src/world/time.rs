//! Time goes by: what happens next.
use std::time::Duration;

use moneta_p2p::{Input, Now};

use super::{Happening, World};
use crate::link::Who;
use crate::violation::Violation;

/// Blocks on their way to one node.
const MAX_IN_FLIGHT: usize = 1_024;
/// Bytes of blocks that wait for their parents: the network asks for no more from 32 MiB on.
const MAX_WAITING: usize = 48 << 20;
/// How often a node makes all it has durable, in its ticks.
const FLUSH_EVERY: u64 = 10;

impl World<'_> {
    /// Lets so much time go by.
    ///
    /// # Errors
    /// A promise was broken.
    pub(crate) fn pass(&mut self, time: Duration) -> Result<(), Violation> {
        let until = self.now + time;
        while let Some(((at, _), happening)) = self.next_before(until) {
            self.now = at;
            self.happen(happening)?;
        }
        self.now = until;
        Ok(())
    }

    fn next_before(&mut self, until: Duration) -> Option<((Duration, u64), Happening)> {
        let first = self.queue.first_entry()?;
        (first.key().0 <= until).then(|| first.remove_entry())
    }

    fn happen(&mut self, happening: Happening) -> Result<(), Violation> {
        match happening {
            Happening::Tick { node, life } => self.tick(node, life),
            Happening::Changed { node, life } if self.is_alive(node, life) => {
                self.tell(node, Input::Changed)
            }
            Happening::Spare { node, life } if self.is_alive(node, life) => {
                self.tell(node, Input::Spare)
            }
            Happening::Changed { .. } | Happening::Spare { .. } => Ok(()),
            Happening::Lie { liar } => self.lie(liar),
            Happening::Stand { dial } => self.stand(dial),
            Happening::Arrive { connection, side } => self.arrive(connection, side),
            Happening::Gone { who, peer, life } if life == self.life_of(who) => {
                self.hear(who, Input::Closed(peer))
            }
            Happening::Gone { .. } => Ok(()),
            Happening::Drained { connection, side } => self.drained(connection, side),
        }
    }

    fn is_alive(&self, node: usize, life: u32) -> bool {
        let node = &self.nodes[node];
        node.life == life && node.running.is_some()
    }

    fn tick(&mut self, node: usize, life: u32) -> Result<(), Violation> {
        if !self.is_alive(node, life) {
            return Ok(());
        }
        self.nodes[node].set_clock(self.unix_seconds());
        self.tell(node, Input::Tick)?;
        self.check_bounds(node)?;
        let ticks = self.now.as_secs();
        if ticks.is_multiple_of(FLUSH_EVERY) {
            self.flush(node)?;
        }
        self.plan(
            self.now + Duration::from_secs(1),
            Happening::Tick { node, life },
        );
        Ok(())
    }

    fn check_bounds(&self, node: usize) -> Result<(), Violation> {
        let Some(running) = &self.nodes[node].running else {
            return Ok(());
        };
        let now = self.time_at(node);
        let in_flight = running.network.status(now, &*running.port).in_flight;
        let waiting = running.port.waiting_bytes();
        for (what, size, bound) in [
            ("blocks on their way", in_flight, MAX_IN_FLIGHT),
            ("bytes of waiting blocks", waiting, MAX_WAITING),
        ] {
            if size > bound {
                return Err(Violation::Unbounded {
                    node,
                    what,
                    size: size as u64,
                    bound: bound as u64,
                });
            }
        }
        Ok(())
    }

    /// Returns what a node's clocks show.
    pub(crate) fn time_at(&self, node: usize) -> Now {
        Now {
            since_start: self.now,
            unix_seconds: self.nodes[node].set_clock(self.unix_seconds()),
        }
    }

    /// Tells a node what happened, and does what it says.
    pub(super) fn tell(&mut self, node: usize, input: Input) -> Result<(), Violation> {
        let now = self.time_at(node);
        let Some(running) = &mut self.nodes[node].running else {
            return Ok(());
        };
        let before = running.port.tip();
        let outputs = running.network.handle(now, input, &*running.port);
        let tip = running.port.tip();
        if tip.id != before.id {
            let what = format!("node {node} stands at {} {}", tip.height, tip.id);
            self.trace.note(self.now, what);
        }
        for output in outputs {
            self.act(Who::Node(node), output)?;
        }
        Ok(())
    }
}
