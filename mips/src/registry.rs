//! The registry in memory: ordered maps, exact undo, and a layer for changes that are not final yet.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::OutPoint;

use crate::{Asset, AssetId, Change, FreezeRecord, Identity, IdentityId, RegistryView};

/// The registry in memory: ordered maps, exact undo.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry {
    assets: BTreeMap<AssetId, Asset>,
    /// Symbols under an issuer; a bare asset's symbol names nothing.
    symbols: BTreeMap<(IdentityId, String), AssetId>,
    freezes: BTreeMap<(AssetId, OutPoint), FreezeRecord>,
    identities: BTreeMap<IdentityId, Identity>,
    handles: BTreeMap<String, IdentityId>,
}

impl Registry {
    /// Applies one change.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Asset { after, .. } => self.put_asset(after),
            Change::Freeze {
                asset, coin, after, ..
            } => self.put_freeze((*asset, *coin), after.as_ref()),
            Change::Identity { after } => {
                self.handles.insert(after.handle.clone(), after.id);
                self.identities.insert(after.id, (**after).clone());
            }
        }
    }

    /// Takes one change back; the reverse of [`Self::apply`]. Changes are taken back last first.
    pub fn undo(&mut self, change: &Change) {
        match change {
            Change::Asset {
                before: Some(before),
                ..
            } => self.put_asset(before),
            Change::Asset {
                before: None,
                after,
            } => {
                self.assets.remove(&after.id);
                if let Some(issuer) = after.issuer {
                    self.symbols.remove(&(issuer, after.symbol.clone()));
                }
            }
            Change::Freeze {
                asset,
                coin,
                before,
                ..
            } => self.put_freeze((*asset, *coin), before.as_ref()),
            Change::Identity { after } => {
                self.handles.remove(&after.handle);
                self.identities.remove(&after.id);
            }
        }
    }

    /// Returns every asset, by id.
    pub fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.assets.values()
    }

    /// Returns every identity, by id.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.identities.values()
    }

    /// Returns every freeze, lapsed ones included, by asset and coin.
    pub fn freezes(&self) -> impl Iterator<Item = (AssetId, OutPoint, &FreezeRecord)> {
        self.freezes
            .iter()
            .map(|(&(asset, coin), record)| (asset, coin, record))
    }

    fn put_asset(&mut self, asset: &Asset) {
        if let Some(issuer) = asset.issuer {
            self.symbols
                .insert((issuer, asset.symbol.clone()), asset.id);
        }
        self.assets.insert(asset.id, asset.clone());
    }

    fn put_freeze(&mut self, key: (AssetId, OutPoint), record: Option<&FreezeRecord>) {
        match record {
            Some(record) => self.freezes.insert(key, record.clone()),
            None => self.freezes.remove(&key),
        };
    }
}

impl RegistryView for Registry {
    fn asset(&self, id: &AssetId) -> Option<Asset> {
        self.assets.get(id).cloned()
    }

    fn asset_of_symbol(&self, issuer: &IdentityId, symbol: &str) -> Option<AssetId> {
        self.symbols.get(&(*issuer, symbol.to_owned())).copied()
    }

    fn freeze(&self, asset: &AssetId, coin: &OutPoint) -> Option<FreezeRecord> {
        self.freezes.get(&(*asset, *coin)).cloned()
    }

    fn identity(&self, id: &IdentityId) -> Option<Identity> {
        self.identities.get(id).cloned()
    }

    fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        self.handles.get(handle).copied()
    }
}

/// Changes laid over a registry that stays as it is: what a block or a mempool under judgement sees.
pub struct RegistryOverlay<'a> {
    below: &'a dyn RegistryView,
    above: Registry,
    /// Freeze records that are there below and gone above.
    forgotten: BTreeSet<(AssetId, OutPoint)>,
}

impl<'a> RegistryOverlay<'a> {
    /// Lays an empty layer over `below`.
    pub const fn new(below: &'a dyn RegistryView) -> Self {
        Self {
            below,
            above: Registry {
                assets: BTreeMap::new(),
                symbols: BTreeMap::new(),
                freezes: BTreeMap::new(),
                identities: BTreeMap::new(),
                handles: BTreeMap::new(),
            },
            forgotten: BTreeSet::new(),
        }
    }

    /// Applies one change to the layer.
    pub fn apply(&mut self, change: &Change) {
        if let Change::Freeze {
            asset, coin, after, ..
        } = change
        {
            match after {
                Some(_) => self.forgotten.remove(&(*asset, *coin)),
                None => self.forgotten.insert((*asset, *coin)),
            };
        }
        self.above.apply(change);
    }
}

impl RegistryView for RegistryOverlay<'_> {
    fn asset(&self, id: &AssetId) -> Option<Asset> {
        self.above.asset(id).or_else(|| self.below.asset(id))
    }

    fn asset_of_symbol(&self, issuer: &IdentityId, symbol: &str) -> Option<AssetId> {
        let above = self.above.asset_of_symbol(issuer, symbol);
        above.or_else(|| self.below.asset_of_symbol(issuer, symbol))
    }

    fn freeze(&self, asset: &AssetId, coin: &OutPoint) -> Option<FreezeRecord> {
        if self.forgotten.contains(&(*asset, *coin)) {
            return None;
        }
        let above = self.above.freeze(asset, coin);
        above.or_else(|| self.below.freeze(asset, coin))
    }

    fn identity(&self, id: &IdentityId) -> Option<Identity> {
        self.above.identity(id).or_else(|| self.below.identity(id))
    }

    fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        let above = self.above.identity_of_handle(handle);
        above.or_else(|| self.below.identity_of_handle(handle))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{Stage, everything};

    /// Stages of all MIPs that are accepted.
    fn accepted() -> Vec<Stage> {
        let vectors = everything().into_iter();
        let accepted = vectors.filter(|vector| vector.code.is_none());
        accepted.map(|vector| vector.stage).collect()
    }

    /// Returns the changes that put what `from` has and `into` lacks.
    fn merged(from: &Registry, into: &Registry) -> Vec<Change> {
        let assets = from.assets().filter(|one| into.asset(&one.id).is_none());
        let identities = from.identities();
        let identities = identities.filter(|one| into.identity(&one.id).is_none());
        let freezes = from.freezes();
        let freezes = freezes.filter(|(asset, coin, _)| into.freeze(asset, coin).is_none());
        assets
            .map(|one| Change::Asset {
                before: None,
                after: Box::new(one.clone()),
            })
            .chain(identities.map(|one| Change::Identity {
                after: Box::new(one.clone()),
            }))
            .chain(freezes.map(|(asset, coin, record)| Change::Freeze {
                asset,
                coin,
                before: None,
                after: Some(record.clone()),
            }))
            .collect()
    }

    proptest! {
        // One case walks through all scenarios in some order.
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn undo_takes_back_exactly_what_apply_did(
            order in Just((0..200).collect::<Vec<usize>>()).prop_shuffle(),
        ) {
            let stages = accepted();
            let mut registry = Registry::default();
            let mut history: Vec<(Registry, Vec<Change>)> = Vec::new();
            let mut apply = |registry: &mut Registry, changes: Vec<Change>| {
                let before = registry.clone();
                changes.iter().for_each(|change| registry.apply(change));
                history.push((before, changes));
            };
            // Each once: a coin is not spent twice.
            for mut stage in order.into_iter().filter_map(|at| stages.get(at).cloned()) {
                let premises = merged(&stage.registry, &registry);
                apply(&mut registry, premises);
                stage.registry = registry.clone();
                if let Ok(effects) = stage.check() {
                    apply(&mut registry, effects.changes);
                }
            }
            for (before, changes) in history.into_iter().rev() {
                changes.iter().rev().for_each(|change| registry.undo(change));
                prop_assert_eq!(&registry, &before);
            }
            prop_assert_eq!(registry, Registry::default());
        }
    }

    #[test]
    fn an_overlay_answers_as_the_registry_with_the_changes_applied() {
        let mut changed = 0;
        for stage in accepted() {
            let changes = stage.check().expect("accepted").changes;
            let mut applied = stage.registry.clone();
            let mut overlay = RegistryOverlay::new(&stage.registry);
            for change in &changes {
                changed += 1;
                applied.apply(change);
                overlay.apply(change);
            }
            for asset in applied.assets() {
                assert_eq!(overlay.asset(&asset.id).as_ref(), Some(asset));
                if let Some(issuer) = asset.issuer {
                    assert_eq!(
                        overlay.asset_of_symbol(&issuer, &asset.symbol),
                        Some(asset.id)
                    );
                }
            }
            for identity in applied.identities() {
                assert_eq!(overlay.identity(&identity.id).as_ref(), Some(identity));
                assert_eq!(
                    overlay.identity_of_handle(&identity.handle),
                    Some(identity.id)
                );
            }
            let before = stage.registry.freezes();
            let coins = before
                .chain(applied.freezes())
                .map(|(asset, coin, _)| (asset, coin));
            for (asset, coin) in coins {
                assert_eq!(overlay.freeze(&asset, &coin), applied.freeze(&asset, &coin));
            }
        }
        assert!(changed > 20, "{changed} changes");
    }
}
