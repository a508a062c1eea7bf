//! Payments.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AssetAmount, Operation};

/// Asks for a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePayment {
    /// Wallet that pays.
    #[schema(example = "wal_0f9f3a2b1c0d9e8f708c1f6f4be2a04d")]
    pub wallet_id: String,
    /// Address that is paid.
    #[schema(example = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080")]
    pub to: String,
    /// `MTA`, an asset id (64 hexadecimal digits), or `handle/SYMBOL`.
    #[schema(example = "acme/GOLD")]
    pub asset: String,
    /// In the asset's displayed unit, as a string.
    #[schema(example = "12.5")]
    pub amount: String,
    /// A note for yourself, at most 256 characters; it stays in the gateway.
    #[schema(example = "invoice 2026-117")]
    pub note: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Payment {
    /// How far it has come.
    #[serde(flatten)]
    pub operation: Operation,
    /// Address that is paid.
    pub to: String,
    /// `MTA`, or the asset's id.
    pub asset: String,
    /// How much.
    pub amount: AssetAmount,
    /// The note it was given.
    pub note: Option<String>,
}

/// Brings the signature of a PSBT that the gateway handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitSignature {
    /// The signed PSBT, base64.
    pub psbt: String,
    /// The signed PSBT of the commitment, base64, where the write has one.
    #[serde(default)]
    pub commitment_psbt: Option<String>,
}
