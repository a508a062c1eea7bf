//! What every write on the chain has in common.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AssetAmount, BlockRef};

/// A write on the chain and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Operation {
    /// Names it in this gateway; `null` for a dry run, which leaves nothing behind.
    #[schema(example = "pay_8c1f6f4be2a04d0f9f3a2b1c0d9e8f70")]
    pub id: Option<String>,
    /// What it is.
    pub kind: OperationKind,
    /// Wallet that pays for it.
    #[schema(example = "wal_0f9f3a2b1c0d9e8f708c1f6f4be2a04d")]
    pub wallet_id: String,
    /// How far it has come.
    pub status: OperationStatus,
    /// Id of its transaction; signing does not change it.
    pub txid: String,
    /// What the miner gets, in MTA.
    pub fee: AssetAmount,
    /// What is burned for room in the registry, in MTA.
    pub registry_price: AssetAmount,
    /// What it does, in sentences, read from the transaction itself.
    pub explanation: Vec<String>,
    /// The unsigned transaction (PSBT version 0, base64) of a wallet whose keys are elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub psbt: Option<String>,
    /// The transaction that has to be in a block before it: the commitment to a handle.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commitment: Option<Commitment>,
    /// What has to happen next; absent when nothing is left to wait for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub waits_for: Option<WaitsFor>,
    /// The block that holds it.
    pub block: Option<BlockRef>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<Failure>,
    /// When the gateway accepted it.
    #[schema(example = "2026-03-01T12:00:00Z")]
    pub created_at: String,
}

/// A commitment to a handle: it shows nothing of it, so that nobody takes the handle first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Commitment {
    /// Id of its transaction.
    pub txid: String,
    /// The unsigned transaction (PSBT version 0, base64) of a wallet whose keys are elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub psbt: Option<String>,
    /// The block that holds it; what it is for can be in a later one.
    pub block: Option<BlockRef>,
}

/// What has to happen next to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitsFor {
    /// Whoever holds the keys signs.
    Signature,
    /// A block takes its commitment; the gateway sends the rest by itself then.
    CommitmentBlock,
    /// A block takes it.
    Block,
}

/// What a write is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// MTA or units of an asset move.
    Payment,
    /// An asset comes into being.
    Issue,
    /// More units of an asset.
    Mint,
    /// Fewer units of an asset.
    Burn,
    /// Coins are frozen.
    Freeze,
    /// Freezes are lifted.
    Unfreeze,
    /// Units are taken from coins under an ORDER.
    ForceTransfer,
    /// An identity comes into being.
    Identity,
    /// A digest is notarised.
    Notarisation,
}

/// How far a write has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// A dry run: it would work now; nothing was stored.
    Planned,
    /// The PSBT waits for the signature of whoever holds the keys.
    AwaitingSignature,
    /// Accepted by the node, waits for a block.
    Pending,
    /// In a block of the best chain.
    Confirmed,
    /// No longer possible; `failure` says why.
    Failed,
}

/// Why a write failed after it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// Stable code of the rule it breaks now.
    #[schema(example = "mip0001.coin_frozen")]
    pub code: String,
    /// A sentence about it.
    pub detail: String,
}
