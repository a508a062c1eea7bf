//! The one thread that thinks: what sockets and clocks say goes in, what is to be done comes out.
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use moneta_p2p::{Input, Network, NodePort, Now, Output, PeerId};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::link::Link;
use super::progress::Pace;
use super::reader::Unread;
use super::shared::Shared;
use super::{NetView, dial, names};
use crate::Clock;

/// How often time passes for the network.
const TICK: Duration = Duration::from_millis(500);
/// Words that are heard before whoever waits for an answer that costs much has one of his turns, if there are so many.
const MAX_HEARD: usize = 16;
/// How long a connection may take to be made.
const DIAL: Duration = Duration::from_secs(5);
/// Addresses of one host that are tried one after another.
const MAX_TRIED: usize = 8;
/// How often progress is told of in the log.
const TELL: Duration = Duration::from_secs(10);
/// How often the address book is written.
const SAVE: Duration = Duration::from_secs(15 * 60);

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Word {
    /// Something for the network; the peer may say more once the second is dropped.
    Input(Input, Option<Unread>),
    /// Somebody connected to us.
    Came {
        stream: TcpStream,
        address: SocketAddr,
    },
    /// A connection that was asked for stands.
    Made {
        peer: PeerId,
        stream: TcpStream,
        address: SocketAddr,
    },
    /// It is time for a tick. It waits in the same line as everything else: what peers said before is heard before they
    /// are blamed for not having said it.
    Tick,
    /// Chain or mempool changed; the flag is to be taken down.
    Changed(Arc<AtomicBool>),
    /// That was all.
    Stop,
}

/// The thread's own things.
pub(super) struct Thinker {
    network: Network,
    port: Arc<dyn NodePort + Send + Sync>,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
    links: HashMap<PeerId, Link>,
    show: watch::Sender<Option<Arc<NetView>>>,
    runtime: Handle,
    pace: Pace,
    next_tick: Duration,
    /// The tick stands in the line of words.
    is_tick_called: bool,
    /// The network has something to do in time to spare.
    is_owing: bool,
    next_telling: Duration,
    /// Where the address book is kept, and when it is written next.
    book: Option<PathBuf>,
    next_saving: Duration,
}

impl Thinker {
    pub(super) fn new(
        network: Network,
        book: Option<PathBuf>,
        port: Arc<dyn NodePort + Send + Sync>,
        clock: Arc<dyn Clock>,
        shared: Arc<Shared>,
        show: watch::Sender<Option<Arc<NetView>>>,
        runtime: Handle,
    ) -> Self {
        Self {
            network,
            book,
            port,
            clock,
            shared,
            links: HashMap::new(),
            show,
            runtime,
            pace: Pace::default(),
            next_tick: Duration::ZERO,
            is_tick_called: false,
            is_owing: false,
            next_telling: Duration::ZERO,
            next_saving: SAVE,
        }
    }

    /// Thinks until it is told to stop.
    pub(super) fn run(mut self, words: &Receiver<Word>) {
        let runtime = self.runtime.clone();
        let _inside = runtime.enter();
        let mut heard = 0;
        loop {
            let patience = self.call_tick();
            let word = match (self.is_owing, heard < MAX_HEARD) {
                (false, _) => words.recv_timeout(patience),
                (true, true) => words.recv_timeout(Duration::ZERO),
                (true, false) => Err(RecvTimeoutError::Timeout),
            };
            match word {
                Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => {
                    self.save_book();
                    return;
                }
                Ok(word) => {
                    heard += 1;
                    self.hear(word);
                }
                Err(RecvTimeoutError::Timeout) => {
                    heard = 0;
                    if std::mem::take(&mut self.is_owing) {
                        self.think(Input::Spare);
                    }
                }
            }
        }
    }

    /// Has a tick stand in line if it is time for one; returns how long there is none to call.
    fn call_tick(&mut self) -> Duration {
        let now = self.shared.since_start();
        if now >= self.next_tick && !self.is_tick_called {
            self.is_tick_called = true;
            let _ = self.shared.words.send(Word::Tick);
        }
        if self.is_tick_called {
            TICK
        } else {
            self.next_tick.saturating_sub(now)
        }
    }

    fn tick(&mut self) {
        let now = self.shared.since_start();
        self.is_tick_called = false;
        self.next_tick = now + TICK;
        self.think(Input::Tick);
        self.look();
        self.save_book_if_due(now);
    }

    fn save_book_if_due(&mut self, now: Duration) {
        if now >= self.next_saving {
            self.next_saving = now + SAVE;
            self.save_book();
        }
    }

    fn save_book(&mut self) {
        let now = self.now();
        let Some(path) = &self.book else { return };
        let bytes = self.network.book_to_keep(now);
        if let Err(error) = super::book::save(path, &bytes) {
            tracing::warn!(%error, "the address book could not be saved");
        }
    }

    fn now(&self) -> Now {
        Now {
            since_start: self.shared.since_start(),
            unix_seconds: self.clock.now(),
        }
    }

    fn hear(&mut self, word: Word) {
        match word {
            Word::Input(input, unread) => {
                if self.is_current(&input) {
                    self.think(input);
                }
                drop(unread);
            }
            Word::Came { stream, address } => {
                let peer = self.network.next_peer();
                let link = Link::new(peer, address, stream, &self.shared);
                self.links.insert(peer, link);
                self.think(Input::Accepted { peer, address });
            }
            Word::Made {
                peer,
                stream,
                address,
            } => {
                let link = Link::new(peer, address, stream, &self.shared);
                self.links.insert(peer, link);
                self.think(Input::Located(peer, address));
                self.think(Input::Connected(peer));
            }
            Word::Tick => self.tick(),
            Word::Changed(pending) => {
                pending.store(false, Ordering::Release);
                self.think(Input::Changed);
            }
            Word::Stop => {}
        }
    }

    /// Tells whether whoever this is from was not hung up on meanwhile.
    fn is_current(&self, input: &Input) -> bool {
        match input {
            Input::Received(peer, _)
            | Input::Garbled(peer, _)
            | Input::Closed(peer)
            | Input::Drained(peer) => self.links.contains_key(peer),
            _ => true,
        }
    }

    fn think(&mut self, input: Input) {
        if let Input::Closed(peer) = &input
            && let Some(link) = self.links.remove(peer)
        {
            tracing::debug!(peer = peer.0, address = %link.address, "peer is gone");
        }
        let now = self.now();
        for output in self.network.handle(now, input, &*self.port) {
            self.act(output);
        }
    }

    fn act(&mut self, output: Output) {
        match output {
            Output::Connect { peer, address } => {
                let words = self.shared.words.clone();
                self.runtime.spawn(connect(peer, address, words));
            }
            Output::LookUp { peer, host } => {
                let words = self.shared.words.clone();
                self.runtime.spawn(connect_by_name(peer, host, words));
            }
            Output::Send(peer, message) => {
                if let Some(link) = self.links.get(&peer) {
                    link.send(&message);
                }
            }
            Output::Established(peer) => {
                if let Some(link) = self.links.get(&peer) {
                    tracing::info!(peer = peer.0, address = %link.address, "peer greeted");
                    link.establish();
                }
            }
            Output::PauseUntil(peer, until) => {
                if let Some(link) = self.links.get(&peer) {
                    link.pause_until(until);
                }
            }
            Output::Owing => self.is_owing = true,
            Output::Flush => self.port.flush(),
            Output::Close(peer, reason) => {
                let address = self.links.remove(&peer).map(|link| link.address);
                let (peer, code) = (peer.0, reason.code());
                if reason.is_offence() {
                    tracing::warn!(peer, ?address, code, %reason, "hung up");
                } else {
                    tracing::info!(peer, ?address, code, %reason, "hung up");
                }
            }
        }
    }

    /// Shows how things stand.
    fn look(&mut self) {
        let now = self.now();
        let status = self.network.status(now, &*self.port);
        let pace = self
            .pace
            .note(now.since_start, status.height, status.headers);
        let progress = status.is_syncing.then_some(pace);
        if let Some(progress) = progress.filter(|_| now.since_start >= self.next_telling) {
            self.next_telling = now.since_start + TELL;
            tracing::info!(
                height = %status.height,
                headers = %status.headers,
                peers = status.peers.len(),
                blocks_per_second = progress.blocks_per_1000_s / 1_000,
                seconds_left = progress.left.map(|left| left.as_secs()),
                "fetching the chain"
            );
        }
        let view = NetView {
            at: now.since_start,
            status,
            progress,
        };
        self.show.send_replace(Some(Arc::new(view)));
    }
}

/// Makes a connection with the first address of a host that answers, and tells of it.
async fn connect_by_name(peer: PeerId, host: String, words: mpsc::Sender<Word>) {
    let found = names::look_up(host.clone()).await;
    let found = found.inspect_err(|error| tracing::warn!(%host, %error, "can't be looked up"));
    for address in found.unwrap_or_default().into_iter().take(MAX_TRIED) {
        if let Ok(stream) = dial(address, DIAL).await {
            let _ = words.send(Word::Made {
                peer,
                stream,
                address,
            });
            return;
        }
    }
    tracing::debug!(peer = peer.0, %host, "can't connect");
    let _ = words.send(Word::Input(Input::ConnectFailed(peer), None));
}

/// Makes a connection and tells of it.
async fn connect(peer: PeerId, address: SocketAddr, words: mpsc::Sender<Word>) {
    let word = match dial(address, DIAL).await {
        Ok(stream) => Word::Made {
            peer,
            stream,
            address,
        },
        Err(error) => {
            tracing::debug!(peer = peer.0, %address, %error, "can't connect");
            Word::Input(Input::ConnectFailed(peer), None)
        }
    };
    let _ = words.send(word);
}
