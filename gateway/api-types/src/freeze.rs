//! Freezes (MIP-1).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Operation;

/// Why a coin is frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FreezeReason {
    /// A court orders it.
    CourtOrder,
    /// Sanctions law asks for it.
    Sanctions,
    /// Somebody reports a theft.
    TheftReport,
    /// The holder lost the key, or asks for it.
    HolderRequest,
    /// The units should never have been issued.
    MisIssuance,
    /// Who owns it is in dispute.
    Dispute,
    /// It is being redeemed.
    Redemption,
    /// A security incident is under way.
    SecurityIncident,
}

/// Asks for a freeze of coins. With a document hash it is an ORDER freeze (rights freeze and compliance,
/// at most 525,600 blocks), without one an EMERGENCY freeze (right freeze, at most 10,080 blocks).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeCoins {
    /// Wallet that holds the right to freeze.
    pub wallet_id: String,
    /// Asset id or `handle/SYMBOL`.
    #[schema(example = "acme/GOLD")]
    pub asset: String,
    /// 1 to 64 coins, each `txid:index`.
    pub coins: Vec<String>,
    /// Why.
    pub reason: FreezeReason,
    /// ISO 3166-1 alpha-2 code of the jurisdiction, upper case.
    #[schema(example = "CH")]
    pub jurisdiction: String,
    /// For how many blocks.
    #[schema(example = 1000)]
    pub blocks: u32,
    /// Salted SHA-256 of the document behind it, 64 hexadecimal digits.
    pub document_hash: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Asks to lift freezes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnfreezeCoins {
    /// Wallet that holds the right to freeze.
    pub wallet_id: String,
    /// Asset id or `handle/SYMBOL`.
    #[schema(example = "acme/GOLD")]
    pub asset: String,
    /// 1 to 64 coins, each `txid:index`.
    pub coins: Vec<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// A freeze of one coin, as the public register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Freeze {
    /// The coin, `txid:index`.
    pub coin: String,
    /// The asset's id.
    pub asset: String,
    /// `emergency` or `order`.
    #[schema(example = "emergency")]
    pub tier: String,
    /// Why.
    pub reason: FreezeReason,
    /// ISO 3166-1 alpha-2 code of the jurisdiction.
    #[schema(example = "CH")]
    pub jurisdiction: String,
    /// Height of the block that froze it.
    pub start_height: u32,
    /// First height at which the coin moves again.
    pub stop_height: u32,
    /// Salted SHA-256 of the document behind it.
    pub document_hash: Option<String>,
    /// Transaction that froze it.
    pub frozen_in: String,
}

/// A freeze that was just asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FreezeResult {
    /// How far it has come.
    #[serde(flatten)]
    pub operation: Operation,
    /// The asset's id.
    pub asset: String,
    /// The coins.
    pub coins: Vec<String>,
    /// First height at which they move again.
    pub stop_height: u32,
}

/// Freezes that are being lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnfreezeResult {
    /// How far it has come.
    #[serde(flatten)]
    pub operation: Operation,
    /// The asset's id.
    pub asset: String,
    /// The coins.
    pub coins: Vec<String>,
}
