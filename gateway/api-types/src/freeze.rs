//! Freezes (MIP-1).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AssetAmount, Operation};

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
    /// 1 to 64 coins, each `txid:index`. Name coins, addresses or the whole asset: one of the three.
    #[serde(default)]
    pub coins: Vec<String>,
    /// 1 to 64 addresses: every coin of the asset that they hold, those to come included.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Every coin of the asset: a pause.
    #[serde(default)]
    pub whole_asset: bool,
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
    /// Wallet that holds the right to freeze, and the right `compliance` where an ORDER is lifted; the two may sit on
    /// two coins.
    pub wallet_id: String,
    /// Asset id or `handle/SYMBOL`.
    #[schema(example = "acme/GOLD")]
    pub asset: String,
    /// 1 to 64 coins, each `txid:index`. Name coins, addresses or the whole asset: one of the three.
    #[serde(default)]
    pub coins: Vec<String>,
    /// 1 to 64 addresses.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The pause of the whole asset.
    #[serde(default)]
    pub whole_asset: bool,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Asks to take the units of coins that have stood under an ORDER for 1,440 blocks at least (MIP-1). The coins
/// themselves, with their MTA, stay their holder's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForceTransfer {
    /// Wallet that holds the rights `freeze` and `compliance`.
    pub wallet_id: String,
    /// Asset id or `handle/SYMBOL`.
    #[schema(example = "acme/GOLD")]
    pub asset: String,
    /// 1 to 64 coins, each `txid:index`; all units of each are taken.
    pub coins: Vec<String>,
    /// Address that gets the units.
    pub to: String,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What a freeze is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FreezeScope {
    /// One coin.
    Coin,
    /// Every coin of a script that holds the asset.
    Script,
    /// Every coin that holds the asset.
    Asset,
}

/// A freeze, as the public register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Freeze {
    /// What it is on.
    pub scope: FreezeScope,
    /// The coin, `txid:index`, if it is on a coin.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub coin: Option<String>,
    /// SHA-256 of the script, if it is on a script.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub script_hash: Option<String>,
    /// Address of that script, if the chain has seen it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
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
    /// Height of the block that froze it first.
    pub start_height: u32,
    /// First height at which what it is on moves again.
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
    /// The coins, if coins were named.
    pub coins: Vec<String>,
    /// The addresses, if addresses were named.
    pub addresses: Vec<String>,
    /// Whether it is on the whole asset.
    pub whole_asset: bool,
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
    /// The coins, if coins were named.
    pub coins: Vec<String>,
    /// The addresses, if addresses were named.
    pub addresses: Vec<String>,
    /// Whether the pause of the whole asset is lifted.
    pub whole_asset: bool,
}

/// Units that are being taken from their coins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ForceTransferResult {
    /// How far it has come.
    #[serde(flatten)]
    pub operation: Operation,
    /// The asset's id.
    pub asset: String,
    /// The coins that lose their units.
    pub coins: Vec<String>,
    /// Address that gets them.
    pub to: String,
    /// How many in all.
    pub amount: AssetAmount,
}
