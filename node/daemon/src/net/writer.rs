//! Messages to bytes on a socket. A peer that does not read is hung up on.
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use moneta_p2p::{Input, Message, encode};
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Shared;
use super::link::LinkState;
use super::thinker::Word;

/// How long a peer may take to read a piece.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes handed to the socket at once: a slow peer has this much time for each.
const PIECE: usize = 256 << 10;

/// Writes until the connection ends; a queue that ends is written out first.
pub(super) async fn write(
    mut stream: OwnedWriteHalf,
    mut queue: mpsc::UnboundedReceiver<Message>,
    state: Arc<LinkState>,
    shared: Arc<Shared>,
) {
    while let Some(message) = queue.recv().await {
        let bytes = encode(shared.magic, &message);
        if write_all(&mut stream, &bytes).await.is_err() {
            let _ = shared
                .words
                .send(Word::Input(Input::Closed(state.peer), None));
            // The reader may be waiting for room.
            state.unsent.store(0, Ordering::Release);
            state.sent.notify_waiters();
            return;
        }
        let left = state.unsent.fetch_sub(1, Ordering::AcqRel);
        state.sent.notify_waiters();
        if left == 1 {
            let drained = Word::Input(Input::Drained(state.peer), None);
            let _ = shared.words.send(drained);
        }
    }
    let _ = timeout(PATIENCE, stream.shutdown()).await;
}

async fn write_all(stream: &mut OwnedWriteHalf, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        timeout(PATIENCE, stream.write_all(piece))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    }
    Ok(())
}
