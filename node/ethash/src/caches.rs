//! The light caches of the epochs in use: a few, each grown once, the next one before it is needed.
use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use crate::LightCache;

/// Caches held at once: this epoch's, the next one's, and the last one's for a chain that turns back.
const HELD: usize = 3;
/// The next epoch's cache is prepared in the last of this many parts of an epoch.
const PARTS: u32 = 8;

/// Light caches by epoch, for many threads at once.
///
/// A cache is work and memory, so no claim can ask for one: the only way in is the height of a header whose own
/// seal was verified. Its child's epoch is grown, once however many threads ask, and where that height is near
/// the end of its epoch, the one after it too, in the background. Of the caches grown the least recently used
/// are forgotten.
pub struct Caches {
    shared: Arc<Shared>,
}

struct Shared {
    epoch_length: NonZero<u32>,
    grow: Box<dyn Fn(u32) -> LightCache + Send + Sync>,
    /// Least recently used first.
    slots: Mutex<VecDeque<(u32, Slot)>>,
}

/// Filled once; whoever comes meanwhile waits for that.
type Slot = Arc<OnceLock<Arc<LightCache>>>;

impl Caches {
    /// Holds no cache yet. `grow` makes the cache of an epoch of `epoch_length` blocks.
    pub fn new(
        epoch_length: NonZero<u32>,
        grow: impl Fn(u32) -> LightCache + Send + Sync + 'static,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                epoch_length,
                grow: Box::new(grow),
                slots: Mutex::default(),
            }),
        }
    }

    /// Returns the cache for the seal of a child of a verified header, given that header's height.
    pub fn for_child_of(&self, verified_height: u32) -> Arc<LightCache> {
        let height = verified_height.saturating_add(1);
        let (epoch, within) = (
            height / self.shared.epoch_length,
            height % self.shared.epoch_length,
        );
        let (slot, _) = self.shared.slot(epoch);
        let cache = self.shared.fill(epoch, &slot);
        let left = self.shared.epoch_length.get() - within;
        if left <= self.shared.epoch_length.get() / PARTS {
            self.prepare(epoch.saturating_add(1));
        }
        cache
    }

    /// Grows a cache in the background, unless it is held or being grown.
    fn prepare(&self, epoch: u32) {
        let (slot, is_new) = self.shared.slot(epoch);
        if !is_new {
            return;
        }
        let shared = Arc::clone(&self.shared);
        // Without a thread to spare it will be grown when it is needed.
        let _ = thread::Builder::new()
            .name(format!("ethash-cache-{epoch}"))
            .spawn(move || shared.fill(epoch, &slot));
    }

    /// Returns the epochs whose caches are held or being grown, the most recently used last.
    pub fn epochs(&self) -> Vec<u32> {
        let slots = self
            .shared
            .slots
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        slots.iter().map(|(epoch, _)| *epoch).collect()
    }
}

impl Shared {
    /// Returns the slot of an epoch as the most recently used, and whether it was made just now.
    fn slot(&self, epoch: u32) -> (Slot, bool) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let known = slots.iter().position(|(held, _)| *held == epoch);
        let (slot, is_new) = match known.and_then(|at| slots.remove(at)) {
            Some((_, slot)) => (slot, false),
            None => (Slot::default(), true),
        };
        slots.push_back((epoch, Arc::clone(&slot)));
        if slots.len() > HELD {
            slots.pop_front();
        }
        (slot, is_new)
    }

    fn fill(&self, epoch: u32, slot: &Slot) -> Arc<LightCache> {
        Arc::clone(slot.get_or_init(|| Arc::new((self.grow)(epoch))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::seed_hash;

    const EPOCH: u32 = 80;

    /// Caches that tell which epochs they grow.
    fn caches() -> (Caches, mpsc::Receiver<u32>) {
        let (told, grown) = mpsc::channel();
        let length = NonZero::new(EPOCH).expect("not 0");
        let caches = Caches::new(length, move |epoch| {
            told.send(epoch).expect("the test listens");
            LightCache::new(1_024, &seed_hash(epoch))
        });
        (caches, grown)
    }

    #[test]
    fn a_cache_is_that_of_the_child_s_epoch_and_is_grown_once() {
        let (caches, grown) = caches();
        let first = caches.for_child_of(0);
        assert!(Arc::ptr_eq(&first, &caches.for_child_of(5)));
        assert_eq!(
            first.row_bytes(3),
            LightCache::new(1_024, &seed_hash(0)).row_bytes(3)
        );
        let second = caches.for_child_of(EPOCH - 1);
        assert_eq!(
            second.row_bytes(3),
            LightCache::new(1_024, &seed_hash(1)).row_bytes(3)
        );
        drop(caches);
        assert_eq!(grown.iter().collect::<Vec<_>>(), [0, 1]);
    }

    #[test]
    fn nothing_is_grown_before_a_verified_height_asks_and_then_no_far_epoch() {
        let (caches, grown) = caches();
        assert!(caches.epochs().is_empty());
        // The last height at which the next epoch is not yet near.
        caches.for_child_of(EPOCH - EPOCH / PARTS - 2);
        assert_eq!(caches.epochs(), [0]);
        drop(caches);
        assert_eq!(grown.iter().collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn near_the_end_of_an_epoch_the_next_one_is_prepared_once_and_no_other() {
        let (caches, grown) = caches();
        for height in EPOCH - EPOCH / PARTS - 1..EPOCH - 1 {
            caches.for_child_of(height);
        }
        assert_eq!(caches.epochs(), [0, 1]);
        // Whether the background was done or not: this waits for it and grows nothing itself.
        caches.for_child_of(EPOCH - 1);
        drop(caches);
        let mut grown: Vec<u32> = grown.iter().collect();
        grown.sort_unstable();
        assert_eq!(grown, [0, 1]);
    }

    #[test]
    fn no_more_than_a_few_are_held_and_the_least_recently_used_goes_first() {
        let (caches, grown) = caches();
        for epoch in [0, 1, 2, 0, 3] {
            caches.for_child_of(epoch * EPOCH);
        }
        assert_eq!(caches.epochs(), [2, 0, 3]);
        caches.for_child_of(EPOCH);
        drop(caches);
        assert_eq!(grown.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 1]);
    }

    #[test]
    fn many_threads_that_ask_at_once_wait_for_one_cache() {
        let (caches, grown) = caches();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| caches.for_child_of(1));
            }
        });
        drop(caches);
        assert_eq!(grown.iter().collect::<Vec<_>>(), [0]);
    }
}
