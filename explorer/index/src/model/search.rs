//! What the one search box finds.
use bitcoin::{BlockHash, OutPoint, ScriptBuf, Txid};
use moneta_chain::Height;
use moneta_mips::{AssetId, IdentityId};
use serde::{Deserialize, Serialize};

/// One thing that a search text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchHit {
    /// A block of the best chain, by height or id.
    Block {
        /// Its height.
        height: Height,
        /// Its id.
        id: BlockHash,
    },
    /// A confirmed transaction.
    Transaction(Txid),
    /// An output of a confirmed transaction.
    Output(OutPoint),
    /// An address of this network, used or not.
    Address {
        /// The address in its usual spelling.
        address: String,
        /// The script it stands for.
        script: ScriptBuf,
        /// Whether the chain has seen it.
        used: bool,
    },
    /// An asset, by id, symbol or `handle/SYMBOL`.
    Asset(AssetId),
    /// An identity, by id, handle or `did:moneta:`.
    Identity(IdentityId),
    /// A digest that stands in the chain.
    Document([u8; 32]),
}

/// What kind of thing a suggestion names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// An identity.
    Identity,
    /// An asset.
    Asset,
}

/// One line below the search box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it is.
    pub kind: SuggestionKind,
    /// The text to show and to search for: `acme`, `acme/GOLD`.
    pub text: String,
    /// A name for people; empty if there is none.
    pub name: String,
    /// Its id, 64 hexadecimal digits.
    pub id: String,
}
