//! ProvenFacts about assets and identities that ids prove.
use std::collections::BTreeMap;

use bitcoin::consensus::deserialize;
use bitcoin::{Psbt, Transaction};
use moneta_mips::{AssetId, IdentityId, IssueAsset, RegisterIdentity};

use super::PsbtError;
use crate::proofs::{ASSET_SUBTYPE, Created, IDENTITY_SUBTYPE, PREFIX, created};

/// What is known about assets and identities, each fact proven by the id it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvenFacts {
    /// By asset: what was said when it was issued.
    pub assets: BTreeMap<AssetId, IssueAsset>,
    /// By identity: what was said when it was registered.
    pub identities: BTreeMap<IdentityId, RegisterIdentity>,
}

impl ProvenFacts {
    /// Collects the facts that a PSBT proves: by its proofs, by the transactions it spends, and by what
    /// it creates itself.
    pub(super) fn of(psbt: &Psbt) -> Result<Self, PsbtError> {
        let mut facts = Self::default();
        facts.add(&psbt.unsigned_tx);
        for previous in psbt
            .inputs
            .iter()
            .filter_map(|input| input.non_witness_utxo.as_ref())
        {
            facts.add(previous);
        }
        for (key, value) in &psbt.proprietary {
            if key.prefix != PREFIX {
                continue;
            }
            let id = <[u8; 32]>::try_from(key.key.as_slice()).ok();
            match (key.subtype, id) {
                (ASSET_SUBTYPE, Some(id)) => facts.add_asset_proof(AssetId(id), value)?,
                (IDENTITY_SUBTYPE, Some(id)) => facts.add_identity_proof(IdentityId(id), value)?,
                // A later version may say more; what is not understood proves nothing.
                _ => {}
            }
        }
        Ok(facts)
    }

    fn add(&mut self, transaction: &Transaction) {
        for created in created(transaction) {
            match created {
                Created::Asset(id, issue) => {
                    self.assets.insert(id, issue);
                }
                Created::Identity(id, identity) => {
                    self.identities.insert(id, identity);
                }
            }
        }
    }

    fn add_asset_proof(&mut self, asset: AssetId, bytes: &[u8]) -> Result<(), PsbtError> {
        if let Ok(transaction) = deserialize(bytes) {
            self.add(&transaction);
        }
        let proven = self.assets.contains_key(&asset);
        proven
            .then_some(())
            .ok_or(PsbtError::FalseAssetProof { asset })
    }

    fn add_identity_proof(&mut self, identity: IdentityId, bytes: &[u8]) -> Result<(), PsbtError> {
        if let Ok(transaction) = deserialize(bytes) {
            self.add(&transaction);
        }
        let proven = self.identities.contains_key(&identity);
        proven
            .then_some(())
            .ok_or(PsbtError::FalseIdentityProof { identity })
    }
}
