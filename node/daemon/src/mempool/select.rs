//! Which transactions go into the next block: those that pay most per byte, each with what it stands on. The order by
//! rate is kept at all times, so a choice costs what it chooses, not what waits.
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::Mempool;
use super::pool::{Order, Place};
use super::rate::FeeRate;
use super::tally::Tally;

/// Packages in a row that do not fit before a block that is nearly full is called full.
const MAX_MISSES: u32 = 1_000;
/// Weight that is left in a block that is nearly full.
const NEARLY_FULL: u64 = 4_000;

/// What a block has room for, its coinbase left aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Weight units.
    pub(crate) weight: u64,
    /// Signature-operation cost.
    pub(crate) sigop_cost: u64,
}

impl Room {
    /// Returns what is left once these are in; `None` if they do not fit.
    fn after(self, package: &Tally) -> Option<Self> {
        Some(Self {
            weight: self.weight.checked_sub(package.weight)?,
            sigop_cost: self.sigop_cost.checked_sub(package.sigop_cost)?,
        })
    }
}

/// What a transaction bids with what it stands on. Who pays more goes first, and who came first on a tie.
type Bid = (FeeRate, Reverse<Order>);

/// A choice that is being made.
#[derive(Default)]
struct Choice {
    chosen: HashSet<Order>,
    list: Vec<Order>,
    /// What the others still bring along, where some of what they stand on is chosen.
    left: HashMap<Order, Tally>,
    /// Their bids; void where they have bid anew since.
    bids: BinaryHeap<Bid>,
    /// Those that do not fit.
    missed: HashSet<Order>,
}

impl Mempool {
    /// Returns transactions for the next block that fit `room`, parents before children.
    pub(super) fn select(&self, mut room: Room) -> Vec<Order> {
        let mut choice = Choice::default();
        let mut untouched = self.by_mining.iter().rev().copied().peekable();
        let mut misses = 0;
        loop {
            while let Some((_, Reverse(order))) = untouched.peek()
                && choice.has_moved(*order)
            {
                untouched.next();
            }
            while let Some(bid) = choice.bids.peek()
                && !self.stands(&choice, bid)
            {
                choice.bids.pop();
            }
            let next = match (untouched.peek(), choice.bids.peek()) {
                (None, None) => break,
                (Some(bid), Some(anew)) if bid > anew => untouched.next(),
                (Some(_), None) => untouched.next(),
                (_, Some(_)) => choice.bids.pop(),
            };
            let Some((_, Reverse(order))) = next else {
                break;
            };
            let Some(place) = self.entries.get(&order) else {
                continue;
            };
            let package = choice.left.get(&order).unwrap_or(&place.above);
            if let Some(after) = room.after(package) {
                room = after;
                misses = 0;
                self.take(&mut choice, order);
                continue;
            }
            // It, and what stands on it, waits for the next block.
            choice.missed.insert(order);
            misses += 1;
            if misses > MAX_MISSES && room.weight < NEARLY_FULL {
                break;
            }
        }
        choice.list
    }

    /// Takes a transaction and what it stands on, and lets what stands on them bid anew.
    fn take(&self, choice: &mut Choice, order: Order) {
        let place = &self.entries[&order];
        if place.parents.is_empty() {
            choice.chosen.insert(order);
            self.list(choice, order, place);
            return;
        }
        // By order of arrival: parents come first.
        for member in self.closure([order], |place| &place.parents) {
            if choice.chosen.insert(member) {
                self.list(choice, member, &self.entries[&member]);
            }
        }
    }

    fn list(&self, choice: &mut Choice, order: Order, place: &Place) {
        choice.list.push(order);
        if !place.children.is_empty() {
            let own = place.pooled.own;
            for below in self.descendants(place.children.iter().copied()) {
                if choice.chosen.contains(&below) {
                    continue;
                }
                let place = &self.entries[&below];
                let left = choice.left.entry(below).or_insert(place.above);
                left.subtract(&own);
                let rate = bid(place, left);
                choice.bids.push((rate, Reverse(below)));
            }
        }
    }

    /// Tells whether a bid still stands.
    fn stands(&self, choice: &Choice, (rate, Reverse(order)): &Bid) -> bool {
        let open = !choice.chosen.contains(order) && !choice.missed.contains(order);
        let place = self.entries.get(order).filter(|_| open);
        let left = choice.left.get(order);
        place
            .zip(left)
            .is_some_and(|(place, left)| bid(place, left) == *rate)
    }
}

impl Choice {
    /// Tells whether a transaction is chosen or missed, or has bid anew.
    fn has_moved(&self, order: Order) -> bool {
        self.chosen.contains(&order)
            || self.missed.contains(&order)
            || self.left.contains_key(&order)
    }
}

fn bid(place: &Place, left: &Tally) -> FeeRate {
    place.pooled.own.rate().min(left.rate())
}
