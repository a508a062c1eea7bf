//! `version`, what is agreed on, `verack`.
use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_compact_blocks::SendCmpct;
use bitcoin::p2p::message_network::VersionMessage;
use bitcoin::p2p::{Address, ServiceFlags};

use super::{Action, Direction, Features, Identity, MIN_VERSION, Misbehaviour, VERSION};
use crate::Message;

/// The version of compact blocks we speak: with witnesses (BIP152).
const COMPACT_VERSION: u64 = 2;

/// How far the handshake is.
#[derive(Debug)]
pub(super) struct Handshake {
    identity: Identity,
    direction: Direction,
    /// What the peer said so far; `None` before its `version`.
    features: Option<Features>,
}

impl Handshake {
    pub(super) const fn new(identity: Identity, direction: Direction) -> Self {
        Self {
            identity,
            direction,
            features: None,
        }
    }

    /// Returns what to say first: whoever opened the connection speaks first.
    pub(super) fn begin(&self) -> Vec<Action> {
        match self.direction {
            Direction::Inbound => Vec::new(),
            Direction::Outbound => vec![self.our_version()],
        }
    }

    /// Takes a message; returns the features too when the handshake is done.
    pub(super) fn receive(
        &mut self,
        message: Message,
    ) -> Result<(Vec<Action>, Option<Features>), Misbehaviour> {
        let Some(features) = &mut self.features else {
            return match message {
                Message::Stock(NetworkMessage::Version(version)) => {
                    Ok((self.receive_version(version)?, None))
                }
                other => Err(Misbehaviour::BeforeVersion {
                    command: other.command(),
                }),
            };
        };
        match message {
            Message::Stock(NetworkMessage::Version(_)) => {
                return Err(Misbehaviour::Repeated {
                    command: message.command(),
                });
            }
            Message::Stock(NetworkMessage::Verack) => {
                let features = features.clone();
                return Ok((first_words(&features), Some(features)));
            }
            Message::SendSeals => features.has_seals = true,
            Message::Stock(NetworkMessage::WtxidRelay) => features.has_wtxid_relay = true,
            Message::Stock(NetworkMessage::SendAddrV2) => features.has_addr_v2 = true,
            // Whatever else an eager peer says before its time is not heard.
            Message::Stock(_) | Message::SealHeaders(_) => {}
        }
        Ok((Vec::new(), None))
    }

    fn receive_version(&mut self, version: VersionMessage) -> Result<Vec<Action>, Misbehaviour> {
        if version.nonce == self.identity.nonce {
            return Err(Misbehaviour::Ourselves);
        }
        if version.version < MIN_VERSION {
            return Err(Misbehaviour::Outdated {
                found: version.version,
                needed: MIN_VERSION,
            });
        }
        let mut actions = match self.direction {
            Direction::Inbound => vec![self.our_version()],
            Direction::Outbound => Vec::new(),
        };
        // BIP155 and BIP339: older nodes are not told of what came with this version.
        if version.version >= VERSION {
            actions.extend([
                Action::Send(NetworkMessage::WtxidRelay.into()),
                Action::Send(NetworkMessage::SendAddrV2.into()),
                Action::Send(Message::SendSeals),
            ]);
        }
        actions.push(Action::Send(NetworkMessage::Verack.into()));
        self.features = Some(Features {
            version,
            has_seals: false,
            has_wtxid_relay: false,
            has_addr_v2: false,
        });
        Ok(actions)
    }

    fn our_version(&self) -> Action {
        let identity = &self.identity;
        // What we know of addresses is nobody's business: both stay empty, as in Bitcoin Core.
        let nobody = Address {
            services: ServiceFlags::NONE,
            address: [0; 8],
            port: 0,
        };
        let mut version = VersionMessage::new(
            identity.services,
            identity.unix_seconds,
            nobody.clone(),
            nobody,
            identity.nonce,
            identity.user_agent.clone(),
            i32::try_from(identity.height.to_u32()).unwrap_or(i32::MAX),
        );
        version.version = VERSION;
        version.relay = identity.wants_transactions;
        Action::Send(NetworkMessage::Version(version).into())
    }
}

/// Returns what is said right after the handshake: announce blocks by headers (BIP130), so that what a peer has is known
/// without a question, and compact ones on request.
fn first_words(features: &Features) -> Vec<Action> {
    vec![
        Action::Established(Box::new(features.clone())),
        Action::Send(NetworkMessage::SendHeaders.into()),
        Action::Send(
            NetworkMessage::SendCmpct(SendCmpct {
                send_compact: false,
                version: COMPACT_VERSION,
            })
            .into(),
        ),
    ]
}
