//! Commits of random operations, with what the store must hold after each.
use std::collections::BTreeMap;
use std::sync::Arc;

use moneta_disk::{Folder, RecordedFolder};
use moneta_kv::{Batch, Durability, OpenError, Options, Store, StoreError};

use crate::random::Random;

/// What a store holds.
pub type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// Keys there are: few, so that they come and go often.
const KEYS: u64 = 96;

/// A store at work on a recorded disk.
pub struct Recording {
    /// The disk.
    pub disk: RecordedFolder,
    /// What the store holds after each commit, by sequence number.
    pub states: Vec<Model>,
    /// Steps of the disk by which a commit was acknowledged as synced, with its sequence number.
    pub acknowledged: Vec<(usize, u64)>,
}

/// Opens a store whose tables fill within a few commits, and that does all its work in the calling thread.
///
/// # Errors
/// The store can't be opened.
pub(super) fn open(folder: impl Folder) -> Result<Store, OpenError> {
    let options = Options {
        memory: 9_000,
        salt: (5, 6),
        threads: false,
    };
    Store::open(Arc::new(folder), options)
}

/// Reads everything.
///
/// # Errors
/// The store is damaged.
pub(super) fn contents(store: &Store) -> Result<Model, StoreError> {
    let mut model = Model::new();
    store.snapshot().for_each(|key, value| {
        model.insert(key.to_vec(), value.to_vec());
        Ok::<_, StoreError>(())
    })?;
    Ok(model)
}

impl Recording {
    /// Opens a store on a disk that holds `base`, as the states up to now say, and lets it work.
    ///
    /// # Errors
    /// The store can't be opened or written: the disk does not fail here, so that is a fault of the store.
    pub fn make(
        base: BTreeMap<String, Vec<u8>>,
        states: &[Model],
        commits: usize,
        random: &mut Random,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let disk = RecordedFolder::new(base);
        let mut store = open(disk.clone())?;
        let sequence = usize::try_from(store.sequence())?;
        let mut states = states[..=sequence].to_vec();
        let mut acknowledged = vec![(0, store.sequence())];
        for _ in 0..commits {
            let mut state = states.last().cloned().unwrap_or_default();
            let batch = batch(&mut state, random);
            let durability = match random.below(3) {
                0 => Durability::Deferred,
                _ => Durability::Synced,
            };
            let sequence = store.commit(batch, durability)?;
            states.push(state);
            if durability == Durability::Synced {
                acknowledged.push((disk.steps(), sequence));
            }
            if random.below(25) == 0 {
                store.settle()?;
                acknowledged.push((disk.steps(), sequence));
            }
            if random.below(20) == 0 {
                // The process ends and another begins, and the disk has not heard of all that the first one wrote.
                drop(store);
                store = open(disk.clone())?;
                acknowledged.push((disk.steps(), store.sequence()));
            }
        }
        Ok(Self {
            disk,
            states,
            acknowledged,
        })
    }

    /// Returns the last commit that was acknowledged as synced by the first `steps` steps.
    pub fn promised(&self, steps: usize) -> u64 {
        let by_then = self.acknowledged.iter().filter(|(at, _)| *at <= steps);
        by_then.map(|(_, sequence)| *sequence).max().unwrap_or(0)
    }
}

fn batch(state: &mut Model, random: &mut Random) -> Batch {
    let mut batch = Batch::new();
    for _ in 0..random.below(30) {
        let key = random.below(KEYS).to_be_bytes().to_vec();
        if random.below(3) == 0 {
            batch.delete(&key);
            state.remove(&key);
            continue;
        }
        let len = usize::try_from(random.below(120)).expect("small");
        let value = vec![random.next().to_le_bytes()[0]; len];
        match state.insert(key.clone(), value.clone()) {
            None => batch.insert(&key, &value),
            Some(_) => batch.put(&key, &value),
        }
    }
    batch
}
