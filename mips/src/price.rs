//! State has a price: what the envelope output must burn for an operation that grows the registry.
use bitcoin::Amount;
use moneta_chain::Height;

use crate::{Freeze, Holder, Operation};

/// Grains for a handle of 3, 4, 5, 6 to 8, and 9 or more characters: short names are few.
const HANDLE_PRICES: [(usize, u64); 5] = [
    (3, 100_000_000),
    (4, 20_000_000),
    (5, 5_000_000),
    (8, 1_000_000),
    (usize::MAX, 200_000),
];
/// What the envelope output must burn for each commitment that it allocates: a word of the dictionary committed to,
/// day after day, costs more than the handle.
pub const COMMITMENT_PRICE: Amount = Amount::from_sat(10_000);
/// Grains for an asset.
const ASSET_PRICE: u64 = 1_000_000;
/// Grains for the description of a piece.
const PIECE_PRICE: u64 = 200_000;
/// Grains for the document of an asset.
const DOCUMENT_PRICE: u64 = 10_000;
/// Grains for one enrolled script and each 30 days begun.
const ENROLMENT_PRICE_PER_MONTH: u64 = 100;
/// Blocks in 30 days.
const BLOCKS_PER_MONTH: u32 = 43_200;
/// Grains for one frozen coin and each day begun.
const FREEZE_PRICE_PER_DAY: u64 = 100;
/// Blocks in a day of 60-second blocks.
const BLOCKS_PER_DAY: u32 = 1_440;

/// Returns the grains that the envelope output must burn for `operation` at `height`. A price never rises
/// with height, so what was enough when a transaction was signed is enough when it is mined.
pub fn registry_price(operation: &Operation, height: Height) -> Amount {
    let grains = match operation {
        Operation::RegisterIdentity(register) => handle_price(register.handle.len()),
        Operation::RenewIdentity { handle, years } => {
            handle_price(handle.len()).saturating_mul(u64::from(*years))
        }
        Operation::UpdateIdentity(_) | Operation::RecoverIdentity { .. } => DOCUMENT_PRICE,
        Operation::IssueAsset(_) => ASSET_PRICE,
        Operation::DescribePiece(_) => PIECE_PRICE,
        Operation::Freeze(freeze) => freeze_price(freeze, height),
        Operation::SetDocument(_)
        | Operation::SetRedemption { .. }
        | Operation::ForceTransfer { .. } => DOCUMENT_PRICE,
        Operation::Enrol { holders, .. } => enrolment_price(holders, height),
        Operation::Mint { .. }
        | Operation::Burn { .. }
        | Operation::Renounce { .. }
        | Operation::Unfreeze { .. }
        | Operation::Contest { .. }
        | Operation::ClaimIdentity { .. }
        | Operation::RevokeIdentity { .. }
        | Operation::Withdraw { .. }
        | Operation::Anchor { .. } => 0,
    };
    Amount::from_sat(grains)
}

fn handle_price(length: usize) -> u64 {
    let mut steps = HANDLE_PRICES.iter();
    let step = steps.find(|(longest, _)| length <= *longest);
    step.map_or(0, |(_, grains)| *grains)
}

/// Months of each script; an envelope holds some hundred at most.
fn enrolment_price(holders: &[Holder], height: Height) -> u64 {
    let months = |holder: &Holder| {
        let blocks = holder.expiry.blocks_since(height);
        u64::from(blocks.div_ceil(BLOCKS_PER_MONTH))
    };
    let months = holders.iter().map(months).fold(0, u64::saturating_add);
    ENROLMENT_PRICE_PER_MONTH.saturating_mul(months)
}

/// Days times records; neither an envelope's records nor a height's days come near 64 bits.
fn freeze_price(freeze: &Freeze, height: Height) -> u64 {
    let days = freeze.stop.blocks_since(height).div_ceil(BLOCKS_PER_DAY);
    let coins = u64::try_from(freeze.targets.len()).unwrap_or(u64::MAX);
    FREEZE_PRICE_PER_DAY
        .saturating_mul(u64::from(days))
        .saturating_mul(coins)
}
