//! The world: nodes, links between them and liars, moved on by one queue of events.

mod driver;
mod hands;
mod time;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use moneta_p2p::PeerId;
use moneta_testkit::random::Random;

use crate::economy::Economy;
use crate::liar::{self, Liar};
use crate::link::{Connection, Quality, Who};
use crate::node::HonestNode;
use crate::trace::{Teller, Trace};
use crate::violation::Violation;

/// Seconds since 1970 at which every story begins.
const DAWN: u64 = 1_800_000_000;

/// What is to happen.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// A node's second goes by, in one of its lives.
    Tick { node: usize, life: u32 },
    /// A node has time for answers that cost much, in one of its lives.
    Spare { node: usize, life: u32 },
    /// A node hears that its own chain or mempool changed.
    Changed { node: usize, life: u32 },
    /// A liar's moment.
    Lie { liar: usize },
    /// A connection that was asked for stands, or does not.
    Stand { dial: u64 },
    /// Bytes arrive at an end.
    Arrive { connection: u64, side: usize },
    /// An end hears that its connection broke, in one of its lives.
    Gone { who: Who, peer: PeerId, life: u32 },
    /// An end has sent all.
    Drained { connection: u64, side: usize },
}

/// A connection that is being made.
#[derive(Debug, Clone, Copy)]
struct Dial {
    from: Who,
    life: u32,
    peer: PeerId,
    to: SocketAddr,
}

/// Everything there is.
pub(crate) struct World<'a> {
    pub(crate) random: Random,
    pub(crate) now: Duration,
    pub(crate) nodes: Vec<HonestNode>,
    pub(crate) liars: Vec<Liar>,
    pub(crate) economy: Economy,
    pub(crate) trace: Trace<'a>,
    runtime: tokio::runtime::Runtime,
    queue: BTreeMap<(Duration, u64), Happening>,
    /// Counts happenings, connections and dials.
    serial: u64,
    connections: BTreeMap<u64, Connection>,
    /// Whose name for which connection, and which end it is.
    names: BTreeMap<(Who, PeerId), (u64, usize)>,
    dials: BTreeMap<u64, Dial>,
    /// Nodes on one side of a cut; everyone else is on the other. Empty: there is no cut.
    island: BTreeSet<usize>,
    qualities: BTreeMap<(Who, Who), Quality>,
}

impl<'a> World<'a> {
    /// Makes nodes; each pair says who connects with whom. So many liars are going to wait for calls: each is called
    /// by one node, which takes it for a peer as any other.
    ///
    /// # Errors
    /// A node does not start.
    pub(crate) fn new(
        random: Random,
        count: usize,
        pairs: &[(usize, usize)],
        listening: usize,
        teller: Teller<'a>,
    ) -> Result<Self, Violation> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let mut world = Self {
            random,
            now: Duration::ZERO,
            nodes: Vec::new(),
            liars: Vec::new(),
            economy: Economy::default(),
            trace: Trace::new(teller),
            runtime: runtime.expect("a runtime without threads of its own can be had"),
            queue: BTreeMap::new(),
            serial: 0,
            connections: BTreeMap::new(),
            names: BTreeMap::new(),
            dials: BTreeMap::new(),
            island: BTreeSet::new(),
            qualities: BTreeMap::new(),
        };
        for index in 0..count {
            let to = pairs.iter().filter(|(from, _)| *from == index);
            let called = (0..listening).filter(|liar| liar % count == index);
            let dials = to
                .map(|(_, to)| address_of(*to))
                .chain(called.map(liar::address_of))
                .collect();
            // Blocks may be 120 s ahead of a clock; these are off by less, and at times not by much less.
            let skew = i64::try_from(world.random.below(81)).unwrap_or(0) - 40;
            let node = HonestNode::new(address_of(index), dials, skew);
            world.nodes.push(node);
            world.start(index)?;
        }
        Ok(world)
    }

    pub(crate) fn hash(&self) -> bitcoin::hashes::sha256::Hash {
        self.trace.hash()
    }

    /// Returns the nodes that are up.
    pub(crate) fn up(&self) -> Vec<usize> {
        let nodes = self.nodes.iter().enumerate();
        nodes
            .filter(|(_, node)| node.running.is_some())
            .map(|(index, _)| index)
            .collect()
    }

    fn unix_seconds(&self) -> u64 {
        DAWN + self.now.as_secs()
    }

    /// Plans a liar's moment.
    pub(crate) fn plan_liar(&mut self, at: Duration, liar: usize) {
        self.plan(at, Happening::Lie { liar });
    }

    fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    fn plan(&mut self, at: Duration, happening: Happening) {
        let serial = self.next_serial();
        self.queue.insert((at.max(self.now), serial), happening);
    }

    /// Returns a time of up to `most` milliseconds.
    fn moment(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.random.below(most + 1))
    }
}

/// Returns where an honest node listens.
pub(crate) fn address_of(node: usize) -> SocketAddr {
    let last = u8::try_from(node + 1).expect("a world has few nodes");
    SocketAddr::from(([10, 0, 0, last], 18_444))
}
