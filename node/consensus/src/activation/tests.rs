//! The state machine on chains of versions: every way through it, and branches that differ.
use std::cell::Cell;

use bitcoin::BlockHash;
use bitcoin::block::Version;
use bitcoin::hashes::Hash;
use moneta_chain::Height;
use moneta_mips::{Deployment, Periods};
use proptest::prelude::*;

use super::DeploymentState::{Active, Defined, Failed, LockedIn, Started};
use super::{DeploymentState, KnownStates, VersionView, signals};

const PERIODS: Periods = Periods {
    length: 10,
    threshold: 8,
};

const DEPLOYMENT: Deployment = Deployment {
    mip: 9,
    bit: 3,
    start: Height::new(20),
    timeout: Height::new(60),
    earliest: Height::new(0),
};

/// A chain by its blocks' signals; counts how often it is read.
struct Chain {
    signals: Vec<bool>,
    reads: Cell<usize>,
}

impl Chain {
    /// Periods with so many signals each, at the end of the period.
    fn of(signals: &[usize]) -> Self {
        let period = |count: &usize| -> Vec<bool> { (0..10).map(|at| at >= 10 - count).collect() };
        Self {
            signals: signals.iter().flat_map(period).collect(),
            reads: Cell::new(0),
        }
    }

    /// States of all periods up to the one after the last.
    fn states(&self, deployment: &Deployment) -> Vec<DeploymentState> {
        let mut known = KnownStates::default();
        (0..=self.signals.len())
            .step_by(10)
            .map(|height| known.state(deployment, PERIODS, self, at(height)))
            .collect()
    }
}

fn at(height: usize) -> Height {
    Height::new(u32::try_from(height).expect("a short chain"))
}

impl VersionView for Chain {
    fn version_at(&self, height: Height) -> Option<(BlockHash, Version)> {
        self.reads.set(self.reads.get() + 1);
        let height = usize::try_from(height.to_u32()).ok()?;
        let below = self.signals.get(..=height)?;
        let bytes: Vec<u8> = below.iter().map(|signal| u8::from(*signal)).collect();
        let version = if below[height] {
            0x2000_0008
        } else {
            0x2000_0000
        };
        Some((BlockHash::hash(&bytes), Version::from_consensus(version)))
    }
}

#[test]
fn a_deployment_that_miners_want_goes_through_all_states() {
    let states = Chain::of(&[10, 10, 7, 8, 0, 0, 0]).states(&DEPLOYMENT);
    // Signals before the start do not count; seven of ten are too few; later ones are not asked for.
    let expected = [
        Defined, Defined, Started, Started, LockedIn, Active, Active, Active,
    ];
    assert_eq!(states, expected);
}

#[test]
fn a_deployment_that_nobody_wants_fails_for_good() {
    let states = Chain::of(&[0, 0, 7, 7, 7, 7, 10, 10]).states(&DEPLOYMENT);
    let expected = [
        Defined, Defined, Started, Started, Started, Started, Failed, Failed, Failed,
    ];
    assert_eq!(states, expected);
}

#[test]
fn the_last_period_before_the_timeout_still_counts() {
    let states = Chain::of(&[0, 0, 0, 0, 0, 8, 0, 0]).states(&DEPLOYMENT);
    assert_eq!(states[5..], [Started, LockedIn, Active, Active]);
}

#[test]
fn it_is_not_in_force_before_the_earliest_height() {
    let deployment = Deployment {
        earliest: Height::new(61),
        ..DEPLOYMENT
    };
    let states = Chain::of(&[0, 0, 10, 0, 0, 0, 0]).states(&deployment);
    assert_eq!(
        states[3..],
        [LockedIn, LockedIn, LockedIn, LockedIn, Active]
    );
}

#[test]
fn all_blocks_of_a_period_are_in_one_state_whatever_it_holds() {
    let chain = Chain::of(&[0, 0, 9, 3, 0]);
    let states = chain.states(&DEPLOYMENT);
    let mut known = KnownStates::default();
    for height in 0..50 {
        let state = known.state(&DEPLOYMENT, PERIODS, &chain, at(height));
        assert_eq!(state, states[height / 10], "height {height}");
    }
}

#[test]
fn only_versions_that_begin_with_001_signal() {
    for (version, expected) in [
        (0x2000_0008_u32, true),
        (0x2000_0000, false),
        (0x3fff_ffff, true),
        (0x0000_0008, false),
        (0x4000_0008, false),
        (0x6000_0008, false),
        (0xe000_0008, false),
    ] {
        let version = Version::from_consensus(i32::from_le_bytes(version.to_le_bytes()));
        assert_eq!(signals(version, 3), expected, "{version:?}");
    }
}

#[test]
fn a_miner_signals_from_the_start_until_it_is_in_force() {
    let chain = Chain::of(&[0, 0, 8, 0, 0]);
    let mut known = KnownStates::default();
    let mut version = |height| {
        let version = known.version(&[DEPLOYMENT], PERIODS, &chain, at(height));
        version.to_consensus()
    };
    assert_eq!(
        [19, 20, 39, 40].map(&mut version),
        [0x2000_0000, 0x2000_0008, 0x2000_0008, 0x2000_0000]
    );
}

#[test]
fn a_known_period_is_not_counted_again() {
    let chain = Chain::of(&[0, 0, 5, 5, 5]);
    let mut known = KnownStates::default();
    known.state(&DEPLOYMENT, PERIODS, &chain, at(49));
    chain.reads.set(0);
    for height in 40..50 {
        known.state(&DEPLOYMENT, PERIODS, &chain, at(height));
    }
    assert_eq!(
        chain.reads.get(),
        10,
        "one look at the period's own key each"
    );
}

proptest! {
    /// What was computed for one branch says nothing wrong about another.
    #[test]
    fn branches_do_not_mix(
        common in proptest::collection::vec(0_usize..=10, 1..6),
        branches in proptest::collection::vec(proptest::collection::vec(0_usize..=10, 0..5), 1..5),
    ) {
        let mut known = KnownStates::default();
        for branch in branches {
            let chain = Chain::of(&[common.clone(), branch].concat());
            let tip = at(chain.signals.len());
            let fresh = KnownStates::default().state(&DEPLOYMENT, PERIODS, &chain, tip);
            prop_assert_eq!(known.state(&DEPLOYMENT, PERIODS, &chain, tip), fresh);
        }
    }
}
