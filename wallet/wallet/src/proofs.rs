//! What proves the facts about assets and identities to a signer that knows no chain.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::Transaction;
use moneta_mips::{AssetId, IdentityId};

/// Creating transactions of assets and identities. An id commits to the operation that creates it, so
/// the transaction proves symbol, decimals, issuer and handle to whoever knows the id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proofs {
    /// By asset: the transaction that issued it.
    pub issues: BTreeMap<AssetId, Arc<Transaction>>,
    /// By identity: the transaction that registered it.
    pub registrations: BTreeMap<IdentityId, Arc<Transaction>>,
}
