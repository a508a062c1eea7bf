//! A coin on disk.
//!
//! | field | bytes |
//! |---|---|
//! | height x 2 + 1 if a coinbase made it, CompactSize | 1-9 |
//! | value in grains, 8 LE; script with its length as CompactSize | Bitcoin's output |
//! | attachment: 0 none, 1 asset (id 32, amount 8 LE), 2 rights (asset 32, bits 1), 3 identity (id 32), 4 commitment (digest 32) | 1-41 |
use bitcoin::TxOut;
use bitcoin::consensus::encode::{Error, VarInt};
use bitcoin::consensus::{Decodable, Encodable};
use bitcoin::io::Read;
use moneta_chain::Height;
use moneta_mips::{AssetId, Attachment, Coin, Commitment, IdentityId, Rights};

/// Writes a coin.
pub(crate) fn encode_coin(coin: &Coin) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    put_coin(&mut bytes, coin);
    bytes
}

/// Reads a coin; `None` if the bytes are none.
pub(crate) fn decode_coin(bytes: &[u8]) -> Option<Coin> {
    let mut rest = bytes;
    let coin = take_coin(&mut rest).ok()?;
    rest.is_empty().then_some(coin)
}

pub(super) fn put_coin(bytes: &mut Vec<u8>, coin: &Coin) {
    let Coin {
        output,
        height,
        coinbase,
        attachment,
    } = coin;
    put(
        bytes,
        &VarInt(u64::from(height.to_u32()) * 2 + u64::from(*coinbase)),
    );
    put(bytes, output);
    match attachment {
        None => bytes.push(0),
        Some(attachment) => put_attachment(bytes, attachment),
    }
}

pub(super) fn take_coin(rest: &mut &[u8]) -> Result<Coin, Error> {
    let place = VarInt::consensus_decode(rest)?.0;
    let height = u32::try_from(place / 2).map_err(|_| Error::ParseFailed("a height"))?;
    let output = TxOut::consensus_decode(rest)?;
    let attachment = match u8::consensus_decode(rest)? {
        0 => None,
        kind => Some(take_attachment(kind, rest)?),
    };
    Ok(Coin {
        output,
        height: Height::new(height),
        coinbase: place % 2 == 1,
        attachment,
    })
}

pub(super) fn put_attachment(bytes: &mut Vec<u8>, attachment: &Attachment) {
    match attachment {
        Attachment::Asset { id, amount } => {
            bytes.push(1);
            bytes.extend_from_slice(&id.0);
            bytes.extend_from_slice(&amount.to_le_bytes());
        }
        Attachment::Authority { asset, rights } => {
            bytes.push(2);
            bytes.extend_from_slice(&asset.0);
            bytes.push(rights.bits());
        }
        Attachment::Identity { id } => {
            bytes.push(3);
            bytes.extend_from_slice(&id.0);
        }
        Attachment::Commitment { digest } => {
            bytes.push(4);
            bytes.extend_from_slice(&digest.0);
        }
    }
}

pub(super) fn take_attachment(kind: u8, rest: &mut &[u8]) -> Result<Attachment, Error> {
    let mut id = [0; 32];
    rest.read_exact(&mut id)?;
    match kind {
        1 => Ok(Attachment::Asset {
            id: AssetId(id),
            amount: u64::consensus_decode(rest)?,
        }),
        2 => Ok(Attachment::Authority {
            asset: AssetId(id),
            rights: Rights::from_bits(u8::consensus_decode(rest)?)
                .ok_or(Error::ParseFailed("rights"))?,
        }),
        3 => Ok(Attachment::Identity { id: IdentityId(id) }),
        4 => Ok(Attachment::Commitment {
            digest: Commitment(id),
        }),
        _ => Err(Error::ParseFailed("an attachment")),
    }
}

pub(super) fn put(bytes: &mut Vec<u8>, value: &impl Encodable) {
    let written = value.consensus_encode(bytes);
    written.expect("a vector takes every byte");
}
