//! Twists: what a hostile party does to a transaction that was good.
use bitcoin::ScriptBuf;
use moneta_mips::{AssetId, Attachment, Operation, Rights};
use moneta_testkit::random::Random;

use crate::chain::{Chain, pick};
use crate::draft::{Draft, PARTIES, script};
use crate::pool::Pool;

/// Twists a draft in one way.
pub(crate) fn twist(draft: &mut Draft, chain: &Chain, pool: &Pool, random: &mut Random) {
    match random.below(14) {
        0 => amount(draft, random),
        1 => drop_allocation(draft, random),
        2 => double_allocation(draft, random),
        3 => other_asset(draft, chain, random),
        4 => right_from_nowhere(draft, chain, random),
        5 => steal_input(draft, chain, random),
        6 => drop_input(draft, random),
        7 => draft.short = random.below(3),
        8 => draft.carrier = Some(flipped(draft, random)),
        9 => draft.envelope.operations.clear(),
        10 => again(draft, random),
        11 | 12 => without_its_coin(draft),
        _ => race(draft, chain, pool, random),
    }
}

/// One unit more or fewer, none, or as many as wrap around.
fn amount(draft: &mut Draft, random: &mut Random) {
    let units = draft.envelope.allocations.iter_mut();
    let units = units.filter_map(|one| match &mut one.attachment {
        Attachment::Asset { amount, .. } => Some(amount),
        _ => None,
    });
    let units: Vec<&mut u64> = units.collect();
    let length = units.len();
    if length == 0 {
        return;
    }
    let at = pick(random, length);
    for (number, amount) in units.into_iter().enumerate() {
        if number == at {
            *amount = match random.below(5) {
                0 => amount.wrapping_add(1),
                1 => amount.wrapping_sub(1),
                2 => 0,
                3 => u64::MAX,
                _ => u64::MAX - *amount,
            };
        }
    }
}

fn drop_allocation(draft: &mut Draft, random: &mut Random) {
    let length = draft.envelope.allocations.len();
    if length > 0 {
        draft.envelope.allocations.remove(pick(random, length));
    }
}

/// The same thing to one more output.
fn double_allocation(draft: &mut Draft, random: &mut Random) {
    let length = draft.envelope.allocations.len();
    if length > 0 {
        let attachment = draft.envelope.allocations[pick(random, length)]
            .attachment
            .clone();
        *draft = draft.clone().gives(script(0, 1), attachment);
    }
}

fn any_asset(chain: &Chain, random: &mut Random) -> AssetId {
    let assets: Vec<AssetId> = chain.registry().assets().map(|asset| asset.id).collect();
    match assets.len() {
        0 => AssetId([7; 32]),
        length => assets[pick(random, length)],
    }
}

fn other_asset(draft: &mut Draft, chain: &Chain, random: &mut Random) {
    let asset = any_asset(chain, random);
    for allocation in &mut draft.envelope.allocations {
        match &mut allocation.attachment {
            Attachment::Asset { id, .. } | Attachment::Authority { asset: id, .. } => *id = asset,
            Attachment::Identity { .. } | Attachment::Commitment { .. } => {}
        }
    }
}

fn right_from_nowhere(draft: &mut Draft, chain: &Chain, random: &mut Random) {
    let asset = any_asset(chain, random);
    let bits = u8::try_from(random.below(32)).unwrap_or_default();
    let rights = Rights::from_bits(bits).unwrap_or_default();
    *draft = draft
        .clone()
        .gives(script(3, 0), Attachment::Authority { asset, rights });
    if random.below(2) == 0 {
        *draft = draft.clone().does(Operation::Mint { asset, amount: 1 });
    }
}

/// Spends a coin along that holds something, without saying where that goes.
fn steal_input(draft: &mut Draft, chain: &Chain, random: &mut Random) {
    let attached = chain
        .coins()
        .iter()
        .filter(|(_, coin)| coin.attachment.is_some());
    let attached: Vec<_> = attached.collect();
    if !attached.is_empty() {
        draft.inputs.push(*attached[pick(random, attached.len())].0);
    }
}

fn drop_input(draft: &mut Draft, random: &mut Random) {
    let length = draft.inputs.len();
    if length > 1 {
        draft.inputs.remove(pick(random, length));
    }
}

/// Turns one bit of the envelope round.
fn flipped(draft: &Draft, random: &mut Random) -> ScriptBuf {
    let mut bytes = draft.envelope.to_script().into_bytes();
    let at = pick(random, bytes.len());
    bytes[at] ^= 1 << random.below(8);
    ScriptBuf::from_bytes(bytes)
}

/// Keeps the operations and what they make, and spends none of the coins that carry the rights.
fn without_its_coin(draft: &mut Draft) {
    draft.inputs.truncate(1);
    let role = |held: &Attachment| held.is_role();
    draft
        .envelope
        .allocations
        .retain(|one| !role(&one.attachment));
}

/// The same operation once more.
fn again(draft: &mut Draft, random: &mut Random) {
    let length = draft.envelope.operations.len();
    if length > 0 {
        let operation = draft.envelope.operations[pick(random, length)].clone();
        *draft = draft.clone().does(operation);
    }
}

/// Spends what another transaction of the pool made, as role coins must not be.
fn race(draft: &mut Draft, chain: &Chain, pool: &Pool, random: &mut Random) {
    let coins = pool.coins(chain);
    let young = coins.iter().filter(|(outpoint, coin)| {
        coin.attachment.is_some() && !chain.coins().contains_key(outpoint)
    });
    let young: Vec<_> = young.collect();
    if young.is_empty() {
        return;
    }
    let (outpoint, coin) = young[pick(random, young.len())];
    let to = script(
        u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default(),
        1,
    );
    if let Some(attachment) = &coin.attachment {
        *draft = draft
            .clone()
            .spends(*outpoint)
            .gives(to, attachment.clone());
    }
}
