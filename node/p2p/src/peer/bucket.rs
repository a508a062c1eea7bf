//! A budget that fills with time.
use std::time::Duration;

/// Parts of a token that are counted: so no float is needed, and nothing is lost between two looks at the clock.
const PARTS: u64 = 1_000_000;

/// A budget. It holds so many tokens at most, and gains a token in so many milliseconds.
#[derive(Debug, Clone)]
pub struct Bucket {
    parts: u64,
    capacity: u64,
    parts_per_ms: u64,
    filled_at: Duration,
}

impl Bucket {
    /// Returns a full budget of `capacity` tokens that gains `per_1000_s` tokens in 1,000 seconds.
    pub fn new(capacity: u32, per_1000_s: u32, now: Duration) -> Self {
        let capacity = u64::from(capacity) * PARTS;
        Self {
            parts: capacity,
            capacity,
            // A token in 1,000 s is one part of a million each millisecond.
            parts_per_ms: u64::from(per_1000_s),
            filled_at: now,
        }
    }

    /// Leaves so many tokens at most.
    #[must_use]
    pub fn holding(mut self, tokens: u32) -> Self {
        self.parts = self.parts.min(u64::from(tokens) * PARTS);
        self
    }

    /// Adds tokens, up to what the budget holds.
    pub(super) fn add(&mut self, tokens: u32) {
        let gained = u64::from(tokens) * PARTS;
        self.parts = self.parts.saturating_add(gained).min(self.capacity);
    }

    /// Takes up to `wanted` tokens, and returns how many were there.
    pub fn take_up_to(&mut self, wanted: u64, now: Duration) -> u64 {
        self.fill(now);
        let taken = wanted.min(self.parts / PARTS);
        self.parts -= taken * PARTS;
        taken
    }

    /// Takes `cost` tokens; what is dearer than the whole budget costs the whole budget.
    ///
    /// # Errors
    /// They are not there: the time at which they will be.
    pub fn take(&mut self, cost: u64, now: Duration) -> Result<(), Duration> {
        self.fill(now);
        let cost = cost.saturating_mul(PARTS).min(self.capacity);
        match self.parts.checked_sub(cost) {
            Some(rest) => {
                self.parts = rest;
                Ok(())
            }
            None => {
                let wait = (cost - self.parts).div_ceil(self.parts_per_ms.max(1));
                Err(self.filled_at + Duration::from_millis(wait))
            }
        }
    }

    fn fill(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.filled_at).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        let gained = elapsed.saturating_mul(self.parts_per_ms);
        self.parts = self.parts.saturating_add(gained).min(self.capacity);
        // Whole milliseconds only: a clock that is looked at often must not make the budget poorer.
        self.filled_at += Duration::from_millis(elapsed);
    }
}
