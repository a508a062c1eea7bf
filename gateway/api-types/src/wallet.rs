//! Wallets: hosted ones, whose keys the gateway holds, and watched ones, whose keys are elsewhere.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{AssetAmount, Attachment, BlockRef};

/// Who holds the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WalletKind {
    /// The gateway, sealed at rest; the recovery phrase can be had at any time.
    Hosted,
    /// Somebody else: the gateway prepares PSBTs and never sees a key.
    Watch,
}

/// Asks for a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWallet {
    /// A name for people, 1 to 64 characters.
    #[schema(example = "Acme Vault")]
    pub name: String,
    /// Who holds the keys.
    pub kind: WalletKind,
    /// For `watch`: `wpkh([fingerprint/84'/1'/0']tpub.../<0;1>/*)`.
    pub descriptor: Option<String>,
}

/// A wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wallet {
    /// Names it.
    #[schema(example = "wal_0f9f3a2b1c0d9e8f708c1f6f4be2a04d")]
    pub id: String,
    /// The name it was given.
    pub name: String,
    /// Who holds the keys.
    pub kind: WalletKind,
    /// Its public descriptor: enough to watch it from anywhere else.
    pub descriptor: String,
    /// When it was made.
    #[schema(example = "2026-03-01T12:00:00Z")]
    pub created_at: String,
}

/// Asks for a fresh address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAddress {
    /// What it is for, at most 128 characters; it stays in the gateway.
    #[schema(example = "customer 42")]
    pub label: Option<String>,
}

/// An address of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Address {
    /// The address.
    #[schema(example = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080")]
    pub address: String,
    /// Its place below the account: `0/index`.
    pub index: u32,
    /// What it is for.
    pub label: Option<String>,
    /// When it was handed out.
    #[schema(example = "2026-03-01T12:00:00Z")]
    pub created_at: String,
}

/// What a wallet holds, all of it at one block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Balances {
    /// The block that these balances are of.
    pub block: BlockRef,
    /// MTA first, then every asset it holds, by id.
    pub items: Vec<Balance>,
    /// Rights over assets that its coins carry.
    pub authorities: Vec<Authority>,
    /// Ids of the identities that its coins carry.
    pub identities: Vec<String>,
}

/// How much of one asset a wallet holds. No coin is counted twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Balance {
    /// `MTA`, or the asset's id.
    #[schema(example = "MTA")]
    pub asset: String,
    /// How people write it: `MTA`, `handle/SYMBOL`, or the id of a bare asset.
    #[schema(example = "acme/GOLD")]
    pub label: String,
    /// Decimal places of the displayed unit.
    pub decimals: u8,
    /// In a block, free to be spent, and not on its way out.
    pub confirmed: AssetAmount,
    /// On its way in, own change included.
    pub pending: AssetAmount,
    /// Under a freeze of the coin, of its address, or of the whole asset.
    pub frozen: AssetAmount,
    /// Of MTA only: mined too recently to be spent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub immature: Option<AssetAmount>,
    /// Of MTA only: carried by coins that hold an asset, a right or an identity, with which it moves, or by coins of
    /// which the units were taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attached: Option<AssetAmount>,
}

/// Rights over an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Authority {
    /// Over which asset, by id.
    pub asset: String,
    /// Which rights.
    #[schema(example = json!(["mint", "freeze"]))]
    pub rights: Vec<String>,
}

/// What may be done with a coin now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoinState {
    /// In a block and free.
    Confirmed,
    /// Waits for a block.
    Pending,
    /// Under a freeze.
    Frozen,
    /// Too young to be spent.
    Immature,
    /// Its units were taken by force; what is left is its MTA, which this gateway leaves alone.
    Taken,
}

/// An unspent coin of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WalletCoin {
    /// `txid:index`.
    pub outpoint: String,
    /// Address that holds it.
    pub address: String,
    /// What may be done with it now.
    pub state: CoinState,
    /// `MTA`, or the id of the asset it holds.
    pub asset: String,
    /// How much of that asset.
    pub amount: AssetAmount,
    /// The MTA it carries.
    pub value: AssetAmount,
    /// What it holds beside its MTA.
    pub attachment: Option<Attachment>,
    /// Height of the block that made it.
    pub height: Option<u32>,
    /// The freeze on it, on its address, or on the whole asset.
    pub freeze: Option<crate::Freeze>,
    /// Transaction that took its units by force, if one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub taken_in: Option<String>,
}

/// A transaction that touched a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WalletTransaction {
    /// Its id.
    pub txid: String,
    /// The block that holds it; `null` while it waits.
    pub block: Option<BlockRef>,
    /// What it changed for this wallet, by asset; negative if the wallet gave. In the displayed unit.
    pub changes: Vec<Change>,
    /// The operation of this gateway that made it.
    pub operation_id: Option<String>,
}

/// What a transaction changed for a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// `MTA`, or the asset's id.
    pub asset: String,
    /// How people write it.
    pub label: String,
    /// In the displayed unit, with sign.
    #[schema(example = "-12.500")]
    pub amount: String,
    /// In base units, with sign.
    #[schema(example = "-12500")]
    pub base_units: String,
}

/// The words that stand for a hosted wallet's keys. Whoever has them has the wallet.
#[derive(Serialize, ToSchema)]
pub struct RecoveryPhrase {
    /// 12 words (BIP39).
    pub phrase: String,
    /// Where the account stands below the seed (BIP84).
    #[schema(example = "m/84'/1'/0'")]
    pub derivation: String,
    /// The public descriptor the words lead to, to compare after an import.
    pub descriptor: String,
}
