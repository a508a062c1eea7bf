//! Assets, freezes and identities.
use bitcoin::OutPoint;
use moneta_chain::ScriptId;
use moneta_mips::{Asset, AssetId, FreezeRecord, Identity, IdentityId};

use super::View;
use crate::{
    AssetEvent, AssetTotals, FreezeEvent, FrozenCoin, HistoryEntry, Holder, IndexError, Place,
    RoleCoin, Subject,
};

impl View {
    /// Returns an asset as it is at the tip.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset(&self, _id: &AssetId) -> Result<Option<Asset>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the asset that `handle/SYMBOL` names.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset_named(&self, _handle: &str, _symbol: &str) -> Result<Option<AssetId>, IndexError> {
        unimplemented!("view")
    }

    /// Returns every asset with this symbol, whoever issued it, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn assets_of_symbol(
        &self,
        _symbol: &str,
        _limit: usize,
    ) -> Result<Vec<AssetId>, IndexError> {
        unimplemented!("view")
    }

    /// Returns assets, newest first, those issued before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn assets(&self, _before: Option<Place>, _limit: usize) -> Result<Vec<Asset>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the assets an identity issued, newest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn assets_of_issuer(
        &self,
        _issuer: &IdentityId,
        _limit: usize,
    ) -> Result<Vec<Asset>, IndexError> {
        unimplemented!("view")
    }

    /// Returns what is counted of an asset.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset_totals(&self, _id: &AssetId) -> Result<AssetTotals, IndexError> {
        unimplemented!("view")
    }

    /// Returns issue, mints and burns of an asset, newest first, those before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset_events(
        &self,
        _id: &AssetId,
        _before: Option<Place>,
        _limit: usize,
    ) -> Result<Vec<AssetEvent>, IndexError> {
        unimplemented!("view")
    }

    /// Returns who holds an asset, most first, those after the holder `after` (amount, script) if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn holders(
        &self,
        _id: &AssetId,
        _after: Option<(u64, ScriptId)>,
        _limit: usize,
    ) -> Result<Vec<Holder>, IndexError> {
        unimplemented!("view")
    }

    /// Returns what a script holds of each asset, in the order of the ids, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn holdings_of(
        &self,
        _script: &ScriptId,
        _limit: usize,
    ) -> Result<Vec<(AssetId, u64)>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the freeze of a coin if it holds in the next block.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn freeze(
        &self,
        _asset: &AssetId,
        _coin: &OutPoint,
    ) -> Result<Option<FreezeRecord>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the coins of an asset (of every asset if `None`) that can't move in the next block, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn frozen_coins(
        &self,
        _asset: Option<&AssetId>,
        _limit: usize,
    ) -> Result<Vec<FrozenCoin>, IndexError> {
        unimplemented!("view")
    }

    /// Returns freezes and liftings of an asset (of every asset if `None`), newest first, those before
    /// `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn freeze_events(
        &self,
        _asset: Option<&AssetId>,
        _before: Option<Place>,
        _limit: usize,
    ) -> Result<Vec<FreezeEvent>, IndexError> {
        unimplemented!("view")
    }

    /// Returns an identity.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identity(&self, _id: &IdentityId) -> Result<Option<Identity>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the identity with this handle.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identity_of_handle(&self, _handle: &str) -> Result<Option<IdentityId>, IndexError> {
        unimplemented!("view")
    }

    /// Returns identities, newest first, those registered before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identities(
        &self,
        _before: Option<Place>,
        _limit: usize,
    ) -> Result<Vec<Identity>, IndexError> {
        unimplemented!("view")
    }

    /// Returns transactions that moved an asset, a right over it, or an identity, newest first, those
    /// before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn subject_history(
        &self,
        _subject: &Subject,
        _before: Option<Place>,
        _limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        unimplemented!("view")
    }

    /// Returns the unspent coins that hold rights over an asset, or the one that holds an identity.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn role_coins(
        &self,
        _subject: &Subject,
        _limit: usize,
    ) -> Result<Vec<RoleCoin>, IndexError> {
        unimplemented!("view")
    }
}
