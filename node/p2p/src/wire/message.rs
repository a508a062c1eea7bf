//! What a peer may say.
use bitcoin::consensus::encode;
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::p2p::Magic;
use bitcoin::p2p::message::{NetworkMessage, RawNetworkMessage};
use moneta_chain::SealedHeader;

use super::seals::{decode_seals, encode_seals};

/// Bytes before the payload.
pub(super) const FRAME: usize = 24;

/// What a peer may say: Bitcoin's messages, and two of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A message of Bitcoin's, as the `bitcoin` crate has it.
    Stock(NetworkMessage),
    /// `sendseals`: "send me `sealhdrs` where you would send `headers`". Only before `verack`.
    SendSeals,
    /// `sealhdrs`: headers, each with its seal.
    SealHeaders(Vec<SealedHeader>),
}

impl Message {
    /// Returns the message's name on the wire.
    pub fn command(&self) -> String {
        match self {
            Self::Stock(message) => message.command().to_string(),
            Self::SendSeals => "sendseals".to_owned(),
            Self::SealHeaders(_) => "sealhdrs".to_owned(),
        }
    }

    /// Reads a whole frame whose lengths and counts were looked at before.
    pub(super) fn decode(command: &str, frame: &[u8]) -> Result<Self, encode::Error> {
        match command {
            "sendseals" => Ok(Self::SendSeals),
            "sealhdrs" => decode_seals(&frame[FRAME..]).map(Self::SealHeaders),
            _ => {
                let raw: RawNetworkMessage = encode::deserialize(frame)?;
                Ok(Self::Stock(raw.into_payload()))
            }
        }
    }
}

impl From<NetworkMessage> for Message {
    fn from(message: NetworkMessage) -> Self {
        Self::Stock(message)
    }
}

/// Returns a message's frame, as it goes over the wire of the network with this magic.
pub fn encode(magic: [u8; 4], message: &Message) -> Vec<u8> {
    match message {
        Message::Stock(stock) => encode::serialize(&RawNetworkMessage::new(
            Magic::from_bytes(magic),
            stock.clone(),
        )),
        Message::SendSeals => frame(magic, *b"sendseals\0\0\0", &[]),
        Message::SealHeaders(headers) => frame(magic, *b"sealhdrs\0\0\0\0", &encode_seals(headers)),
    }
}

fn frame(magic: [u8; 4], command: [u8; 12], payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a message of ours is shorter than 4 GiB");
    let mut bytes = Vec::with_capacity(FRAME + payload.len());
    bytes.extend_from_slice(&magic);
    bytes.extend_from_slice(&command);
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&checksum(payload));
    bytes.extend_from_slice(payload);
    bytes
}

/// Returns the first bytes of the payload's double SHA-256.
pub(super) fn checksum(payload: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256d::Hash::hash(payload).to_byte_array();
    [a, b, c, d]
}
