//! The registry: undo is exact, layers answer as if applied, records are written one way only.
use proptest::prelude::*;

use super::*;
use crate::Entry;
use crate::testing::{Stage, everything};

/// Stages of all MIPs that are accepted.
fn accepted() -> Vec<Stage> {
    let vectors = everything().into_iter();
    let accepted = vectors.filter(|vector| vector.code.is_none());
    accepted.map(|vector| vector.stage).collect()
}

/// Returns changes that put the records of other kinds.
fn others<'a>(from: &'a Registry, into: &'a Registry) -> impl Iterator<Item = Change> + 'a {
    let kinds = [
        0x03, 0x04, 0x05, 0x11, 0x12, 0x13, 0x14, 0x22, 0x23, 0x30, 0x40,
    ];
    let records = from.records().filter(move |(key, _)| {
        let [kind, ..] = key.encode()[..] else {
            return false;
        };
        kinds.contains(&kind) && into.record(key).is_none()
    });
    records.map(|(key, record)| {
        Change::Record(Box::new(Entry {
            key: key.clone(),
            before: None,
            after: Some(record.clone()),
        }))
    })
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
        .chain(others(from, into))
        .collect()
}

proptest! {
    // One case walks through all scenarios in some order.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn undo_takes_back_exactly_what_apply_did(
        order in Just((0..300).collect::<Vec<usize>>()).prop_shuffle(),
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
            // Who let his handle go has none.
            if identity.handle.is_empty() {
                continue;
            }
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

#[test]
fn every_record_reads_back_and_bytes_around_it_are_refused() {
    let mut seen = [0_u32; 256];
    for stage in accepted() {
        let changes = stage.check().expect("accepted").changes;
        for entry in changes.iter().flat_map(Change::entries) {
            let Some(record) = entry.after else { continue };
            let mut bytes = record.encode();
            assert_eq!(Record::decode(&bytes), Ok(record));
            assert_eq!(
                entry.key.encode()[0],
                bytes[0],
                "key and record are of one kind"
            );
            seen[usize::from(bytes[0])] += 1;
            for cut in 0..bytes.len() {
                Record::decode(&bytes[..cut]).expect_err("a record that is cut short");
            }
            bytes.push(0);
            Record::decode(&bytes).expect_err("a byte too many");
        }
    }
    let kinds = seen.iter().filter(|count| **count > 0).count();
    assert_eq!(kinds, 16, "a kind of record that no vector makes");
    assert_eq!(
        Record::decode(&[0xff]),
        Err(RecordError::UnknownKind { kind: 0xff })
    );
}

/// Returns what one table of `docs/formats/registry.md` says that follows each kind's byte.
fn tables(heading: &str) -> std::collections::BTreeMap<u8, Vec<&'static str>> {
    let document = include_str!("../../../docs/formats/registry.md");
    let (_, section) = document.split_once(heading).expect("the heading");
    let rows = section
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| {
        let (kind, row) = row.split_once("` | ").expect("a kind");
        let (_, fields) = row.split_once(" | ").expect("fields");
        let fields = fields.trim_end_matches(" |").split(", ").collect();
        (u8::from_str_radix(kind, 16).expect("a byte"), fields)
    })
    .collect()
}

/// Takes a field off the bytes, read by the last words of its cell.
fn take<'a>(field: &str, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let size = |size: &str| {
        let parts = size.split('+').map(|part| part.parse::<usize>().unwrap());
        parts.sum::<usize>()
    };
    let words: Vec<&str> = field.split(' ').collect();
    match words[..] {
        [.., "rest"] => Some(&[]),
        [.., "text"] => {
            let (length, after) = match bytes.split_first()? {
                (0xfd, after) => {
                    let (length, after) = after.split_first_chunk()?;
                    (u16::from_le_bytes(*length), after)
                }
                (length, after) => (u16::from(*length), after),
            };
            after.get(usize::from(length)..)
        }
        [.., "optional", then] => match bytes.split_first()? {
            (0, after) => Some(after),
            (_, after) => after.get(size(then)..),
        },
        [.., fixed] => bytes.get(size(fixed)..),
        [] => None,
    }
}

#[test]
fn keys_and_records_are_what_the_page_of_formats_says() {
    let (keys, records) = (tables("## Keys"), tables("## Records"));
    let mut seen = std::collections::BTreeSet::new();
    for stage in accepted() {
        let changes = stage.check().expect("accepted").changes;
        for entry in changes.iter().flat_map(Change::entries) {
            let encoded = [
                Some(entry.key.encode()),
                entry.after.map(|one| one.encode()),
            ];
            for (table, bytes) in [&keys, &records].into_iter().zip(encoded) {
                let Some(bytes) = bytes else { continue };
                seen.insert((std::ptr::eq(table, &records), bytes[0]));
                let mut fields = table[&bytes[0]].iter();
                let left = fields
                    .try_fold(&bytes[1..], |left, field| take(field, left))
                    .unwrap_or_else(|| panic!("shorter than the page says: {:?}", entry.key));
                assert_eq!(left, b"", "longer than the page says: {:?}", entry.key);
            }
        }
    }
    let all = keys.keys().map(|kind| (false, *kind));
    let all = all.chain(records.keys().map(|kind| (true, *kind)));
    assert_eq!(
        seen,
        all.collect(),
        "a kind that no vector makes, or no page"
    );
}

#[test]
fn no_two_keys_are_written_alike() {
    let mut keys = std::collections::BTreeMap::new();
    for stage in accepted() {
        let changes = stage.check().expect("accepted").changes;
        for entry in changes.iter().flat_map(Change::entries) {
            let bytes = entry.key.encode();
            assert_eq!(Key::decode(&bytes), Ok(entry.key.clone()));
            let other = keys.insert(bytes, entry.key.clone());
            assert!(other.is_none_or(|other| other == entry.key));
        }
    }
    assert!(keys.len() > 5, "{} keys", keys.len());
}

#[test]
fn every_change_reads_back() {
    let mut count = 0;
    for stage in accepted() {
        for change in stage.check().expect("accepted").changes {
            let mut bytes = change.encode();
            assert_eq!(Change::decode(&bytes), Ok(change));
            Change::decode(&bytes[..bytes.len() - 1]).expect_err("a change that is cut short");
            bytes.push(0);
            Change::decode(&bytes).expect_err("a byte too many");
            count += 1;
        }
    }
    assert!(count > 20, "{count} changes");
}
