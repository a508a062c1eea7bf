//! Freezes: what can't move now, and everything that was ever frozen or lifted.
use bitcoin::OutPoint;
use moneta_chain::Height;
use moneta_mips::{AssetId, Attachment, Coin, FreezeRecord, ScriptDigest, Target};

use super::View;
use crate::codec::{Reader, from_json, outpoint_key};
use crate::rows::Table;
use crate::store::damaged;
use crate::{FreezeEvent, FrozenCoin, IndexError, Place, TakenUnits, UnspentCoin, WideFreeze};

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

    /// Returns the freeze that keeps an unspent coin from moving in the next block: its own, its script's or the whole
    /// asset's, whichever holds longest.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn freeze_of(
        &self,
        outpoint: &OutPoint,
        coin: &Coin,
    ) -> Result<Option<(Target, FreezeRecord)>, IndexError> {
        let mut longest: Option<(Target, FreezeRecord)> = None;
        for target in Target::stopping(outpoint, coin).into_iter().flatten() {
            if let Some(freeze) = self.freeze_on(&target)?
                && longest
                    .as_ref()
                    .is_none_or(|(_, longest)| longest.stop < freeze.stop)
            {
                longest = Some((target, freeze));
            }
        }
        Ok(longest)
    }

    /// Returns the freeze on a coin, a script or a whole asset, if it holds in the next block.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn freeze_on(&self, target: &Target) -> Result<Option<FreezeRecord>, IndexError> {
        let key = match target {
            Target::Coin { asset, coin } => return self.freeze(asset, coin),
            Target::Script { asset, script } => [asset.0, script.0].concat(),
            Target::All { asset } => asset.0.to_vec(),
        };
        let record: Option<FreezeRecord> = self.moment.read(Table::WideFreezes, &key, from_json)?;
        Ok(record.filter(|record| record.holds_at(self.next_height())))
    }

    /// Returns the freezes of scripts and of whole assets that hold in the next block, of one asset if it is given, at
    /// most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn wide_freezes(
        &self,
        asset: Option<&AssetId>,
        limit: usize,
    ) -> Result<Vec<WideFreeze>, IndexError> {
        let prefix = asset.map_or(&[][..], |asset| &asset.0[..]);
        let rows = self.moment.rows(Table::WideFreezes, prefix, None)?;
        let read = rows.map(|row| {
            let (key, value) = row?;
            let mut key = Reader::new(&key);
            let asset = key.raw().map(AssetId);
            let asset = asset.ok_or(damaged(Table::WideFreezes))?;
            Ok(WideFreeze {
                asset,
                script: key.raw().map(ScriptDigest),
                freeze: from_json(&value).ok_or(damaged(Table::WideFreezes))?,
            })
        });
        // Lapsed ones stay in the registry until somebody drops them: they don't count against the limit.
        let next = self.next_height();
        let holding = read.filter(|wide: &Result<WideFreeze, IndexError>| {
            wide.as_ref()
                .map_or(true, |wide| wide.freeze.holds_at(next))
        });
        holding.take(limit).collect()
    }

    /// Returns the units that were taken from a coin by force, if any were; also after the coin was spent.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn taken_from(&self, coin: &OutPoint) -> Result<Option<TakenUnits>, IndexError> {
        self.moment
            .read(Table::Seizures, &outpoint_key(coin), from_json)
    }

    /// Returns a coin as the rules see it: without its units if they were taken by force.
    pub(super) fn as_it_counts(
        &self,
        outpoint: OutPoint,
        mut coin: Coin,
    ) -> Result<UnspentCoin, IndexError> {
        let taken = match coin.attachment {
            Some(Attachment::Asset { .. }) => self.taken_from(&outpoint)?,
            _ => None,
        };
        if taken.is_some() {
            coin.attachment = None;
        }
        Ok(UnspentCoin {
            outpoint,
            coin,
            taken,
        })
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
            let unspent = self.coin(&outpoint)?.filter(|coin| coin.taken.is_none());
            if let Some((freeze, unspent)) = freeze.zip(unspent) {
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
