//! The network's driver: sockets and clocks around [`moneta_p2p::Network`], which has neither.
//!
//! ```text
//! socket --> reader task --+                          +--> writer task --> socket
//!                          +--> thread with Network --+
//! listener, dialer, clock -+      |                   +--> dialer
//!                                 +--> chain and mempool
//! ```
//!
//! One thread thinks; it may wait for the disk, so nothing else runs on it. A reader hands over a message and waits
//! until few of its own are unread, so a peer that says much slows down nobody but itself.

mod book;
mod link;
mod names;
mod progress;
mod reader;
mod shared;
#[cfg(test)]
mod tests;
mod thinker;
mod writer;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use moneta_node_api::NodeApi;
use moneta_p2p::{Bucket, NetConfig, NetStatus, Network, NodePort};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use progress::SyncProgress;

use self::shared::{Limits, Shared};
use self::thinker::{Thinker, Word};
use crate::Clock;

/// Connections that are accepted at once, and in 1,000 seconds: one a second. Others wait with the system.
const ACCEPTED: (u32, u32) = (128, 1_000);
/// How long to wait after the system refused to accept, as it does when file descriptors run out.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// A book of fewer addresses is thin: name servers are asked too.
const THIN: usize = 20;

/// What a node does on the network.
#[derive(Debug, Clone)]
pub struct NetOptions {
    /// The logic's side.
    pub config: NetConfig,
    /// Where to listen; `None`: nobody can connect to us.
    pub listen: Option<SocketAddr>,
    /// Four bytes that begin each message.
    pub magic: [u8; 4],
    /// Where the address book is kept; `None`: nowhere.
    pub book: Option<PathBuf>,
    /// Hosts (`name:port`) to look up when the book is thin or no peer is there: each may stand for many nodes.
    pub name_servers: Vec<String>,
}

/// What an operator sees.
#[derive(Debug, Clone)]
pub struct NetView {
    /// When it was so, on the driver's clock, which begins with the node.
    pub at: Duration,
    /// Peers and heights.
    pub status: NetStatus,
    /// How quickly blocks come in, while the node is behind.
    pub progress: Option<SyncProgress>,
}

/// A node's life on the network; it ends when this is dropped or stopped.
#[derive(Debug)]
pub struct NetService {
    words: mpsc::Sender<Word>,
    address: Option<SocketAddr>,
    view: watch::Receiver<Option<Arc<NetView>>>,
    #[cfg(test)]
    shared: Arc<Shared>,
    thread: Option<std::thread::JoinHandle<()>>,
    /// Listener and watcher.
    tasks: JoinSet<()>,
}

impl NetService {
    /// Joins the network with this node.
    ///
    /// # Errors
    /// The address to listen on can't be had, or the system gives no thread or randomness.
    pub async fn start(
        node: Arc<dyn NodeApi>,
        port: Arc<dyn NodePort + Send + Sync>,
        clock: Arc<dyn Clock>,
        options: NetOptions,
    ) -> io::Result<Self> {
        let listener = match options.listen {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let address = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let (words, heard) = mpsc::channel();
        let shared = Arc::new(Shared::new(words.clone(), options.magic, Limits::NODE));
        let (show, view) = watch::channel(None);
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| io::Error::other(error.to_string()))?;
        let runtime = tokio::runtime::Handle::current();
        let scope = options.config.scope();
        let kept = options.book.clone();
        let book = kept.and_then(|path| book::load(&path, options.magic, scope));
        let is_thin = book.as_ref().is_none_or(|book| book.len() < THIN);
        let network = match book {
            Some(book) => Network::with_book(options.config, seed, book),
            None => Network::new(options.config, seed),
        };
        let thinker = Thinker::new(
            network,
            options.book,
            port,
            clock,
            Arc::clone(&shared),
            show,
            runtime,
        );
        let thread = std::thread::Builder::new()
            .name("network".to_owned())
            .spawn(move || thinker.run(&heard))?;
        let mut tasks = JoinSet::new();
        if let Some(listener) = listener {
            tasks.spawn(accept(listener, Arc::clone(&shared)));
        }
        tasks.spawn(watch_node(node, words.clone()));
        tasks.spawn(names::ask_name_servers(
            options.name_servers,
            is_thin,
            view.clone(),
            words.clone(),
            names::look_up,
        ));
        Ok(Self {
            words,
            address,
            view,
            #[cfg(test)]
            shared,
            thread: Some(thread),
            tasks,
        })
    }

    /// Returns where others reach this node.
    pub const fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Returns what an operator sees, at most a second old; `None` in the first moment.
    pub fn view(&self) -> Option<Arc<NetView>> {
        self.view.borrow().clone()
    }

    /// Returns the same as it changes.
    pub fn views(&self) -> watch::Receiver<Option<Arc<NetView>>> {
        self.view.clone()
    }

    /// Waits until the thread breaks off, which is a defect: the node hears of nobody any more.
    pub async fn broken(&self) {
        let mut view = self.view.clone();
        while view.changed().await.is_ok() {}
    }

    /// Hangs up on everyone and waits until nothing is written any more.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        let _ = self.words.send(Word::Stop);
        if let Some(thread) = self.thread.take() {
            // A block may be on its way to the disk.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for NetService {
    fn drop(&mut self) {
        let _ = self.words.send(Word::Stop);
    }
}

/// Takes in whoever connects.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let (capacity, per_1000_s) = ACCEPTED;
    let mut leave = Bucket::new(capacity, per_1000_s, shared.since_start());
    loop {
        if let Err(until) = leave.take(1, shared.since_start()) {
            tokio::time::sleep(until.saturating_sub(shared.since_start())).await;
            continue;
        }
        match listener.accept().await {
            Ok((stream, address)) => {
                if shared.words.send(Word::Came { stream, address }).is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "no connection can be accepted");
                tokio::time::sleep(REFUSED_PAUSE).await;
            }
        }
    }
}

/// Tells of what changed by other hands. Changes that come before the last one was looked at count as one.
async fn watch_node(node: Arc<dyn NodeApi>, words: mpsc::Sender<Word>) {
    let pending = Arc::new(AtomicBool::new(false));
    let mut seen = 0;
    loop {
        seen = node.changed(seen).await;
        if pending.swap(true, Ordering::AcqRel) {
            continue;
        }
        if words.send(Word::Changed(Arc::clone(&pending))).is_err() {
            return;
        }
    }
}

/// Connects with somebody, or tells that it can't be done.
async fn dial(address: SocketAddr, patience: Duration) -> io::Result<TcpStream> {
    tokio::time::timeout(patience, TcpStream::connect(address))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
