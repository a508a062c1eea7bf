//! What a peer may say.
use bitcoin::consensus::encode::{self, Encodable};
use bitcoin::hashes::{Hash, sha256d};
use bitcoin::p2p::message::NetworkMessage;
use moneta_chain::SealedHeader;

use super::seals::{decode_seals, encode_seals};
use super::stock::decode_stock;

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

    /// Reads a payload whose length, checksum and count were looked at before.
    pub(super) fn decode(command: &str, payload: &[u8]) -> Result<Self, encode::Error> {
        match command {
            "sendseals" => Ok(Self::SendSeals),
            "sealhdrs" => decode_seals(payload).map(Self::SealHeaders),
            _ => decode_stock(command, payload).map(Self::Stock),
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
    let command = message.command();
    let mut frame = vec![0; FRAME];
    match message {
        Message::Stock(stock) => {
            stock
                .consensus_encode(&mut frame)
                .expect("writing to memory does not fail");
        }
        Message::SendSeals => {}
        Message::SealHeaders(headers) => encode_seals(headers, &mut frame),
    }
    let (head, payload) = frame.split_at_mut(FRAME);
    let length = u32::try_from(payload.len()).expect("a message of ours is shorter than 4 GiB");
    head[..4].copy_from_slice(&magic);
    head[4..4 + command.len()].copy_from_slice(command.as_bytes());
    head[16..20].copy_from_slice(&length.to_le_bytes());
    head[20..].copy_from_slice(&checksum(payload));
    frame
}

/// Returns the first bytes of the payload's double SHA-256.
pub(super) fn checksum(payload: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256d::Hash::hash(payload).to_byte_array();
    [a, b, c, d]
}
