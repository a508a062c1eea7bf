//! Assets: records, supply, holders.
use moneta_chain::ScriptId;
use moneta_mips::{Asset, AssetId, Attachment, IdentityId};

use super::View;
use super::lists::ListRow;
use crate::codec::{Reader, from_json, subject_key};
use crate::rows::Table;
use crate::store::{amount_of, counts_of, damaged};
use crate::{AssetEvent, AssetTotals, HistoryEntry, Holder, IndexError, Place, RoleCoin, Subject};

impl View {
    /// Returns an asset as it is at the tip.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset(&self, id: &AssetId) -> Result<Option<Asset>, IndexError> {
        self.moment.read(Table::Assets, &id.0, from_json)
    }

    /// Returns the asset that `handle/SYMBOL` names.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset_named(&self, handle: &str, symbol: &str) -> Result<Option<AssetId>, IndexError> {
        let Some(issuer) = self.identity_of_handle(handle)? else {
            return Ok(None);
        };
        let prefix = [symbol.as_bytes(), &[0], &issuer.0].concat();
        let mut found = self.ids_behind(Table::Symbols, &prefix, 1)?;
        Ok(found.pop().map(AssetId))
    }

    /// Returns every asset with this symbol, whoever issued it, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn assets_of_symbol(&self, symbol: &str, limit: usize) -> Result<Vec<AssetId>, IndexError> {
        let prefix = [symbol.as_bytes(), &[0]].concat();
        let ids = self.ids_behind(Table::Symbols, &prefix, limit)?;
        Ok(ids.into_iter().map(AssetId).collect())
    }

    /// Returns assets, newest first, those issued before `before` if given. The assets of one transaction
    /// are never split between pages, so a page may be a little longer than `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn assets(&self, before: Option<Place>, limit: usize) -> Result<Vec<Asset>, IndexError> {
        let rows = self.newest_whole_places(Table::AssetOrder, &[], before, limit)?;
        self.assets_of(Table::AssetOrder, &rows)
    }

    /// Returns the assets an identity issued, newest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn assets_of_issuer(
        &self,
        issuer: &IdentityId,
        limit: usize,
    ) -> Result<Vec<Asset>, IndexError> {
        let rows = self.newest(Table::IssuedBy, &issuer.0, None, limit)?;
        self.assets_of(Table::IssuedBy, &rows)
    }

    /// Returns what is counted of an asset.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset_totals(&self, id: &AssetId) -> Result<AssetTotals, IndexError> {
        let row = self.moment.read(Table::AssetTotals, &id.0, counts_of)?;
        let (holders, transactions) = row.unwrap_or_default();
        Ok(AssetTotals {
            holders,
            transactions,
        })
    }

    /// Returns issue, mints and burns of an asset, newest first, those before `before` if given; the
    /// events of one transaction are never split between pages.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn asset_events(
        &self,
        id: &AssetId,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<AssetEvent>, IndexError> {
        let rows = self.newest_whole_places(Table::AssetEvents, &id.0, before, limit)?;
        rows.iter()
            .map(|row| from_json(&row.value).ok_or(damaged(Table::AssetEvents)))
            .collect()
    }

    /// Returns who holds an asset, most first, those after the holder `after` (amount, script) if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn holders(
        &self,
        id: &AssetId,
        after: Option<(u64, ScriptId)>,
        limit: usize,
    ) -> Result<Vec<Holder>, IndexError> {
        let after =
            after.map(|(amount, script)| [&(!amount).to_be_bytes()[..], &script.0].concat());
        let rows = self
            .moment
            .rows(Table::HolderRanks, &id.0, after.as_deref())?;
        let mut holders = Vec::new();
        for row in rows.take(limit) {
            let (key, _) = row?;
            let mut rest = Reader::new(key.get(32..).unwrap_or_default());
            let rank = rest.raw().map(u64::from_be_bytes).zip(rest.raw());
            let (rank, script_id) = rank.ok_or(damaged(Table::HolderRanks))?;
            let script_id = ScriptId(script_id);
            let script = self
                .script(&script_id)?
                .ok_or(damaged(Table::HolderRanks))?;
            holders.push(Holder {
                script_id,
                script,
                amount: !rank,
            });
        }
        Ok(holders)
    }

    /// Returns what a script holds of each asset, in the order of the ids, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn holdings_of(
        &self,
        script: &ScriptId,
        limit: usize,
    ) -> Result<Vec<(AssetId, u64)>, IndexError> {
        let rows = self.moment.rows(Table::Holdings, &script.0, None)?;
        let holdings = rows.take(limit).map(|row| {
            let (key, value) = row?;
            let id = Reader::new(key.get(32..).unwrap_or_default()).raw();
            id.map(AssetId)
                .zip(amount_of(&value))
                .ok_or(damaged(Table::Holdings))
        });
        holdings.collect()
    }

    /// Returns what a script holds of an asset, in base units.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn holding(&self, script: &ScriptId, asset: &AssetId) -> Result<u64, IndexError> {
        let key = [script.0, asset.0].concat();
        let held = self.moment.read(Table::Holdings, &key, amount_of)?;
        Ok(held.unwrap_or_default())
    }

    /// Returns transactions that moved an asset, a right over it, or an identity, newest first, those
    /// before `before` if given.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn subject_history(
        &self,
        subject: &Subject,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, IndexError> {
        self.history(Table::SubjectHistory, &subject_key(subject), before, limit)
    }

    /// Returns the unspent coins that hold rights over an asset, or the one that holds an identity.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn role_coins(&self, subject: &Subject, limit: usize) -> Result<Vec<RoleCoin>, IndexError> {
        let prefix = subject_key(subject);
        let rows = self.moment.rows(Table::RoleCoins, &prefix, None)?;
        let mut coins = Vec::new();
        for row in rows {
            let (key, value) = row?;
            let rest = key.get(prefix.len()..).unwrap_or_default();
            let coin = decode_role_coin(rest, &value).ok_or(damaged(Table::RoleCoins))?;
            if self.counts(&coin)? {
                coins.push(coin);
            }
            if coins.len() >= limit {
                break;
            }
        }
        Ok(coins)
    }

    /// Tells whether no claim has emptied the coin.
    fn counts(&self, coin: &RoleCoin) -> Result<bool, IndexError> {
        let Attachment::Identity { id } = &coin.attachment else {
            return Ok(true);
        };
        match self.place_of(&coin.outpoint.txid)? {
            Some(place) => self.still_holds(id, place.height),
            None => Ok(true),
        }
    }

    fn assets_of(&self, table: Table, rows: &[ListRow]) -> Result<Vec<Asset>, IndexError> {
        let assets = rows.iter().map(|row| {
            let id = id_behind_place(&row.rest).ok_or(damaged(table))?;
            self.asset(&AssetId(id))?.ok_or(damaged(Table::Assets))
        });
        assets.collect()
    }

    /// Reads the ids that end the keys beginning with `prefix`.
    fn ids_behind(
        &self,
        table: Table,
        prefix: &[u8],
        limit: usize,
    ) -> Result<Vec<[u8; 32]>, IndexError> {
        let rows = self.moment.rows(table, prefix, None)?;
        let ids = rows.take(limit).map(|row| {
            let (key, _) = row?;
            key.last_chunk().copied().ok_or(damaged(table))
        });
        ids.collect()
    }
}

/// Reads the id behind the place in a key's rest.
pub(super) fn id_behind_place(rest: &[u8]) -> Option<[u8; 32]> {
    let mut rest = Reader::new(rest);
    rest.place()?;
    let id = rest.raw()?;
    rest.done(id)
}

fn decode_role_coin(rest: &[u8], value: &[u8]) -> Option<RoleCoin> {
    let outpoint = Reader::new(rest).outpoint_key()?;
    let mut row = Reader::new(value);
    let attachment = row.attachment()??;
    let script = row.take()?;
    row.done(RoleCoin {
        outpoint,
        script,
        attachment,
    })
}
