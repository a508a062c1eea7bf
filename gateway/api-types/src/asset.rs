//! Assets.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AssetAmount, Operation};

/// A right over an asset. Rights are declared at issue and can only shrink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssetPower {
    /// Create more units, up to the cap.
    Mint,
    /// Freeze and unfreeze coins.
    Freeze,
    /// Second signature of a long freeze.
    Compliance,
    /// Enrol holders.
    Enrol,
    /// Attach documents.
    Meta,
}

/// Asks for a new asset. Its first units and its rights go to the wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueAsset {
    /// Wallet that issues; it must hold the issuer's identity.
    pub wallet_id: String,
    /// Identity whose name the symbol lives under: handle, id or DID. Without it the asset is a bare id.
    #[schema(example = "acme")]
    pub issuer: Option<String>,
    /// 1 to 12 characters of `A-Z0-9`, the first a letter.
    #[schema(example = "GOLD")]
    pub symbol: String,
    /// A name for people, at most 64 bytes.
    #[schema(example = "Fine gold, grams")]
    pub name: String,
    /// Decimal places of the displayed unit, 0 to 12.
    #[schema(example = 3)]
    pub decimals: u8,
    /// Units created now, in the displayed unit; `"0"` for none.
    #[schema(example = "1000")]
    pub supply: String,
    /// Most units there may ever be; the supply if absent.
    #[schema(example = "1000000")]
    pub cap: Option<String>,
    /// Rights that exist over the asset from the start; none can be added later.
    #[serde(default)]
    pub powers: Vec<AssetPower>,
    /// SHA-256 of the terms, 64 hexadecimal digits.
    pub document_hash: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// An asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Asset {
    /// Names it for ever.
    pub id: String,
    /// How people write it: `handle/SYMBOL`, or the id of a bare asset.
    #[schema(example = "acme/GOLD")]
    pub label: String,
    /// Its symbol.
    #[schema(example = "GOLD")]
    pub symbol: String,
    /// A name for people.
    pub name: String,
    /// Id of the identity that issued it.
    pub issuer: Option<String>,
    /// That identity's handle.
    #[schema(example = "acme")]
    pub issuer_handle: Option<String>,
    /// Decimal places of the displayed unit.
    pub decimals: u8,
    /// Units that exist now.
    pub supply: AssetAmount,
    /// Units burned so far.
    pub burned: AssetAmount,
    /// Most units there may ever be.
    pub cap: AssetAmount,
    /// Rights declared at issue.
    #[schema(example = json!(["mint", "freeze"]))]
    pub powers: Vec<String>,
    /// Who may hold it: `open` or `enrolled`.
    pub holders: String,
    /// SHA-256 of the terms.
    pub document_hash: Option<String>,
    /// Transaction that issued it.
    pub issued_in: String,
    /// Height of that transaction; `null` while it waits for a block.
    pub issued_at: Option<u32>,
}

/// An asset that was just issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IssuedAsset {
    /// The asset.
    #[serde(flatten)]
    pub asset: Asset,
    /// Id of the transaction.
    pub txid: String,
    /// The write that issues it.
    pub operation: Operation,
}

/// Asks for more units of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MintAsset {
    /// Wallet that holds the right to mint.
    pub wallet_id: String,
    /// In the displayed unit.
    #[schema(example = "250")]
    pub amount: String,
    /// Address that gets the units; the wallet itself if absent.
    pub to: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Asks for fewer units of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BurnAsset {
    /// Wallet that holds the units.
    pub wallet_id: String,
    /// In the displayed unit.
    #[schema(example = "0.5")]
    pub amount: String,
    /// Only say what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// More or fewer units of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SupplyChange {
    /// How far it has come.
    #[serde(flatten)]
    pub operation: Operation,
    /// The asset's id.
    pub asset: String,
    /// How much.
    pub amount: AssetAmount,
}
