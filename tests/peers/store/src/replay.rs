//! Blocks of 1,500 transactions, 2,500 coins spent and 2,500 made, that spend as Bitcoin's do: young coins most.

use crate::coins::mix;

/// Coins that a block spends, and as many that it makes: 1,500 transactions of five thirds each.
pub(crate) const SPENDS: u64 = 2_500;

/// Which share of what is spent is at most how many blocks old: in Bitcoin about a third within an hour, half
/// within a day, three quarters within a week. What a block makes and spends itself never reaches a store.
const AGES: [(f64, u64); 5] = [
    (0.1, 1),
    (0.3, 6),
    (0.5, 144),
    (0.75, 1_008),
    (1.0, u64::MAX),
];

/// The coins that there are, by their number: the order they were made in.
pub(crate) struct Replay {
    unspent: Vec<bool>,
    draws: u64,
}

/// What one block does.
pub(crate) struct Block {
    /// Coins that it spends, none that it makes itself.
    pub(crate) spent: Vec<u64>,
    /// Coins that it makes.
    pub(crate) made: Vec<u64>,
}

impl Replay {
    /// Begins with the coins for which `is_unspent` says so.
    pub(crate) fn new(coins: u64, is_unspent: impl Fn(u64) -> bool) -> Self {
        Self {
            unspent: (0..coins).map(is_unspent).collect(),
            draws: 0,
        }
    }

    /// Makes the next block.
    pub(crate) fn block(&mut self) -> Block {
        let spent = (0..SPENDS).map(|_| self.spend()).collect();
        let next = self.unspent.len() as u64;
        let made: Vec<u64> = (next..next + SPENDS).collect();
        self.unspent.resize(made.len() + self.unspent.len(), true);
        Block { spent, made }
    }

    /// Tells whether a coin is there.
    pub(crate) fn is_unspent(&self, coin: u64) -> bool {
        self.unspent[coin as usize]
    }

    /// Returns how many coins were ever made.
    pub(crate) fn coins(&self) -> u64 {
        self.unspent.len() as u64
    }

    /// Returns how many coins there are.
    pub(crate) fn unspent(&self) -> u64 {
        self.unspent.iter().filter(|unspent| **unspent).count() as u64
    }

    /// Picks a coin by age; if it is spent already, the next older one that is not.
    fn spend(&mut self) -> u64 {
        let coins = self.unspent.len() as u64;
        let (share, within) = (self.draw(), self.draw());
        let band = AGES.iter().position(|(most, _)| share < *most);
        let band = band.unwrap_or(AGES.len() - 1);
        let youngest = band.checked_sub(1).map_or(0, |band| AGES[band].1 * SPENDS);
        let oldest = AGES[band].1.saturating_mul(SPENDS).min(coins);
        let youngest = youngest.min(oldest - 1);
        let age = youngest + ((oldest - youngest) as f64 * within) as u64;
        let wanted = (coins - 1 - age.min(coins - 1)) as usize;
        let older = (0..=wanted).rev().find(|coin| self.unspent[*coin]);
        let found = older.or_else(|| (wanted..).find(|coin| self.unspent[*coin]));
        let found = found.expect("there are more coins than blocks spend");
        self.unspent[found] = false;
        found as u64
    }

    /// Returns a number from 0 to 1, the same ones in each run.
    fn draw(&mut self) -> f64 {
        self.draws += 1;
        (mix(self.draws) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
