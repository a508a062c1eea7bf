//! The payload of `sealhdrs`: a count, then each header's 80 bytes and its seal's 40.
use bitcoin::VarInt;
use bitcoin::block::Header;
use bitcoin::consensus::encode::{self, Decodable, Encodable};
use moneta_chain::{SEAL_LEN, Seal, SealedHeader};

/// Writes headers with their seals.
pub(super) fn encode_seals(headers: &[SealedHeader], payload: &mut Vec<u8>) {
    let count = encode::serialize(&VarInt::from(headers.len()));
    payload.extend_from_slice(&count);
    for sealed in headers {
        sealed
            .header
            .consensus_encode(payload)
            .expect("writing to memory does not fail");
        payload.extend_from_slice(&sealed.seal.encode());
    }
}

/// Reads headers with their seals. The caller compared the count with the length.
///
/// # Errors
/// The bytes end too early, or go on.
pub(super) fn decode_seals(mut payload: &[u8]) -> Result<Vec<SealedHeader>, encode::Error> {
    let VarInt(count) = VarInt::consensus_decode(&mut payload)?;
    let mut headers = Vec::new();
    for _ in 0..count {
        let header = Header::consensus_decode(&mut payload)?;
        let (seal, rest) = payload
            .split_first_chunk::<SEAL_LEN>()
            .ok_or(encode::Error::ParseFailed("a seal has 40 bytes"))?;
        payload = rest;
        headers.push(SealedHeader {
            header,
            seal: Seal::decode(seal),
        });
    }
    if payload.is_empty() {
        Ok(headers)
    } else {
        Err(encode::Error::ParseFailed("bytes after the last seal"))
    }
}
