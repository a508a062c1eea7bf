//! Assets, freezes and identities: the record as it is now, and everything that happened to it.
use std::collections::BTreeSet;

use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_mips::{
    Asset, AssetId, Attachment, Change, Entry, FreezeRecord, Identity, IdentityId, Key, Record,
    Standing,
};
use moneta_node_api::{ConnectedBlock, ConnectedTransaction};

use super::{Batch, RowChange, Table, places};
use crate::codec::{json, outpoint_key, place_key, subject_key};
use crate::{
    AssetEvent, FreezeEvent, FreezeEventKind, IdentityVersion, Place, Subject, TakenUnits,
};

/// Which change of which transaction: the last part of an event's key.
#[derive(Clone, Copy)]
struct Step {
    txid: Txid,
    place: Place,
    sequence: u32,
}

impl Step {
    fn key(self) -> [u8; 12] {
        let mut key = [0; 12];
        key[..8].copy_from_slice(&place_key(self.place));
        key[8..].copy_from_slice(&self.sequence.to_be_bytes());
        key
    }
}

pub(super) fn registry_rows(block: &ConnectedBlock, batch: &mut Batch) {
    for (place, did) in places(block).zip(&block.transactions) {
        let txid = did.txid;
        for (sequence, change) in (0u32..).zip(&did.changes) {
            let step = Step {
                txid,
                place,
                sequence,
            };
            match change {
                Change::Asset { before, after } => {
                    asset_rows(step, before.as_deref(), after, batch);
                }
                Change::Freeze {
                    asset,
                    coin,
                    before,
                    after,
                } => freeze_rows(step, (asset, coin), (before, after), batch),
                Change::Identity { after } => identity_rows(step, after, batch),
                // Others are read from the node's registry by key, and have no row of their own.
                Change::Record(entry) => {
                    identity_changed(step, entry, batch);
                    wide_freeze_rows(entry, batch);
                    seizure_rows(entry, batch);
                }
            }
        }
        for subject in subjects_touched(did) {
            let key = [&subject_key(&subject)[..], &place_key(place)].concat();
            batch.put(Table::SubjectHistory, key, txid.to_byte_array());
            if let Subject::Asset(asset) = subject {
                batch.changes.push(RowChange::AssetMoves {
                    asset,
                    transactions: 1,
                    grow: true,
                });
            }
        }
    }
}

fn asset_rows(step: Step, before: Option<&Asset>, after: &Asset, batch: &mut Batch) {
    let id = after.id.0;
    if let Some(before) = before {
        batch.take(Table::Assets, id, json(before));
    } else {
        let issuer = after.issuer.map_or([0; 32], |issuer| issuer.0);
        let order = [&place_key(step.place)[..], &id].concat();
        let symbol = [after.symbol.as_bytes(), &[0], &issuer, &id].concat();
        if after.issuer.is_some() {
            batch.put(Table::IssuedBy, [&issuer[..], &order].concat(), []);
        }
        batch.put(Table::AssetOrder, order, []);
        batch.put(Table::Symbols, symbol, []);
    }
    batch.put(Table::Assets, id, json(after));

    let (supply_before, burned_before) =
        before.map_or((0, 0), |asset| (asset.supply, asset.burned));
    let burned = after.burned.saturating_sub(burned_before);
    let created = i128::from(after.supply) - i128::from(supply_before) + i128::from(burned);
    let event = AssetEvent {
        txid: step.txid,
        place: step.place,
        issued: before.is_none(),
        minted: u64::try_from(created).unwrap_or(0),
        burned,
        supply_after: after.supply,
    };
    if event.issued || event.minted > 0 || event.burned > 0 {
        batch.put(
            Table::AssetEvents,
            [&id[..], &step.key()].concat(),
            json(&event),
        );
    }
}

fn freeze_rows(
    step: Step,
    (asset, coin): (&AssetId, &OutPoint),
    (before, after): (&Option<FreezeRecord>, &Option<FreezeRecord>),
    batch: &mut Batch,
) {
    let outpoint = outpoint_key(coin);
    let key = [&asset.0[..], &outpoint].concat();
    let stop_keys = |record: &FreezeRecord| {
        let stop = record.stop.to_u32().to_be_bytes();
        (
            [&stop[..], &asset.0, &outpoint].concat(),
            [&asset.0[..], &stop, &outpoint].concat(),
        )
    };
    if let Some(record) = before {
        let (by_stop, by_asset) = stop_keys(record);
        batch.take(Table::Freezes, key.clone(), json(record));
        batch.take(Table::FreezeStops, by_stop, []);
        batch.take(Table::FreezeStopsOf, by_asset, []);
    }
    if let Some(record) = after {
        let (by_stop, by_asset) = stop_keys(record);
        batch.put(Table::Freezes, key, json(record));
        batch.put(Table::FreezeStops, by_stop, []);
        batch.put(Table::FreezeStopsOf, by_asset, []);
    }
    let Some(event) = freeze_event(step, (asset, coin), before.as_ref(), after.as_ref()) else {
        return;
    };
    let of_asset = [&asset.0[..], &step.key()].concat();
    batch.put(Table::FreezeLogOf, of_asset, json(&event));
    batch.put(Table::FreezeLog, step.key(), json(&event));
}

/// A record that goes because its free coin was spent, and a freeze repeated as it was, are no events.
fn freeze_event(
    step: Step,
    (asset, coin): (&AssetId, &OutPoint),
    before: Option<&FreezeRecord>,
    after: Option<&FreezeRecord>,
) -> Option<FreezeEvent> {
    let freeze = after.filter(|after| before != Some(*after))?;
    let (height, next) = (step.place.height, step.place.height.next());
    let was_running = before.is_some_and(|before| before.holds_at(height));
    let kind = match (was_running, freeze.holds_at(next)) {
        (_, false) => FreezeEventKind::Lifted,
        (true, true) => FreezeEventKind::Changed,
        (false, true) => FreezeEventKind::Frozen,
    };
    Some(FreezeEvent {
        kind,
        asset: *asset,
        coin: *coin,
        txid: step.txid,
        place: step.place,
        freeze: freeze.clone(),
    })
}

/// A freeze of a script or of a whole asset.
fn wide_freeze_rows(entry: &Entry, batch: &mut Batch) {
    let key = match &entry.key {
        Key::ScriptFreeze { asset, script } => [asset.0, script.0].concat(),
        Key::Pause(asset) => asset.0.to_vec(),
        _ => return,
    };
    let freeze = |record: &Record| match record {
        Record::ScriptFreeze(freeze) | Record::Pause(freeze) => Some(json(freeze)),
        _ => None,
    };
    if let Some(before) = entry.before.as_ref().and_then(freeze) {
        batch.take(Table::WideFreezes, key.clone(), before);
    }
    if let Some(after) = entry.after.as_ref().and_then(freeze) {
        batch.put(Table::WideFreezes, key, after);
    }
}

/// Units taken by force. The row stays when the coin is spent: it tells where they went.
fn seizure_rows(entry: &Entry, batch: &mut Batch) {
    let (Key::Seizure { asset, coin }, Some(Record::Seizure(seizure))) = (&entry.key, &entry.after)
    else {
        return;
    };
    let taken = TakenUnits {
        asset: *asset,
        seizure: *seizure,
    };
    batch.put(Table::Seizures, outpoint_key(coin), json(&taken));
    batch.changes.push(RowChange::Taken {
        asset: *asset,
        coin: *coin,
        back: false,
    });
}

fn identity_rows(step: Step, identity: &Identity, batch: &mut Batch) {
    let id = identity.id.0;
    batch.put(Table::Identities, id, json(identity));
    batch.put(Table::Handles, identity.handle.as_bytes(), id);
    batch.put(
        Table::IdentityOrder,
        [&place_key(step.place)[..], &id].concat(),
        [],
    );
    version_row(step, &identity.id, Some(identity), batch);
}

/// Notes what an identity is from here on; `None`: revoked.
fn version_row(step: Step, id: &IdentityId, identity: Option<&Identity>, batch: &mut Batch) {
    let version = IdentityVersion {
        txid: step.txid,
        place: step.place,
        identity: identity.cloned(),
    };
    let key = [&id.0[..], &step.key()].concat();
    batch.put(Table::IdentityVersions, key, json(&version));
}

/// An identity publishes something else, has lost its handle, was renewed, is being recovered, was claimed or revoked.
fn identity_changed(step: Step, entry: &Entry, batch: &mut Batch) {
    if let Key::Standing(id) = &entry.key {
        standing_changed(step, id, entry, batch);
    }
    match (&entry.before, &entry.after) {
        (Some(Record::Identity(before)), Some(Record::Identity(after))) => {
            batch.take(Table::Identities, after.id.0, json(before));
            batch.put(Table::Identities, after.id.0, json(after));
            version_row(step, &after.id, Some(after), batch);
        }
        (Some(Record::Handle(id)), None) => {
            if let Key::Handle(handle) = &entry.key {
                batch.take(Table::Handles, handle.as_bytes(), id.0);
            }
        }
        _ => {}
    }
}

fn standing_changed(step: Step, id: &IdentityId, entry: &Entry, batch: &mut Batch) {
    let standing = |record: &Option<Record>| -> Option<Standing> {
        match record {
            Some(Record::Standing(standing)) => Some(*standing),
            _ => None,
        }
    };
    let (before, after) = (standing(&entry.before), standing(&entry.after));
    if let Some(before) = before {
        batch.take(Table::Standings, id.0, json(&before));
    }
    if let Some(after) = after {
        batch.put(Table::Standings, id.0, json(&after));
    }
    let is_revoked = |one: Option<Standing>| one.is_some_and(|one| one.revoked.is_some());
    if is_revoked(after) && !is_revoked(before) {
        version_row(step, id, None, batch);
    }
}

/// The assets and identities that a transaction moves or changes, each once.
fn subjects_touched(did: &ConnectedTransaction) -> BTreeSet<Subject> {
    let spent = did.spent.iter().filter_map(|coin| coin.attachment.as_ref());
    let moved = spent.chain(did.attachments.values()).filter_map(subject_of);
    let changed = did.changes.iter().filter_map(|change| match change {
        Change::Asset { after, .. } => Some(Subject::Asset(after.id)),
        Change::Freeze { asset, .. } => Some(Subject::Asset(*asset)),
        Change::Identity { after } => Some(Subject::Identity(after.id)),
        Change::Record(entry) => subject_of_record(&entry.key),
    });
    moved.chain(changed).collect()
}

const fn subject_of_record(key: &Key) -> Option<Subject> {
    match key {
        Key::Asset(asset)
        | Key::Freeze { asset, .. }
        | Key::ScriptFreeze { asset, .. }
        | Key::Pause(asset)
        | Key::Redemption(asset)
        | Key::Seizure { asset, .. }
        | Key::Piece(asset)
        | Key::Document { asset, .. }
        | Key::Enrolment { asset, .. } => Some(Subject::Asset(*asset)),
        Key::Identity(id) | Key::Standing(id) => Some(Subject::Identity(*id)),
        Key::Symbol { issuer, .. }
        | Key::Collection { issuer, .. }
        | Key::Number { issuer, .. } => Some(Subject::Identity(*issuer)),
        Key::Handle(_) | Key::Skeleton(_) => None,
    }
}

/// A commitment is about nothing that can be told.
const fn subject_of(attachment: &Attachment) -> Option<Subject> {
    Some(match attachment {
        Attachment::Asset { id, .. } => Subject::Asset(*id),
        Attachment::Authority { asset, .. } => Subject::Asset(*asset),
        Attachment::Identity { id } => Subject::Identity(*id),
        Attachment::Commitment { .. } => return None,
    })
}
