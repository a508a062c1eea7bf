//! Nodes that speak with each other, message by message, over links that tests can cut, and read along with.
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use moneta_chain::Network as ChainName;

use super::toy::Toy;
use crate::{
    Goodbye, Input, Message, NetConfig, NetStatus, Network, NodePort, Now, Output, PeerId,
};

/// Messages that are too many: somebody goes in circles.
const TOO_MANY: usize = 200_000;

pub(super) struct Villager {
    pub(super) network: Network,
    pub(super) chain: Toy,
}

/// What one node did to another, in order.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) message: Message,
}

pub(super) struct Village {
    pairs: Vec<(usize, usize)>,
    pub(super) nodes: Vec<Villager>,
    pub(super) now: Duration,
    /// (node, its name for a connection) to the other end.
    links: BTreeMap<(usize, PeerId), (usize, PeerId)>,
    waiting: VecDeque<(usize, Input)>,
    /// Nodes that read and say nothing more.
    pub(super) silent: BTreeSet<usize>,
    pub(super) heard: Vec<Heard>,
    pub(super) goodbyes: Vec<(usize, Goodbye)>,
}

pub(super) fn address(node: usize) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, u8::try_from(node).unwrap()], 18_444))
}

fn config(node: usize, pairs: &[(usize, usize)]) -> NetConfig {
    let to = pairs.iter().filter(|(from, _)| *from == node);
    NetConfig {
        manual: to.map(|(_, to)| address(*to)).collect(),
        manual_only: true,
        ..NetConfig::of(ChainName::Dev)
    }
}

impl Village {
    /// Returns what a node was told to do.
    pub(super) fn config(&self, node: usize) -> NetConfig {
        config(node, &self.pairs)
    }

    /// Makes nodes; each pair says who connects with whom.
    pub(super) fn new(count: usize, pairs: &[(usize, usize)]) -> Self {
        Self::with(count, pairs, |_, _| {})
    }

    /// Makes nodes whose operators choose something else.
    pub(super) fn with(
        count: usize,
        pairs: &[(usize, usize)],
        choose: impl Fn(usize, &mut NetConfig),
    ) -> Self {
        let node = |index: usize| {
            let mut config = config(index, pairs);
            choose(index, &mut config);
            Villager {
                network: Network::new(config, [u8::try_from(index).unwrap(); 32]),
                chain: Toy::new(u32::try_from(index).unwrap() + 1),
            }
        };
        Self {
            nodes: (0..count).map(node).collect(),
            pairs: pairs.to_vec(),
            now: Duration::ZERO,
            links: BTreeMap::new(),
            waiting: VecDeque::new(),
            silent: BTreeSet::new(),
            heard: Vec::new(),
            goodbyes: Vec::new(),
        }
    }

    pub(super) fn chain(&self, node: usize) -> &Toy {
        &self.nodes[node].chain
    }

    /// Lets seconds pass, and everything be said that is to be said.
    pub(super) fn pass(&mut self, seconds: u64) {
        self.pass_by(1, seconds);
    }

    /// The same in longer steps.
    pub(super) fn pass_by(&mut self, step: u64, seconds: u64) {
        for _ in 0..seconds / step {
            self.now += Duration::from_secs(step);
            for node in 0..self.nodes.len() {
                self.waiting.push_back((node, Input::Tick));
            }
            self.settle();
        }
    }

    /// Tells a node that its own chain or mempool changed.
    pub(super) fn stir(&mut self, node: usize) {
        self.waiting.push_back((node, Input::Changed));
        self.settle();
    }

    /// A node breaks off, and begins anew with an empty chain.
    pub(super) fn restart(&mut self, node: usize) {
        let ends: Vec<_> = self
            .links
            .iter()
            .filter(|((at, _), _)| *at == node)
            .collect();
        let ends: Vec<_> = ends
            .into_iter()
            .map(|(here, there)| (*here, *there))
            .collect();
        for (here, (other, there)) in ends {
            self.links.remove(&here);
            self.waiting.push_back((other, Input::Closed(there)));
        }
        let serial = u32::try_from(node).unwrap() + 100;
        self.nodes[node] = Villager {
            network: Network::new(self.config(node), [u8::try_from(serial).unwrap(); 32]),
            chain: Toy::new(serial),
        };
        self.settle();
    }

    /// Tells a node where another one is.
    pub(super) fn hear_of(&mut self, node: usize, other: SocketAddr) {
        self.waiting.push_back((node, Input::Heard(vec![other])));
        self.settle();
    }

    /// Says something as a node would not.
    pub(super) fn say(&mut self, from: usize, to: usize, message: impl Into<Message>) {
        let (_, peer) = self.link(from, to);
        let input = Input::Received(peer, message.into());
        self.waiting.push_back((to, input));
        self.settle();
    }

    /// Says something, and returns what the other would do; nothing of that is done.
    pub(super) fn try_saying(
        &mut self,
        from: usize,
        to: usize,
        message: impl Into<Message>,
    ) -> Vec<Output> {
        let (_, peer) = self.link(from, to);
        let (now, input) = (self.time(), Input::Received(peer, message.into()));
        let villager = &mut self.nodes[to];
        let mut outputs = villager.network.handle(now, input, &villager.chain);
        while let Some(at) = outputs.iter().position(|output| *output == Output::Owing) {
            outputs.remove(at);
            let spare = villager.network.handle(now, Input::Spare, &villager.chain);
            outputs.extend(spare);
        }
        outputs
    }

    /// Says something that is heard once everything settles.
    pub(super) fn say_later(&mut self, from: usize, to: usize, message: impl Into<Message>) {
        let (_, peer) = self.link(from, to);
        let input = Input::Received(peer, message.into());
        self.waiting.push_back((to, input));
    }

    /// Says something that the other hears and has no time to do anything about; returns why it hung up, if it did.
    pub(super) fn hear_only(
        &mut self,
        from: usize,
        to: usize,
        message: impl Into<Message>,
    ) -> Vec<Goodbye> {
        let (_, peer) = self.link(from, to);
        let (now, input) = (self.time(), Input::Received(peer, message.into()));
        let villager = &mut self.nodes[to];
        let outputs = villager.network.handle(now, input, &villager.chain);
        let reason = |output| match output {
            Output::Close(_, reason) => Some(reason),
            _ => None,
        };
        outputs.into_iter().filter_map(reason).collect()
    }

    fn link(&self, from: usize, to: usize) -> (PeerId, PeerId) {
        let mut links = self.links.iter();
        let link = links.find(|((node, _), (other, _))| (*node, *other) == (from, to));
        let ((_, here), (_, there)) = link.expect("they are connected");
        (*here, *there)
    }

    pub(super) fn are_connected(&self, from: usize, to: usize) -> bool {
        let mut links = self.links.iter();
        links.any(|((node, _), (other, _))| (*node, *other) == (from, to))
    }

    pub(super) fn status(&self, node: usize) -> NetStatus {
        let villager = &self.nodes[node];
        villager.network.status(self.time(), &villager.chain)
    }

    pub(super) fn time(&self) -> Now {
        Now {
            since_start: self.now,
            unix_seconds: 1_800_000_000 + self.now.as_secs(),
        }
    }

    /// Returns the messages of a kind that went from one to another.
    pub(super) fn count(&self, from: usize, to: usize, command: &str) -> usize {
        let said = |heard: &&Heard| {
            (heard.from, heard.to) == (from, to) && heard.message.command() == command
        };
        self.heard.iter().filter(said).count()
    }

    pub(super) fn all_have_the_same_tip(&self) -> bool {
        let mut tips = self.nodes.iter().map(|node| node.chain.tip().id);
        let first = tips.next();
        tips.all(|tip| Some(tip) == first)
    }

    pub(super) fn settle(&mut self) {
        let mut steps = 0;
        while let Some((node, input)) = self.waiting.pop_front() {
            steps += 1;
            assert!(steps < TOO_MANY, "they go in circles");
            let is_for_gone = match &input {
                Input::Received(peer, _) | Input::Closed(peer) | Input::Drained(peer) => {
                    !self.links.contains_key(&(node, *peer))
                }
                _ => false,
            };
            if let Input::Closed(peer) = &input {
                self.links.remove(&(node, *peer));
            }
            if is_for_gone {
                continue;
            }
            let now = self.time();
            let villager = &mut self.nodes[node];
            let outputs = villager.network.handle(now, input, &villager.chain);
            for output in outputs {
                self.act(node, output);
            }
        }
    }

    fn act(&mut self, node: usize, output: Output) {
        match output {
            Output::Connect { peer, address: to } => {
                let Some(other) = (0..self.nodes.len()).find(|other| address(*other) == to) else {
                    self.waiting.push_back((node, Input::ConnectFailed(peer)));
                    return;
                };
                let there = self.nodes[other].network.next_peer();
                self.links.insert((node, peer), (other, there));
                self.links.insert((other, there), (node, peer));
                let accepted = Input::Accepted {
                    peer: there,
                    address: address(node),
                };
                self.waiting.push_back((other, accepted));
                self.waiting.push_back((node, Input::Connected(peer)));
            }
            Output::LookUp { peer, .. } => {
                self.waiting.push_back((node, Input::ConnectFailed(peer)));
            }
            Output::Send(peer, message) => {
                if let Some((other, there)) = self.links.get(&(node, peer)).copied()
                    && !self.silent.contains(&node)
                {
                    self.heard.push(Heard {
                        from: node,
                        to: other,
                        message: message.clone(),
                    });
                    self.waiting
                        .push_back((other, Input::Received(there, message)));
                    self.waiting.push_back((node, Input::Drained(peer)));
                }
            }
            Output::Close(peer, reason) => {
                self.goodbyes.push((node, reason));
                if let Some((other, there)) = self.links.remove(&(node, peer)) {
                    self.waiting.push_back((other, Input::Closed(there)));
                }
            }
            Output::Owing => self.waiting.push_back((node, Input::Spare)),
            Output::Established(_) | Output::PauseUntil(..) | Output::Flush => {}
        }
    }
}
