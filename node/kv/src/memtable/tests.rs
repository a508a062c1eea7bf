//! Versions, snapshots, and keys that come and go.
use super::*;
use crate::Batch;

const SALT: Salt = Salt(3, 4);

fn get(table: &MemTable, key: &[u8], sequence: u64) -> Option<Option<Vec<u8>>> {
    table.read(SALT.hash(key), key, sequence, |value| {
        value.map(<[u8]>::to_vec)
    })
}

/// Key and value, or no value to delete.
type Operations<'a> = &'a [(&'a [u8], Option<&'a [u8]>)];

fn committed(batches: &[Operations<'_>]) -> MemTable {
    let table = MemTable::new(SALT, 1_000);
    for (sequence, operations) in (1..).zip(batches) {
        let mut batch = Batch::new();
        for (key, value) in *operations {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.delete(key),
            }
        }
        assert!(table.apply(sequence, batch.operations()));
    }
    table
}

#[test]
fn each_sequence_number_sees_its_own_version() {
    let table = committed(&[
        &[(b"a", Some(b"1"))],
        &[(b"a", Some(b"2")), (b"b", Some(b"x"))],
        &[(b"a", None)],
    ]);
    assert_eq!(get(&table, b"a", 0), None);
    assert_eq!(get(&table, b"a", 1), Some(Some(b"1".to_vec())));
    assert_eq!(get(&table, b"b", 1), None);
    assert_eq!(get(&table, b"a", 2), Some(Some(b"2".to_vec())));
    assert_eq!(get(&table, b"a", 3), Some(None));
    assert_eq!(get(&table, b"c", 3), None);
}

#[test]
fn a_key_that_came_and_went_is_left_out_of_tables_and_of_those_only() {
    let table = committed(&[&[(b"a", Some(b"1"))], &[(b"a", None), (b"b", None)]]);
    for (skip, expected) in [
        (true, vec![b"b".to_vec()]),
        (false, vec![b"a".to_vec(), b"b".to_vec()]),
    ] {
        let sorted = table.sorted(2, skip);
        assert!(sorted.iter().all(|(_, _, value)| value.is_none()));
        let mut seen: Vec<Vec<u8>> = sorted.iter().map(|(_, key, _)| key.to_vec()).collect();
        seen.sort();
        assert_eq!(seen, expected);
    }
}

#[test]
fn bytes_of_no_batch_are_refused_whole() {
    let table = MemTable::new(SALT, 1_000);
    assert!(!table.apply(1, &[1, 1, 1, b'k', b'v', 9]));
    assert!(table.is_empty());
}
