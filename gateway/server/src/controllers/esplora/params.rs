//! Path parameters: every kind of malformed one is a 400 with a sentence.
use std::str::FromStr;

use bitcoin::hex::FromHex;
use bitcoin::{BlockHash, ScriptBuf, Txid};
use moneta_chain::{Height, Network, ScriptId, parse_address};
use serde::Deserialize;

use super::refusal::Refusal;

pub(super) fn txid(text: &str) -> Result<Txid, Refusal> {
    text.parse()
        .map_err(|_| Refusal::Malformed("a transaction id is 64 hexadecimal digits"))
}

pub(super) fn block_hash(text: &str) -> Result<BlockHash, Refusal> {
    text.parse()
        .map_err(|_| Refusal::Malformed("a block hash is 64 hexadecimal digits"))
}

pub(super) fn height(text: &str) -> Result<Height, Refusal> {
    number(text).map(Height::new)
}

pub(super) fn number<T: FromStr>(text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| {
        Refusal::Malformed("this must be a whole number, not negative and not too large")
    })
}

/// Esplora's script hash: SHA-256 of the script, not reversed (Electrum's is).
pub(super) fn script_hash(text: &str) -> Result<ScriptId, Refusal> {
    <[u8; 32]>::from_hex(text)
        .map(ScriptId)
        .map_err(|_| Refusal::Malformed("a script hash is 64 hexadecimal digits"))
}

pub(super) fn address(text: &str, network: Network) -> Result<ScriptBuf, Refusal> {
    Ok(parse_address(text, network)?)
}

/// The parts of a path below `/address/{address}` or `/scripthash/{scripthash}`: one of the two is there.
#[derive(Debug, Deserialize)]
pub(super) struct OwnerPath {
    address: Option<String>,
    scripthash: Option<String>,
    last: Option<String>,
}

impl OwnerPath {
    pub(super) fn id(&self, network: Network) -> Result<ScriptId, Refusal> {
        match (&self.address, &self.scripthash) {
            (Some(text), _) => Ok(ScriptId::of(&address(text, network)?)),
            (None, hash) => script_hash(hash.as_deref().unwrap_or_default()),
        }
    }

    /// The transaction behind which a page begins.
    pub(super) fn last(&self) -> Result<Txid, Refusal> {
        txid(self.last.as_deref().unwrap_or_default())
    }
}
