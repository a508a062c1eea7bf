//! Identities (MIP-2).
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::Operation;

/// Asks for an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterIdentity {
    /// Wallet that will control it.
    pub wallet_id: String,
    /// 3 to 32 characters of `a-z0-9-`.
    #[schema(example = "acme")]
    pub handle: String,
    /// What the owner publishes: a JSON object of at most 1,024 bytes.
    #[schema(value_type = Option<Object>)]
    pub document: Option<Value>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// An identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// Names it for ever.
    pub id: String,
    /// Its unique handle.
    #[schema(example = "acme")]
    pub handle: String,
    /// `did:moneta:` and the id.
    pub did: String,
    /// What the owner publishes.
    #[schema(value_type = Object)]
    pub document: Value,
    /// Transaction that registered it.
    pub registered_in: String,
    /// Height of that transaction; `null` while it waits for a block.
    pub registered_at: Option<u32>,
}

/// An identity that was just registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegisteredIdentity {
    /// The identity.
    #[serde(flatten)]
    pub identity: Identity,
    /// Id of the transaction.
    pub txid: String,
    /// The write that registers it.
    pub operation: Operation,
}
