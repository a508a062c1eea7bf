//! The minimum that a full pool asks for: raised by every eviction, halved again as time goes by.
use super::policy::{FLOOR_HALF_LIFE_SECONDS, INCREMENTAL_RATE};
use super::rate::RelayRate;

/// 2^(-1/16), in parts of 2^16.
const SIXTEENTH: u64 = 62_757;

/// A minimum that falls by half in twelve hours, in six while the pool is less than half full, in three while it
/// is less than a quarter full; and not at all until a block has come since it was raised.
#[derive(Debug, Clone)]
pub(super) struct Floor {
    /// What it was raised to last.
    peak: RelayRate,
    /// Seconds for which it has fallen since, those at double speed counted twice.
    age: u64,
    /// Up to when `age` counts, seconds since 1970.
    counted_to: u64,
    falls: bool,
}

impl Floor {
    pub(super) const fn new() -> Self {
        Self {
            peak: RelayRate::ZERO,
            age: 0,
            counted_to: 0,
            falls: false,
        }
    }

    /// Returns the minimum at `now`, if the pool has been as full as it is since it last changed.
    pub(super) fn at(&self, now: u64, memory: u64, max_memory: u64) -> RelayRate {
        let rate = halved(self.peak, self.age_at(now, memory, max_memory));
        let least = INCREMENTAL_RATE.to_grains_per_kvb() / 2;
        if rate.to_grains_per_kvb() < least {
            RelayRate::ZERO
        } else {
            rate.max(INCREMENTAL_RATE)
        }
    }

    /// Notes the time: the pool is about to be fuller or emptier than `memory`.
    pub(super) fn count_to(&mut self, now: u64, memory: u64, max_memory: u64) {
        self.age = self.age_at(now, memory, max_memory);
        self.counted_to = self.counted_to.max(now);
    }

    /// Raises the minimum at `now` to `rate`, unless it is higher. It will not fall before the next block.
    pub(super) fn raise(&mut self, rate: RelayRate, now: u64) {
        if rate > halved(self.peak, self.age) {
            self.peak = rate;
            self.age = 0;
            self.counted_to = now;
            self.falls = false;
        }
    }

    /// Lets it fall from `now` on: a block has come.
    pub(super) fn release(&mut self, now: u64) {
        if !self.falls {
            self.counted_to = now;
            self.falls = true;
        }
    }

    fn age_at(&self, now: u64, memory: u64, max_memory: u64) -> u64 {
        if !self.falls {
            return self.age;
        }
        let speed = match memory {
            memory if memory < max_memory / 4 => 4,
            memory if memory < max_memory / 2 => 2,
            _ => 1,
        };
        let passed = now.saturating_sub(self.counted_to);
        self.age.saturating_add(passed.saturating_mul(speed))
    }
}

/// Returns `rate` after so many seconds of falling. A function of the whole time, so that it does not matter how
/// often anyone looks; within 0.1 % of the exponential.
fn halved(rate: RelayRate, age: u64) -> RelayRate {
    let halvings = age / FLOOR_HALF_LIFE_SECONDS;
    let rest = age % FLOOR_HALF_LIFE_SECONDS;
    let step = FLOOR_HALF_LIFE_SECONDS / 16;
    let whole = u32::try_from(halvings)
        .ok()
        .and_then(|halvings| rate.to_grains_per_kvb().checked_shr(halvings))
        .unwrap_or(0);
    let sixteenths = (0..rest / step).fold(u128::from(whole) << 16, |rate, _| {
        (rate * u128::from(SIXTEENTH)) >> 16
    });
    // Within a sixteenth a straight line is near enough.
    let next = (sixteenths * u128::from(SIXTEENTH)) >> 16;
    let fallen = (sixteenths - next) * u128::from(rest % step) / u128::from(step);
    let rate = (sixteenths - fallen) >> 16;
    RelayRate::from_grains_per_kvb(u64::try_from(rate).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u64 = FLOOR_HALF_LIFE_SECONDS;
    const T: u64 = 1_800_000_000;

    fn raised(to: u64) -> Floor {
        let mut floor = Floor::new();
        floor.raise(RelayRate::from_grains_per_kvb(to), T);
        floor
    }

    fn at(floor: &Floor, now: u64, memory: u64) -> u64 {
        floor.at(now, memory, 100).to_grains_per_kvb()
    }

    #[test]
    fn it_stands_until_a_block_comes_and_then_halves_in_twelve_hours() {
        let mut floor = raised(64_000);
        assert_eq!(at(&floor, T + 9 * HALF, 99), 64_000);
        floor.release(T + 9 * HALF);
        let start = T + 9 * HALF;
        assert_eq!(at(&floor, start, 99), 64_000);
        assert_eq!(at(&floor, start + HALF, 99), 32_000);
        assert_eq!(at(&floor, start + 3 * HALF, 99), 8_000);
        let root = at(&floor, start + HALF / 2, 99);
        assert!((45_200..45_300).contains(&root), "{root}");
    }

    #[test]
    fn it_falls_faster_the_emptier_the_pool_and_ends_at_nothing() {
        let mut floor = raised(64_000);
        floor.release(T);
        assert_eq!(at(&floor, T + HALF, 49), 16_000);
        assert_eq!(at(&floor, T + HALF, 24), 4_000);
        assert_eq!(at(&floor, T + 6 * HALF, 99), 1_000);
        // Between half the increment and the increment, the increment is asked for; below, nothing.
        assert_eq!(at(&floor, T + 6 * HALF + HALF / 2, 99), 1_000);
        assert_eq!(at(&floor, T + 7 * HALF + HALF / 16, 99), 0);
        assert_eq!(at(&floor, T + 400 * HALF, 99), 0);
    }

    #[test]
    fn how_often_it_is_counted_makes_no_difference() {
        let mut seldom = raised(1_000_000);
        seldom.release(T);
        let mut often = seldom.clone();
        for minute in 0..1_440 {
            often.count_to(T + 60 * minute, 99, 100);
        }
        seldom.count_to(T + 86_400, 99, 100);
        assert_eq!(at(&often, T + 86_400, 99), at(&seldom, T + 86_400, 99));
        assert_eq!(at(&seldom, T + 86_400, 99), 250_000);
    }

    #[test]
    fn a_clock_that_is_set_back_neither_raises_nor_lowers_it() {
        let mut floor = raised(64_000);
        floor.release(T);
        floor.count_to(T + HALF, 99, 100);
        floor.count_to(T - HALF, 99, 100);
        assert_eq!(at(&floor, T - HALF, 99), 32_000);
        assert_eq!(at(&floor, T + 2 * HALF, 99), 16_000);
    }

    #[test]
    fn a_lower_eviction_does_not_lower_it() {
        let mut floor = raised(64_000);
        floor.raise(RelayRate::from_grains_per_kvb(2_000), T + 1);
        assert_eq!(at(&floor, T + 1, 99), 64_000);
    }
}
