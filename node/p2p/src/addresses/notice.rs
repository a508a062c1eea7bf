//! What nodes tell each other of an address: `addr`, and `addrv2` (BIP155).
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::{AddrV2, AddrV2Message, Address};
use bitcoin::p2p::message::NetworkMessage;

use super::canonical;

/// A time that is further ahead than this is a mistake or a lie, in seconds.
const MAX_AHEAD: u64 = 10 * 60;
/// How old an address counts whose time is a mistake or a lie, in seconds: five days, as in Bitcoin Core.
const DOUBTFUL_AGE: u64 = 5 * 24 * 60 * 60;
/// Nobody was on any network of this kind before, in seconds since 1970.
const BEGINNING: u64 = 100_000_000;

/// What nodes tell each other of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressNotice {
    /// Where.
    pub address: SocketAddr,
    /// What the node there is said to offer.
    pub services: ServiceFlags,
    /// When somebody was last connected with it, in seconds since 1970.
    pub seen_at: u64,
}

/// Returns the IPv4 and IPv6 addresses of an `addr` or `addrv2`; those of other networks are nowhere we could go.
pub(crate) fn notices_in(message: &NetworkMessage, now: u64) -> Vec<AddressNotice> {
    let notice = |address, services, time: u32| AddressNotice {
        address: canonical(address),
        services,
        seen_at: believable(u64::from(time), now),
    };
    match message {
        NetworkMessage::Addr(list) => list
            .iter()
            .filter_map(|(time, told)| Some(notice(place_v1(told)?, told.services, *time)))
            .collect(),
        NetworkMessage::AddrV2(list) => list
            .iter()
            .filter_map(|told| Some(notice(place_v2(told)?, told.services, told.time)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the message that tells a peer of these: `addrv2` if that was agreed on.
pub fn address_message(notices: &[AddressNotice], as_v2: bool) -> NetworkMessage {
    let time = |notice: &AddressNotice| u32::try_from(notice.seen_at).unwrap_or(u32::MAX);
    if as_v2 {
        let told = |notice: &AddressNotice| AddrV2Message {
            time: time(notice),
            services: notice.services,
            addr: match notice.address.ip() {
                IpAddr::V4(ip) => AddrV2::Ipv4(ip),
                IpAddr::V6(ip) => AddrV2::Ipv6(ip),
            },
            port: notice.address.port(),
        };
        return NetworkMessage::AddrV2(notices.iter().map(told).collect());
    }
    let told = |notice: &AddressNotice| {
        let address = Address::new(&notice.address, notice.services);
        (time(notice), address)
    };
    NetworkMessage::Addr(notices.iter().map(told).collect())
}

fn believable(time: u64, now: u64) -> u64 {
    if time <= BEGINNING || time > now.saturating_add(MAX_AHEAD) {
        now.saturating_sub(DOUBTFUL_AGE)
    } else {
        time
    }
}

/// Tor's first addresses came as IPv6 ones in fd87:d87e:eb43::/48 and mean nothing to a socket.
fn place_v1(told: &Address) -> Option<SocketAddr> {
    let is_onion = matches!(told.address, [0xfd87, 0xd87e, 0xeb43, ..]);
    let ip = Ipv6Addr::from(told.address);
    (!is_onion).then(|| SocketAddr::new(IpAddr::V6(ip), told.port))
}

/// BIP155 does not let IPv4 addresses and Tor's come dressed up as IPv6 ones.
fn place_v2(told: &AddrV2Message) -> Option<SocketAddr> {
    match told.addr {
        AddrV2::Ipv4(ip) => Some(SocketAddr::new(IpAddr::V4(ip), told.port)),
        AddrV2::Ipv6(ip) => {
            let is_onion = matches!(ip.segments(), [0xfd87, 0xd87e, 0xeb43, ..]);
            let is_plain = ip.to_ipv4_mapped().is_none() && !is_onion;
            is_plain.then(|| SocketAddr::new(IpAddr::V6(ip), told.port))
        }
        _ => None,
    }
}
