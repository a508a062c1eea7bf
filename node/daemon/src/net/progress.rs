//! How quickly the chain comes in, and how long that will take.
use std::collections::VecDeque;
use std::time::Duration;

use moneta_chain::Height;

/// Over how long the rate is taken.
const SPAN: Duration = Duration::from_secs(30);

/// How quickly the chain comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncProgress {
    /// Blocks connected in the last 1,000 seconds, at the present rate.
    pub blocks_per_1000_s: u64,
    /// How long the rest takes at this rate; `None` while nothing comes.
    pub left: Option<Duration>,
}

/// The heights of the last half minute.
#[derive(Debug, Default)]
pub(super) struct Pace {
    seen: VecDeque<(Duration, u32)>,
}

impl Pace {
    /// Notes a height, and returns how long the way to another takes.
    pub(super) fn note(&mut self, now: Duration, height: Height, goal: Height) -> SyncProgress {
        self.seen.push_back((now, height.to_u32()));
        while self.seen.len() > 2
            && self
                .seen
                .front()
                .is_some_and(|(then, _)| now.saturating_sub(*then) > SPAN)
        {
            self.seen.pop_front();
        }
        let (then, before) = self.seen.front().copied().unwrap_or((now, height.to_u32()));
        let blocks = u64::from(height.to_u32().saturating_sub(before));
        let millis = u64::try_from(now.saturating_sub(then).as_millis()).unwrap_or(u64::MAX);
        let rate = (blocks * 1_000_000).checked_div(millis).unwrap_or(0);
        let missing = u64::from(goal.to_u32().saturating_sub(height.to_u32()));
        SyncProgress {
            blocks_per_1000_s: rate,
            left: (missing * 1_000).checked_div(rate).map(Duration::from_secs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_the_last_half_minute_says() {
        let mut pace = Pace::default();
        let goal = Height::new(1_000);
        let at = |seconds, height, pace: &mut Pace| {
            pace.note(Duration::from_secs(seconds), Height::new(height), goal)
        };
        assert_eq!(at(0, 0, &mut pace).left, None);
        let progress = at(10, 100, &mut pace);
        assert_eq!(progress.blocks_per_1000_s, 10_000);
        assert_eq!(progress.left, Some(Duration::from_secs(90)));
        // What was quick long ago does not count.
        at(100, 100, &mut pace);
        assert_eq!(at(120, 100, &mut pace).left, None);
    }
}
