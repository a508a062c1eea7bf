//! The goals that a difficulty rule must meet, and one verdict for each.
use super::{Miners, Run, Strategy};

const SPACING: u32 = 60;
const HOUR: f64 = 3_600.0;
/// When hash rate jumps, seconds into a run: late enough that the chain has settled.
const JUMP: f64 = 100.0 * HOUR;

/// One goal and what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What was simulated.
    pub name: String,
    /// What was measured.
    pub value: f64,
    /// The range it must lie in.
    pub goal: (f64, f64),
}

impl Verdict {
    /// Tells whether the goal is met.
    pub fn holds(&self) -> bool {
        (self.goal.0..=self.goal.1).contains(&self.value)
    }
}

/// A change of hash rate: what it is called, the rate at a moment, and when settling begins.
type Jump = (&'static str, fn(f64) -> f64, f64);

const JUMPS: [Jump; 4] = [
    (
        "hash rate x100",
        |now| if now < JUMP { 1.0 } else { 100.0 },
        JUMP,
    ),
    (
        "hash rate /100",
        |now| if now < JUMP { 1.0 } else { 0.01 },
        JUMP,
    ),
    (
        "back after an outage of 3 h",
        |now| outage(now, 3.0),
        JUMP + 3.0 * HOUR,
    ),
    (
        "back after an outage of 12 h",
        |now| outage(now, 12.0),
        JUMP + 12.0 * HOUR,
    ),
];

fn outage(now: f64, hours: f64) -> f64 {
    if (JUMP..JUMP + hours * HOUR).contains(&now) {
        0.0
    } else {
        1.0
    }
}

/// Runs everything for one half-life (seconds), with runs of `blocks` blocks.
pub fn suite(half_life: u32, blocks: usize, seed: u64) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for percent in [10, 40, 60] {
        for strategy in Strategy::ALL {
            verdicts.extend(attack(percent, strategy, half_life, blocks, seed));
        }
    }
    verdicts.extend(
        JUMPS
            .iter()
            .map(|jump| settle(jump, half_life, blocks, seed)),
    );
    verdicts
}

/// A jump of hash rate, block by block.
pub struct Settling {
    /// What jumps.
    pub name: &'static str,
    /// Half-lives since settling began, and the mean of the last 11 spacings in seconds.
    pub curve: Vec<(f64, f64)>,
}

/// Returns how each jump is settled, for a picture: up to `until` half-lives after it.
pub fn settlings(half_life: u32, blocks: usize, seed: u64, until: f64) -> Vec<Settling> {
    let settling = |(name, rate, from): &Jump| {
        let run = honest(*rate, half_life, blocks, seed);
        let curve = run.found.windows(12).map(|window| {
            let since = (window[11] - from) / f64::from(half_life);
            (since, (window[11] - window[0]) / 11.0)
        });
        Settling {
            name,
            curve: curve
                .filter(|(since, _)| (0.0..=until).contains(since))
                .collect(),
        }
    };
    JUMPS.iter().map(settling).collect()
}

fn honest(rate: fn(f64) -> f64, half_life: u32, blocks: usize, seed: u64) -> Run {
    let miners = Miners {
        attacker: 0.0,
        strategy: Strategy::Clock,
        rate,
    };
    Run::mine(&miners, half_life, SPACING, blocks, seed)
}

/// An attacker with `percent` of the work: does it bend the block rate, or its share of the blocks?
fn attack(
    percent: u32,
    strategy: Strategy,
    half_life: u32,
    blocks: usize,
    seed: u64,
) -> [Verdict; 2] {
    let attacker = f64::from(percent) / 100.0;
    let miners = Miners {
        attacker,
        strategy,
        rate: |_| 1.0,
    };
    let run = Run::mine(
        &miners,
        half_life,
        SPACING,
        blocks,
        seed ^ u64::from(percent),
    );
    let name = |what: &str| format!("{what}, attacker {percent} % {strategy:?}");
    [
        Verdict {
            name: name("block rate"),
            value: f64::from(SPACING) / run.mean_spacing(),
            goal: (0.9, 1.1),
        },
        Verdict {
            name: name("share of blocks over share of work"),
            value: run.attacker_share() / attacker,
            goal: (0.0, 1.05),
        },
    ]
}

/// Hash rate jumps: how many half-lives until blocks come about once a spacing again?
fn settle((name, rate, from): &Jump, half_life: u32, blocks: usize, seed: u64) -> Verdict {
    let run = honest(*rate, half_life, blocks, seed);
    let after = run.settled_after(*from, f64::from(SPACING));
    Verdict {
        name: format!("half-lives to settle: {name}"),
        value: after.map_or(f64::INFINITY, |after| after / f64::from(half_life)),
        goal: (0.0, 7.0),
    }
}
