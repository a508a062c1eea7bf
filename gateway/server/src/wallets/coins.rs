//! The coins of a wallet: confirmed and pending, frozen or free, none that a waiting transaction spends.
use std::cmp::Reverse;
use std::sync::Arc;

use bitcoin::{OutPoint, Transaction};
use moneta_index::{TakenUnits, UnspentCoin};
use moneta_keys::Keychain;
use moneta_mips::{AssetId, Attachment, Coin, FreezeRecord, Target};
use moneta_wallet::WalletCoin;

use super::WalletScripts;
use crate::error::ApiError;
use crate::state::Scene;

/// Coins that are read from the index at once.
const PAGE: usize = 500;

/// A coin of a wallet.
#[derive(Debug, Clone)]
pub(crate) struct HeldCoin {
    /// Where it stands.
    pub(crate) outpoint: OutPoint,
    /// What it is.
    pub(crate) coin: Coin,
    /// Which key of the wallet it pays.
    pub(crate) key: (Keychain, u32),
    /// Whether it is in a block.
    pub(crate) confirmed: bool,
    /// Whether it may be spent though it is not in a block: it is the wallet's own change, or a payment
    /// that this tenant had made here.
    pub(crate) trusted: bool,
    /// The freeze that holds in the next block: on the coin, its script or the whole asset.
    pub(crate) freeze: Option<(Target, FreezeRecord)>,
    /// The units that were taken from it by force, if any were. Its grains are its holder's still, but offline signers
    /// read from the transaction that made it that it holds units: it is left alone.
    pub(crate) taken: Option<TakenUnits>,
}

impl HeldCoin {
    /// Tells whether a block right after the view's tip may not spend it yet.
    pub(crate) fn is_immature(&self, scene: &Scene) -> bool {
        let next = scene.view.tip().height.next();
        let role = matches!(
            self.coin.attachment,
            Some(Attachment::Authority { .. } | Attachment::Identity { .. })
        );
        let age = next.blocks_since(self.coin.height);
        (self.coin.coinbase && age < scene.params.coinbase_maturity)
            || (role && (!self.confirmed || age < 1))
    }

    /// Returns the asset it holds, and how much.
    pub(crate) const fn units(&self) -> Option<(AssetId, u64)> {
        match self.coin.attachment {
            Some(Attachment::Asset { id, amount }) => Some((id, amount)),
            _ => None,
        }
    }
}

impl WalletScripts {
    /// Returns every coin of the wallet, in the order of scripts and outpoints.
    ///
    /// # Errors
    /// The index fails.
    pub(crate) fn coins(&self, scene: &Scene) -> Result<Vec<HeldCoin>, ApiError> {
        let mut held = Vec::new();
        for (id, (keychain, index, _)) in &self.by_id {
            let pending = scene.pending.script(id);
            let mut after = None;
            loop {
                let page = scene.view.script_coins(id, after, PAGE)?;
                let Some(last) = page.last() else { break };
                after = Some(last.outpoint);
                let full = page.len() == PAGE;
                for coin in page {
                    if pending.is_none_or(|pending| !pending.spent.contains_key(&coin.outpoint)) {
                        held.push(self.confirmed(coin, (*keychain, *index), scene)?);
                    }
                }
                if !full {
                    break;
                }
            }
            for coin in pending.into_iter().flat_map(|pending| &pending.created) {
                // Mined since the snapshot was taken: then it is among the confirmed ones.
                if scene.view.place_of(&coin.outpoint.txid)?.is_none() {
                    held.push(self.pending(coin.clone(), (*keychain, *index), scene)?);
                }
            }
        }
        Ok(held)
    }

    fn confirmed(
        &self,
        coin: UnspentCoin,
        key: (Keychain, u32),
        scene: &Scene,
    ) -> Result<HeldCoin, ApiError> {
        let UnspentCoin {
            outpoint,
            mut coin,
            taken,
        } = coin;
        if let Some(Attachment::Identity { id }) = coin.attachment
            && !scene.view.still_holds(&id, coin.height)?
        {
            // Somebody recovered the identity: to the rules this coin is plain.
            coin.attachment = None;
        }
        Ok(HeldCoin {
            freeze: scene.view.freeze_of(&outpoint, &coin)?,
            outpoint,
            coin,
            key,
            confirmed: true,
            trusted: false,
            taken,
        })
    }

    fn pending(
        &self,
        coin: UnspentCoin,
        key: (Keychain, u32),
        scene: &Scene,
    ) -> Result<HeldCoin, ApiError> {
        let UnspentCoin { outpoint, coin, .. } = coin;
        let trusted = scene
            .pending
            .transaction(&outpoint.txid)
            .is_some_and(|entry| {
                let mut spent = entry.spent.iter();
                spent.all(|coin| self.locate(&coin.output.script_pubkey).is_some())
            });
        Ok(HeldCoin {
            // Its script, or the whole asset, can be frozen before it is in a block.
            freeze: scene.view.freeze_of(&outpoint, &coin)?,
            outpoint,
            coin,
            key,
            confirmed: false,
            trusted,
            taken: None,
        })
    }
}

/// Picks the coins a plan may need: those with rights and identities, those of `asset`, and of those
/// that hold MTA only, and of the asset's, the `most` biggest. Says whether any were left out.
pub(crate) fn pick(
    held: Vec<HeldCoin>,
    asset: Option<AssetId>,
    most: usize,
    scene: &Scene,
) -> (Vec<HeldCoin>, bool) {
    let usable = held
        .into_iter()
        .filter(|coin| (coin.confirmed || coin.trusted) && coin.taken.is_none());
    let (roles, others): (Vec<_>, Vec<_>) =
        usable.partition(|coin| coin.coin.attachment.is_some() && coin.units().is_none());
    let (mut units, mut grains): (Vec<_>, Vec<_>) = others
        .into_iter()
        .filter(|coin| coin.units().is_none_or(|(id, _)| Some(id) == asset))
        .partition(|coin| coin.units().is_some());
    units.sort_by_key(|coin| (Reverse(coin.units()), coin.outpoint));
    grains.sort_by_key(|coin| {
        (
            coin.is_immature(scene),
            !coin.confirmed,
            Reverse(coin.coin.output.value),
            coin.outpoint,
        )
    });
    let left_out = units.len() > most || grains.len() > most;
    units.truncate(most);
    grains.truncate(most);
    (
        roles.into_iter().chain(units).chain(grains).collect(),
        left_out,
    )
}

/// Fetches the transactions that made the coins: signers read from them what a coin holds.
///
/// # Errors
/// The index fails, or lacks a transaction whose coin it has.
pub(crate) fn hydrate(held: Vec<HeldCoin>, scene: &Scene) -> Result<Vec<WalletCoin>, ApiError> {
    let mut known: std::collections::BTreeMap<_, Arc<Transaction>> = Default::default();
    held.into_iter()
        .map(|held| {
            let txid = held.outpoint.txid;
            let previous = match (known.get(&txid), held.confirmed) {
                (Some(previous), _) => previous.clone(),
                (None, true) => scene
                    .view
                    .transaction(&txid)?
                    .map(|found| Arc::new(found.transaction))
                    .ok_or_else(|| missing(&held.outpoint))?,
                (None, false) => scene
                    .pending
                    .transaction(&txid)
                    .map(|entry| entry.transaction.clone())
                    .ok_or_else(|| missing(&held.outpoint))?,
            };
            known.insert(txid, previous.clone());
            let (keychain, index) = held.key;
            Ok(WalletCoin {
                outpoint: held.outpoint,
                coin: held.coin,
                keychain,
                index,
                previous,
                confirmed: held.confirmed,
                frozen: held.freeze.map(|(_, freeze)| freeze),
            })
        })
        .collect()
}

fn missing(outpoint: &OutPoint) -> ApiError {
    ApiError::internal(&format!(
        "the index has coin {outpoint} but not its transaction"
    ))
}
