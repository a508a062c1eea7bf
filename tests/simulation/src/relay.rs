//! How many round trips a block needs from node to node, counted by links whose only property is their length.
use std::time::Duration;

use moneta_testkit::random::Random;

use crate::economy::{Deed, anyone};
use crate::violation::Violation;
use crate::world::World;

/// Nodes in a line.
const NODES: usize = 4;
/// How long a message is on its way.
const LATENCY: Duration = Duration::from_millis(100);
/// Blocks and payments before the one that is looked at.
const BLOCKS: u32 = 12;
const PAYMENTS: u32 = 30;

/// Returns how many round trips a block takes from one node to the next, on average over three hops: with mempools that
/// hold its transactions, or with empty ones.
///
/// # Errors
/// It does not arrive.
pub fn round_trips_a_hop(warm: bool) -> Result<f64, Violation> {
    let mut ignore = |_: &str| ();
    let pairs = [(1, 0), (2, 1), (3, 2)];
    let mut world = World::new(Random::new(1), NODES, &pairs, 0, &mut ignore)?;
    world.make_all_links_alike(LATENCY);
    world.pass(Duration::from_secs(5))?;
    for _ in 0..BLOCKS {
        world.mine(0, anyone())?;
        world.pass(Duration::from_secs(5))?;
    }
    for _ in 0..PAYMENTS {
        world.do_deed(0, Deed::Pay);
    }
    if warm {
        world.pass(Duration::from_secs(60))?;
    }
    world.mine(0, anyone())?;
    let begin = world.now;
    let tip = world.tip(0).map(|tip| tip.id);
    while world.tip(NODES - 1).map(|tip| tip.id) != tip {
        if world.now > begin + Duration::from_secs(60) {
            return Err(Violation::NotHealed {
                seconds: 60,
                tips: "a block did not go down the line".to_owned(),
            });
        }
        world.pass(Duration::from_millis(1))?;
    }
    let hops = u32::try_from(NODES - 1).unwrap_or(1);
    Ok((world.now - begin).as_secs_f64() / (2 * LATENCY * hops).as_secs_f64())
}
