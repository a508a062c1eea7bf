//! Where an address is on the internet: whether it can be reached, and whose neighbour it is.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which addresses are of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that everyone reaches.
    Public,
    /// Those of this machine and of private networks too, as on the dev network.
    Everywhere,
}

impl Scope {
    /// Tells whether a node can be reached there.
    pub fn takes(self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        let can_be_one = address.port() != 0
            && !ip.is_unspecified()
            && !ip.is_multicast()
            && ip != IpAddr::V4(Ipv4Addr::BROADCAST);
        can_be_one && (self == Self::Everywhere || is_public(ip))
    }
}

/// Addresses that one hand is likely to hold: whoever has one of them has the others for little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NetGroup([u8; 19]);

impl NetGroup {
    /// Returns the group: the first 16 bits of an IPv4 address, the first 32 of an IPv6 one. An IPv6 address that
    /// carries an IPv4 one belongs with that. What is not public is a group of its own, port included: on one machine
    /// and in one's own network there is nobody to be eclipsed by.
    pub(crate) fn of(address: SocketAddr) -> Self {
        let ip = address.ip().to_canonical();
        let mut group = [0; 19];
        if !is_public(ip) {
            let [high, low] = address.port().to_be_bytes();
            group[0] = 1;
            group[1..17].copy_from_slice(&mapped(ip));
            group[17..].copy_from_slice(&[high, low]);
            return Self(group);
        }
        let ip = match ip {
            IpAddr::V6(ip) => carried(ip).map_or(IpAddr::V6(ip), IpAddr::V4),
            ip @ IpAddr::V4(_) => ip,
        };
        match ip {
            IpAddr::V4(ip) => {
                group[0] = 4;
                group[1..3].copy_from_slice(&ip.octets()[..2]);
            }
            IpAddr::V6(ip) => {
                group[0] = 6;
                group[1..5].copy_from_slice(&ip.octets()[..4]);
            }
        }
        Self(group)
    }

    /// Returns the group as bytes to hash.
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Writes an IPv4 address as one, however it came: else one host would count as two.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Returns the address that stands for a host: of IPv6 the first 64 bits, as a host chooses the others at will.
pub(crate) fn host(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        ip @ IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Returns the 16 bytes of an address, an IPv4 one mapped into IPv6.
pub(super) fn mapped(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
        IpAddr::V6(ip) => ip.octets(),
    }
}

/// Tells whether everyone reaches an address, by the special-purpose registries (RFC 6890 and what followed it).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => carried(ip).map_or_else(|| is_public_v6(ip), is_public_v4),
    }
}

const fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    // 0.0.0.0/8, 100.64.0.0/10 of carriers, 192.0.0.0/24, 198.18.0.0/15 for benchmarks, 240.0.0.0/4.
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18)
        || a >= 240)
}

const fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Only 2000::/3 is given out; of it not 2001:db8::/32 and 3fff::/20 (documentation), 2001:2::/48 (benchmarks)
    // nor 2001:10::/28 and 2001:20::/28 (names of hosts, not places).
    a & 0xe000 == 0x2000
        && !(a == 0x2001 && (b == 0xdb8 || b == 2 || b & 0xfff0 == 0x10 || b & 0xfff0 == 0x20))
        && !(a == 0x3fff && b & 0xf000 == 0)
}

/// Returns the IPv4 address inside an IPv6 one: 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052).
fn carried(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let pair = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        [0x2002, high, low, ..] => Some(pair(high, low)),
        [0x2001, 0, .., high, low] => Some(pair(!high, !low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(pair(high, low)),
        _ => None,
    }
}
