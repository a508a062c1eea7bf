//! What the daemon's driver does with sockets, done with simulated links.
use std::net::SocketAddr;
use std::time::Duration;

use moneta_p2p::{Goodbye, Input, Message, Output, PeerId, WireError, encode};

use super::{Dial, Happening, World};
use crate::link::{Connection, End, Piece, Quality, Who};
use crate::node::params;
use crate::violation::Violation;

/// While so much waits to be sent to a peer, nothing is read from it. In bytes.
const MUCH_UNSENT: u64 = 1 << 20;
/// So much never waits for a peer that keeps the protocol. In bytes.
const MAX_UNSENT: u64 = 16 << 20;

impl World<'_> {
    /// Does what a node, or a liar that speaks like one, says.
    pub(crate) fn act(&mut self, who: Who, output: Output) -> Result<(), Violation> {
        match output {
            Output::Connect { peer, address } => self.dial(who, peer, address),
            Output::LookUp { peer, .. } => return self.hear(who, Input::ConnectFailed(peer)),
            Output::Send(peer, message) => return self.send(who, peer, &message),
            Output::Established(peer) => {
                if let Some(end) = self.end(who, peer) {
                    end.decoder.establish();
                }
            }
            Output::PauseUntil(peer, until) => {
                if let Some(end) = self.end(who, peer) {
                    end.paused_until = end.paused_until.max(until);
                }
            }
            Output::Owing => {
                if let Who::Node(node) = who {
                    let life = self.life_of(who);
                    self.plan(self.now, Happening::Spare { node, life });
                }
            }
            Output::Flush => {
                if let Who::Node(node) = who
                    && let Some(running) = &self.nodes[node].running
                {
                    running.port.flush();
                }
            }
            Output::Close(peer, reason) => return self.close(who, peer, reason),
        }
        Ok(())
    }

    fn end(&mut self, who: Who, peer: PeerId) -> Option<&mut End> {
        let (connection, side) = self.names.get(&(who, peer)).copied()?;
        self.connections.get_mut(&connection)?.ends.get_mut(side)
    }

    pub(super) fn life_of(&self, who: Who) -> u32 {
        match who {
            Who::Node(node) => self.nodes[node].life,
            Who::Liar(_) => 0,
        }
    }

    pub(crate) fn dial(&mut self, from: Who, peer: PeerId, to: SocketAddr) {
        let serial = self.next_serial();
        let life = self.life_of(from);
        let dial = Dial {
            from,
            life,
            peer,
            to,
        };
        self.dials.insert(serial, dial);
        let at = self.now + self.moment(400);
        self.plan(at, Happening::Stand { dial: serial });
    }

    /// A connection that was asked for stands, if somebody is there.
    pub(super) fn stand(&mut self, dial: u64) -> Result<(), Violation> {
        let Some(dial) = self.dials.remove(&dial) else {
            return Ok(());
        };
        if dial.life != self.life_of(dial.from) {
            return Ok(());
        }
        let to = self.who_listens(dial.to);
        let Some(to) = to.filter(|to| self.is_up(*to) && !self.is_cut(dial.from, *to)) else {
            return self.hear(dial.from, Input::ConnectFailed(dial.peer));
        };
        let Some(there) = self.next_peer_of(to) else {
            return Ok(());
        };
        let quality = self.quality(dial.from, to);
        let magic = params().magic;
        let connection = Connection {
            ends: [
                End::new(dial.from, dial.peer, magic, self.now),
                End::new(to, there, magic, self.now),
            ],
            quality,
            is_stalled: false,
        };
        let serial = self.next_serial();
        self.connections.insert(serial, connection);
        self.names.insert((dial.from, dial.peer), (serial, 0));
        self.names.insert((to, there), (serial, 1));
        let address = match dial.from {
            Who::Node(node) => self.nodes[node].address,
            Who::Liar(liar) => self.liars[liar].address,
        };
        self.trace
            .note(self.now, format!("{} connects with {to}", dial.from));
        self.hear(dial.from, Input::Connected(dial.peer))?;
        let accepted = Input::Accepted {
            peer: there,
            address,
        };
        self.hear(to, accepted)
    }

    fn who_listens(&self, address: SocketAddr) -> Option<Who> {
        let node = self.nodes.iter().position(|node| node.address == address);
        let liar = || self.liars.iter().position(|liar| liar.address == address);
        node.map(Who::Node).or_else(|| liar().map(Who::Liar))
    }

    fn next_peer_of(&mut self, who: Who) -> Option<PeerId> {
        match who {
            Who::Node(node) => {
                let running = self.nodes[node].running.as_mut()?;
                Some(running.network.next_peer())
            }
            Who::Liar(liar) => Some(self.next_peer_of_liar(liar)),
        }
    }

    fn is_up(&self, who: Who) -> bool {
        match who {
            Who::Node(node) => self.nodes[node].running.is_some(),
            Who::Liar(_) => true,
        }
    }

    /// Returns how the link between two is; links keep their nature.
    fn quality(&mut self, one: Who, other: Who) -> Quality {
        let pair = (one.min(other), one.max(other));
        if let Some(quality) = self.qualities.get(&pair) {
            return *quality;
        }
        let latency = Duration::from_micros(500 + self.random.below(200_000));
        // From a slow telephone line to a fast one.
        let bytes_per_s = 20_000 << self.random.below(10);
        let quality = Quality {
            latency,
            bytes_per_s,
        };
        self.qualities.insert(pair, quality);
        quality
    }

    pub(super) fn hear(&mut self, who: Who, input: Input) -> Result<(), Violation> {
        match who {
            Who::Node(node) => self.tell(node, input),
            Who::Liar(liar) => self.tell_liar(liar, input),
        }
    }

    fn send(&mut self, who: Who, peer: PeerId, message: &Message) -> Result<(), Violation> {
        let bytes = encode(params().magic, message);
        let command = message.command();
        self.send_bytes(who, peer, bytes, &command)
    }

    /// Sends bytes, whatever they are.
    pub(crate) fn send_bytes(
        &mut self,
        who: Who,
        peer: PeerId,
        bytes: Vec<u8>,
        what: &str,
    ) -> Result<(), Violation> {
        let cut = self.random.below(bytes.len() as u64 + 1);
        let cut = usize::try_from(cut).unwrap_or(0);
        let Some((connection, side)) = self.names.get(&(who, peer)).copied() else {
            return Ok(());
        };
        let Some(link) = self.connections.get_mut(&connection) else {
            return Ok(());
        };
        let to = link.ends[1 - side].who;
        let sum = bytes.get(20..24).unwrap_or_default();
        self.trace.note(
            self.now,
            format_args!("{who} > {to} {what} {} {sum:02x?}", bytes.len()),
        );
        let arrivals = link.send(side, bytes, cut, self.now);
        let free_at = link.ends[side].free_at;
        let unsent = link.unsent(side, self.now);
        let other = 1 - side;
        for at in arrivals {
            self.plan(
                at,
                Happening::Arrive {
                    connection,
                    side: other,
                },
            );
        }
        self.plan(free_at, Happening::Drained { connection, side });
        match who {
            Who::Node(node) if unsent > MAX_UNSENT => Err(Violation::Unbounded {
                node,
                what: "bytes to be sent",
                size: unsent,
                bound: MAX_UNSENT,
            }),
            _ => Ok(()),
        }
    }

    pub(super) fn drained(&mut self, connection: u64, side: usize) -> Result<(), Violation> {
        let Some(link) = self.connections.get(&connection) else {
            return Ok(());
        };
        let end = &link.ends[side];
        if end.is_closed || link.is_stalled || end.free_at > self.now {
            return Ok(());
        }
        let (who, peer) = (end.who, end.peer);
        self.hear(who, Input::Drained(peer))
    }

    /// Reads what has arrived at an end, as far as it is to be read.
    pub(super) fn arrive(&mut self, connection: u64, side: usize) -> Result<(), Violation> {
        loop {
            let now = self.now;
            let Some(link) = self.connections.get_mut(&connection) else {
                return Ok(());
            };
            let much_unsent = link.unsent(side, now) > MUCH_UNSENT;
            let is_stalled = link.is_stalled;
            let end = &mut link.ends[side];
            if end.is_closed || is_stalled {
                return Ok(());
            }
            let wait = if now < end.paused_until {
                Some(end.paused_until)
            } else {
                much_unsent.then(|| now + Duration::from_millis(200))
            };
            let Some((at, piece)) = end.inbox.front_mut() else {
                return Ok(());
            };
            if *at > now {
                return Ok(());
            }
            if let Some(until) = wait {
                self.plan(until, Happening::Arrive { connection, side });
                return Ok(());
            }
            let (who, peer) = (end.who, end.peer);
            let Piece::Bytes(bytes) = piece else {
                return self.end_arrived(connection, side);
            };
            let mut unread = bytes.get(end.offset..).unwrap_or_default();
            let read = end.decoder.read(&mut unread);
            end.offset = bytes.len() - unread.len();
            if unread.is_empty() {
                end.inbox.pop_front();
                end.offset = 0;
            }
            match read {
                Ok(Some(message)) => self.hear(who, Input::Received(peer, message))?,
                Ok(None) => {}
                Err(error) => self.garbled(connection, side, error)?,
            }
        }
    }

    fn garbled(&mut self, connection: u64, side: usize, error: WireError) -> Result<(), Violation> {
        let Some(link) = self.connections.get_mut(&connection) else {
            return Ok(());
        };
        let end = &mut link.ends[side];
        // Nothing more is read from there.
        end.inbox.clear();
        end.paused_until = Duration::MAX;
        let (who, peer) = (end.who, end.peer);
        self.hear(who, Input::Garbled(peer, error))
    }

    /// The other side has hung up.
    fn end_arrived(&mut self, connection: u64, side: usize) -> Result<(), Violation> {
        let Some(link) = self.connections.remove(&connection) else {
            return Ok(());
        };
        // Whoever crashed may have given the name of the end that he lost to another connection since.
        for end in link.ends.iter().filter(|end| !end.is_closed) {
            self.names.remove(&(end.who, end.peer));
        }
        let end = &link.ends[side];
        self.hear(end.who, Input::Closed(end.peer))
    }

    fn close(&mut self, who: Who, peer: PeerId, reason: Goodbye) -> Result<(), Violation> {
        let Some((connection, side)) = self.names.remove(&(who, peer)) else {
            // It is not made yet, and won't be.
            self.dials
                .retain(|_, dial| (dial.from, dial.peer) != (who, peer));
            return Ok(());
        };
        let Some(link) = self.connections.get_mut(&connection) else {
            return Ok(());
        };
        link.ends[side].is_closed = true;
        let other = 1 - side;
        let on = link.ends[other].who;
        let is_over = link.ends[other].is_closed;
        let at = link.finish(side, self.now);
        self.trace.note(
            self.now,
            format_args!("{who} hangs up on {on}: {}", reason.code()),
        );
        if is_over {
            self.connections.remove(&connection);
        } else {
            self.plan(
                at,
                Happening::Arrive {
                    connection,
                    side: other,
                },
            );
        }
        match (who, on) {
            (Who::Node(by), Who::Node(on)) if reason.is_offence() => {
                Err(Violation::HonestPunished { by, on, reason })
            }
            _ => Ok(()),
        }
    }
}
