//! Bytes from a socket to messages, no faster than they are looked at.
use std::io;
use std::sync::Arc;

use moneta_p2p::{Decoder, Frame, Input, WireError};
use tokio::io::AsyncReadExt;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::OwnedSemaphorePermit;

use super::link::LinkState;
use super::thinker::Word;

/// Bytes read at once, before the handshake is done and after.
const EARLY_CHUNK: usize = 2 << 10;
const CHUNK: usize = 64 << 10;

/// A message that waits to be looked at; dropped once it was.
#[derive(Debug)]
pub(super) struct Unread {
    _permit: OwnedSemaphorePermit,
    _room: Option<OwnedSemaphorePermit>,
}

/// Reads until the connection ends, and tells how.
pub(super) async fn read(stream: OwnedReadHalf, state: Arc<LinkState>) {
    let mut reader = Reader {
        stream,
        decoder: Decoder::new(state.shared.magic),
        state: Arc::clone(&state),
    };
    let ended = reader.run().await;
    let input = match ended {
        Ok(Ended::Garbled(error)) => Input::Garbled(state.peer, error),
        Ok(Ended::Closed) | Err(_) => Input::Closed(state.peer),
    };
    let _ = state.shared.words.send(Word::Input(input, None));
}

enum Ended {
    Closed,
    Garbled(WireError),
}

struct Reader {
    stream: OwnedReadHalf,
    decoder: Decoder,
    state: Arc<LinkState>,
}

impl Reader {
    async fn run(&mut self) -> io::Result<Ended> {
        let mut chunk = vec![0; EARLY_CHUNK];
        loop {
            self.state.wait_for_leave().await;
            let half_read = self.state.hold(self.decoder.held_bytes());
            let count = self.stream.read(&mut chunk).await?;
            drop(half_read);
            let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
                return Ok(Ended::Closed);
            };
            if let Some(ended) = self.decode(bytes).await? {
                return Ok(ended);
            }
            let _half_read = self.state.hold(self.decoder.held_bytes());
            if self.is_too_greedy() {
                return Ok(Ended::Closed);
            }
            if chunk.len() == EARLY_CHUNK && self.state.is_established() {
                chunk = vec![0; CHUNK];
            }
        }
    }

    /// Takes bytes up to their end, and hands over each message that is whole; tells how it ended, if it did.
    async fn decode(&mut self, mut bytes: &[u8]) -> io::Result<Option<Ended>> {
        while !bytes.is_empty() {
            if self.state.is_established() {
                self.decoder.establish();
            }
            let ended = match self.decoder.read_frame(&mut bytes) {
                Ok(Some(frame)) => self.hand_over(frame).await?,
                Ok(None) => None,
                Err(error) => Some(Ended::Garbled(error)),
            };
            if ended.is_some() {
                return Ok(ended);
            }
        }
        Ok(None)
    }

    /// Hands a message over once few of this peer's wait to be looked at, and there is room for what is in it.
    async fn hand_over(&mut self, frame: Frame) -> io::Result<Option<Ended>> {
        let held = self.state.hold(frame.size());
        if self.is_too_greedy() {
            return Ok(Some(Ended::Closed));
        }
        let unread = Arc::clone(&self.state.unread);
        let permit = unread.acquire_owned().await.map_err(io::Error::other)?;
        // One read may have brought many messages.
        self.state.wait_for_leave().await;
        let room = self.state.shared.room_for(frame.size()).await;
        let message = match frame.decode() {
            Ok(message) => message,
            Err(error) => return Ok(Some(Ended::Garbled(error))),
        };
        // The bytes are gone; what was in them is counted by the room.
        drop(held);
        let input = Input::Received(self.state.peer, message);
        let unread = Unread {
            _permit: permit,
            _room: room,
        };
        let words = &self.state.shared.words;
        words
            .send(Word::Input(input, Some(unread)))
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(None)
    }

    fn is_too_greedy(&self) -> bool {
        let is_greedy = self.state.is_greedy();
        if is_greedy {
            tracing::warn!(
                peer = self.state.peer.0,
                "hung up: what it sends takes the memory of all"
            );
        }
        is_greedy
    }
}
