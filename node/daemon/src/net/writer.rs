//! Bytes to a socket. A peer that does not read is hung up on.
use std::io;
use std::sync::Arc;
use std::time::Duration;

use moneta_p2p::Input;
use tokio::io::AsyncWriteExt;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, timeout};

use super::link::{LinkState, Unsent};
use super::thinker::Word;

/// How long a peer may take to read a piece.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes handed to the socket at once: a slow peer has this much time for each.
const PIECE: usize = 256 << 10;
/// How long the last words may take, once we hang up.
const FAREWELL: Duration = Duration::from_secs(5);

/// Writes until the connection ends; what waits when we hang up is written out first.
pub(super) async fn write(
    stream: OwnedWriteHalf,
    queue: UnboundedReceiver<Unsent>,
    state: Arc<LinkState>,
) {
    let end = async {
        state.closing.notified().await;
        sleep(FAREWELL).await;
    };
    tokio::select! {
        () = write_queue(stream, queue, &state) => {}
        () = end => {}
    }
}

async fn write_queue(
    mut stream: OwnedWriteHalf,
    mut queue: UnboundedReceiver<Unsent>,
    state: &Arc<LinkState>,
) {
    while let Some(unsent) = queue.recv().await {
        let words = &state.shared.words;
        if write_all(&mut stream, &unsent.bytes).await.is_err() {
            let _ = words.send(Word::Input(Input::Closed(state.peer), None));
            return;
        }
        if state.note_sent(unsent.bytes.len()) {
            let _ = words.send(Word::Input(Input::Drained(state.peer), None));
        }
    }
    let _ = timeout(FAREWELL, stream.shutdown()).await;
}

async fn write_all(stream: &mut OwnedWriteHalf, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        timeout(PATIENCE, stream.write_all(piece))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    }
    Ok(())
}
