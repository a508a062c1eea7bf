//! One connection, as the thinking thread holds it.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use moneta_p2p::{Message, PeerId};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::AbortHandle;

use super::{Shared, reader, writer};

/// Messages of one peer that may wait to be looked at.
const UNREAD: usize = 2;

/// One connection. When it is dropped nothing more is read; what was to be sent is sent.
#[derive(Debug)]
pub(super) struct Link {
    to_send: mpsc::UnboundedSender<Message>,
    state: Arc<LinkState>,
    reader: AbortHandle,
}

/// What thread, reader and writer tell each other.
#[derive(Debug)]
pub(super) struct LinkState {
    pub(super) peer: PeerId,
    pub(super) is_established: AtomicBool,
    /// Milliseconds since the start before which nothing is read.
    pub(super) pause_until: AtomicU64,
    /// Messages that wait to be sent.
    pub(super) unsent: AtomicUsize,
    /// Told whenever one was sent.
    pub(super) sent: Notify,
    /// One for each message that may wait to be looked at.
    pub(super) unread: Arc<Semaphore>,
}

impl Link {
    /// Begins to read and write. Must be called within the runtime.
    pub(super) fn new(peer: PeerId, stream: TcpStream, shared: &Arc<Shared>) -> Self {
        // Small messages are not to wait for more to come.
        let _ = stream.set_nodelay(true);
        let (from, to) = stream.into_split();
        let state = Arc::new(LinkState {
            peer,
            is_established: AtomicBool::new(false),
            pause_until: AtomicU64::new(0),
            unsent: AtomicUsize::new(0),
            sent: Notify::new(),
            unread: Arc::new(Semaphore::new(UNREAD)),
        });
        let (to_send, queue) = mpsc::unbounded_channel();
        let reading = reader::read(from, Arc::clone(&state), Arc::clone(shared));
        let reader = tokio::spawn(reading).abort_handle();
        let writing = writer::write(to, queue, Arc::clone(&state), Arc::clone(shared));
        tokio::spawn(writing);
        Self {
            to_send,
            state,
            reader,
        }
    }

    pub(super) fn send(&self, message: Message) {
        self.state.unsent.fetch_add(1, Ordering::AcqRel);
        // A writer that is gone has told of it.
        let _ = self.to_send.send(message);
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
    }
}
