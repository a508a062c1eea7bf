//! Peers that say what no honest node says. They shake hands as everybody does; what they say then is their lie.

mod forge;
mod lies;

use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::p2p::ServiceFlags;
use bitcoin::{Block, BlockHash};
use moneta_chain::Height;
use moneta_p2p::{Action, Direction, Event, Goodbye, Identity, Input, Output, Peer, PeerId};

use crate::link::Who;
use crate::violation::Violation;
use crate::world::World;

/// What a liar lies about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Bytes that are no message, or the beginning of one that never ends.
    Garbage,
    /// Headers whose seals were made up.
    ForgedSeals,
    /// Headers that don't follow one another.
    Gaps,
    /// Sealed headers of blocks that are never given away.
    Withheld,
    /// Sealed blocks that break a rule.
    BrokenRule,
    /// Real headers, and bodies that are not theirs.
    WrongBodies,
    /// Compact blocks of transactions that don't exist, and questions for some that can't.
    WrongCompact,
    /// Names of transactions and blocks that nobody has.
    InvFlood,
    /// Addresses that nobody has.
    AddrFlood,
    /// Questions for everything, by somebody who reads next to nothing.
    Deaf,
}

const LIES: [Lie; 10] = [
    Lie::Garbage,
    Lie::ForgedSeals,
    Lie::Gaps,
    Lie::Withheld,
    Lie::BrokenRule,
    Lie::WrongBodies,
    Lie::WrongCompact,
    Lie::InvFlood,
    Lie::AddrFlood,
    Lie::Deaf,
];

/// A peer that lies to one node.
pub(crate) struct Liar {
    pub(crate) address: SocketAddr,
    lie: Lie,
    victim: usize,
    /// Whether it waits to be called.
    listens: bool,
    call: Option<Call>,
    names: u64,
    /// The block that it made last.
    made: Option<(BlockHash, Block)>,
}

/// A connection of a liar's.
struct Call {
    peer: PeerId,
    conversation: Peer,
    is_established: bool,
}

/// Returns where a liar is.
pub(crate) fn address_of(liar: usize) -> SocketAddr {
    let last = u8::try_from(liar + 1).expect("a world has few liars");
    SocketAddr::from(([10, 66, 0, last], 18_444))
}

impl World<'_> {
    /// Lets somebody lie to a node from now on.
    pub(crate) fn add_liar(&mut self, victim: usize, listens: bool) {
        let lie = self.pick(&LIES).unwrap_or(Lie::Garbage);
        let index = self.liars.len();
        self.trace.note(
            self.now,
            format_args!("liar {index}: {lie:?} to node {victim}, waits to be called: {listens}"),
        );
        self.liars.push(Liar {
            address: address_of(index),
            lie,
            victim,
            listens,
            call: None,
            names: 0,
            made: None,
        });
        self.plan_lie(index);
    }

    fn plan_lie(&mut self, liar: usize) {
        let after = Duration::from_millis(500 + self.random.below(8_000));
        self.plan_liar(self.now + after, liar);
    }

    /// A liar's moment: it calls, or lies.
    pub(crate) fn lie(&mut self, liar: usize) -> Result<(), Violation> {
        self.plan_lie(liar);
        let one = &mut self.liars[liar];
        match &one.call {
            Some(call) if call.is_established => {
                let peer = call.peer;
                self.tell_lie(liar, peer)
            }
            Some(_) => Ok(()),
            None if one.listens => Ok(()),
            None => {
                one.names += 1;
                let (peer, victim) = (PeerId(one.names), one.victim);
                let to = self.nodes[victim].address;
                self.dial(Who::Liar(liar), peer, to);
                Ok(())
            }
        }
    }

    /// Returns a name for a connection that somebody else asked for.
    pub(crate) fn next_peer_of_liar(&mut self, liar: usize) -> PeerId {
        let one = &mut self.liars[liar];
        one.names += 1;
        PeerId(one.names)
    }

    pub(crate) fn tell_liar(&mut self, liar: usize, input: Input) -> Result<(), Violation> {
        match input {
            Input::Accepted { peer, .. } => self.begin_call(liar, peer, Direction::Inbound),
            Input::Connected(peer) => self.begin_call(liar, peer, Direction::Outbound),
            Input::Received(peer, message) => self.converse(liar, peer, Event::Received(message)),
            Input::Closed(_) | Input::ConnectFailed(_) => {
                self.liars[liar].call = None;
                Ok(())
            }
            Input::Garbled(peer, error) => {
                self.liars[liar].call = None;
                self.act(Who::Liar(liar), Output::Close(peer, error.into()))
            }
            Input::Located(..)
            | Input::Drained(_)
            | Input::Changed
            | Input::Heard(_)
            | Input::Tick
            | Input::Spare => Ok(()),
        }
    }

    fn begin_call(
        &mut self,
        liar: usize,
        peer: PeerId,
        direction: Direction,
    ) -> Result<(), Violation> {
        let identity = Identity {
            services: ServiceFlags::NETWORK | ServiceFlags::WITNESS,
            nonce: self.random.next(),
            user_agent: "/honest:1.0/".to_owned(),
            height: Height::new(u32::try_from(self.random.below(1_000)).unwrap_or(0)),
            unix_seconds: 1_800_000_000,
            wants_transactions: true,
        };
        let conversation = Peer::new(identity, direction, self.now);
        if let Some(old) = self.liars[liar].call.take() {
            let goodbye = Output::Close(old.peer, Goodbye::Felt);
            self.act(Who::Liar(liar), goodbye)?;
        }
        self.liars[liar].call = Some(Call {
            peer,
            conversation,
            is_established: false,
        });
        self.converse(liar, peer, Event::Connected)
    }

    fn converse(&mut self, liar: usize, peer: PeerId, event: Event) -> Result<(), Violation> {
        let now = self.now;
        let call = self.liars[liar].call.as_mut();
        let Some(call) = call.filter(|call| call.peer == peer) else {
            return Ok(());
        };
        for action in call.conversation.handle(now, event) {
            let who = Who::Liar(liar);
            match action {
                Action::Send(message) => self.act(who, Output::Send(peer, message))?,
                Action::Established(_) => {
                    if let Some(call) = &mut self.liars[liar].call {
                        call.is_established = true;
                    }
                    self.act(who, Output::Established(peer))?;
                    self.greet_falsely(liar, peer)?;
                }
                Action::Deliver(message) => self.answer_falsely(liar, peer, message)?,
                Action::PauseUntil(_) | Action::RoundTrip(_) => {}
                Action::Disconnect(reason) => {
                    self.liars[liar].call = None;
                    return self.act(who, Output::Close(peer, reason.into()));
                }
            }
        }
        Ok(())
    }
}
