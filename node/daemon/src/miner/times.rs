//! Which time a mined block carries. Pure.
use moneta_node_api::{NodeError, Tip};

/// Returns the time of the next block when `left` blocks, this one included, are to be mined by `now`.
///
/// The blocks of a batch spread between the tip and now, so that a batch never runs the chain's clock
/// ahead where there is room behind. Where there is none, a block takes the earliest time allowed, one
/// second after the median of the last eleven.
///
/// # Errors
/// Even that lies too far ahead of `now`.
pub(crate) fn next_time(
    tip: &Tip,
    left: u32,
    now: u64,
    max_future_seconds: u32,
) -> Result<u32, NodeError> {
    let earliest = tip.median_time.saturating_add(1);
    let now = u32::try_from(now).unwrap_or(u32::MAX);
    let step = now.saturating_sub(tip.time) / left.max(1);
    let time = tip.time.saturating_add(step).min(now).max(earliest);
    let latest = now.saturating_add(max_future_seconds);
    if time > latest {
        return Err(NodeError::TooFarAhead {
            wait_seconds: time - latest,
        });
    }
    Ok(time)
}

/// Returns the time of the next block of a history of blocks that lie `spacing` seconds apart and end
/// `now`, when `left` of them, this one included, are still to be mined.
pub(crate) fn history_time(tip: &Tip, left: u32, now: u64, spacing: u32) -> u32 {
    let now = u32::try_from(now).unwrap_or(u32::MAX);
    let behind = left.saturating_sub(1).saturating_mul(spacing);
    now.saturating_sub(behind)
        .max(tip.median_time.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use bitcoin::BlockHash;
    use bitcoin::hashes::Hash;
    use moneta_chain::Height;

    use super::*;

    fn tip(time: u32, median_time: u32) -> Tip {
        Tip {
            height: Height::new(9),
            id: BlockHash::all_zeros(),
            time,
            median_time,
        }
    }

    #[test]
    fn one_block_carries_the_time_it_is_mined_at() {
        assert_eq!(next_time(&tip(1_000, 700), 1, 5_000, 120), Ok(5_000));
    }

    #[test]
    fn a_batch_spreads_evenly_up_to_now() {
        let mut at = tip(1_000, 700);
        let mut times = Vec::new();
        for left in (1..=4).rev() {
            at.time = next_time(&at, left, 5_000, 120).expect("room enough");
            times.push(at.time);
        }
        assert_eq!(times, [2_000, 3_000, 4_000, 5_000]);
    }

    #[test]
    fn a_tip_ahead_of_the_clock_is_followed_at_the_earliest_time_allowed() {
        assert_eq!(next_time(&tip(5_050, 5_040), 1, 5_000, 120), Ok(5_041));
        assert_eq!(next_time(&tip(5_000, 5_000), 1, 5_000, 120), Ok(5_001));
    }

    #[test]
    fn a_clock_that_has_run_ahead_says_how_long_to_wait() {
        let error = next_time(&tip(5_130, 5_125), 3, 5_000, 120);
        assert_eq!(error, Err(NodeError::TooFarAhead { wait_seconds: 6 }));
    }

    #[test]
    fn a_history_ends_now() {
        assert_eq!(history_time(&tip(0, 0), 101, 100_000, 60), 94_000);
        assert_eq!(history_time(&tip(99_940, 99_700), 1, 100_000, 60), 100_000);
        assert_eq!(history_time(&tip(0, 200_000), 1, 100_000, 60), 200_001);
    }
}
