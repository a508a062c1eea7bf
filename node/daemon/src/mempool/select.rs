//! Which transactions go into the next block: those that pay most per byte, each with what it stands on.
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;

use bitcoin::Transaction;

use super::Mempool;
use super::rate::FeeRate;

/// What a block has room for, its coinbase left aside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Weight units.
    pub(crate) weight: u64,
    /// Signature-operation cost.
    pub(crate) sigop_cost: u64,
}

/// A transaction with all it stands on that is not chosen yet.
#[derive(Debug, Clone)]
struct Package {
    rate: FeeRate,
    members: BTreeSet<u64>,
}

/// What a package bids at some time, and for which transaction; void once its parents are in and it bids
/// anew. Who pays more goes first, and who came first on a tie.
type Bid = (FeeRate, Reverse<u64>);

impl Mempool {
    /// Returns transactions for the next block that fit `room`, parents before children.
    pub(crate) fn select(&self, mut room: Room) -> Vec<Arc<Transaction>> {
        let mut packages = self.packages();
        let mut bids: BinaryHeap<Bid> = packages
            .iter()
            .map(|(order, package)| (package.rate, Reverse(*order)))
            .collect();
        let mut chosen = Vec::new();
        while let Some((rate, Reverse(order))) = bids.pop() {
            let Some(package) = packages.get(&order).filter(|package| package.rate.is(rate)) else {
                continue;
            };
            // By order of arrival: parents come first.
            let members = package.members.clone();
            let Some(left) = self.room_after(room, &members) else {
                // It and what stands on it wait for the next block.
                packages.remove(&order);
                continue;
            };
            room = left;
            for member in &members {
                packages.remove(member);
                let Some(pooled) = self.entries.get(member) else {
                    continue;
                };
                chosen.push(Arc::clone(&pooled.entry.transaction));
                for child in self.descendants(&pooled.entry.txid) {
                    let Some(child) = self.by_txid.get(&child) else {
                        continue;
                    };
                    if let Some(package) = packages.get_mut(child)
                        && package.members.remove(member)
                    {
                        package.rate = package.rate.without(FeeRate::of(&pooled.entry));
                        bids.push((package.rate, Reverse(*child)));
                    }
                }
            }
        }
        chosen
    }

    fn packages(&self) -> BTreeMap<u64, Package> {
        let package = |(order, pooled): (&u64, &super::pool::Pooled)| {
            let ancestors = self.ancestors(&pooled.entry.transaction);
            let orders = ancestors.iter().filter_map(|txid| self.by_txid.get(txid));
            let members: BTreeSet<u64> = orders.copied().chain([*order]).collect();
            let rates = members
                .iter()
                .filter_map(|order| self.entries.get(order))
                .map(|pooled| FeeRate::of(&pooled.entry));
            let rate = rates.fold(FeeRate::NOTHING, FeeRate::with);
            (*order, Package { rate, members })
        };
        self.entries.iter().map(package).collect()
    }

    fn room_after(&self, room: Room, members: &BTreeSet<u64>) -> Option<Room> {
        members.iter().try_fold(room, |room, order| {
            let pooled = self.entries.get(order)?;
            let weight = pooled.entry.transaction.weight().to_wu();
            Some(Room {
                weight: room.weight.checked_sub(weight)?,
                sigop_cost: room.sigop_cost.checked_sub(pooled.sigop_cost)?,
            })
        })
    }
}
