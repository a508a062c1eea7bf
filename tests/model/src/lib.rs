//! Random histories of every MIP operation, by honest and hostile parties, over reorganisations.
//!
//! One sequence is one seed: parties submit transactions, some of them twisted; a pool holds what the rules
//! admit; blocks are made from it, taken back and made anew. After every step a plain model, which knows
//! what operations mean and nothing of how the rules are written, counts everything that exists.

mod chain;
mod deeds;
mod draft;
mod hostile;
mod names;
mod plain;
mod pool;
mod violation;

use std::collections::BTreeMap;

use moneta_mips::{Target, freezes_of};
use moneta_testkit::random::Random;

use chain::Chain;
use pool::Pool;
pub use violation::Violation;

/// Steps of one sequence.
const STEPS: u64 = 50;

/// What happened in sequences that held: how often, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    /// Returns how often something happened.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// Returns everything that happened, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(what, times)| (*what, *times))
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (what, times) in &other.0 {
            self.count(what, *times);
        }
    }

    fn count(&mut self, what: &'static str, times: u64) {
        *self.0.entry(what).or_default() += times;
    }
}

/// Lives through the sequence of this seed.
///
/// # Errors
/// Something that the chain promises did not hold.
pub fn run(seed: u64) -> Result<Tally, Violation> {
    let mut random = Random::new(seed);
    let mut chain = Chain::new();
    let mut pool = Pool::default();
    let mut tally = Tally::default();
    for begin in [deeds::opening, deeds::naming, deeds::naming] {
        if let Some(draft) = begin(&chain, &pool, &mut random) {
            let tx = draft.into_transaction(chain.next_height());
            // Nothing stands against it: the chain is empty.
            let _ = pool.admit(&chain, tx);
        }
        mine(&mut chain, &mut pool, &mut random, &mut tally)?;
    }
    for _ in 0..STEPS {
        match random.below(16) {
            0..12 => submit(&chain, &mut pool, &mut random, &mut tally)?,
            12..15 => mine(&mut chain, &mut pool, &mut random, &mut tally)?,
            _ => reorganise(&mut chain, &mut pool, &mut random, &mut tally)?,
        }
    }
    mine(&mut chain, &mut pool, &mut random, &mut tally)?;
    chain.unwind()?;
    Ok(tally)
}

fn submit(
    chain: &Chain,
    pool: &mut Pool,
    random: &mut Random,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let Some((mut draft, name)) = deeds::attempt(chain, pool, random) else {
        return Ok(());
    };
    let twisted = random.below(4) == 0;
    if twisted {
        hostile::twist(&mut draft, chain, pool, random);
    }
    let tx = draft.into_transaction(chain.next_height());
    match pool.admit(chain, tx) {
        Ok(()) => tally.count(if twisted { "twisted, yet valid" } else { name }, 1),
        Err(pool::Refusal::Rule(error)) => {
            if !twisted {
                tally.count("honest, yet refused", 1);
            }
            tally.count(error.code(), 1);
        }
        Err(pool::Refusal::CoinGone) => tally.count("coin gone", 1),
    }
    plain::native_coin_moves(chain)
}

fn mine(
    chain: &mut Chain,
    pool: &mut Pool,
    random: &mut Random,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let block = pool.template(chain, random);
    // Whoever takes an identity over races with its owner, a contest with a freeze: there order decides, as
    // between two spends of a coin.
    if random.below(4) == 0 && !block.iter().any(plain::races) {
        chain.same_in_any_order(&block, random)?;
        tally.count("orders compared", 1);
    }
    tally.count("transactions in blocks", block.len() as u64);
    for target in block.iter().flat_map(freezes_of) {
        let what = match target {
            Target::Coin { .. } => "coins frozen",
            Target::Script { .. } => "scripts frozen",
            Target::All { .. } => "assets paused",
        };
        tally.count(what, 1);
    }
    chain.connect(block)?;
    // Freezes and enrolments run out: sometimes many empty blocks pass.
    if random.below(6) == 0 {
        chain.wait(random.below(14_000) + 1);
    }
    if random.below(20) == 0 {
        chain.wait(45_000);
    }
    pool.follow(chain, Vec::new());
    plain::check(chain)
}

fn reorganise(
    chain: &mut Chain,
    pool: &mut Pool,
    random: &mut Random,
    tally: &mut Tally,
) -> Result<(), Violation> {
    let depth = (random.below(4) + 1).min(chain.blocks() as u64);
    let mut taken = Vec::new();
    for _ in 0..depth {
        taken.push(chain.disconnect()?);
        plain::check(chain)?;
    }
    taken.reverse();
    tally.count("blocks taken back", depth);
    if random.below(3) == 0 {
        // The same branch wins after all.
        for block in taken {
            chain.reconnect(block)?;
        }
        pool.follow(chain, Vec::new());
        return plain::check(chain);
    }
    let back = taken.into_iter().flat_map(chain::Taken::into_transactions);
    pool.follow(chain, back.collect());
    for _ in 0..=depth {
        mine(chain, pool, random, tally)?;
    }
    Ok(())
}
