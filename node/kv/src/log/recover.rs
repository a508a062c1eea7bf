//! Reads a log after a stop: what is whole, and whether what is not was ever promised.
use std::ops::Range;

use super::{HEAD, LogKey, MAGIC, file_name, head};
use crate::error::Damage;
use crate::hash::Salt;

/// What a log holds.
pub(crate) struct Recovered {
    /// Sequence numbers in order, and where in the log each batch stands.
    pub(crate) batches: Vec<(u64, Range<usize>)>,
    /// Where the last whole record ends.
    pub(crate) len: u64,
    /// How much of that was synced for certain: what the records say.
    pub(crate) synced: u64,
}

/// Reads the log's bytes. What follows the last whole record was being written when the process or the machine
/// stopped, and is left out; `is_last` tells whether that can be, as only the last log was being written.
///
/// # Errors
/// A record that was synced before a later one was written, or before the next log was begun, is not whole.
pub(crate) fn recover(
    salt: Salt,
    number: u64,
    bytes: &[u8],
    is_last: bool,
) -> Result<Recovered, Damage> {
    let key = LogKey::new(salt, number);
    let mut batches: Vec<(u64, Range<usize>)> = Vec::new();
    let (mut at, mut synced) = (0, 0);
    while let Some(record) = Record::read(key, &bytes[at..]) {
        if batches
            .last()
            .is_some_and(|(last, _)| record.sequence != last + 1)
        {
            break;
        }
        let start = at + HEAD;
        at = start + record.batch.len();
        batches.push((record.sequence, start..at));
        synced = record.synced.max(synced);
    }
    if at < bytes.len() && (!is_last || was_synced(key, bytes, at)) {
        return Err(Damage {
            file: file_name(number),
            offset: at as u64,
            what: "a record that was synced does not read back",
        });
    }
    Ok(Recovered {
        batches,
        len: at as u64,
        synced,
    })
}

struct Record<'a> {
    sequence: u64,
    /// How much of the log was synced when it was written.
    synced: u64,
    batch: &'a [u8],
}

impl<'a> Record<'a> {
    fn read(key: LogKey, bytes: &'a [u8]) -> Option<Self> {
        let (start, rest) = bytes.split_first_chunk::<HEAD>()?;
        let len = u32::from_le_bytes(start[4..8].try_into().ok()?);
        let sequence = u64::from_le_bytes(start[8..16].try_into().ok()?);
        let synced = u64::from_le_bytes(start[16..24].try_into().ok()?);
        let batch = rest.get(..usize::try_from(len).ok()?)?;
        (*start == head(key, sequence, synced, batch)).then_some(Self {
            sequence,
            synced,
            batch,
        })
    }
}

/// Tells whether any record behind `at` says that the log was synced beyond it.
fn was_synced(key: LogKey, bytes: &[u8], at: usize) -> bool {
    let mut rest = &bytes[at..];
    while let Some(found) = rest.windows(MAGIC.len()).position(|window| window == MAGIC) {
        rest = &rest[found..];
        if let Some(start) = rest.first_chunk::<HEAD>()
            && key.checksum(&start[..28]) == start[28..]
        {
            let synced: [u8; 8] = start[16..24].try_into().expect("eight bytes");
            if u64::from_le_bytes(synced) > at as u64 {
                return true;
            }
        }
        rest = &rest[1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use moneta_disk::MemoryStorage;

    use super::super::Log;
    use super::*;

    const SALT: Salt = Salt(3, 4);

    /// A log of four records, of which the first three are synced one by one.
    fn log() -> (Vec<u8>, Vec<usize>) {
        let storage = MemoryStorage::default();
        let mut log = Log::new(SALT, 7, Arc::new(storage.clone()));
        let mut ends = vec![0];
        for sequence in 1..=4_u8 {
            log.append(sequence.into(), &mut [sequence; 100 + HEAD])
                .unwrap();
            if sequence < 4 {
                log.sync().unwrap();
            }
            ends.push(storage.bytes().len());
        }
        (storage.bytes(), ends)
    }

    #[test]
    fn a_torn_end_is_left_out_wherever_it_tears() {
        let (bytes, ends) = log();
        for cut in ends[3]..bytes.len() {
            let recovered = recover(SALT, 7, &bytes[..cut], true).unwrap();
            assert_eq!(recovered.batches.len(), 3, "cut at {cut}");
            assert_eq!(recovered.len, ends[3] as u64);
        }
        assert_eq!(recover(SALT, 7, &bytes, true).unwrap().batches.len(), 4);
    }

    #[test]
    fn a_log_that_is_not_the_last_has_no_torn_end() {
        let (bytes, _) = log();
        assert!(recover(SALT, 7, &bytes[..bytes.len() - 1], false).is_err());
    }

    #[test]
    fn a_bit_that_flips_in_a_synced_record_is_found() {
        let (bytes, ends) = log();
        for bit in 0..ends[3] * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let error = recover(SALT, 7, &bytes, true).map(|recovered| recovered.batches.len());
            let error = error.expect_err("a flipped bit");
            assert!(error.offset <= (bit / 8) as u64);
        }
    }

    #[test]
    fn no_value_passes_for_a_record_that_says_what_was_synced() {
        // Somebody who knows everything but the salt stores such a record as a value, and the power is cut.
        let forged = head(LogKey::new(Salt(0, 0), 7), 9, u64::MAX, &[]);
        let storage = MemoryStorage::default();
        let mut log = Log::new(SALT, 7, Arc::new(storage.clone()));
        log.append(1, &mut [[0; HEAD], forged].concat()).unwrap();
        let mut bytes = storage.bytes();
        assert_eq!(recover(SALT, 7, &bytes, true).unwrap().batches.len(), 1);
        bytes[20] ^= 1;
        assert_eq!(recover(SALT, 7, &bytes, true).unwrap().len, 0);
    }
}
