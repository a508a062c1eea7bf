//! Hosts by their names: each may stand for many nodes, and for others tomorrow.
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use moneta_p2p::{Input, Purpose};
use tokio::sync::watch;

use super::NetView;
use super::thinker::Word;

/// Addresses that are taken from one name.
const MAX_FROM_NAME: usize = 256;
/// How long a node may be without a peer that it chose before name servers are asked again: at first, and at most.
const LONELY: Duration = Duration::from_secs(60);
const MOST_LONELY: Duration = Duration::from_secs(60 * 60);

/// Returns the addresses of a host.
pub(super) async fn look_up(host: String) -> io::Result<Vec<SocketAddr>> {
    let found = tokio::net::lookup_host(host).await?;
    Ok(found.take(MAX_FROM_NAME).collect())
}

/// Looks up hosts that stand for many nodes: at once if the book is thin, and whenever no peer of ours is there.
pub(super) async fn ask_name_servers<Answer>(
    hosts: Vec<String>,
    is_thin: bool,
    view: watch::Receiver<Option<Arc<NetView>>>,
    words: mpsc::Sender<Word>,
    look_up: impl Fn(String) -> Answer,
) where
    Answer: Future<Output = io::Result<Vec<SocketAddr>>>,
{
    let mut is_needed = is_thin;
    let mut pause = LONELY;
    while !hosts.is_empty() {
        if is_needed {
            for host in &hosts {
                match look_up(host.clone()).await {
                    Ok(found) => {
                        let _ = words.send(Word::Input(Input::Heard(found), None));
                    }
                    Err(error) => tracing::warn!(%host, %error, "a name server knows nothing"),
                }
            }
        }
        tokio::time::sleep(pause).await;
        is_needed = is_lonely(&view);
        pause = if is_needed {
            (pause * 2).min(MOST_LONELY)
        } else {
            LONELY
        };
    }
}

fn is_lonely(view: &watch::Receiver<Option<Arc<NetView>>>) -> bool {
    let view = view.borrow();
    let mut peers = view.iter().flat_map(|view| &view.status.peers);
    !peers.any(|peer| peer.purpose != Purpose::Inbound && peer.user_agent.is_some())
}
