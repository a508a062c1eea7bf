//! Lines of the freeze register, and what became of each freeze.
use std::collections::BTreeMap;

use bitcoin::OutPoint;
use moneta_chain::ScriptId;
use moneta_index::{FreezeEvent, FreezeEventKind, IndexError, Place};
use moneta_mips::{AssetId, Attachment, FreezeRecord, Target};
use moneta_pages::parts::{Amount, FreezeAct, FreezeOn, FreezeRow, FreezeState, Party};

use super::operations::{country, reason_of, tier_of};
use super::{Scene, coin_ref, digest};

/// A transaction freezes at most 64 coins, and a page never stops in the middle of one.
const MAX_TARGETS: usize = 64;

impl Scene {
    /// Returns at least `limit` lines of the register, newest first, those before `before` if given, and
    /// the place to go on from if there are more.
    pub(crate) fn freeze_rows(
        &self,
        scope: Option<&AssetId>,
        before: Option<Place>,
        limit: usize,
    ) -> Result<(Vec<FreezeRow>, Option<Place>), IndexError> {
        let mut events = self
            .view
            .freeze_events(scope, before, limit + MAX_TARGETS + 1)?;
        let last = events
            .get(..limit)
            .and_then(<[_]>::last)
            .map(|event| event.place);
        let found = events.len();
        events.retain(|event| last.is_none_or(|last| event.place >= last));
        let more = last.filter(|_| events.len() < found);
        let mut later = BTreeMap::new();
        let mut rows = Vec::new();
        for event in &events {
            // A lifting is told in the line of the freeze that it ends.
            if event.kind != FreezeEventKind::Lifted {
                rows.push(self.freeze_row(event, later.get(&(event.asset, event.coin)))?);
            }
            later.insert((event.asset, event.coin), event.clone());
        }
        Ok((rows, more))
    }

    fn freeze_row(
        &self,
        event: &FreezeEvent,
        later: Option<&FreezeEvent>,
    ) -> Result<FreezeRow, IndexError> {
        let state = self.freeze_state(event, later)?;
        let (asset, coin) = (event.asset, event.coin);
        self.freeze_line(&Target::Coin { asset, coin }, &event.freeze, state)
    }

    /// Returns a line for each freeze of a script or of a whole asset that holds in the next block, at most `limit`.
    pub(crate) fn wide_freeze_rows(
        &self,
        asset: Option<&AssetId>,
        limit: usize,
    ) -> Result<Vec<FreezeRow>, IndexError> {
        let wide = self.view.wide_freezes(asset, limit)?;
        let rows = wide.iter().map(|wide| {
            let state = self.active(&wide.freeze);
            self.freeze_line(&wide.target(), &wide.freeze, state)
        });
        rows.collect()
    }

    /// Writes a line of the register.
    pub(crate) fn freeze_line(
        &self,
        target: &Target,
        record: &FreezeRecord,
        state: FreezeState,
    ) -> Result<FreezeRow, IndexError> {
        let (on, (amount, holder)) = match target {
            Target::Coin { coin, .. } => (FreezeOn::Coin(coin_ref(coin)), self.frozen_coin(coin)?),
            Target::Script { script, .. } => {
                // The index files scripts under the same hash.
                let seen = self.view.script(&ScriptId(script.0))?;
                let holder = seen.map(|script| self.party(&script));
                (FreezeOn::Script(script.to_string()), (None, holder))
            }
            Target::All { .. } => (FreezeOn::Asset, (None, None)),
        };
        Ok(FreezeRow {
            asset: self.name_asset(&target.asset())?.asset,
            on,
            amount,
            holder,
            tier: tier_of(record.tier),
            reason: reason_of(record.reason),
            jurisdiction: country(record.jurisdiction),
            start: record.start.to_u32(),
            stop: record.stop.to_u32(),
            moment: self.moment_at(record.start)?,
            frozen_in: record.frozen_in.to_string(),
            document: digest(&record.document),
            state,
        })
    }

    /// Returns how long a freeze that holds still does.
    pub(crate) fn active(&self, record: &FreezeRecord) -> FreezeState {
        FreezeState::Active {
            blocks_left: record.stop.blocks_since(self.view.tip().height.next()),
        }
    }

    fn freeze_state(
        &self,
        event: &FreezeEvent,
        later: Option<&FreezeEvent>,
    ) -> Result<FreezeState, IndexError> {
        let record = &event.freeze;
        if let Some(later) = later {
            let act = FreezeAct {
                height: later.place.height.to_u32(),
                txid: later.txid.to_string(),
            };
            let lapsed_first = !record.holds_at(later.place.height);
            return Ok(match later.kind {
                _ if lapsed_first => FreezeState::Lapsed,
                FreezeEventKind::Frozen | FreezeEventKind::Changed => FreezeState::Replaced(act),
                FreezeEventKind::Lifted => FreezeState::Lifted(act),
            });
        }
        Ok(match self.view.freeze(&event.asset, &event.coin)? {
            Some(now) if now == *record => self.active(record),
            _ if !record.holds_at(self.view.tip().height.next()) => FreezeState::Lapsed,
            _ => FreezeState::Ended,
        })
    }

    /// Returns what a frozen coin holds and whose it is.
    fn frozen_coin(&self, coin: &OutPoint) -> Result<(Option<Amount>, Option<Party>), IndexError> {
        let Some(found) = self.view.transaction(&coin.txid)? else {
            return Ok((None, None));
        };
        let amount = match found.attachments.get(&coin.vout) {
            Some(Attachment::Asset { id, amount }) => Some(self.name_asset(id)?.amount(*amount)),
            _ => None,
        };
        let index = usize::try_from(coin.vout).unwrap_or(usize::MAX);
        let output = found.transaction.output.get(index);
        Ok((
            amount,
            output.map(|output| self.party(&output.script_pubkey)),
        ))
    }
}
