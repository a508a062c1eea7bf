//! The conversation: handshake, then keeping alive, shares, and order.
use std::time::Duration;

use bitcoin::BlockHash;
use bitcoin::block::Header;
use bitcoin::p2p::message::NetworkMessage;

use super::handshake::Handshake;
use super::{Action, Bucket, Direction, Event, Features, Identity, Misbehaviour};
use crate::Message;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(60);
/// How long after an answer the next `ping` goes out.
const PING_EVERY: Duration = Duration::from_secs(120);
/// How long the answer to a `ping` may take.
const PING_TIMEOUT: Duration = Duration::from_secs(1_200);
/// Questions and remarks a peer may save up, and gains in 1,000 s: 30 a second.
const REMARKS: (u32, u32) = (300, 30_000);
/// Announcements a peer may save up, and gains in 1,000 s: 1,000 a second.
const ANNOUNCEMENTS: (u32, u32) = (50_000, 1_000_000);
/// Addresses a peer may save up, and gains in 1,000 s: one in ten seconds. It begins with one (Bitcoin Core).
const ADDRESSES: (u32, u32) = (1_000, 100);
/// Seals a peer may make us check at once, and gains in 1,000 s: 50 a second.
const SEALS: (u32, u32) = (100, 50_000);

/// One peer's conversation. It has no clock: `now` is the time since any moment, the same one in every call.
#[derive(Debug)]
pub struct Peer {
    stage: Stage,
    deadline: Duration,
    ping: Ping,
    remarks: Bucket,
    announcements: Bucket,
    addresses: Bucket,
    seals: Bucket,
}

#[derive(Debug)]
enum Stage {
    Handshake(Handshake),
    Established(Box<Features>),
    Over,
}

#[derive(Debug)]
enum Ping {
    Idle { since: Duration },
    Waiting { nonce: u64, since: Duration },
}

impl Peer {
    /// Returns a conversation that begins now.
    pub fn new(identity: Identity, direction: Direction, now: Duration) -> Self {
        let bucket = |(capacity, per_1000_s)| Bucket::new(capacity, per_1000_s, now);
        Self {
            stage: Stage::Handshake(Handshake::new(identity, direction)),
            deadline: now + HANDSHAKE,
            ping: Ping::Idle { since: now },
            remarks: bucket(REMARKS),
            announcements: bucket(ANNOUNCEMENTS),
            // Who comes again and again is heard no more for that.
            addresses: bucket(ADDRESSES).holding(1),
            seals: bucket(SEALS),
        }
    }

    /// Returns what both sides agreed on, once they have.
    pub fn features(&self) -> Option<&Features> {
        match &self.stage {
            Stage::Established(features) => Some(features),
            Stage::Handshake(_) | Stage::Over => None,
        }
    }

    /// Notes that the peer is asked for addresses: the answer is heard whole.
    pub(crate) fn expect_addresses(&mut self) {
        self.addresses.add(ADDRESSES.0);
    }

    /// Takes what happened; returns what is to be done. Nothing is, after [`Action::Disconnect`].
    pub fn handle(&mut self, now: Duration, event: Event) -> Vec<Action> {
        let outcome = match event {
            Event::Connected => Ok(match &self.stage {
                Stage::Handshake(handshake) => handshake.begin(),
                Stage::Established(_) | Stage::Over => Vec::new(),
            }),
            Event::Tick { random } => self.tick(now, random),
            Event::Received(message) => self.receive(now, message),
        };
        outcome.unwrap_or_else(|misbehaviour| {
            self.stage = Stage::Over;
            vec![Action::Disconnect(misbehaviour)]
        })
    }

    /// Charges the peer for seals that were proven for it and of no use.
    ///
    /// # Errors
    /// Its budget is used up: the time at which to hear it again.
    pub fn charge_seals(&mut self, checks: usize, now: Duration) -> Result<(), Duration> {
        let cost = u64::try_from(checks).unwrap_or(u64::MAX);
        self.seals.take(cost, now)
    }

    fn tick(&mut self, now: Duration, random: u64) -> Result<Vec<Action>, Misbehaviour> {
        match (&self.stage, &self.ping) {
            (Stage::Handshake(_), _) if now >= self.deadline => Err(Misbehaviour::HandshakeTimeout),
            (Stage::Established(_), Ping::Waiting { since, .. })
                if now.saturating_sub(*since) >= PING_TIMEOUT =>
            {
                Err(Misbehaviour::PingTimeout)
            }
            (Stage::Established(_), Ping::Idle { since })
                if now.saturating_sub(*since) >= PING_EVERY =>
            {
                self.ping = Ping::Waiting {
                    nonce: random,
                    since: now,
                };
                Ok(vec![Action::Send(NetworkMessage::Ping(random).into())])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn receive(&mut self, now: Duration, message: Message) -> Result<Vec<Action>, Misbehaviour> {
        match &mut self.stage {
            Stage::Over => Ok(Vec::new()),
            Stage::Handshake(handshake) => {
                let (actions, features) = handshake.receive(message)?;
                if let Some(features) = features {
                    self.stage = Stage::Established(Box::new(features));
                    self.ping = Ping::Idle { since: now };
                }
                Ok(actions)
            }
            Stage::Established(features) => {
                check_place(&message, features)?;
                check_order(&message)?;
                Ok(self.take_message(now, message))
            }
        }
    }

    /// Charges a message to the peer's budgets and answers what needs no thought.
    fn take_message(&mut self, now: Duration, mut message: Message) -> Vec<Action> {
        let mut actions = Vec::new();
        if let Err(until) = self.charge(now, &message) {
            // The message itself is heard: who is slowed down loses nothing.
            actions.push(Action::PauseUntil(until));
        }
        match &mut message {
            Message::Stock(NetworkMessage::Ping(nonce)) => {
                actions.push(Action::Send(NetworkMessage::Pong(*nonce).into()));
                return actions;
            }
            Message::Stock(NetworkMessage::Pong(nonce)) => {
                actions.extend(self.take_pong(now, *nonce));
                return actions;
            }
            Message::Stock(NetworkMessage::Addr(list)) => {
                list.truncate(self.addresses_heard(now, list.len()));
            }
            Message::Stock(NetworkMessage::AddrV2(list)) => {
                list.truncate(self.addresses_heard(now, list.len()));
            }
            _ => {}
        }
        actions.push(Action::Deliver(message));
        actions
    }

    fn take_pong(&mut self, now: Duration, answered: u64) -> Option<Action> {
        match self.ping {
            Ping::Waiting { nonce, since } if nonce == answered => {
                self.ping = Ping::Idle { since: now };
                Some(Action::RoundTrip(now.saturating_sub(since)))
            }
            // An answer to nothing: some nodes send one to be on the safe side.
            Ping::Waiting { .. } | Ping::Idle { .. } => None,
        }
    }

    fn addresses_heard(&mut self, now: Duration, told: usize) -> usize {
        let told = u64::try_from(told).unwrap_or(u64::MAX);
        let heard = self.addresses.take_up_to(told, now);
        usize::try_from(heard).unwrap_or(usize::MAX)
    }

    /// Charges what costs us without our having asked. What we asked for is bounded by what we ask; `getdata` by the
    /// answers, as nothing is read from a peer that does not take them.
    fn charge(&mut self, now: Duration, message: &Message) -> Result<(), Duration> {
        let Message::Stock(message) = message else {
            return Ok(());
        };
        match message {
            NetworkMessage::Inv(list) => {
                let cost = u64::try_from(list.len()).unwrap_or(u64::MAX);
                let announced = self.announcements.take(cost, now);
                self.remarks.take(1, now).and(announced)
            }
            NetworkMessage::GetData(_)
            | NetworkMessage::NotFound(_)
            | NetworkMessage::Tx(_)
            | NetworkMessage::Block(_)
            | NetworkMessage::Headers(_)
            | NetworkMessage::CmpctBlock(_)
            | NetworkMessage::BlockTxn(_)
            | NetworkMessage::CFilter(_)
            | NetworkMessage::CFHeaders(_)
            | NetworkMessage::CFCheckpt(_) => Ok(()),
            _ => self.remarks.take(1, now),
        }
    }
}

/// Checks that a message may come after `verack`, and what was agreed on.
fn check_place(message: &Message, features: &Features) -> Result<(), Misbehaviour> {
    match message {
        Message::Stock(NetworkMessage::Version(_) | NetworkMessage::Verack) => {
            Err(Misbehaviour::Repeated {
                command: message.command(),
            })
        }
        Message::SendSeals
        | Message::Stock(NetworkMessage::WtxidRelay | NetworkMessage::SendAddrV2) => {
            Err(Misbehaviour::TooLate {
                command: message.command(),
            })
        }
        Message::SealHeaders(_) if !features.has_seals => Err(Misbehaviour::UnexpectedSeals),
        Message::SealHeaders(_) | Message::Stock(_) => Ok(()),
    }
}

/// Checks that the headers of a message follow one another.
fn check_order(message: &Message) -> Result<(), Misbehaviour> {
    match message {
        Message::Stock(NetworkMessage::Headers(headers)) => check_run(headers.iter()),
        Message::SealHeaders(headers) => check_run(headers.iter().map(|sealed| &sealed.header)),
        Message::Stock(_) | Message::SendSeals => Ok(()),
    }
}

fn check_run<'a>(headers: impl Iterator<Item = &'a Header>) -> Result<(), Misbehaviour> {
    let mut before: Option<BlockHash> = None;
    for (at, header) in headers.enumerate() {
        if before.is_some_and(|id| id != header.prev_blockhash) {
            return Err(Misbehaviour::HeaderGap { at });
        }
        before = Some(header.block_hash());
    }
    Ok(())
}
