//! What the archive keeps, cuts off and refuses, after which accident.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::{fs, io};

use bitcoin::hashes::{Hash, sha256d};
use moneta_chain::{Height, Params, Seal};

use super::file_header::{FILE_HEADER_LEN, Key};
use super::record::{Parts, Spot};
use super::{Archive, FolderLock, Known, Place, record};
use crate::{Durability, OpenError, StoreError};
use moneta_disk::{MemoryStorage, Recorder, Storage, View};

/// Deterministic choices, so that a failing image can be made again.
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }
}

/// Bodies of different lengths: shorter than a disk sector, longer, and much longer.
fn bodies() -> Vec<Vec<u8>> {
    let lengths = [300, 81, 700, 5_000, 512, 1, 1_500, 444];
    (0_u8..)
        .zip(lengths)
        .map(|(fill, length)| vec![fill + 1; length])
        .collect()
}

/// Opens the archive of a folder, all of it unknown.
fn open(folder: &std::path::Path, params: &Params) -> Result<(Archive, Vec<Place>), OpenError> {
    Archive::open(folder, FolderLock::take(folder)?, params, Known::default())
}

fn append(archive: &Archive, height: u32, body: &[u8]) -> Result<Place, StoreError> {
    append_with(archive, height, body, Durability::Now)
}

fn append_with(
    archive: &Archive,
    height: u32,
    body: &[u8],
    durability: Durability,
) -> Result<Place, StoreError> {
    let seal = Seal {
        nonce: u64::from(height),
        mix_hash: [7; 32],
    };
    let parts = Parts {
        height: Height::new(height),
        seal: &seal,
        block: body,
        effects: b"what it did",
    };
    archive.append_parts(&parts, durability)
}

fn read(archive: &Archive, place: Place) -> Vec<u8> {
    archive
        .with_record(place, |record| Some(record.block.to_vec()))
        .expect("a place that the archive named")
}

fn contents(storage: impl Storage) -> Result<Vec<Vec<u8>>, OpenError> {
    let (archive, places) = Archive::over(storage, &Params::dev(), Known::default())?;
    Ok(places.iter().map(|place| read(&archive, *place)).collect())
}

fn filled() -> (MemoryStorage, Vec<Place>) {
    let storage = MemoryStorage::default();
    let (archive, _) = Archive::over(storage.clone(), &Params::dev(), Known::default()).unwrap();
    let places = (1..)
        .zip(bodies())
        .map(|(height, body)| append(&archive, height, &body).unwrap())
        .collect();
    (storage, places)
}

fn offset(place: Place) -> usize {
    usize::try_from(place.offset).unwrap()
}

#[test]
fn blocks_read_back_after_the_folder_is_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let (archive, places) = open(dir.path(), &Params::dev()).unwrap();
    assert!(places.is_empty());
    for (height, body) in (1..).zip(bodies()) {
        let place = append(&archive, height, &body).unwrap();
        assert_eq!(read(&archive, place), body);
    }
    drop(archive);

    let (archive, places) = open(dir.path(), &Params::dev()).unwrap();
    let heights: Vec<u32> = places.iter().map(|place| place.height().to_u32()).collect();
    assert_eq!(heights, (1..=8).collect::<Vec<u32>>());
    let found: Vec<Vec<u8>> = places.iter().map(|place| read(&archive, *place)).collect();
    assert_eq!(found, bodies());
}

#[test]
fn a_folder_in_use_is_refused_by_name_until_it_is_free() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path(), &Params::dev()).unwrap();
    let error = open(dir.path(), &Params::dev()).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "store.in_use");
    assert!(
        error
            .to_string()
            .contains(&dir.path().display().to_string())
    );
    drop(first);
    assert!(open(dir.path(), &Params::dev()).is_ok());
}

#[test]
fn a_read_only_folder_is_refused_with_the_path() {
    let error = open(std::path::Path::new("/proc/nowhere"), &Params::dev())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.code(), "store.io");
    assert!(error.to_string().contains("/proc/nowhere"));
}

#[test]
fn an_end_cut_at_any_byte_loses_only_the_record_it_cuts() {
    let (storage, places) = filled();
    let bytes = storage.bytes();
    for end in 0..bytes.len() {
        let whole = places
            .iter()
            .filter(|place| place.offset + place.len <= end as u64)
            .count();
        let found = contents(MemoryStorage::new(bytes[..end].to_vec())).unwrap();
        assert_eq!(found, bodies()[..whole], "cut at {end}");
    }
}

#[test]
fn after_the_cut_the_archive_grows_on() {
    let (storage, places) = filled();
    let cut = MemoryStorage::new(storage.bytes()[..offset(places[7]) + 30].to_vec());
    let (archive, found) = Archive::over(cut.clone(), &Params::dev(), Known::default()).unwrap();
    assert_eq!(found, places[..7]);
    append(&archive, 8, b"another").unwrap();
    assert_eq!(contents(cut).unwrap()[7], b"another");
}

#[test]
fn an_end_of_zeros_is_cut_off() {
    let (storage, _) = filled();
    let mut bytes = storage.bytes();
    bytes.resize(bytes.len() + 8_192, 0);
    assert_eq!(contents(MemoryStorage::new(bytes)).unwrap(), bodies());
}

#[test]
fn damage_before_whole_records_is_refused_and_says_where() {
    let (storage, places) = filled();
    for place in &places[..7] {
        let mut bytes = storage.bytes();
        bytes[offset(*place) + 60] ^= 1;
        match contents(MemoryStorage::new(bytes)) {
            Err(OpenError::Damaged { offset, .. }) => assert_eq!(offset, place.offset),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn one_flipped_bit_is_found_or_costs_the_last_record_only() {
    let (storage, places) = filled();
    let bytes = storage.bytes();
    let last = offset(places[7]);
    let mut choices = Choices(0x6d6f_6e65_7461_0001);
    for _ in 0..2_000 {
        let at = choices.below(bytes.len());
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << choices.below(8);
        match contents(MemoryStorage::new(flipped)) {
            Ok(found) => assert!(at >= last && found == bodies()[..7], "byte {at}"),
            Err(_) => assert!(at < last, "byte {at}"),
        }
    }
}

#[test]
fn a_damaged_record_is_never_served() {
    let (storage, places) = filled();
    let (archive, _) = Archive::over(storage.clone(), &Params::dev(), Known::default()).unwrap();
    // Make the archive take a new view, then rot the record under it.
    append(&archive, 9, b"ninth").unwrap();
    storage
        .write_at(places[3].offset + 100, b"rot")
        .expect("memory");
    let error = archive.with_record(places[3], |_| Some(()));
    assert!(error.is_ok(), "the old view still stands");
    let last = append(&archive, 10, b"tenth").unwrap();
    assert_eq!(read(&archive, last), b"tenth");
    let error = archive.with_record(places[3], |_| Some(())).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { offset } if offset == places[3].offset));
}

#[test]
fn a_record_inside_a_block_is_no_record() {
    // A miner puts a whole record, with its checksum, into a block; then a crash tears that block.
    let params = Params::dev();
    let seal = Seal::default();
    let spot = Spot {
        magic: params.magic,
        key: Key::default(),
        offset: 64,
    };
    let parts = Parts {
        height: Height::new(1),
        seal: &seal,
        block: b"fake",
        effects: b"",
    };
    let inner = record::encode(&spot, 64, &parts).unwrap();
    let storage = MemoryStorage::default();
    let (archive, _) = Archive::over(storage.clone(), &params, Known::default()).unwrap();
    append(&archive, 1, b"first").unwrap();
    let place = append(&archive, 2, &[&[0; 40], inner.as_slice()].concat()).unwrap();
    let mut bytes = storage.bytes();
    bytes[offset(place) + 70] ^= 1;
    assert_eq!(contents(MemoryStorage::new(bytes)).unwrap(), [b"first"]);
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    let params = Params::dev();
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), &params).unwrap());
    let path = dir.path().join("blocks.archive");
    let ours = fs::read(&path).unwrap();
    assert_eq!(ours.len(), FILE_HEADER_LEN);

    let mut newer = ours.clone();
    newer[8] = 4;
    // Whole, as the program that wrote it left it.
    let mut older = ours.clone();
    older[8] = 1;
    let checksum = sha256d::Hash::hash(&older[..56]).to_byte_array();
    older[56..64].copy_from_slice(&checksum[..8]);
    let mut damaged = ours.clone();
    damaged[20] ^= 1;
    let cases: [(&[u8], &str); 5] = [
        (b"a letter to my mother", "store.not_an_archive"),
        (&[b'x'; 100], "store.not_an_archive"),
        (&newer, "store.newer_format"),
        (&older, "store.older_format"),
        (&damaged, "store.damaged_header"),
    ];
    for (bytes, code) in cases {
        fs::write(&path, bytes).unwrap();
        let error = open(dir.path(), &params).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(fs::read(&path).unwrap(), bytes, "{code}");
    }

    fs::write(&path, &ours).unwrap();
    let mut other = Params::dev();
    other.genesis.header.nonce += 1;
    let error = open(dir.path(), &other).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "store.other_network");
}

#[test]
fn every_crash_leaves_the_blocks_before_or_after_an_append() {
    let recorder = Recorder::default();
    let (archive, _) = Archive::over(recorder.clone(), &Params::dev(), Known::default()).unwrap();
    // How many blocks were acknowledged after how many steps.
    let mut acknowledged = vec![(recorder.steps(), 0)];
    for (height, body) in (1..).zip(bodies()) {
        append(&archive, height, &body).unwrap();
        acknowledged.push((recorder.steps(), height as usize));
    }
    let mut choices = Choices(0x6d6f_6e65_7461_0002);
    let mut images = 0;
    for steps in 0..=recorder.steps() {
        let acked = acknowledged
            .iter()
            .rev()
            .find(|(at, _)| *at <= steps)
            .map_or(0, |(_, blocks)| *blocks);
        for round in 0..40 {
            // Nothing kept, everything kept, then one half, a tenth, nine tenths.
            let odds = [0, 10, 5, 1, 9][round % 5];
            let image = recorder.crash(steps, || choices.below(10) < odds);
            check_recovery(&image, acked, &mut choices);
            images += 1;
        }
    }
    assert!(images >= 700, "{images}");
}

/// Opens what a crash left, crashes the recovery too, and opens again.
fn check_recovery(image: &[u8], acked: usize, choices: &mut Choices) {
    let found = contents(MemoryStorage::new(image.to_vec())).expect("a crash never locks us out");
    assert!(found.len() == acked || found.len() == acked + 1);
    assert_eq!(found, bodies()[..found.len()]);

    let recovery = Recorder::new(image.to_vec());
    contents(recovery.clone()).expect("as before");
    for steps in 0..=recovery.steps() {
        let again = recovery.crash(steps, || choices.below(2) == 0);
        assert_eq!(contents(MemoryStorage::new(again)).expect("twice"), found);
    }
}

#[test]
fn a_crash_takes_no_synced_block_and_of_the_others_a_whole_number_from_the_end() {
    let mut choices = Choices(0x6d6f_6e65_7461_0003);
    for round in 0..30 {
        let recorder = Recorder::default();
        let (archive, _) =
            Archive::over(recorder.clone(), &Params::dev(), Known::default()).unwrap();
        let mut promised = vec![(recorder.steps(), 0)];
        for (height, body) in (1..).zip(bodies()) {
            let now = choices.below(4) == 0;
            let durability = if now {
                Durability::Now
            } else {
                Durability::Soon
            };
            let place = append_with(&archive, height, &body, durability).unwrap();
            assert_eq!(
                read(&archive, place),
                body,
                "what is not synced is read all the same"
            );
            if !now && choices.below(5) == 0 {
                archive.sync().unwrap();
            }
            assert!(!now || archive.is_synced(place));
            if archive.unsynced() == 0 {
                promised.push((recorder.steps(), height as usize));
            }
        }
        for steps in 0..=recorder.steps() {
            let by_then = promised.iter().filter(|(at, _)| *at <= steps);
            let least = by_then.map(|(_, blocks)| *blocks).max().unwrap_or(0);
            let odds = [0, 10, 5, 1, 9][(round + steps) % 5];
            let image = recorder.crash(steps, || choices.below(10) < odds);
            let found = contents(MemoryStorage::new(image.clone())).expect("never locked out");
            assert!(found.len() >= least, "{least} were promised");
            assert_eq!(found, bodies()[..found.len()]);
            // While it opens, the power goes again.
            let recovery = Recorder::new(image);
            contents(recovery.clone()).expect("as before");
            let steps = choices.below(recovery.steps() + 1);
            let again = recovery.crash(steps, || choices.below(2) == 0);
            assert_eq!(contents(MemoryStorage::new(again)).expect("twice"), found);
        }
    }
}

#[test]
fn a_torn_group_is_cut_where_it_broke_and_a_synced_one_is_refused() {
    let storage = MemoryStorage::default();
    let (archive, _) = Archive::over(storage.clone(), &Params::dev(), Known::default()).unwrap();
    let places: Vec<Place> = (1..)
        .zip(bodies())
        .map(|(height, body)| append_with(&archive, height, &body, Durability::Soon).unwrap())
        .collect();
    // The third of eight is gone, those behind it are whole: nothing says that it was ever durable.
    let mut torn = storage.bytes();
    torn[offset(places[2]) + 50] ^= 1;
    let found = contents(MemoryStorage::new(torn.clone())).unwrap();
    assert_eq!(found, bodies()[..2]);
    // Unless the state has it.
    let known = Known {
        from: 0,
        durable: places[5].end(),
    };
    let refused = Archive::over(MemoryStorage::new(torn), &Params::dev(), known);
    assert!(
        matches!(refused, Err(OpenError::Damaged { offset, .. }) if offset == places[2].offset)
    );
    // Or one that was written after a sync.
    archive.sync().unwrap();
    append_with(&archive, 9, b"ninth", Durability::Soon).unwrap();
    let mut rotten = storage.bytes();
    rotten[offset(places[2]) + 50] ^= 1;
    match contents(MemoryStorage::new(rotten)) {
        Err(OpenError::Damaged { offset, .. }) => assert_eq!(offset, places[2].offset),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_record_that_a_miner_hid_in_a_block_proves_nothing() {
    let params = Params::dev();
    let storage = MemoryStorage::default();
    let (archive, _) = Archive::over(storage.clone(), &params, Known::default()).unwrap();
    append_with(&archive, 1, b"first", Durability::Soon).unwrap();
    let end = archive.end();
    // It knows where its record will stand, but not the key of the file.
    let spot = Spot {
        magic: params.magic,
        key: [1; 8],
        offset: end + 80,
    };
    let parts = Parts {
        height: Height::new(9),
        seal: &Seal::default(),
        block: b"fake",
        effects: b"",
    };
    let hidden = record::encode(&spot, end + 79, &parts).unwrap();
    let place = append_with(&archive, 2, &hidden, Durability::Soon).unwrap();
    assert_eq!(place.offset, end);
    let mut torn = storage.bytes();
    torn[offset(place) + 40] ^= 1;
    assert_eq!(contents(MemoryStorage::new(torn)).unwrap(), [b"first"]);
}

#[test]
fn a_failed_write_or_sync_stops_the_archive_and_loses_nothing_acknowledged() {
    for steps_left in 0..6 {
        let recorder = Recorder::default();
        let (archive, _) =
            Archive::over(recorder.clone(), &Params::dev(), Known::default()).unwrap();
        recorder.fail_after(steps_left);
        let mut acked = 0;
        let mut errors = Vec::new();
        for (height, body) in (1..).zip(bodies()) {
            match append(&archive, height, &body) {
                Ok(_) => acked += 1,
                Err(error) => errors.push(error),
            }
        }
        assert_eq!(acked, steps_left / 2);
        assert!(matches!(errors[0], StoreError::Write(_)));
        assert!(
            errors[1..]
                .iter()
                .all(|error| matches!(error, StoreError::Poisoned))
        );
        let image = recorder.crash(recorder.steps(), || false);
        assert_eq!(
            contents(MemoryStorage::new(image)).unwrap(),
            bodies()[..acked]
        );
    }
}

#[test]
fn a_block_longer_than_any_valid_one_is_refused_and_harms_nothing() {
    let storage = MemoryStorage::default();
    let (archive, _) = Archive::over(storage.clone(), &Params::dev(), Known::default()).unwrap();
    let error = append(&archive, 1, &vec![0; 4_000_001]).unwrap_err();
    assert!(matches!(error, StoreError::TooLong { .. }));
    append(&archive, 1, b"short").unwrap();
    assert_eq!(contents(storage).unwrap(), [b"short"]);
}

/// Where, and what.
type Write = (u64, Vec<u8>);

/// A disk behind a cache as Linux has it: a sync that fails leaves the cache as it is and forgets that it was
/// never written.
#[derive(Clone, Default)]
struct Forgetful {
    cache: MemoryStorage,
    disk: MemoryStorage,
    dirty: Arc<Mutex<Vec<Write>>>,
    fails_once: Arc<AtomicBool>,
}

impl Storage for Forgetful {
    fn len(&self) -> io::Result<u64> {
        self.cache.len()
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.dirty.lock().unwrap().push((offset, bytes.to_vec()));
        self.cache.write_at(offset, bytes)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.disk.truncate(len.min(self.disk.len()?))?;
        self.cache.truncate(len)
    }

    fn forget(&self, offset: u64, len: u64) -> io::Result<()> {
        self.write_at(offset, &vec![0; usize::try_from(len).unwrap()])
    }

    fn sync(&self) -> io::Result<()> {
        let dirty = std::mem::take(&mut *self.dirty.lock().unwrap());
        if self.fails_once.swap(false, Ordering::Relaxed) {
            return Err(io::ErrorKind::Other.into());
        }
        dirty
            .iter()
            .try_for_each(|(offset, bytes)| self.disk.write_at(*offset, bytes))
    }

    fn view(&self, len: u64) -> io::Result<View> {
        self.cache.view(len)
    }
}

#[test]
fn a_record_whose_sync_failed_is_written_again_before_anything_is_built_on_it() {
    let storage = Forgetful::default();
    let (archive, _) = Archive::over(storage.clone(), &Params::dev(), Known::default()).unwrap();
    append(&archive, 1, &[1; 600]).unwrap();
    storage.fails_once.store(true, Ordering::Relaxed);
    assert!(append(&archive, 2, &[2; 600]).is_err());
    drop(archive);

    let (archive, places) =
        Archive::over(storage.clone(), &Params::dev(), Known::default()).unwrap();
    assert_eq!(places.len(), 2, "the cache still shows it");
    append(&archive, 3, &[3; 600]).unwrap();
    // The power goes: what counts is on the disk.
    let kept = contents(storage.disk).unwrap();
    assert_eq!(kept, [vec![1; 600], vec![2; 600], vec![3; 600]]);
}
