//! What peers say to each other: Bitcoin's wire with seals, without input or output.
#![doc = include_str!("../README.md")]

mod addresses;
mod compact;
mod net;
mod peer;
mod places;
mod presync;
mod wire;

pub use addresses::{
    AddressBook, AddressNotice, Among, BookError, Chance, KnownAddress, Scope, address_message,
};
pub(crate) use addresses::{Gossip, NetGroup, canonical};
pub use compact::{CompactError, Reconstruction, compact_block, parts_of};
pub use net::{
    BlockVerdict, Goodbye, HeaderPoint, HeadersVerdict, Input, MAX_HEADERS_AHEAD, NetConfig,
    NetStatus, Network, NodePort, Now, Output, PeerId, PeerStatus, Purpose, TransactionNotice,
    TransactionVerdict, most_memory,
};
pub use peer::{Action, Bucket, Direction, Event, Features, Identity, Misbehaviour, Peer, VERSION};
pub use presync::{Presync, PresyncError, Step};
pub use wire::{Decoder, Frame, MAX_HEADERS, MAX_PAYLOAD, Message, WireError, encode};
