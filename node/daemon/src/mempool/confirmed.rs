//! Transactions that left for a block not long ago: nobody needs to be asked for them, however late he speaks of them.
use std::collections::{HashSet, VecDeque};

use bitcoin::Wtxid;

/// How many are remembered: some full blocks' worth.
const MAX_CONFIRMED: usize = 20_000;

/// The last transactions that left for a block.
#[derive(Debug, Default)]
pub(super) struct Confirmed {
    /// Oldest first.
    order: VecDeque<Wtxid>,
    all: HashSet<Wtxid>,
}

impl Confirmed {
    /// Notes one.
    pub(super) fn note(&mut self, wtxid: Wtxid) {
        if !self.all.insert(wtxid) {
            return;
        }
        self.order.push_back(wtxid);
        if self.order.len() > MAX_CONFIRMED
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
    }

    /// Tells whether one is remembered.
    pub(super) fn contains(&self, wtxid: &Wtxid) -> bool {
        self.all.contains(wtxid)
    }

    /// Forgets all: the chain has turned back.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::Hash;

    use super::*;

    #[test]
    fn the_last_ones_are_remembered_and_no_more() {
        let wtxid = |number: usize| Wtxid::hash(&number.to_le_bytes());
        let mut confirmed = Confirmed::default();
        for number in 0..=MAX_CONFIRMED {
            confirmed.note(wtxid(number));
            confirmed.note(wtxid(number));
        }
        assert!(!confirmed.contains(&wtxid(0)));
        assert!(confirmed.contains(&wtxid(1)));
        assert!(confirmed.contains(&wtxid(MAX_CONFIRMED)));
        assert_eq!(confirmed.all.len(), confirmed.order.len());
        confirmed.clear();
        assert!(!confirmed.contains(&wtxid(1)));
    }
}
