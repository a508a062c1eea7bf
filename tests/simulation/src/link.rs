//! Connections: two ordered streams of bytes with latency and width.
use std::collections::VecDeque;
use std::time::Duration;

use moneta_p2p::{Decoder, PeerId};

/// Who stands at an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// An honest node.
    Node(usize),
    /// Somebody who lies.
    Liar(usize),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Node(index) => write!(f, "node {index}"),
            Self::Liar(index) => write!(f, "liar {index}"),
        }
    }
}

/// What comes over a link.
#[derive(Debug)]
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    /// Nothing more follows.
    End,
}

/// One end of a connection, and what is on its way to it.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) who: Who,
    pub(crate) peer: PeerId,
    pub(crate) decoder: Decoder,
    /// What arrives when.
    pub(crate) inbox: VecDeque<(Duration, Piece)>,
    /// How far the first piece was read.
    pub(crate) offset: usize,
    /// Until when it reads nothing.
    pub(crate) paused_until: Duration,
    /// It takes no part any more.
    pub(crate) is_closed: bool,
    /// When all that it sent so far is on its way.
    pub(crate) free_at: Duration,
    /// When the last of what it sent arrives.
    last_arrival: Duration,
}

impl End {
    pub(crate) const fn new(who: Who, peer: PeerId, magic: [u8; 4], now: Duration) -> Self {
        Self {
            who,
            peer,
            decoder: Decoder::new(magic),
            inbox: VecDeque::new(),
            offset: 0,
            paused_until: Duration::ZERO,
            is_closed: false,
            free_at: now,
            last_arrival: now,
        }
    }
}

/// How a link is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quality {
    pub(crate) latency: Duration,
    pub(crate) bytes_per_s: u64,
}

/// A connection; the first end is who asked for it.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) ends: [End; 2],
    pub(crate) quality: Quality,
    /// Nothing arrives until it heals.
    pub(crate) is_stalled: bool,
}

impl Connection {
    /// Sends bytes from one end, cut at this place; returns when they arrive.
    pub(crate) fn send(
        &mut self,
        side: usize,
        mut bytes: Vec<u8>,
        cut: usize,
        now: Duration,
    ) -> [Duration; 2] {
        let rest = bytes.split_off(cut.min(bytes.len()));
        [bytes, rest].map(|part| {
            let width = self.quality.bytes_per_s.max(1);
            let micros = (part.len() as u64).saturating_mul(1_000_000) / width;
            let [here, _] = self.both(side);
            here.free_at = here.free_at.max(now) + Duration::from_micros(micros);
            let at = here.free_at;
            self.arrive(side, at, Piece::Bytes(part))
        })
    }

    /// Ends what one end sends; returns when the other hears of it.
    pub(crate) fn finish(&mut self, side: usize, now: Duration) -> Duration {
        let at = self.ends[side].free_at.max(now);
        self.arrive(side, at, Piece::End)
    }

    fn arrive(&mut self, side: usize, sent: Duration, piece: Piece) -> Duration {
        let latency = self.quality.latency;
        let [here, there] = self.both(side);
        here.last_arrival = here.last_arrival.max(sent + latency);
        there.inbox.push_back((here.last_arrival, piece));
        here.last_arrival
    }

    fn both(&mut self, side: usize) -> [&mut End; 2] {
        let [first, second] = &mut self.ends;
        if side == 0 {
            [first, second]
        } else {
            [second, first]
        }
    }

    /// Returns how many bytes wait to be sent at an end.
    pub(crate) fn unsent(&self, side: usize, now: Duration) -> u64 {
        let left = self.ends[side].free_at.saturating_sub(now).as_micros();
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        left.saturating_mul(self.quality.bytes_per_s) / 1_000_000
    }
}
