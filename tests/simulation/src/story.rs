//! What happens to the world, and what is checked in the end: both follow from the seed.
use std::time::Duration;

use moneta_testkit::random::Random;

use crate::Outcome;
use crate::economy::{Deed, anyone};
use crate::trace::Teller;
use crate::violation::Violation;
use crate::world::World;

/// How long nodes have to agree once nothing is in their way, in seconds. A cut link is tried again after a minute at
/// most; then headers, and bodies over a slow line.
const AGREE_SECONDS: u64 = 120;
/// Blocks that decide at most between branches with equal work.
const MOST_BLOCKS: u32 = 2;
/// How long it takes at most until a link that broke is tried again, in seconds.
const RETRY_SECONDS: u64 = 70;
/// How long a transaction has to reach everyone, in seconds.
const SPREAD_SECONDS: u64 = 60;

/// Lives through the story of this seed.
pub(crate) fn live(seed: u64, teller: Teller<'_>) -> Result<Outcome, Violation> {
    let mut random = Random::new(seed);
    let count = usize::try_from(3 + random.below(4)).unwrap_or(3);
    let pairs = pairs(count, &mut random);
    let acts = 15 + random.below(25);
    let liars = usize::try_from(random.below(4)).unwrap_or(0);
    let listening = usize::try_from(random.below(liars as u64 + 1)).unwrap_or(0);
    let mut world = World::new(random, count, &pairs, listening, teller)?;
    for liar in 0..liars {
        let victim = usize::try_from(world.random.below(count as u64)).unwrap_or(0);
        let victim = if liar < listening {
            liar % count
        } else {
            victim
        };
        world.add_liar(victim, liar < listening);
    }
    world.pass(Duration::from_secs(3))?;
    for _ in 0..acts {
        act(&mut world)?;
        let pause = 200 + world.random.below(6_000);
        world.pass(Duration::from_millis(pause))?;
    }
    mend(&mut world)?;
    finish(&mut world)
}

/// Returns who connects with whom: everyone can be reached from everyone, some in several ways.
fn pairs(count: usize, random: &mut Random) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for node in 1..count {
        let other = usize::try_from(random.below(node as u64)).unwrap_or(0);
        pairs.push(if random.below(2) == 0 {
            (node, other)
        } else {
            (other, node)
        });
    }
    for _ in 0..random.below(count as u64 + 1) {
        let one = usize::try_from(random.below(count as u64)).unwrap_or(0);
        let other = usize::try_from(random.below(count as u64)).unwrap_or(0);
        let is_new = !pairs.contains(&(one, other)) && !pairs.contains(&(other, one));
        if one != other && is_new {
            pairs.push((one, other));
        }
    }
    pairs
}

fn act(world: &mut World<'_>) -> Result<(), Violation> {
    let up = world.up();
    let Some(node) = world.pick(&up) else {
        return restart_one(world);
    };
    match world.random.below(100) {
        0..30 => world.mine(node, anyone()),
        30..36 => {
            // Two at a time: a race.
            let rival = world.pick(&up).unwrap_or(node);
            world.mine(node, anyone())?;
            world.mine(rival, anyone())
        }
        36..40 => rival_branches(world),
        40..60 => {
            for _ in 0..=world.random.below(3) {
                world.do_deed(node, Deed::Pay);
            }
            Ok(())
        }
        60..78 => {
            let deeds = [
                Deed::Issue,
                Deed::Move,
                Deed::Move,
                Deed::Freeze,
                Deed::Release,
            ];
            if let Some(deed) = world.pick(&deeds) {
                world.do_deed(node, deed);
            }
            Ok(())
        }
        78..83 => {
            cut(world);
            Ok(())
        }
        83..86 => {
            world.heal();
            Ok(())
        }
        86..91 => {
            world.crash(node);
            Ok(())
        }
        91..95 => restart_one(world),
        95..98 => {
            world.break_a_link();
            Ok(())
        }
        _ => {
            let bytes_per_s = 2_000 << world.random.below(5);
            world.slow_down(node, bytes_per_s);
            Ok(())
        }
    }
}

/// Cuts the network in two at a random place.
fn cut(world: &mut World<'_>) {
    let mut island = Vec::new();
    for node in 0..world.nodes.len() {
        if world.random.below(2) == 0 {
            island.push(node);
        }
    }
    let breaks = world.random.below(2) == 0;
    world.cut(&island, breaks);
}

/// Two parts of a cut network mine branches of their own; then they meet.
fn rival_branches(world: &mut World<'_>) -> Result<(), Violation> {
    cut(world);
    let up = world.up();
    let depth = 1 + world.random.below(6);
    for node in [world.pick(&up), world.pick(&up)].into_iter().flatten() {
        for _ in 0..=world.random.below(depth) {
            world.mine(node, anyone())?;
            world.do_deed(node, Deed::Pay);
            let pause = world.random.below(2_000);
            world.pass(Duration::from_millis(pause))?;
        }
    }
    if world.random.below(2) == 0 {
        world.heal();
    }
    Ok(())
}

fn restart_one(world: &mut World<'_>) -> Result<(), Violation> {
    let down: Vec<usize> = (0..world.nodes.len())
        .filter(|node| world.nodes[*node].running.is_none())
        .collect();
    match world.pick(&down) {
        Some(node) => world.start(node),
        None => Ok(()),
    }
}

/// Takes everything out of the nodes' way, and gives them their time.
fn mend(world: &mut World<'_>) -> Result<(), Violation> {
    world.heal();
    for node in 0..world.nodes.len() {
        if world.nodes[node].running.is_none() {
            world.start(node)?;
        }
    }
    // Branches with equal work stand beside each other until the next block; a liar may have shown the header of one
    // more and keep its block, which the block after it overtakes.
    if world.agree_within(AGREE_SECONDS)? {
        return Ok(());
    }
    let up = world.up();
    for _ in 0..MOST_BLOCKS {
        if let Some(node) = world.pick(&up) {
            world.mine(node, anyone())?;
        }
        if world.agree_within(AGREE_SECONDS)? {
            return Ok(());
        }
    }
    let tips = up.iter().filter_map(|node| world.tip(*node));
    let tips: Vec<String> = tips
        .map(|tip| format!("{} {:.8}", tip.height, tip.id.to_string()))
        .collect();
    Err(Violation::NotHealed {
        seconds: AGREE_SECONDS,
        tips: tips.join(", "),
    })
}

/// Checks that all is well, and that life goes on.
fn finish(world: &mut World<'_>) -> Result<Outcome, Violation> {
    check_states(world)?;
    // Transactions are announced once, to whoever is there: all links are to stand.
    world.pass(Duration::from_secs(RETRY_SECONDS))?;
    let up = world.up();
    let payer = world.pick(&up).unwrap_or(0);
    if let Some(tx) = world.undisputed_payment(payer)
        && world.submit(payer, &tx)
    {
        spread(world, &tx)?;
        let miner = world.pick(&up).unwrap_or(0);
        world.mine(miner, anyone())?;
        if !world.agree_within(AGREE_SECONDS)? {
            return Err(Violation::NotHealed {
                seconds: AGREE_SECONDS,
                tips: "one block, and nothing in its way".to_owned(),
            });
        }
        check_states(world)?;
    }
    let height = world.tip(0).map_or(0, |tip| tip.height.to_u32());
    Ok(Outcome {
        trace: world.hash(),
        height,
        seconds: world.now.as_secs(),
    })
}

/// Waits until a transaction waits at every node.
fn spread(world: &mut World<'_>, tx: &bitcoin::Transaction) -> Result<(), Violation> {
    let wtxid = tx.compute_wtxid();
    let lacking = |world: &World<'_>| {
        let mut nodes = world.nodes.iter();
        nodes.position(|node| {
            let running = node.running.as_ref();
            running.is_some_and(|running| !running.port.has_wtxid(&wtxid))
        })
    };
    for _ in 0..SPREAD_SECONDS {
        if lacking(world).is_none() {
            return Ok(());
        }
        world.pass(Duration::from_secs(1))?;
    }
    match lacking(world) {
        Some(node) => Err(Violation::TransactionLost {
            node,
            seconds: SPREAD_SECONDS,
        }),
        None => Ok(()),
    }
}

/// Equal chains are equal states, and each is what its blocks say.
fn check_states(world: &World<'_>) -> Result<(), Violation> {
    let mut first = None;
    for node in world.up() {
        let digest = world.ask(node, async |local| local.state_digest().await);
        let Some(Ok(digest)) = digest else {
            return Err(Violation::Failed {
                node,
                error: "it has no digest".to_owned(),
            });
        };
        match &first {
            None => first = Some((node, digest)),
            Some((one, other)) if *other != digest => {
                return Err(Violation::DigestsDiffer {
                    one: *one,
                    other: node,
                });
            }
            Some(_) => {}
        }
    }
    world.check_ledger(0)
}
