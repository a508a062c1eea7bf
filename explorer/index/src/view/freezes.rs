//! Freezes: what can't move now, and everything that was ever frozen or lifted.
use bitcoin::OutPoint;
use moneta_chain::Height;
use moneta_mips::{AssetId, FreezeRecord};

use super::View;
use crate::codec::{Reader, from_json, outpoint_key};
use crate::rows::Table;
use crate::store::damaged;
use crate::{FreezeEvent, FrozenCoin, IndexError, Place};

impl View {
    /// Returns the freeze of a coin if it holds in the next block.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn freeze(
        &self,
        asset: &AssetId,
        coin: &OutPoint,
    ) -> Result<Option<FreezeRecord>, IndexError> {
        let key = [&asset.0[..], &outpoint_key(coin)].concat();
        let record: Option<FreezeRecord> = self.moment.read(Table::Freezes, &key, from_json)?;
        Ok(record.filter(|record| record.holds_at(self.next_height())))
    }

    /// Returns the coins of an asset (of every asset if `None`) that can't move in the next block, the
    /// freeze that ends first at the head, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn frozen_coins(
        &self,
        asset: Option<&AssetId>,
        limit: usize,
    ) -> Result<Vec<FrozenCoin>, IndexError> {
        let mut frozen = Vec::new();
        for (asset, outpoint) in self.running_freezes(asset, limit)? {
            let freeze = self.freeze(&asset, &outpoint)?;
            // A coin that moved all the same (whole, to redemption) is no longer frozen: it is gone.
            if let Some((freeze, unspent)) = freeze.zip(self.coin(&outpoint)?) {
                frozen.push(FrozenCoin {
                    asset,
                    outpoint,
                    coin: unspent.coin,
                    freeze,
                });
            }
        }
        Ok(frozen)
    }

    /// Returns freezes and liftings of an asset (of every asset if `None`), newest first, those before
    /// `before` if given; the events of one transaction are never split between pages.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn freeze_events(
        &self,
        asset: Option<&AssetId>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<FreezeEvent>, IndexError> {
        let (table, prefix) = match asset {
            Some(asset) => (Table::FreezeLogOf, &asset.0[..]),
            None => (Table::FreezeLog, &[][..]),
        };
        let rows = self.newest_whole_places(table, prefix, before, limit)?;
        rows.iter()
            .map(|row| from_json(&row.value).ok_or(damaged(table)))
            .collect()
    }

    /// Freezes are filed by the height at which they end, so those that have lapsed are not even read.
    fn running_freezes(
        &self,
        asset: Option<&AssetId>,
        limit: usize,
    ) -> Result<Vec<(AssetId, OutPoint)>, IndexError> {
        // A freeze holds at a height below its stop.
        let lapsed = self.next_height().to_u32().to_be_bytes();
        let (table, prefix) = match asset {
            Some(asset) => (Table::FreezeStopsOf, &asset.0[..]),
            None => (Table::FreezeStops, &[][..]),
        };
        // Behind every key that begins with the last lapsed height.
        let after = [&lapsed[..], &[0xff; 69]].concat();
        let rows = self.moment.rows(table, prefix, Some(&after))?;
        let freezes = rows.take(limit).map(|row| {
            let (key, _) = row?;
            let mut key = Reader::new(&key);
            let read = if asset.is_some() {
                let asset = key.raw();
                let _stop: Option<Height> = key.raw().map(u32::from_be_bytes).map(Height::new);
                asset
            } else {
                let _stop: Option<Height> = key.raw().map(u32::from_be_bytes).map(Height::new);
                key.raw()
            };
            read.map(AssetId)
                .zip(key.outpoint_key())
                .ok_or(damaged(table))
        });
        freezes.collect()
    }
}
