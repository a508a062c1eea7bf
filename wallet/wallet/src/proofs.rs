//! What proves the facts about assets and identities to a signer that knows no chain.
//!
//! An id commits to the operation that creates the thing, so the creating transaction proves symbol,
//! decimals, issuer and handle to whoever knows the id. In a PSBT the transactions travel as global
//! proprietary fields of prefix `moneta`: subtype 0x01 by asset id, subtype 0x02 by identity id.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::psbt::raw::ProprietaryKey;
use bitcoin::{OutPoint, Transaction};
use moneta_mips::{
    AssetId, Holders, IdentityId, IssueAsset, Operation, RegisterIdentity, find_envelope,
};

/// Prefix of our proprietary PSBT fields (BIP174).
pub(crate) const PREFIX: &[u8] = b"moneta";
/// Subtype of a field that proves an asset.
pub(crate) const ASSET_SUBTYPE: u8 = 1;
/// Subtype of a field that proves an identity.
pub(crate) const IDENTITY_SUBTYPE: u8 = 2;

/// Creating transactions of assets and identities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proofs {
    /// By asset: the transaction that issued it.
    pub issues: BTreeMap<AssetId, Arc<Transaction>>,
    /// By identity: the transaction that registered it.
    pub registrations: BTreeMap<IdentityId, Arc<Transaction>>,
}

impl Proofs {
    /// Tells whether `asset` was issued for enrolled holders only (MIP-5), if a proof of it is here.
    pub(crate) fn asks_for_enrolment(&self, asset: &AssetId) -> bool {
        let Some(issue) = self.issues.get(asset) else {
            return false;
        };
        created(issue).any(|created| {
            matches!(created, Created::Asset(id, issue)
                if id == *asset && issue.holders == Holders::Enrolled)
        })
    }

    /// Returns the identity that issued `asset`, if a proof of the asset is here and names one.
    pub(crate) fn issuer(&self, asset: &AssetId) -> Option<IdentityId> {
        let issue = self.issues.get(asset)?;
        created(issue).find_map(|created| match created {
            Created::Asset(id, issue) if id == *asset => issue.issuer,
            _ => None,
        })
    }
}

/// Something that a transaction creates.
pub(crate) enum Created {
    /// An asset, its id and what was said about it.
    Asset(AssetId, IssueAsset),
    /// An identity, its id and what was said about it.
    Identity(IdentityId, RegisterIdentity),
}

/// Returns everything that `transaction` creates; nothing if its envelope is none.
pub(crate) fn created(transaction: &Transaction) -> impl Iterator<Item = Created> + use<> {
    let first = first_input(transaction);
    let envelope = find_envelope(transaction).ok().flatten();
    let operations = envelope.map_or_else(Vec::new, |found| found.envelope.operations);
    let numbered = (0_u32..).zip(operations);
    numbered.filter_map(move |(index, operation)| match operation {
        Operation::IssueAsset(issue) => Some(Created::Asset(
            AssetId::derive(&first?, index, &issue),
            issue,
        )),
        Operation::RegisterIdentity(identity) => {
            let id = IdentityId::derive(&first?, index, &identity);
            Some(Created::Identity(id, identity))
        }
        _ => None,
    })
}

fn first_input(transaction: &Transaction) -> Option<OutPoint> {
    transaction.input.first().map(|input| input.previous_output)
}

/// Returns the key of the PSBT field that proves `asset`.
pub(crate) fn asset_key(asset: &AssetId) -> ProprietaryKey {
    key(ASSET_SUBTYPE, &asset.0)
}

/// Returns the key of the PSBT field that proves `identity`.
pub(crate) fn identity_key(identity: &IdentityId) -> ProprietaryKey {
    key(IDENTITY_SUBTYPE, &identity.0)
}

fn key(subtype: u8, id: &[u8; 32]) -> ProprietaryKey {
    ProprietaryKey {
        prefix: PREFIX.to_vec(),
        subtype,
        key: id.to_vec(),
    }
}
