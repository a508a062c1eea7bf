//! Whatever the order of headers and bodies, and however often the node starts anew: the same tip and the same state.
use std::collections::BTreeSet;
use std::sync::OnceLock;

use bitcoin::BlockHash;
use moneta_chain::SealedBlock;
use moneta_node_api::NodeApi;
use moneta_p2p::{BlockVerdict, HeadersVerdict};
use moneta_store::StateDigest;
use proptest::prelude::*;
use tokio::runtime::Runtime;

use super::super::fixture::{Fixture, anyone_else};
use super::bodies::greedy_chain;
use super::{Port, chain_of, give, headers, seals_checked};

/// Chains from block 1 on that share their beginnings; some have a block that breaks a rule.
struct Branches {
    chains: Vec<Vec<SealedBlock>>,
    tip: BlockHash,
    digest: StateDigest,
}

async fn forked(from: &Fixture, at: usize, length: u32) -> Fixture {
    let fork = Fixture::fresh();
    for block in &chain_of(from).await[..at] {
        fork.node.submit_block(block.clone()).await.unwrap();
    }
    fork.node.mine(length, anyone_else()).await.unwrap();
    fork
}

impl Branches {
    /// The best valid chain has 13 blocks; two that are invalid claim more.
    async fn grow() -> Self {
        let stem = Fixture::fresh();
        stem.mine(9).await;
        let best = forked(&stem, 6, 7).await;
        let side = forked(&best, 8, 4).await;
        let late = greedy_chain(&best, 12, 6).await;
        let early = greedy_chain(&stem, 3, 12).await;
        let mut chains = vec![late, early];
        for fixture in [&stem, &best, &side] {
            chains.push(chain_of(fixture).await);
        }
        // In order, as whole blocks: what every other order is held against.
        let plain = Fixture::fresh();
        for block in chains.iter().flatten() {
            let _ = plain.node.submit_block(block.clone()).await;
        }
        let tip = best.node.network_port().tip().id;
        assert_eq!(plain.node.network_port().tip().id, tip);
        Self {
            chains,
            tip,
            digest: plain.digest().await,
        }
    }

    fn body(&self, id: &BlockHash) -> &SealedBlock {
        let mut all = self.chains.iter().flatten();
        all.find(|block| block.id() == *id).unwrap()
    }
}

#[derive(Debug, Clone)]
enum Op {
    /// Some headers of a chain.
    Headers {
        chain: usize,
        from: usize,
        count: usize,
    },
    /// Any body.
    Body {
        chain: usize,
        at: usize,
    },
    /// A body that the node asks for.
    Wanted {
        at: usize,
    },
    /// A block with its seal.
    Whole {
        chain: usize,
        at: usize,
    },
    /// A body with one transaction too many.
    Mutated {
        chain: usize,
        at: usize,
    },
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    let place = || (0..5_usize, 0..18_usize);
    prop_oneof![
        6 => (0..5_usize, 0..18_usize, 1..18_usize)
            .prop_map(|(chain, from, count)| Op::Headers { chain, from, count }),
        8 => place().prop_map(|(chain, at)| Op::Body { chain, at }),
        8 => (0..8_usize).prop_map(|at| Op::Wanted { at }),
        1 => place().prop_map(|(chain, at)| Op::Whole { chain, at }),
        2 => place().prop_map(|(chain, at)| Op::Mutated { chain, at }),
        1 => Just(Op::Restart),
    ]
}

/// What one run of the node was given.
#[derive(Default)]
struct Given {
    proven: u64,
    ids: BTreeSet<BlockHash>,
}

impl Given {
    fn headers(&mut self, port: &Port, run: &[SealedBlock]) {
        match port.accept_headers(&headers(run)) {
            HeadersVerdict::Accepted { fresh, .. } => {
                self.proven += fresh as u64;
                self.ids.extend(run.iter().map(SealedBlock::id));
            }
            // A chain that was found invalid, or one that does not begin where the node stands.
            HeadersVerdict::Refused { is_offence, .. } => assert!(is_offence),
            HeadersVerdict::Unconnected => {}
        }
    }

    /// Goes on as a network would: everyone's headers, and what is asked for until nothing is.
    fn finish(&mut self, fixture: &Fixture, port: &Port, branches: &Branches) {
        for chain in &branches.chains {
            self.headers(port, chain);
        }
        while let Some(point) = port.wanted_bodies(8).last() {
            give(port, branches.body(&point.id));
            self.check(fixture, port);
        }
    }

    /// All that may be said of the node at any moment.
    fn check(&self, fixture: &Fixture, port: &Port) {
        let (tip, best) = (port.tip(), port.best_header());
        assert!(best.work >= tip.work && !port.is_condemned(&best.id));
        assert_eq!(port.id_on_best(best.height), Some(best.id));
        assert_eq!(port.common_height(&best.id), Some(best.height));
        assert_eq!(
            port.wanted_bodies(1).is_empty(),
            best.has_body && tip.work == best.work
        );
        assert!(
            seals_checked(fixture) <= self.proven,
            "a header was proven twice"
        );
    }
}

fn run(ops: &[Op]) {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    static BRANCHES: OnceLock<Branches> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| Runtime::new().unwrap());
    let branches = BRANCHES.get_or_init(|| runtime.block_on(Branches::grow()));
    let block = |chain: usize, at: usize| branches.chains[chain].get(at);
    let mut fixture = Fixture::fresh();
    let mut port = fixture.node.network_port();
    let mut given = Given::default();
    for op in ops {
        match *op {
            Op::Headers { chain, from, count } => {
                let rest = branches.chains[chain].get(from..).unwrap_or_default();
                given.headers(&port, &rest[..count.min(rest.len())]);
            }
            Op::Body { chain, at } => {
                if let Some(block) = block(chain, at) {
                    let verdict = give(&port, block);
                    assert!(
                        !matches!(verdict, BlockVerdict::Mutated { .. }),
                        "{verdict:?}"
                    );
                }
            }
            Op::Wanted { at } => {
                if let Some(point) = port.wanted_bodies(8).get(at) {
                    give(&port, branches.body(&point.id));
                }
            }
            Op::Whole { chain, at } => {
                if let Some(block) = block(chain, at) {
                    let known = port.header(&block.id()).is_some();
                    let taken = runtime.block_on(fixture.node.submit_block(block.clone()));
                    given.proven += u64::from(taken.is_ok() && !known);
                    // One that breaks a rule in its chain has been proven as well.
                    given.proven += u64::from(taken.is_err() && !known);
                }
            }
            Op::Mutated { chain, at } => {
                if let Some(block) = block(chain, at) {
                    let mut mutated = block.clone();
                    mutated.block.txdata.push(mutated.block.txdata[0].clone());
                    let condemned = port.is_condemned(&block.id());
                    let verdict = give(&port, &mutated);
                    assert!(!matches!(verdict, BlockVerdict::Accepted { .. }));
                    assert_eq!(port.is_condemned(&block.id()), condemned);
                }
            }
            Op::Restart => {
                drop(port);
                fixture = fixture.reopened();
                port = fixture.node.network_port();
                given = Given::default();
                assert_eq!(port.best_header(), port.tip());
            }
        }
        given.check(&fixture, &port);
    }
    given.finish(&fixture, &port, branches);
    assert_eq!(port.tip().id, branches.tip);
    assert_eq!(runtime.block_on(fixture.digest()), branches.digest);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_order_of_headers_and_bodies_ends_at_the_same_tip(ops in prop::collection::vec(op(), 0..60)) {
        run(&ops);
    }
}
