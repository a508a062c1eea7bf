//! The book as bytes: `peers.dat`, docs/formats/peers.md.
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use bitcoin::hashes::{Hash, sha256d};
use bitcoin::p2p::ServiceFlags;

use super::entry::{Entry, Shelf};
use super::keep::{MAX_ANCHORS, MAX_BUCKETS};
use super::table::{HEARD_BUCKETS, SPOKEN_BUCKETS, bytes};
use super::{AddressBook, BookError, KnownAddress};
use crate::addresses::Scope;

const MAGIC: &[u8; 8] = b"MTAPEERS";
const FORMAT: u32 = 1;
const CHECKSUM: usize = 32;
/// Addresses that a book can hold: one for each place.
const MAX_ENTRIES: u64 = 64 * (HEARD_BUCKETS as u64 + SPOKEN_BUCKETS as u64);
/// Bytes of an entry without its buckets.
const ENTRY: u64 = 18 + 18 + 8 + 8 + 8 + 8 + 8 + 4 + 1;

impl AddressBook {
    /// Writes the book for the network with this magic.
    pub fn encode(&self, network: [u8; 4]) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&network);
        out.extend_from_slice(self.order.secret());
        let count = u32::try_from(self.entries.len()).expect("81,920 at most");
        out.extend_from_slice(&count.to_le_bytes());
        let anchors = u8::try_from(self.anchors.len()).expect("two at most");
        out.push(anchors);
        for anchor in &self.anchors {
            out.extend_from_slice(&bytes(*anchor));
        }
        for entry in self.entries.values() {
            encode_entry(entry, &mut out);
        }
        let checksum = sha256d::Hash::hash(&out).to_byte_array();
        out.extend_from_slice(&checksum);
        out
    }

    /// Reads a book.
    ///
    /// # Errors
    /// The bytes are no book of this network.
    pub fn decode(file: &[u8], network: [u8; 4], scope: Scope) -> Result<Self, BookError> {
        let mut rest = Bytes(checked(file, network)?);
        let mut book = Self::new(rest.take()?, scope);
        let claimed = u64::from(u32::from_le_bytes(rest.take()?));
        let anchors = u8::from_le_bytes(rest.take()?);
        let left = u64::try_from(rest.0.len()).unwrap_or(u64::MAX);
        if claimed > MAX_ENTRIES || claimed * ENTRY > left || usize::from(anchors) > MAX_ANCHORS {
            return Err(BookError::TooMany { claimed });
        }
        for _ in 0..anchors {
            let anchor = rest.address()?;
            book.anchors.push(anchor);
        }
        for at in 0..claimed {
            let entry = rest.entry()?;
            if !book.place_again(entry) {
                return Err(BookError::NoEntry { at });
            }
        }
        if !rest.0.is_empty() {
            return Err(BookError::WrongLength);
        }
        book.anchors.retain(|anchor| scope.takes(*anchor));
        Ok(book)
    }

    /// Puts an entry where it stood; tells whether it could have stood there.
    fn place_again(&mut self, entry: Entry) -> bool {
        let address = entry.known.address;
        if self.entries.contains_key(&address) {
            return false;
        }
        if !self.scope.takes(address) {
            // The operator may have changed what is of use: left out, not refused.
            return true;
        }
        self.answered_at = self.answered_at.max(entry.known.spoken_at);
        match &entry.shelf {
            Shelf::Spoken => {
                let bucket = self.order.spoken_bucket(address);
                let place = self.order.place(true, bucket, address);
                if self.spoken.put(bucket, place, address).is_some() {
                    return false;
                }
            }
            Shelf::Heard(buckets) => {
                for bucket in buckets {
                    let place = self.order.place(false, *bucket, address);
                    let is_free = self.heard.put(*bucket, place, address).is_none();
                    if !is_free || *bucket >= HEARD_BUCKETS {
                        return false;
                    }
                }
            }
        }
        self.entries.insert(address, entry);
        true
    }
}

fn encode_entry(entry: &Entry, out: &mut Vec<u8>) {
    let known = &entry.known;
    out.extend_from_slice(&bytes(known.address));
    out.extend_from_slice(&bytes(entry.source));
    for number in [
        known.services.to_u64(),
        known.seen_at,
        known.tried_at,
        known.spoken_at,
        entry.counted_at,
    ] {
        out.extend_from_slice(&number.to_le_bytes());
    }
    out.extend_from_slice(&known.failures.to_le_bytes());
    // No buckets: among those we have spoken with.
    let buckets: &[u16] = match &entry.shelf {
        Shelf::Heard(buckets) => buckets,
        Shelf::Spoken => &[],
    };
    out.push(u8::try_from(buckets.len()).expect("eight at most"));
    for bucket in buckets {
        out.extend_from_slice(&bucket.to_le_bytes());
    }
}

/// Returns what stands between head and checksum.
fn checked(file: &[u8], network: [u8; 4]) -> Result<&[u8], BookError> {
    let mut head = Bytes(file.strip_prefix(MAGIC).ok_or(BookError::NoBook)?);
    let found = u32::from_le_bytes(head.take()?);
    if found != FORMAT {
        return Err(BookError::UnknownFormat {
            found,
            known: FORMAT,
        });
    }
    let end = file.len().saturating_sub(CHECKSUM);
    let (content, checksum) = file.split_at(end);
    if sha256d::Hash::hash(content).to_byte_array() != checksum {
        return Err(BookError::Damaged);
    }
    let found = head.take()?;
    if found != network {
        return Err(BookError::OtherNetwork { found });
    }
    let length = head.0.len().checked_sub(CHECKSUM);
    length
        .and_then(|length| head.0.get(..length))
        .ok_or(BookError::WrongLength)
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], BookError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(BookError::WrongLength)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn address(&mut self) -> Result<SocketAddr, BookError> {
        let ip = IpAddr::V6(Ipv6Addr::from(self.take::<16>()?)).to_canonical();
        let port = u16::from_be_bytes(self.take()?);
        Ok(SocketAddr::new(ip, port))
    }

    fn number(&mut self) -> Result<u64, BookError> {
        self.take().map(u64::from_le_bytes)
    }

    fn entry(&mut self) -> Result<Entry, BookError> {
        let (address, source) = (self.address()?, self.address()?);
        let known = KnownAddress {
            address,
            services: ServiceFlags::from(self.number()?),
            seen_at: self.number()?,
            tried_at: self.number()?,
            spoken_at: self.number()?,
            failures: 0,
        };
        let counted_at = self.number()?;
        let failures = u32::from_le_bytes(self.take()?);
        let [buckets] = self.take()?;
        if usize::from(buckets) > MAX_BUCKETS {
            return Err(BookError::TooMany {
                claimed: u64::from(buckets),
            });
        }
        let mut heard = Vec::new();
        for _ in 0..buckets {
            heard.push(u16::from_le_bytes(self.take()?));
        }
        let shelf = if heard.is_empty() {
            Shelf::Spoken
        } else {
            Shelf::Heard(heard)
        };
        Ok(Entry {
            known: KnownAddress { failures, ..known },
            source,
            counted_at,
            shelf,
        })
    }
}
