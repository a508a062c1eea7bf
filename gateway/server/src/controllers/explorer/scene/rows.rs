//! Rows of lists: blocks, and transactions with what they move or what they change for one owner.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::Script;
use moneta_chain::Height;
use moneta_index::{BlockSummary, HistoryEntry, IndexError, Place};
use moneta_mips::{AssetId, Attachment, Operation};
use moneta_pages::format::Moment;
use moneta_pages::parts::{Amount, BlockRow, Deed, Pager, Party, TransactionRow};

use super::operations::deed_of;
use super::{Scene, Told};

impl Scene {
    /// Writes a block's row.
    pub(crate) fn block_row(&self, block: &BlockSummary) -> Result<BlockRow, IndexError> {
        Ok(BlockRow {
            height: block.height.to_u32(),
            id: block.id.to_string(),
            moment: Moment(u64::from(block.header.time)),
            transactions: usize::try_from(block.transactions).unwrap_or(usize::MAX),
            size: block.size,
            miner: self.miner_at(block.height)?,
        })
    }

    /// Returns who mined the block at `height`.
    pub(crate) fn miner_at(&self, height: Height) -> Result<Party, IndexError> {
        let coinbase = self.view.txids_of_block(height, 0, 1)?.first().copied();
        let coinbase = coinbase
            .map(|txid| self.view.transaction(&txid))
            .transpose()?;
        let coinbase = coinbase.flatten();
        let paid = coinbase
            .as_ref()
            .and_then(|found| found.transaction.output.first());
        Ok(paid.map_or(Party::Unspendable, |output| {
            self.party(&output.script_pubkey)
        }))
    }

    /// Writes the rows of a history; a transaction the index has lost sight of is left out.
    pub(crate) fn history(
        &self,
        entries: &[HistoryEntry],
        owner: Option<&Script>,
    ) -> Result<Vec<TransactionRow>, IndexError> {
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(told) = self.tell(&entry.txid)? {
                rows.push(self.transaction_row(&told, owner)?);
            }
        }
        Ok(rows)
    }

    /// Writes a transaction's row: what it moves or, for an `owner`, what it changes there.
    pub(crate) fn transaction_row(
        &self,
        told: &Told,
        owner: Option<&Script>,
    ) -> Result<TransactionRow, IndexError> {
        let amounts = match owner {
            Some(owner) => self.changes_for(told, owner)?,
            None => self.moved(told)?,
        };
        Ok(TransactionRow {
            txid: told.txid.to_string(),
            standing: Some(told.standing.clone()),
            deeds: deeds_of(told),
            amounts,
        })
    }

    /// What a transaction does to the balances of `owner`, signed; nothing where nothing changes.
    fn changes_for(&self, told: &Told, owner: &Script) -> Result<Vec<Amount>, IndexError> {
        let (mut grains, mut assets) = (0_i128, BTreeMap::<AssetId, i128>::new());
        let mut count = |value: u64, attachment: Option<&Attachment>, sign: i128| {
            grains += sign * i128::from(value);
            if let Some(Attachment::Asset { id, amount }) = attachment {
                *assets.entry(*id).or_default() += sign * i128::from(*amount);
            }
        };
        for coin in told
            .spent
            .iter()
            .filter(|coin| coin.output.script_pubkey == *owner)
        {
            count(coin.output.value.to_sat(), coin.attachment.as_ref(), -1);
        }
        for (vout, output) in (0..).zip(&told.transaction.output) {
            if output.script_pubkey == *owner {
                count(output.value.to_sat(), told.attachments.get(&vout), 1);
            }
        }
        let mut amounts = Vec::new();
        for (id, change) in assets {
            if let Some((size, negative)) = magnitude(change) {
                amounts.push(self.name_asset(&id)?.amount(size).signed(negative));
            }
        }
        if let Some((size, negative)) = magnitude(grains) {
            amounts.push(Amount::native(size).signed(negative));
        }
        Ok(amounts)
    }

    /// What a transaction moves: units created or destroyed; else assets that change hands; else grains
    /// that do. A right that is used, or a document, moves nothing.
    fn moved(&self, told: &Told) -> Result<Vec<Amount>, IndexError> {
        let operations = told
            .envelope
            .iter()
            .flat_map(|found| &found.envelope.operations);
        let mut amounts = Vec::new();
        let mut operates = false;
        for (index, operation) in (0..).zip(operations) {
            operates = true;
            match operation {
                Operation::IssueAsset(issue) => {
                    let first = told
                        .transaction
                        .input
                        .first()
                        .map(|input| input.previous_output);
                    let id = AssetId::derive(&first.unwrap_or_default(), index, issue);
                    amounts.push(self.name_asset(&id)?.amount(issue.initial));
                }
                Operation::Mint { asset, amount } | Operation::Burn { asset, amount } => {
                    amounts.push(self.name_asset(asset)?.amount(*amount));
                }
                _ => {}
            }
        }
        if amounts.is_empty() {
            amounts = self.handed_over(told, operates)?;
        }
        Ok(amounts)
    }

    fn handed_over(&self, told: &Told, operates: bool) -> Result<Vec<Amount>, IndexError> {
        let (mut grains, mut assets) = (0_u64, BTreeMap::<AssetId, u64>::new());
        let payers: BTreeSet<_> = told
            .spent
            .iter()
            .map(|coin| &coin.output.script_pubkey)
            .collect();
        for (vout, output) in (0..).zip(&told.transaction.output) {
            let script = &output.script_pubkey;
            let returns = payers.contains(script);
            match told.attachments.get(&vout) {
                Some(Attachment::Asset { id, amount }) if !returns => {
                    let sum = assets.entry(*id).or_default();
                    *sum = sum.saturating_add(*amount);
                }
                None if !returns && !script.is_op_return() => {
                    grains = grains.saturating_add(output.value.to_sat());
                }
                _ => {}
            }
        }
        if assets.is_empty() && !operates && grains > 0 {
            return Ok(vec![Amount::native(grains)]);
        }
        let named = assets
            .iter()
            .map(|(id, sum)| Ok(self.name_asset(id)?.amount(*sum)));
        named.collect()
    }
}

fn deeds_of(told: &Told) -> Vec<Deed> {
    if told.is_coinbase() {
        return vec![Deed::Reward];
    }
    let operations = told
        .envelope
        .iter()
        .flat_map(|found| &found.envelope.operations);
    let mut deeds = Vec::new();
    for deed in operations.map(deed_of) {
        if !deeds.contains(&deed) {
            deeds.push(deed);
        }
    }
    if deeds.is_empty() {
        deeds.push(Deed::Transfer);
    }
    deeds
}

/// Returns size and sign of a change, or `None` if there is none.
fn magnitude(change: i128) -> Option<(u64, bool)> {
    let size = u64::try_from(change.unsigned_abs()).unwrap_or(u64::MAX);
    (size > 0).then_some((size, change < 0))
}

/// Writes a place as `?before=` has it.
pub(crate) fn cursor(place: Place) -> String {
    format!("{}-{}", place.height, place.position)
}

/// Reads a place from `?before=`.
pub(crate) fn read_cursor(text: &str) -> Option<Place> {
    let (height, position) = text.split_once('-')?;
    Some(Place {
        height: Height::new(height.parse().ok()?),
        position: position.parse().ok()?,
    })
}

/// Returns the way on from a page of a list that is walked by place. `rows` were asked for with one more
/// than the page shows, so that the last page knows it is the last.
pub(crate) fn pager(path: &str, before: Option<Place>, last: Option<Place>) -> Pager {
    Pager {
        newest: before.map(|_| path.to_owned()),
        newer: None,
        older: last.map(|place| format!("{path}?before={}", cursor(place))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_its_place_and_nonsense_as_none() {
        let place = Place {
            height: Height::new(1_234),
            position: 7,
        };
        assert_eq!(read_cursor(&cursor(place)), Some(place));
        for nonsense in [
            "",
            "-",
            "1",
            "1-",
            "-1",
            "1-x",
            "4294967296-0",
            "1-2-3",
            "+1-2 ",
        ] {
            assert_eq!(read_cursor(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_change_of_nothing_is_not_shown() {
        assert_eq!(magnitude(0), None);
        assert_eq!(magnitude(-5), Some((5, true)));
        assert_eq!(magnitude(i128::MAX), Some((u64::MAX, false)));
    }
}
