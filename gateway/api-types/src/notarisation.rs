//! Notarisations (MIP-6).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Operation;

/// Asks to notarise a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notarise {
    /// Wallet that pays the fee.
    pub wallet_id: String,
    /// SHA-256 of the document, or a merkle root of many: 64 hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub digest: String,
    /// A note for yourself, at most 128 characters; it stays in the gateway.
    #[schema(example = "bar list")]
    pub label: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// A notarisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notarisation {
    /// How far it has come.
    #[serde(flatten)]
    pub operation: Operation,
    /// The digest.
    pub digest: String,
    /// The note it was given.
    pub label: Option<String>,
}
