//! What every connection shares, and how much memory all of them together may take.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use moneta_p2p::Frame;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::thinker::Word;

/// Bytes of a permit for decoded messages.
const PIECE: usize = 1 << 10;

/// How much memory all peers together may take.
///
/// **Invariant:** twice `held`, `decoded`, and a quarter of a mebibyte for each connection is the most. While more is
/// held than `held`, who has less than his share may still come up to it, and nobody else gets more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of what is half-read, not decoded yet, or not sent: above it, whoever has more than his share and adds to it
    /// is hung up on.
    pub(super) held: usize,
    /// Bytes of what is decoded and not looked at yet: nothing is decoded beyond it.
    pub(super) decoded: usize,
}

impl Limits {
    /// What a node has for its peers: 415 MiB with all 125 at their worst.
    pub(super) const NODE: Self = Self {
        held: 128 << 20,
        decoded: 128 << 20,
    };
}

/// What every connection shares.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) words: mpsc::Sender<Word>,
    pub(super) magic: [u8; 4],
    began: Instant,
    limits: Limits,
    /// Bytes held for all peers together.
    pub(super) held: AtomicUsize,
    /// Connections that stand.
    pub(super) connections: AtomicUsize,
    /// Room for decoded messages that is free.
    room: Arc<Semaphore>,
}

impl Shared {
    pub(super) fn new(words: mpsc::Sender<Word>, magic: [u8; 4], limits: Limits) -> Self {
        Self {
            words,
            magic,
            began: Instant::now(),
            limits,
            held: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            room: Arc::new(Semaphore::new(limits.decoded / PIECE)),
        }
    }

    pub(super) fn since_start(&self) -> Duration {
        self.began.elapsed()
    }

    /// Tells whether a peer for which so many bytes are held takes more than its share while all take too much.
    pub(super) fn is_greedy(&self, own: usize) -> bool {
        let all = self.held.load(Ordering::Relaxed);
        let share = self.limits.held / self.connections.load(Ordering::Relaxed).max(1);
        all > self.limits.held && own > share
    }

    /// Waits for the room that a message of this size takes once it is decoded; it is free again once that is dropped.
    pub(super) async fn room_for(&self, frame: usize) -> Option<OwnedSemaphorePermit> {
        let pieces = frame.saturating_mul(Frame::SPREAD).div_ceil(PIECE);
        // The longest message goes through alone, if need be.
        let pieces = pieces.min(self.limits.decoded / PIECE);
        let pieces = u32::try_from(pieces).unwrap_or(u32::MAX);
        Arc::clone(&self.room).acquire_many_owned(pieces).await.ok()
    }

    /// Returns the bytes that decoded messages may take at this moment.
    #[cfg(test)]
    pub(super) fn decoded(&self) -> usize {
        self.limits.decoded - self.room.available_permits() * PIECE
    }
}
