//! One connection, as the thinking thread holds it.
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use moneta_p2p::{Input, Message, PeerId, encode};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::AbortHandle;

use super::shared::Shared;
use super::thinker::Word;
use super::{reader, writer};

/// Messages of one peer that may wait to be looked at.
const UNREAD: usize = 2;
/// While so much waits to be sent to a peer, nothing is read from it: it does not read either. In bytes.
const MUCH_UNSENT: usize = 1 << 20;
/// So much never waits for a peer: it is hung up on instead. Four of the longest blocks fit. In bytes.
const MAX_UNSENT: usize = 16 << 20;

/// One connection. When it is dropped nothing more is read; what was to be sent is sent.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) address: SocketAddr,
    to_send: mpsc::UnboundedSender<Unsent>,
    state: Arc<LinkState>,
    reader: AbortHandle,
    writer: AbortHandle,
}

/// What thread, reader and writer tell each other.
#[derive(Debug)]
pub(super) struct LinkState {
    pub(super) peer: PeerId,
    pub(super) shared: Arc<Shared>,
    is_established: AtomicBool,
    /// Milliseconds since the start before which nothing is read.
    pause_until: AtomicU64,
    /// Bytes that wait to be sent.
    unsent: AtomicUsize,
    /// Told whenever some were sent.
    sent: Notify,
    /// Told when nothing will be added to what is to be sent.
    pub(super) closing: Notify,
    /// One for each message that may wait to be looked at.
    pub(super) unread: Arc<Semaphore>,
    /// Bytes held for this peer: half-read, not looked at, or not sent.
    held: AtomicUsize,
}

impl LinkState {
    pub(super) fn new(peer: PeerId, shared: &Arc<Shared>) -> Self {
        shared.connections.fetch_add(1, Ordering::Relaxed);
        Self {
            peer,
            shared: Arc::clone(shared),
            is_established: AtomicBool::new(false),
            pause_until: AtomicU64::new(0),
            unsent: AtomicUsize::new(0),
            sent: Notify::new(),
            closing: Notify::new(),
            unread: Arc::new(Semaphore::new(UNREAD)),
            held: AtomicUsize::new(0),
        }
    }

    pub(super) fn is_established(&self) -> bool {
        self.is_established.load(Ordering::Acquire)
    }

    /// Counts bytes that are held for this peer until the answer is dropped.
    pub(super) fn hold(self: &Arc<Self>, bytes: usize) -> Held {
        self.held.fetch_add(bytes, Ordering::Relaxed);
        self.shared.held.fetch_add(bytes, Ordering::Relaxed);
        Held {
            state: Arc::clone(self),
            bytes,
        }
    }

    /// Tells whether all peers together take too much memory, and this one more than its share.
    pub(super) fn is_greedy(&self) -> bool {
        self.shared.is_greedy(self.held.load(Ordering::Relaxed))
    }

    /// Notes that bytes are on their way; tells whether nothing else waits.
    pub(super) fn note_sent(&self, bytes: usize) -> bool {
        let before = self.unsent.fetch_sub(bytes, Ordering::AcqRel);
        self.sent.notify_waiters();
        before == bytes
    }

    /// Waits until the peer may be heard again.
    pub(super) async fn wait_for_leave(&self) {
        loop {
            let mut sent = std::pin::pin!(self.sent.notified());
            // Registered before the look: no word can be missed between the two.
            sent.as_mut().enable();
            if self.unsent.load(Ordering::Acquire) > MUCH_UNSENT {
                sent.await;
                continue;
            }
            let until = Duration::from_millis(self.pause_until.load(Ordering::Acquire));
            let now = self.shared.since_start();
            if until <= now {
                return;
            }
            tokio::time::sleep(until - now).await;
        }
    }
}

impl Drop for LinkState {
    fn drop(&mut self) {
        self.shared.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A message that waits to be sent.
#[derive(Debug)]
pub(super) struct Unsent {
    pub(super) bytes: Vec<u8>,
    _held: Held,
}

/// Bytes that are held for a peer.
#[derive(Debug)]
pub(super) struct Held {
    state: Arc<LinkState>,
    bytes: usize,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.state.held.fetch_sub(self.bytes, Ordering::Relaxed);
        let all = &self.state.shared.held;
        all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Link {
    /// Begins to read and write. Must be called within the runtime.
    pub(super) fn new(
        peer: PeerId,
        address: SocketAddr,
        stream: TcpStream,
        shared: &Arc<Shared>,
    ) -> Self {
        // Small messages are not to wait for more to come.
        let _ = stream.set_nodelay(true);
        let (from, to) = stream.into_split();
        let state = Arc::new(LinkState::new(peer, shared));
        let (to_send, queue) = mpsc::unbounded_channel();
        let reading = reader::read(from, Arc::clone(&state));
        let reader = tokio::spawn(reading).abort_handle();
        let writing = writer::write(to, queue, Arc::clone(&state));
        let writer = tokio::spawn(writing).abort_handle();
        Self {
            address,
            to_send,
            state,
            reader,
            writer,
        }
    }

    /// Puts a message where the writer finds it. A peer for which too much waits is as good as gone.
    pub(super) fn send(&self, message: &Message) {
        let bytes = encode(self.state.shared.magic, message);
        let unsent = self.state.unsent.fetch_add(bytes.len(), Ordering::AcqRel) + bytes.len();
        let held = self.state.hold(bytes.len());
        if unsent > MAX_UNSENT || self.state.is_greedy() {
            return self.break_off(unsent);
        }
        // A writer that is gone has told of it.
        let _ = self.to_send.send(Unsent { bytes, _held: held });
    }

    fn break_off(&self, unsent: usize) {
        if self.writer.is_finished() {
            return;
        }
        tracing::debug!(
            peer = self.state.peer.0,
            unsent,
            "hung up: it does not read what it is sent"
        );
        self.reader.abort();
        self.writer.abort();
        let closed = Word::Input(Input::Closed(self.state.peer), None);
        let _ = self.state.shared.words.send(closed);
    }

    pub(super) fn establish(&self) {
        self.state.is_established.store(true, Ordering::Release);
    }

    pub(super) fn pause_until(&self, until: Duration) {
        let millis = u64::try_from(until.as_millis()).unwrap_or(u64::MAX);
        self.state.pause_until.store(millis, Ordering::Release);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.reader.abort();
        self.state.closing.notify_one();
    }
}
