//! What the transactions of a block have changed so far, over the state below it.
use std::collections::BTreeMap;

use bitcoin::{OutPoint, Transaction, TxOut};
use moneta_chain::Height;
use moneta_mips::{Asset, AssetId, Change, Coin, FreezeRecord, Identity, IdentityId, RegistryView};

use crate::{CoinView, ValidTransaction};

/// Longest script that can ever run, in bytes.
const MAX_SCRIPT_LEN: usize = 10_000;

/// Tells whether an output becomes a coin: not if no input can ever spend it.
pub fn is_coin(output: &TxOut) -> bool {
    let script = &output.script_pubkey;
    !script.is_op_return() && script.len() <= MAX_SCRIPT_LEN
}

/// Coins after the transactions so far: `None` where one was spent.
pub(super) struct CoinOverlay<'a> {
    below: &'a dyn CoinView,
    changed: BTreeMap<OutPoint, Option<Coin>>,
}

impl<'a> CoinOverlay<'a> {
    pub(super) const fn new(below: &'a dyn CoinView) -> Self {
        Self {
            below,
            changed: BTreeMap::new(),
        }
    }

    /// Spends the inputs of a transaction and adds its outputs.
    pub(super) fn apply(&mut self, tx: &Transaction, effect: &ValidTransaction, height: Height) {
        let coinbase = tx.is_coinbase();
        if !coinbase {
            let outpoints = tx.input.iter().map(|input| input.previous_output);
            self.changed
                .extend(outpoints.map(|outpoint| (outpoint, None)));
        }
        for (vout, output) in (0..).zip(&tx.output).filter(|(_, output)| is_coin(output)) {
            let coin = Coin {
                output: output.clone(),
                height,
                coinbase,
                attachment: effect.attachments.get(&vout).cloned(),
            };
            let outpoint = OutPoint::new(effect.txid, vout);
            self.changed.insert(outpoint, Some(coin));
        }
    }
}

impl CoinView for CoinOverlay<'_> {
    fn coin(&self, outpoint: &OutPoint) -> Option<Coin> {
        match self.changed.get(outpoint) {
            Some(changed) => changed.clone(),
            None => self.below.coin(outpoint),
        }
    }
}

/// A registry after changes that are not applied to it: a block being judged, a mempool.
pub struct RegistryOverlay<'a> {
    below: &'a dyn RegistryView,
    assets: BTreeMap<AssetId, Asset>,
    symbols: BTreeMap<(IdentityId, String), AssetId>,
    freezes: BTreeMap<(AssetId, OutPoint), Option<FreezeRecord>>,
    identities: BTreeMap<IdentityId, Identity>,
    handles: BTreeMap<String, IdentityId>,
}

impl<'a> RegistryOverlay<'a> {
    /// Lays an overlay without changes over a registry.
    pub const fn new(below: &'a dyn RegistryView) -> Self {
        Self {
            below,
            assets: BTreeMap::new(),
            symbols: BTreeMap::new(),
            freezes: BTreeMap::new(),
            identities: BTreeMap::new(),
            handles: BTreeMap::new(),
        }
    }

    /// Applies one change.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Asset { after, .. } => {
                if let Some(issuer) = after.issuer {
                    self.symbols
                        .insert((issuer, after.symbol.clone()), after.id);
                }
                self.assets.insert(after.id, Asset::clone(after));
            }
            Change::Freeze {
                asset, coin, after, ..
            } => {
                self.freezes.insert((*asset, *coin), after.clone());
            }
            Change::Identity { after } => {
                self.handles.insert(after.handle.clone(), after.id);
                self.identities.insert(after.id, Identity::clone(after));
            }
        }
    }
}

impl RegistryView for RegistryOverlay<'_> {
    fn asset(&self, id: &AssetId) -> Option<Asset> {
        self.assets
            .get(id)
            .cloned()
            .or_else(|| self.below.asset(id))
    }

    fn asset_of_symbol(&self, issuer: &IdentityId, symbol: &str) -> Option<AssetId> {
        let changed = self.symbols.get(&(*issuer, symbol.to_owned())).copied();
        changed.or_else(|| self.below.asset_of_symbol(issuer, symbol))
    }

    fn freeze(&self, asset: &AssetId, coin: &OutPoint) -> Option<FreezeRecord> {
        match self.freezes.get(&(*asset, *coin)) {
            Some(changed) => changed.clone(),
            None => self.below.freeze(asset, coin),
        }
    }

    fn identity(&self, id: &IdentityId) -> Option<Identity> {
        self.identities
            .get(id)
            .cloned()
            .or_else(|| self.below.identity(id))
    }

    fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        let changed = self.handles.get(handle).copied();
        changed.or_else(|| self.below.identity_of_handle(handle))
    }
}
