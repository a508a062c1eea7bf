//! A chain of headers, mined by honest hash rate and by an attacker who picks the times of its blocks.
use bitcoin::{CompactTarget, Target};
use moneta_chain::Height;
use moneta_consensus::{Anchor, Asert};

use crate::random::Random;

/// Blocks whose median time the next block must exceed.
const MEDIAN_SPAN: usize = 11;
/// Seconds by which a block's time may lie ahead of the clock.
const MAX_FUTURE: u32 = 120;
/// When the simulated chain begins.
const BEGIN: u32 = 1_700_000_000;

/// How an attacker picks the time of its blocks, within what the rules allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// The clock, as honest miners do.
    Clock,
    /// As early as the median allows.
    Earliest,
    /// As late as the future limit allows.
    Latest,
    /// Early and late in turn.
    Alternating,
    /// One second after the parent.
    ParentPlusOne,
    /// Anywhere in the allowed range.
    Anywhere,
    /// Late when its block makes the next one easier to find again, early otherwise: late after its own
    /// block, early after somebody else's.
    Selfish,
}

impl Strategy {
    /// Every strategy there is.
    pub const ALL: [Self; 7] = [
        Self::Clock,
        Self::Earliest,
        Self::Latest,
        Self::Alternating,
        Self::ParentPlusOne,
        Self::Anywhere,
        Self::Selfish,
    ];
}

/// Who mines.
pub struct Miners {
    /// The attacker's part of the work, 0 to 1.
    pub attacker: f64,
    /// How it picks times.
    pub strategy: Strategy,
    /// Hash rate at a moment (seconds since the run began), in units of the rate that finds a block a
    /// spacing at the first difficulty.
    pub rate: fn(f64) -> f64,
}

/// What a run showed.
pub struct Run {
    /// True moments at which blocks were found, seconds since the run began.
    pub found: Vec<f64>,
    /// How many of them the attacker found.
    pub by_attacker: usize,
}

impl Run {
    /// Mines `blocks` blocks under the rule with this half-life.
    pub fn mine(miners: &Miners, half_life: u32, spacing: u32, blocks: usize, seed: u64) -> Self {
        let first = CompactTarget::from_consensus(0x1b00_ffff);
        let rule = Asert {
            anchor: Anchor {
                height: Height::GENESIS,
                parent_time: BEGIN - spacing,
                bits: first,
            },
            spacing,
            half_life,
            limit: Target::from_compact(CompactTarget::from_consensus(0x1f00_ffff)),
        };
        let mut random = Random::new(seed);
        let mut times = vec![BEGIN];
        let mut run = Self {
            found: Vec::with_capacity(blocks),
            by_attacker: 0,
        };
        let (mut now, mut last_was_attacker) = (0.0, false);
        for height in 0..blocks {
            let parent =
                Height::new(u32::try_from(height).expect("a run is shorter than 2^32 blocks"));
            let bits = rule.next_bits(parent, *times.last().expect("genesis"));
            let hardness = number(first) / number(bits);
            now = Self::find(miners, &mut random, now, hardness * f64::from(spacing));
            let is_attacker = random.unit() < miners.attacker;
            let strategy = if is_attacker {
                miners.strategy
            } else {
                Strategy::Clock
            };
            times.push(pick_time(
                strategy,
                &times,
                now,
                height,
                last_was_attacker,
                &mut random,
            ));
            run.found.push(now);
            run.by_attacker += usize::from(is_attacker);
            last_was_attacker = is_attacker;
        }
        run
    }

    /// Returns when work of `seconds` at rate 1 is done, in steps over which the rate is taken as steady.
    fn find(miners: &Miners, random: &mut Random, mut now: f64, seconds: f64) -> f64 {
        const STEP: f64 = 600.0;
        let mut work = random.exponential(seconds);
        loop {
            let rate = (miners.rate)(now);
            let until = STEP - now % STEP;
            if work <= rate * until {
                return now + work / rate;
            }
            work -= rate * until;
            now += until;
        }
    }

    /// Returns the mean seconds between blocks.
    #[allow(clippy::cast_precision_loss)]
    pub fn mean_spacing(&self) -> f64 {
        self.found.last().copied().unwrap_or_default() / self.found.len() as f64
    }

    /// Returns the attacker's part of the blocks.
    #[allow(clippy::cast_precision_loss)]
    pub fn attacker_share(&self) -> f64 {
        self.by_attacker as f64 / self.found.len() as f64
    }

    /// Returns how many seconds after `from` the mean of 11 successive spacings is within 2x of `spacing`.
    pub fn settled_after(&self, from: f64, spacing: f64) -> Option<f64> {
        let after: Vec<f64> = self
            .found
            .iter()
            .copied()
            .filter(|&found| found >= from)
            .collect();
        after
            .windows(MEDIAN_SPAN + 1)
            .find(|window| {
                let mean = (window[MEDIAN_SPAN] - window[0]) / 11.0;
                (spacing / 2.0..=spacing * 2.0).contains(&mean)
            })
            .map(|window| window[MEDIAN_SPAN] - from)
    }
}

/// Returns a block's time that the rules allow, as the strategy likes it.
fn pick_time(
    strategy: Strategy,
    times: &[u32],
    now: f64,
    height: usize,
    after_own: bool,
    random: &mut Random,
) -> u32 {
    let clock = BEGIN + whole(now);
    let earliest = median(times) + 1;
    let latest = (clock + MAX_FUTURE).max(earliest);
    let parent = *times.last().expect("genesis");
    let wish = match strategy {
        Strategy::Clock => clock,
        Strategy::Earliest => earliest,
        Strategy::Latest => latest,
        Strategy::Alternating if height.is_multiple_of(2) => earliest,
        Strategy::Alternating => latest,
        Strategy::ParentPlusOne => parent + 1,
        Strategy::Anywhere => earliest + whole(random.unit() * f64::from(latest - earliest)),
        Strategy::Selfish if after_own => latest,
        Strategy::Selfish => earliest,
    };
    wish.clamp(earliest, latest)
}

fn median(times: &[u32]) -> u32 {
    let mut last: Vec<u32> = times.iter().rev().take(MEDIAN_SPAN).copied().collect();
    last.sort_unstable();
    last[last.len() / 2]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(seconds: f64) -> u32 {
    seconds as u32
}

/// A target as a number, precise enough for luck.
fn number(bits: CompactTarget) -> f64 {
    let bits = bits.to_consensus();
    let exponent = i32::try_from(bits >> 24).expect("a byte");
    f64::from(bits & 0x00ff_ffff) * 256_f64.powi(exponent - 3)
}
