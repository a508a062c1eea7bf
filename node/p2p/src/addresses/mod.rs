//! Where other nodes are: the address book, what is told of addresses, and whose neighbour an address is.

mod book;
pub(crate) mod gossip;
mod group;
mod notice;
#[cfg(test)]
pub(crate) mod tests;

pub use book::{AddressBook, Among, BookError, KnownAddress};
pub(crate) use gossip::{AddressAnswer, Gossip, heralds, is_news};
pub use group::Scope;
pub(crate) use group::{NetGroup, canonical, host};
pub(crate) use notice::notices_in;
pub use notice::{AddressNotice, address_message};

/// Where chance comes from: each call returns another number.
pub type Chance<'a> = &'a mut dyn FnMut() -> u64;
