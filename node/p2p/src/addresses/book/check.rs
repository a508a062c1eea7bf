//! For tests: what holds of every book.
use std::collections::BTreeSet;

use super::AddressBook;
use super::entry::Shelf;
use super::keep::MAX_BUCKETS;
use super::table::{HEARD_BUCKETS, SPOKEN_BUCKETS};

impl AddressBook {
    /// Compares tables and entries.
    pub(in crate::addresses) fn check(&self) {
        let mut places = 0;
        for (address, entry) in &self.entries {
            assert_eq!(*address, entry.known.address);
            match &entry.shelf {
                Shelf::Spoken => {
                    let bucket = self.order.spoken_bucket(*address);
                    let place = self.order.place(true, bucket, *address);
                    assert_eq!(self.spoken.get(bucket, place), Some(*address));
                    places += 1;
                }
                Shelf::Heard(buckets) => {
                    let distinct: BTreeSet<&u16> = buckets.iter().collect();
                    assert_eq!(distinct.len(), buckets.len());
                    assert!((1..=MAX_BUCKETS).contains(&buckets.len()));
                    for bucket in buckets {
                        let place = self.order.place(false, *bucket, *address);
                        assert_eq!(self.heard.get(*bucket, place), Some(*address));
                        places += 1;
                    }
                }
            }
        }
        let held = |table: &super::table::Table| -> usize {
            table.filled().iter().map(|bucket| bucket.len()).sum()
        };
        assert_eq!(held(&self.heard) + held(&self.spoken), places);
        assert!(places <= 64 * usize::from(HEARD_BUCKETS + SPOKEN_BUCKETS));
        for contested in &self.contested {
            assert!(self.entries.contains_key(contested));
        }
    }
}
