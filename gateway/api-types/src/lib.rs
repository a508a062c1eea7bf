//! Request and response bodies and error codes of the gateway's `/v1`; serde and OpenAPI schemas only.
#![doc = include_str!("../README.md")]

mod amount;
mod asset;
mod chain;
mod code;
mod freeze;
mod identity;
mod network;
mod notarisation;
mod operation;
mod page;
mod payment;
mod problem;
mod sandbox;
mod time;
mod transaction;
mod wallet;

pub use amount::{AmountError, AssetAmount, format_units, parse_units};
pub use asset::{Asset, AssetPower, BurnAsset, IssueAsset, IssuedAsset, MintAsset, SupplyChange};
pub use chain::{BlockRef, Chain, Health, MempoolSummary, TipEvent};
pub use code::{CODES, Code, codes, find_code};
pub use freeze::{
    ForceTransfer, ForceTransferResult, Freeze, FreezeCoins, FreezeReason, FreezeResult,
    FreezeScope, UnfreezeCoins, UnfreezeResult,
};
pub use identity::{Identity, RegisterIdentity, RegisteredIdentity};
pub use network::{NodePeer, NodeStatus};
pub use notarisation::{Notarisation, Notarise};
pub use operation::{Commitment, Failure, Operation, OperationKind, OperationStatus, WaitsFor};
pub use page::Page;
pub use payment::{CreatePayment, Payment, SubmitSignature};
pub use problem::{FieldProblem, Problem};
pub use sandbox::{Faucet, MineBlocks, MinedBlocks};
pub use time::rfc3339;
pub use transaction::{
    Attachment, SubmitTransaction, SubmittedTransaction, Transaction, TransactionInput,
    TransactionOutput,
};
pub use wallet::{
    Address, Authority, Balance, Balances, Change, CoinState, CreateAddress, CreateWallet,
    RecoveryPhrase, Wallet, WalletCoin, WalletKind, WalletTransaction,
};

/// How the native asset is written in requests and answers.
pub const NATIVE_ASSET: &str = "MTA";
/// Decimal places of the native asset.
pub const NATIVE_DECIMALS: u8 = 8;
