//! Scenarios of MIP-3: each is also a file in `mips/vectors/mip-0003`.
mod accepted;
mod properties;
mod refused;

use crate::testing::*;
use crate::{Allocation, AssetId, Change, Holders, IdentityId, IssueAsset, Operation, Rights};
use bitcoin::ScriptBuf;
use bitcoin::script::PushBytesBuf;

/// Spends 100.000 g of GOLD and grains; nothing is allocated yet.
pub(super) fn spends_gold() -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(units(GOLD, 100_000)))
        .spends(None)
}

pub(super) fn sends(first: u64, second: u64) -> Stage {
    let stage = spends_gold();
    stage
        .gives(units(GOLD, first))
        .gives(units(GOLD, second))
        .pays(100_000_000)
}

/// Issues under acme: its identity comes back, units and rights go to outputs of their own.
pub(super) fn issues(asset: IssueAsset) -> Stage {
    let id = asset_id(0, &asset);
    let mut stage = issues_nothing_allocated(asset.clone());
    if asset.initial > 0 {
        stage = stage.gives(units(id, asset.initial));
    }
    if !asset.powers.is_empty() {
        stage = stage.gives(rights(id, asset.powers));
    }
    stage
}

pub(super) fn issues_nothing_allocated(asset: IssueAsset) -> Stage {
    let issuer = asset.issuer.unwrap_or(ACME);
    Stage::new()
        .knows(gold())
        .knows_identity(acme())
        .spends(Some(identity(issuer)))
        .spends(None)
        .gives(identity(issuer))
        .does(issue(&asset))
}

/// Spends the coin with `held` rights over GOLD and gives it back.
pub(super) fn with_rights(held: Rights) -> Stage {
    Stage::new()
        .knows(gold())
        .spends(Some(rights(GOLD, held)))
        .spends(None)
        .gives(rights(GOLD, held))
}

pub(super) fn mints(amount: u64) -> Stage {
    let asset = GOLD;
    with_rights(Rights::MINT)
        .gives(units(GOLD, amount))
        .does(Operation::Mint { asset, amount })
}

pub(super) fn burns(amount: u64, left: u64) -> Stage {
    let stage = spends_gold().does(Operation::Burn {
        asset: GOLD,
        amount,
    });
    match left {
        0 => stage.pays(1_000),
        left => stage.gives(units(GOLD, left)),
    }
}

pub(crate) fn vectors() -> Vec<Vector> {
    accepted::vectors()
        .into_iter()
        .chain(refused::vectors())
        .collect()
}
