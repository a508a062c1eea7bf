//! Assets, freezes, identities and documents as the index knows them.
use bitcoin::{OutPoint, ScriptBuf, Txid};
use moneta_chain::ScriptId;
use moneta_mips::{
    AssetId, Attachment, Coin, DocumentKind, FreezeRecord, Identity, IdentityId, ScriptDigest,
    Seizure, Target,
};
use serde::{Deserialize, Serialize};

use super::Place;

/// Something that coins point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// An asset.
    Asset(AssetId),
    /// An identity.
    Identity(IdentityId),
}

/// One change of an asset's supply: its issue, a mint or a burn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetEvent {
    /// Which transaction.
    pub txid: Txid,
    /// Where it stands.
    pub place: Place,
    /// Whether this is the issue itself.
    pub issued: bool,
    /// Base units created.
    pub minted: u64,
    /// Base units destroyed.
    pub burned: u64,
    /// Supply in base units after it.
    pub supply_after: u64,
}

/// What is counted per asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AssetTotals {
    /// Scripts that hold some of it.
    pub holders: u64,
    /// Transactions that moved it or a right over it.
    pub transactions: u64,
}

/// A script that holds an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Name of the script.
    pub script_id: ScriptId,
    /// The script.
    pub script: ScriptBuf,
    /// Base units it holds.
    pub amount: u64,
}

/// A coin that holds rights over an asset, or an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleCoin {
    /// The coin's name.
    pub outpoint: OutPoint,
    /// Its script: who can use the rights, or controls the identity.
    pub script: ScriptBuf,
    /// `Authority` or `Identity`.
    pub attachment: Attachment,
}

/// What an identity was from one transaction on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityVersion {
    /// Which transaction.
    pub txid: Txid,
    /// Where it stands.
    pub place: Place,
    /// The record from there on; `None` where the identity was revoked.
    pub identity: Option<Identity>,
}

/// What happened to a freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreezeEventKind {
    /// A coin was frozen.
    Frozen,
    /// A running freeze was changed: another reason, tier or stop height.
    Changed,
    /// The freeze was lifted: the coin moves again from the next block on.
    Lifted,
}

/// A freeze that was put on a coin, changed, or lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreezeEvent {
    /// What happened.
    pub kind: FreezeEventKind,
    /// Under which asset.
    pub asset: AssetId,
    /// Which coin.
    pub coin: OutPoint,
    /// Which transaction did it.
    pub txid: Txid,
    /// Where that transaction stands.
    pub place: Place,
    /// The freeze after it. A lifted one keeps its reason and jurisdiction; its `stop` is the height from
    /// which the coin moves again.
    pub freeze: FreezeRecord,
}

/// A coin that can't move in the next block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenCoin {
    /// Under which asset.
    pub asset: AssetId,
    /// Which coin.
    pub outpoint: OutPoint,
    /// The coin itself, with its script and what it holds.
    pub coin: Coin,
    /// Reason, jurisdiction, stop height, transaction.
    pub freeze: FreezeRecord,
}

/// A freeze of every coin of a script, or of a whole asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WideFreeze {
    /// Under which asset.
    pub asset: AssetId,
    /// Of which script; `None`: of the whole asset.
    pub script: Option<ScriptDigest>,
    /// Reason, jurisdiction, stop height, transaction.
    pub freeze: FreezeRecord,
}

impl WideFreeze {
    /// Returns what it is on.
    pub const fn target(&self) -> Target {
        let asset = self.asset;
        match self.script {
            Some(script) => Target::Script { asset, script },
            None => Target::All { asset },
        }
    }
}

/// Units that a forced transfer took from a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenUnits {
    /// Units of which asset.
    pub asset: AssetId,
    /// Where and when.
    pub seizure: Seizure,
}

/// What a digest stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DocumentSubject {
    /// Somebody notarised it.
    Anchor,
    /// It is the terms of an asset.
    AssetTerms {
        /// Which asset.
        asset: AssetId,
    },
    /// It is a document of an asset.
    AssetDocument {
        /// Which asset.
        asset: AssetId,
        /// As which document.
        document: DocumentKind,
    },
    /// It is the content of a piece.
    Content {
        /// Which asset.
        asset: AssetId,
    },
    /// A freeze rests on it.
    Freeze {
        /// Under which asset.
        asset: AssetId,
        /// Which coin.
        coin: OutPoint,
    },
}

/// One place where a digest stands in the chain. The earliest is the proof of age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentUse {
    /// Which transaction.
    pub txid: Txid,
    /// Where it stands.
    pub place: Place,
    /// As what.
    pub subject: DocumentSubject,
}
