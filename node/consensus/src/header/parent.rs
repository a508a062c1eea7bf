//! The block that another is built on: all that a header is judged against.
use bitcoin::BlockHash;
use bitcoin::block::Header;
use moneta_chain::{Height, Params};

/// Blocks that go into a median time (BIP113).
pub const MEDIAN_SPAN: usize = 11;

/// The block that another is built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentBlock {
    /// Its id.
    pub id: BlockHash,
    /// Its height.
    pub height: Height,
    /// Its time and those of the ten before it.
    pub times: RecentTimes,
}

impl ParentBlock {
    /// Returns genesis as the parent of block 1.
    pub fn genesis(params: &Params) -> Self {
        let header = &params.genesis.header;
        Self {
            id: header.block_hash(),
            height: Height::GENESIS,
            times: RecentTimes::of([header.time]),
        }
    }

    /// Returns the block with `header` as the parent of the one after it. `header` must stand on this block.
    pub fn child(&self, header: &Header) -> Self {
        Self {
            id: header.block_hash(),
            height: self.height.next(),
            times: self.times.with(header.time),
        }
    }

    /// Returns its time, seconds since 1970.
    pub fn time(&self) -> u32 {
        self.times.last()
    }

    /// Returns the median time of it and the ten before it, seconds since 1970.
    pub fn median_time(&self) -> u32 {
        self.times.median()
    }
}

/// The times of a block and of the ten before it: fewer near genesis, one at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentTimes {
    /// Oldest first; what is not used yet is zero and stands at the end.
    times: [u32; MEDIAN_SPAN],
    used: usize,
}

impl RecentTimes {
    /// Takes the last eleven of `times`, oldest first. Of nothing it makes a chain that began in 1970.
    pub fn of(times: impl IntoIterator<Item = u32>) -> Self {
        let mut times = times.into_iter();
        let mut first = [0; MEDIAN_SPAN];
        if let Some(slot) = first.first_mut() {
            *slot = times.next().unwrap_or(0);
        }
        let one = Self {
            times: first,
            used: 1,
        };
        times.fold(one, |so_far, time| so_far.with(time))
    }

    /// Returns the times with one more at the end, and the oldest left aside if there are too many.
    #[must_use]
    pub fn with(&self, time: u32) -> Self {
        let mut next = *self;
        if let Some(slot) = next.times.get_mut(self.used) {
            *slot = time;
            next.used = next.used.saturating_add(1);
            return next;
        }
        next.times.rotate_left(1);
        if let Some(slot) = next.times.last_mut() {
            *slot = time;
        }
        next
    }

    /// Returns the newest.
    pub fn last(&self) -> u32 {
        self.used().last().copied().unwrap_or(0)
    }

    /// Returns the median; of an even number, the later of the two in the middle, as Bitcoin has it.
    pub fn median(&self) -> u32 {
        let mut sorted = *self;
        let used = sorted.times.get_mut(..sorted.used).unwrap_or_default();
        used.sort_unstable();
        used.get(used.len() / 2).copied().unwrap_or(0)
    }

    fn used(&self) -> &[u32] {
        self.times.get(..self.used).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_that_of_the_last_eleven() {
        assert_eq!(RecentTimes::of([7]).median(), 7);
        assert_eq!(
            RecentTimes::of([7, 9]).median(),
            9,
            "Bitcoin takes the later"
        );
        assert_eq!(RecentTimes::of([9, 7, 8]).median(), 8);
        let eleven = RecentTimes::of((1..=11).rev());
        assert_eq!((eleven.median(), eleven.last()), (6, 1));
        let more = RecentTimes::of(1..=100);
        assert_eq!((more.median(), more.last()), (95, 100));
        assert_eq!(more, RecentTimes::of(90..=100), "older ones do not count");
    }
}
