//! Transactions, decoded.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{AssetAmount, BlockRef};

/// Brings a transaction made elsewhere: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitTransaction {
    /// The signed transaction, hexadecimal.
    pub hex: Option<String>,
    /// The signed PSBT (version 0), base64.
    pub psbt: Option<String>,
}

/// A transaction that the node took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmittedTransaction {
    /// Its id.
    pub txid: String,
    /// The block that holds it; `null` while it waits.
    pub block: Option<BlockRef>,
}

/// A transaction, decoded and explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Transaction {
    /// Its id.
    pub txid: String,
    /// The block that holds it; `null` while it waits.
    pub block: Option<BlockRef>,
    /// What it does, in sentences.
    pub explanation: Vec<String>,
    /// What the miner gets, in MTA.
    pub fee: AssetAmount,
    /// Size in virtual bytes.
    pub vsize: u64,
    /// What it spends.
    pub inputs: Vec<TransactionInput>,
    /// What it makes.
    pub outputs: Vec<TransactionOutput>,
    /// What its envelope says: a list of operations, each with its `operation` name. `null`: no envelope.
    #[schema(value_type = Option<Vec<Object>>)]
    pub operations: Option<Vec<Value>>,
    /// The bytes, hexadecimal.
    pub hex: String,
}

/// What a coin holds beside its MTA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Attachment {
    /// Units of an asset.
    Asset {
        /// The asset's id.
        asset: String,
        /// How people write it.
        label: String,
        /// How much.
        amount: AssetAmount,
    },
    /// Rights over an asset.
    Authority {
        /// The asset's id.
        asset: String,
        /// How people write it.
        label: String,
        /// Which rights.
        rights: Vec<String>,
    },
    /// An identity.
    Identity {
        /// Its id.
        identity: String,
        /// Its handle.
        handle: Option<String>,
    },
    /// A promise to register a handle that is not shown yet.
    Commitment {
        /// What it is a digest of is told by the transaction that opens it.
        digest: String,
    },
}

/// A coin that a transaction spends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionInput {
    /// `txid:index`; `null` for the coinbase.
    pub outpoint: Option<String>,
    /// Address that held it.
    pub address: Option<String>,
    /// The MTA it carried.
    pub value: Option<AssetAmount>,
    /// What it held beside.
    pub attachment: Option<Attachment>,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransactionOutput {
    /// Its index.
    pub index: u32,
    /// Address that holds it; `null` if the script has none.
    pub address: Option<String>,
    /// Its script, hexadecimal.
    pub script: String,
    /// The MTA it carries.
    pub value: AssetAmount,
    /// What it holds beside.
    pub attachment: Option<Attachment>,
    /// Transaction that spends it.
    pub spent_by: Option<String>,
}
