//! How much memory the network's logic may take for peers, whatever they do.
use std::net::SocketAddr;
use std::time::Duration;

use bitcoin::p2p::message_blockdata::Inventory;
use bitcoin::{Transaction, Wtxid};
use moneta_chain::SealedHeader;

use super::compact::{MAX_MADE, MAX_OWED_PARTS, MAX_PENDING, MAX_PREFILLED};
use super::filters::{MAX_OWED_FILTERS, OwedFilters};
use super::headers::MAX_COUNTING;
use super::own::MAX_OWN;
use super::relay::{MAX_REFUSED, MAX_TO_TELL};
use super::serve::{ALL_OWED, SHARE_OWED};
use super::session::MAX_KNOWN;
use super::wanted::{ALL_ANNOUNCED, MAX_ASKED, Name, SHARE_ANNOUNCED};
use super::{PeerId, TransactionNotice};
use crate::addresses::gossip;
use crate::compact::MAX_TRANSACTIONS;
use crate::presync::HELD_BACK;
use crate::{AddressNotice, Frame, MAX_HEADERS};

/// A list grows to twice what it holds at most; the nodes of a tree are half full at least.
const ROOM: usize = 2;
/// The least piece that holds a peer's name in a tree of its own.
const LEAF: usize = 128;

/// Returns the most memory, in bytes, that the network's logic takes for so many peers, `chosen` of whom it connected
/// with itself. What their sockets hold, and messages that it has not looked at, the driver counts.
///
/// | of | most |
/// |---|---|
/// | items asked for and not answered | `ALL_OWED`, and `SHARE_OWED` for each peer |
/// | transactions announced | `ALL_ANNOUNCED`, and `SHARE_ANNOUNCED` for each peer |
/// | a peer | parts and filters asked for, what it knows, what it is to be told |
/// | chains of little work that are counted | `MAX_COUNTING`, and one for each peer that was chosen |
/// | compact blocks | `MAX_PENDING` in the making, `MAX_MADE` made |
pub const fn most_memory(peers: usize, chosen: usize) -> usize {
    of_all() + peers * of_one() + (MAX_COUNTING + chosen) * of_counting()
}

const fn of_all() -> usize {
    let owed = ALL_OWED * size_of::<Inventory>();
    let wanted = ALL_ANNOUNCED * of_announcement();
    let own = MAX_OWN * size_of::<(Wtxid, TransactionNotice)>() + MAX_REFUSED * size_of::<Wtxid>();
    let slots = MAX_TRANSACTIONS * size_of::<Option<std::sync::Arc<Transaction>>>();
    let compact = (MAX_PENDING + MAX_MADE) * (MAX_PREFILLED * Frame::SPREAD + slots);
    ROOM * (owed + wanted + own) + compact
}

/// By name who has it, by peer what it has, and when it may be asked: the last at most twice.
const fn of_announcement() -> usize {
    let holders = size_of::<(Name, [usize; 5])>() + LEAF;
    holders + size_of::<Name>() + 2 * size_of::<(Duration, Name)>()
}

const fn of_one() -> usize {
    let owed = SHARE_OWED * size_of::<Inventory>() + SHARE_ANNOUNCED * of_announcement();
    let parts = MAX_OWED_PARTS * size_of::<u64>();
    let filters = MAX_OWED_FILTERS * size_of::<OwedFilters>();
    let known = 2 * MAX_KNOWN * size_of::<Wtxid>();
    let to_tell = MAX_TO_TELL * size_of::<Wtxid>();
    let asked = 2 * MAX_ASKED * size_of::<(Duration, Name, PeerId)>();
    let addresses = 2 * gossip::MAX_KNOWN * size_of::<SocketAddr>()
        + gossip::MAX_WAITING * size_of::<AddressNotice>();
    parts + ROOM * (owed + filters + known + to_tell + asked + addresses)
}

const fn of_counting() -> usize {
    ROOM * (HELD_BACK + MAX_HEADERS as usize) * size_of::<SealedHeader>()
}
