//! Registry records with sensible contents: a test names what it is about and no more.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::Height;
use moneta_mips::{
    Asset, AssetId, Change, FreezeRecord, Holders, Identity, IdentityId, Reason, RegistryView,
    Rights, Tier,
};

use super::ScriptedChain;

/// Returns the registration of `handle`. Its id is made of the byte `id`.
pub fn identity(chain: &ScriptedChain, id: u8, handle: &str) -> Change {
    Change::Identity {
        after: Box::new(Identity {
            id: IdentityId([id; 32]),
            handle: handle.to_owned(),
            document: "{}".to_owned(),
            recovery: [0; 32],
            registered_in: Txid::all_zeros(),
            registered_at: chain.next_height(),
        }),
    }
}

/// Returns the issue of `supply` base units of `symbol`. The asset's id is made of the byte `id`, the
/// issuer's of the byte `issuer`.
pub fn issue(
    chain: &ScriptedChain,
    id: u8,
    symbol: &str,
    issuer: Option<u8>,
    supply: u64,
) -> Change {
    Change::Asset {
        before: None,
        after: Box::new(Asset {
            id: AssetId([id; 32]),
            symbol: symbol.to_owned(),
            issuer: issuer.map(|issuer| IdentityId([issuer; 32])),
            decimals: 3,
            supply,
            burned: 0,
            cap: u64::MAX,
            powers: Rights::FREEZE.union(Rights::MINT),
            holders: Holders::Open,
            name: format!("{symbol} of the test"),
            contract_hash: [id; 32],
            issued_in: Txid::all_zeros(),
            issued_at: chain.next_height(),
        }),
    }
}

/// Returns a change of supply: `minted` created, `burned` destroyed.
pub fn supply(chain: &ScriptedChain, id: u8, minted: u64, burned: u64) -> Change {
    let before = chain.registry().asset(&AssetId([id; 32]));
    let before = before.expect("the asset was issued");
    let mut after = before.clone();
    after.supply = after.supply + minted - burned;
    after.burned += burned;
    Change::Asset {
        before: Some(Box::new(before)),
        after: Box::new(after),
    }
}

/// Returns the freeze of a coin for `blocks` blocks after the next one.
pub fn freeze(chain: &ScriptedChain, id: u8, coin: OutPoint, blocks: u32) -> Change {
    let asset = AssetId([id; 32]);
    let start = chain.next_height();
    Change::Freeze {
        asset,
        coin,
        before: chain.registry().freeze(&asset, &coin),
        after: Some(FreezeRecord {
            tier: Tier::Emergency,
            start,
            stop: start.next().saturating_add(blocks),
            reason: Reason::TheftReport,
            jurisdiction: *b"CH",
            document: [0xd0; 32],
            frozen_in: Txid::all_zeros(),
            ordered: None,
            contested: None,
        }),
    }
}

/// Returns the lifting of a freeze: the record stays, and ends with the next block.
pub fn lift(chain: &ScriptedChain, id: u8, coin: OutPoint) -> Change {
    let asset = AssetId([id; 32]);
    let before = chain.registry().freeze(&asset, &coin);
    let mut after = before.clone().expect("the coin was frozen");
    let next: Height = chain.next_height().next();
    after.stop = next;
    Change::Freeze {
        asset,
        coin,
        before,
        after: Some(after),
    }
}

/// Writes the transaction's id into records that name it.
pub(super) fn signed(mut change: Change, txid: Txid) -> Change {
    let field = match &mut change {
        Change::Asset { after, .. } => &mut after.issued_in,
        Change::Identity { after } => &mut after.registered_in,
        Change::Record(_) => return change,
        Change::Freeze {
            after: Some(after), ..
        } => &mut after.frozen_in,
        Change::Freeze { after: None, .. } => return change,
    };
    if *field == Txid::all_zeros() {
        *field = txid;
    }
    change
}
