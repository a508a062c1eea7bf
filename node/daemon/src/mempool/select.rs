//! Which transactions go into the next block: those that pay most per byte, each with what it stands on.
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;

use bitcoin::Transaction;

use super::Mempool;

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
    fee: u64,
    vsize: u64,
    members: BTreeSet<u64>,
}

/// A package's bid at some time; outbid by a later one of the same transaction once its parents are in.
#[derive(Debug, PartialEq, Eq)]
struct Bid {
    fee: u64,
    vsize: u64,
    order: u64,
}

impl Ord for Bid {
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |fee: u64, vsize: u64| u128::from(fee) * u128::from(vsize);
        product(self.fee, other.vsize)
            .cmp(&product(other.fee, self.vsize))
            // Who came first goes first.
            .then(other.order.cmp(&self.order))
    }
}

impl PartialOrd for Bid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Mempool {
    /// Returns transactions for the next block that fit `room`, parents before children.
    pub(crate) fn select(&self, mut room: Room) -> Vec<Arc<Transaction>> {
        let mut packages = self.packages();
        let mut bids: BinaryHeap<Bid> = packages.iter().map(|(order, p)| bid(*order, p)).collect();
        let mut chosen = Vec::new();
        while let Some(best) = bids.pop() {
            let Some(package) = packages.get(&best.order) else {
                continue;
            };
            if bid(best.order, package) != best {
                continue;
            }
            // By order of arrival: parents come first.
            let members = package.members.clone();
            let Some(left) = self.room_after(room, &members) else {
                // It and what stands on it wait for the next block.
                packages.remove(&best.order);
                continue;
            };
            room = left;
            for order in &members {
                packages.remove(order);
                let Some(pooled) = self.entries.get(order) else {
                    continue;
                };
                chosen.push(Arc::clone(&pooled.entry.transaction));
                for child in self.descendants(&pooled.entry.txid) {
                    let Some(child) = self.by_txid.get(&child) else {
                        continue;
                    };
                    if let Some(package) = packages.get_mut(child)
                        && package.members.remove(order)
                    {
                        package.fee -= pooled.entry.fee.to_sat();
                        package.vsize -= pooled.entry.vsize;
                        bids.push(bid(*child, package));
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
            let entries = || members.iter().filter_map(|order| self.entries.get(order));
            let package = Package {
                fee: entries().map(|pooled| pooled.entry.fee.to_sat()).sum(),
                vsize: entries().map(|pooled| pooled.entry.vsize).sum(),
                members,
            };
            (*order, package)
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

fn bid(order: u64, package: &Package) -> Bid {
    Bid {
        fee: package.fee,
        vsize: package.vsize,
        order,
    }
}
