//! Bytes from a socket to messages, no faster than they are looked at.
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use moneta_p2p::{Decoder, Input, Message};
use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;

use super::Shared;
use super::link::LinkState;
use super::thinker::Word;

/// Bytes read at once.
const CHUNK: usize = 64 << 10;
/// While so many messages wait to be sent to a peer, nothing is read from it: it does not read either.
const MAX_UNSENT: usize = 64;

/// Reads until the connection ends, and tells how.
pub(super) async fn read(stream: OwnedReadHalf, state: Arc<LinkState>, shared: Arc<Shared>) {
    let mut reader = Reader {
        stream,
        decoder: Decoder::new(shared.magic),
        held: Held {
            shared: Arc::clone(&shared),
            bytes: 0,
        },
        state: Arc::clone(&state),
    };
    shared.connections.fetch_add(1, Ordering::Relaxed);
    let ended = reader.run().await;
    let input = match ended {
        Ok(Ended::Garbled(error)) => Input::Garbled(state.peer, error),
        Ok(Ended::Closed) | Err(_) => Input::Closed(state.peer),
    };
    let _ = shared.words.send(Word::Input(input, None));
}

enum Ended {
    Closed,
    Garbled(moneta_p2p::WireError),
}

struct Reader {
    stream: OwnedReadHalf,
    decoder: Decoder,
    held: Held,
    state: Arc<LinkState>,
}

/// What a reader holds, counted among all.
struct Held {
    shared: Arc<Shared>,
    bytes: usize,
}

impl Held {
    fn set(&mut self, bytes: usize) {
        self.shared.held.fetch_add(bytes, Ordering::Relaxed);
        self.shared.held.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = bytes;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.set(0);
        self.shared.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Reader {
    async fn run(&mut self) -> io::Result<Ended> {
        let mut chunk = vec![0; CHUNK];
        loop {
            self.wait_for_leave().await;
            let count = self.stream.read(&mut chunk).await?;
            let Some(mut bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
                return Ok(Ended::Closed);
            };
            while !bytes.is_empty() {
                if self.state.is_established.load(Ordering::Acquire) {
                    self.decoder.establish();
                }
                match self.decoder.read(&mut bytes) {
                    Ok(Some(message)) => self.hand_over(message).await?,
                    Ok(None) => {}
                    Err(error) => return Ok(Ended::Garbled(error)),
                }
            }
            self.held.set(self.decoder.held_bytes());
            if self.held.shared.is_greedy(self.held.bytes) {
                tracing::warn!(
                    peer = self.state.peer.0,
                    "hung up: its message takes the memory of all"
                );
                return Ok(Ended::Closed);
            }
        }
    }

    /// Waits until the peer may be heard again.
    async fn wait_for_leave(&self) {
        loop {
            let sent = self.state.sent.notified();
            if self.state.unsent.load(Ordering::Acquire) > MAX_UNSENT {
                sent.await;
                continue;
            }
            let until = Duration::from_millis(self.state.pause_until.load(Ordering::Acquire));
            let now = self.held.shared.since_start();
            if until <= now {
                return;
            }
            tokio::time::sleep(until - now).await;
        }
    }

    /// Hands a message over once few of this peer's wait to be looked at.
    async fn hand_over(&self, message: Message) -> io::Result<()> {
        let unread = Arc::clone(&self.state.unread);
        let leave = unread.acquire_owned().await.map_err(io::Error::other)?;
        let input = Input::Received(self.state.peer, message);
        let words = &self.held.shared.words;
        words
            .send(Word::Input(input, Some(leave)))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
