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
    AddressAnswer, AddressBook, AddressNotice, Among, BookError, Chance, Gossip, KnownAddress,
    MAX_ANCHORS, NetGroup, Scope, address_message, canonical, heralds, is_news, notices_in,
};
pub use compact::{CompactError, MAX_TRANSACTIONS, Reconstruction, compact_block, parts_of};
pub use net::{
    BlockVerdict, Goodbye, HeaderPoint, HeadersVerdict, Input, MAX_HEADERS_AHEAD, NetConfig,
    NetStatus, Network, NodePort, Now, Output, PeerId, PeerStatus, Purpose, TransactionNotice,
    TransactionVerdict,
};
pub use peer::{
    Action, Bucket, Direction, Event, Features, Identity, MIN_VERSION, Misbehaviour, Peer, VERSION,
};
pub use places::{Candidate, Discouraged, choose_victim};
pub use presync::{Presync, PresyncError, Step};
pub use wire::{
    Decoder, Frame, MAX_HEADERS, MAX_INVENTORY, MAX_LOCATOR, MAX_PAYLOAD, Message, WireError,
    encode,
};
