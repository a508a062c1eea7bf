//! The payloads of Bitcoin's messages. The frame around them was read, and its checksum compared, before.
use bitcoin::VarInt;
use bitcoin::block::Header;
use bitcoin::consensus::encode::{self, Decodable, deserialize, deserialize_partial};
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::{AddrV2, AddrV2Message};
use bitcoin::p2p::message::NetworkMessage;

/// Reads the payload of a message, by its name.
///
/// # Errors
/// The bytes end too early, go on, or say what they can't. A name that no shape was given to is refused too.
pub(super) fn decode_stock(command: &str, payload: &[u8]) -> Result<NetworkMessage, encode::Error> {
    use NetworkMessage as Is;
    if let Some(message) = without_payload(command) {
        return if payload.is_empty() {
            Ok(message)
        } else {
            Err(encode::Error::ParseFailed("this message has no payload"))
        };
    }
    Ok(match command {
        "version" => return decode_version(payload),
        "ping" => Is::Ping(deserialize(payload)?),
        "pong" => Is::Pong(deserialize(payload)?),
        "feefilter" => Is::FeeFilter(decode_fee(payload)?),
        "inv" => Is::Inv(deserialize(payload)?),
        "getdata" => Is::GetData(deserialize(payload)?),
        "notfound" => Is::NotFound(deserialize(payload)?),
        "getheaders" => Is::GetHeaders(deserialize(payload)?),
        "getblocks" => Is::GetBlocks(deserialize(payload)?),
        "headers" => Is::Headers(decode_headers(payload)?),
        "tx" => Is::Tx(deserialize(payload)?),
        "block" => Is::Block(deserialize(payload)?),
        "addr" => Is::Addr(deserialize(payload)?),
        "addrv2" => Is::AddrV2(decode_addresses(payload)?),
        "sendcmpct" => Is::SendCmpct(deserialize(payload)?),
        "cmpctblock" => Is::CmpctBlock(deserialize(payload)?),
        "getblocktxn" => Is::GetBlockTxn(deserialize(payload)?),
        "blocktxn" => Is::BlockTxn(deserialize(payload)?),
        "getcfilters" => Is::GetCFilters(deserialize(payload)?),
        "cfilter" => Is::CFilter(deserialize(payload)?),
        "getcfheaders" => Is::GetCFHeaders(deserialize(payload)?),
        "cfheaders" => Is::CFHeaders(deserialize(payload)?),
        "getcfcheckpt" => Is::GetCFCheckpt(deserialize(payload)?),
        "cfcheckpt" => Is::CFCheckpt(deserialize(payload)?),
        _ => return Err(encode::Error::ParseFailed("nobody reads this message")),
    })
}

fn without_payload(command: &str) -> Option<NetworkMessage> {
    Some(match command {
        "verack" => NetworkMessage::Verack,
        "mempool" => NetworkMessage::MemPool,
        "getaddr" => NetworkMessage::GetAddr,
        "sendheaders" => NetworkMessage::SendHeaders,
        "wtxidrelay" => NetworkMessage::WtxidRelay,
        "sendaddrv2" => NetworkMessage::SendAddrV2,
        _ => return None,
    })
}

/// What later versions of the protocol append is not read. What earlier ones did not have, whether transactions are
/// wanted, is yes where it lacks (BIP37): some light clients leave it out to this day.
fn decode_version(payload: &[u8]) -> Result<NetworkMessage, encode::Error> {
    let with_relay = [payload, &[1]].concat();
    let (version, _) = deserialize_partial(&with_relay)?;
    Ok(NetworkMessage::Version(version))
}

/// A fee that nobody has is no fee (BIP133).
fn decode_fee(payload: &[u8]) -> Result<i64, encode::Error> {
    let fee: i64 = deserialize(payload)?;
    let is_money = u64::try_from(fee).is_ok_and(|fee| fee <= bitcoin::Amount::MAX_MONEY.to_sat());
    if is_money {
        Ok(fee)
    } else {
        Err(encode::Error::ParseFailed(
            "a fee is no more than all money",
        ))
    }
}

/// An IPv6 address that is another network's in disguise is to be ignored, and its message is not (BIP155): it counts
/// as one of a network that nobody knows.
fn decode_addresses(mut payload: &[u8]) -> Result<Vec<AddrV2Message>, encode::Error> {
    let VarInt(count) = VarInt::consensus_decode(&mut payload)?;
    let mut list = Vec::new();
    for _ in 0..count {
        let time = Decodable::consensus_decode(&mut payload)?;
        let VarInt(services) = VarInt::consensus_decode(&mut payload)?;
        let addr = decode_address(&mut payload)?;
        let [high, low] = Decodable::consensus_decode(&mut payload)?;
        list.push(AddrV2Message {
            time,
            services: ServiceFlags::from(services),
            addr,
            port: u16::from_be_bytes([high, low]),
        });
    }
    if payload.is_empty() {
        Ok(list)
    } else {
        Err(encode::Error::ParseFailed("bytes after the last address"))
    }
}

fn decode_address(payload: &mut &[u8]) -> Result<AddrV2, encode::Error> {
    /// Names of networks (BIP155) whose addresses have sixteen bytes: IPv6, CJDNS.
    const SIXTEEN_BYTES: [u8; 2] = [2, 6];
    let mut rest = *payload;
    let read = AddrV2::consensus_decode(&mut rest);
    if let (Err(_), [network, 16, after @ ..]) = (&read, *payload)
        && SIXTEEN_BYTES.contains(network)
        && let Some((bytes, after)) = after.split_at_checked(16)
    {
        *payload = after;
        return Ok(AddrV2::Unknown(*network, bytes.to_vec()));
    }
    *payload = rest;
    read
}

/// Each header is followed by a count of transactions, which is 0.
fn decode_headers(mut payload: &[u8]) -> Result<Vec<Header>, encode::Error> {
    let VarInt(count) = VarInt::consensus_decode(&mut payload)?;
    let mut headers = Vec::new();
    for _ in 0..count {
        headers.push(Header::consensus_decode(&mut payload)?);
        if u8::consensus_decode(&mut payload)? != 0 {
            return Err(encode::Error::ParseFailed("headers bring no transactions"));
        }
    }
    if payload.is_empty() {
        Ok(headers)
    } else {
        Err(encode::Error::ParseFailed("bytes after the last header"))
    }
}
