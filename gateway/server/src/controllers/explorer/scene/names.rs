//! Assets and identities by name, also those that are still waiting for a block.
use bitcoin::Transaction;
use moneta_index::IndexError;
use moneta_mips::{Asset, AssetId, IdentityId, Operation, Rights, find_envelope};
use moneta_pages::parts::{Amount, AssetRef, Attachment, IdentityRef, Right};

use super::Scene;

/// An asset's name and the places of its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedAsset {
    pub(crate) asset: AssetRef,
    pub(crate) decimals: u8,
}

impl NamedAsset {
    /// Writes base units in the asset's unit.
    pub(crate) fn amount(&self, base_units: u64) -> Amount {
        Amount::of_asset(base_units, self.decimals, self.asset.clone())
    }
}

impl Scene {
    /// Returns the name of an asset, of one in the mempool too.
    pub(crate) fn name_asset(&self, id: &AssetId) -> Result<NamedAsset, IndexError> {
        if let Some(known) = self.assets.borrow().get(id) {
            return Ok(known.clone());
        }
        let found = match self.view.asset(id)? {
            Some(asset) => self.name_of(&asset)?,
            None => self.name_waiting(id)?,
        };
        self.assets.borrow_mut().insert(*id, found.clone());
        Ok(found)
    }

    /// Returns the name of an asset whose record is at hand.
    pub(crate) fn name_of(&self, asset: &Asset) -> Result<NamedAsset, IndexError> {
        let issuer = asset.issuer.as_ref().map(|id| self.name_identity(id));
        Ok(NamedAsset {
            asset: AssetRef {
                id: asset.id.to_string(),
                symbol: asset.symbol.clone(),
                issuer: issuer.transpose()?,
            },
            decimals: asset.decimals,
        })
    }

    /// Returns the name of an identity; of an unknown one its id.
    pub(crate) fn name_identity(&self, id: &IdentityId) -> Result<IdentityRef, IndexError> {
        let known = self.view.identity(id)?.map(|identity| identity.handle);
        let handle = known.or_else(|| self.handle_waiting(id));
        Ok(IdentityRef {
            id: id.to_string(),
            handle: handle.unwrap_or_else(|| moneta_pages::format::short(&id.to_string())),
        })
    }

    /// Writes what a coin holds beside its grains.
    pub(crate) fn attachment(
        &self,
        attachment: &moneta_mips::Attachment,
    ) -> Result<Attachment, IndexError> {
        Ok(match attachment {
            moneta_mips::Attachment::Asset { id, amount } => {
                Attachment::Asset(self.name_asset(id)?.amount(*amount))
            }
            moneta_mips::Attachment::Authority { asset, rights } => Attachment::Authority {
                asset: self.name_asset(asset)?.asset,
                rights: rights_of(*rights),
            },
            moneta_mips::Attachment::Identity { id } => {
                Attachment::Identity(self.name_identity(id)?)
            }
            moneta_mips::Attachment::Commitment { .. } => Attachment::Commitment,
        })
    }

    /// Looks for the issue of an asset in the mempool; an asset found nowhere is called by its id.
    fn name_waiting(&self, id: &AssetId) -> Result<NamedAsset, IndexError> {
        for transaction in self.waiting() {
            for (made, issue) in issues(transaction) {
                if made == *id {
                    let issuer = issue.issuer.as_ref().map(|id| self.name_identity(id));
                    return Ok(NamedAsset {
                        asset: AssetRef {
                            id: id.to_string(),
                            symbol: issue.symbol,
                            issuer: issuer.transpose()?,
                        },
                        decimals: issue.decimals,
                    });
                }
            }
        }
        Ok(NamedAsset {
            asset: AssetRef {
                id: id.to_string(),
                symbol: moneta_pages::format::short(&id.to_string()),
                issuer: None,
            },
            decimals: 0,
        })
    }

    fn handle_waiting(&self, id: &IdentityId) -> Option<String> {
        self.waiting().find_map(|transaction| {
            let first = transaction.input.first()?.previous_output;
            let found = find_envelope(transaction).ok()??;
            (0..)
                .zip(found.envelope.operations)
                .find_map(|(index, operation)| match operation {
                    Operation::RegisterIdentity(registration)
                        if IdentityId::derive(&first, index, &registration) == *id =>
                    {
                        Some(registration.handle)
                    }
                    _ => None,
                })
        })
    }

    fn waiting(&self) -> impl Iterator<Item = &Transaction> {
        let entries = &self.pending.snapshot().entries;
        entries.iter().map(|entry| entry.transaction.as_ref())
    }
}

/// Returns the assets that a transaction issues, with their ids.
fn issues(transaction: &Transaction) -> Vec<(AssetId, moneta_mips::IssueAsset)> {
    let Some(first) = transaction.input.first() else {
        return Vec::new();
    };
    let Ok(Some(found)) = find_envelope(transaction) else {
        return Vec::new();
    };
    (0..)
        .zip(found.envelope.operations)
        .filter_map(|(index, operation)| match operation {
            Operation::IssueAsset(issue) => Some((
                AssetId::derive(&first.previous_output, index, &issue),
                issue,
            )),
            _ => None,
        })
        .collect()
}

/// Writes a set of rights as a list, in bit order.
pub(crate) fn rights_of(rights: Rights) -> Vec<Right> {
    [
        (Rights::MINT, Right::Mint),
        (Rights::FREEZE, Right::Freeze),
        (Rights::COMPLIANCE, Right::Compliance),
        (Rights::ENROL, Right::Enrol),
        (Rights::META, Right::Meta),
    ]
    .into_iter()
    .filter_map(|(bit, right)| rights.contains(bit).then_some(right))
    .collect()
}
