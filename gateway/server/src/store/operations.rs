//! Operations: every write on the chain that the gateway accepted.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Transaction, Txid};
use moneta_mips::{AssetId, IdentityId};
use redb::ReadableTable;
use serde::{Deserialize, Serialize};

use super::tables::{OPERATIONS, OPERATIONS_BY_TXID, UNOPENED, UNSETTLED};
use super::{OperationId, Read, StoreError, TenantId, WalletId, Write, record};

/// An operation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OperationRecord {
    /// Its id.
    pub(crate) id: OperationId,
    /// Wallet that pays for it.
    pub(crate) wallet: WalletId,
    /// What it does.
    pub(crate) subject: Subject,
    /// Id of its transaction.
    pub(crate) txid: Txid,
    /// The transaction in hexadecimal; unsigned while `psbt` is there.
    #[serde(with = "bitcoin::consensus::serde::With::<bitcoin::consensus::serde::Hex>")]
    pub(crate) transaction: Transaction,
    /// The PSBT that waits for a signature, base64.
    pub(crate) psbt: Option<String>,
    /// What has to be in a block before.
    #[serde(default)]
    pub(crate) commitment: Option<CommitmentRecord>,
    /// Grains for the miner.
    pub(crate) fee: u64,
    /// Grains burned for room in the registry.
    pub(crate) registry_price: u64,
    /// What it does, in sentences.
    pub(crate) explanation: Vec<String>,
    /// Seconds since 1970.
    pub(crate) created: u64,
}

/// The transaction that commits to what an operation registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CommitmentRecord {
    /// Its id.
    pub(crate) txid: Txid,
    /// The transaction in hexadecimal; unsigned while `psbt` is there.
    #[serde(with = "bitcoin::consensus::serde::With::<bitcoin::consensus::serde::Hex>")]
    pub(crate) transaction: Transaction,
    /// The PSBT that waits for a signature, base64.
    pub(crate) psbt: Option<String>,
}

/// What an operation does, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Subject {
    /// Moves MTA (`asset` is `None`) or units of an asset.
    Payment {
        to: String,
        asset: Option<AssetId>,
        amount: u64,
        decimals: u8,
        note: Option<String>,
    },
    /// Creates an asset.
    Issue { asset: AssetId },
    /// Creates units.
    Mint {
        asset: AssetId,
        amount: u64,
        decimals: u8,
    },
    /// Destroys units.
    Burn {
        asset: AssetId,
        amount: u64,
        decimals: u8,
    },
    /// Freezes coins, scripts or a whole asset.
    Freeze {
        asset: AssetId,
        #[serde(flatten)]
        named: Named,
        stop_height: u32,
    },
    /// Lifts freezes.
    Unfreeze {
        asset: AssetId,
        #[serde(flatten)]
        named: Named,
    },
    /// Takes units of coins under an ORDER.
    ForceTransfer {
        asset: AssetId,
        coins: Vec<OutPoint>,
        to: String,
        amount: u64,
        decimals: u8,
    },
    /// Registers an identity.
    Identity { id: IdentityId },
    /// Notarises a digest.
    Notarisation {
        digest: String,
        label: Option<String>,
    },
}

impl OperationRecord {
    /// Returns the transaction that can be mined next while none of them is.
    pub(crate) fn next_transaction(&self) -> &Transaction {
        match &self.commitment {
            Some(commitment) => &commitment.transaction,
            None => &self.transaction,
        }
    }
}

/// What a freeze names: coins, addresses, or the whole asset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Named {
    pub(crate) coins: Vec<OutPoint>,
    pub(crate) addresses: Vec<String>,
    pub(crate) whole_asset: bool,
}

impl Read {
    /// Returns an operation.
    pub(crate) fn operation(
        &self,
        tenant: &TenantId,
        id: &OperationId,
    ) -> Result<Option<OperationRecord>, StoreError> {
        let table = self.0.open_table(OPERATIONS)?;
        let found = table.get((tenant.as_str(), id.as_str()))?;
        found
            .map(|bytes| record::read("operations", bytes.value()))
            .transpose()
    }

    /// Returns the operation that made a transaction.
    pub(crate) fn operation_of_txid(
        &self,
        tenant: &TenantId,
        txid: &Txid,
    ) -> Result<Option<OperationId>, StoreError> {
        let table = self.0.open_table(OPERATIONS_BY_TXID)?;
        let found = table.get((tenant.as_str(), txid.as_byte_array()))?;
        Ok(found.map(|id| OperationId::from_text(id.value())))
    }

    /// Returns every signed operation that is not settled, with its tenant, oldest first: parents
    /// stand before what spends them.
    pub(crate) fn unsettled(&self) -> Result<Vec<(TenantId, OperationRecord)>, StoreError> {
        self.operations_of(self.0.open_table(UNSETTLED)?)
    }

    /// Returns every signed operation that opens a commitment and is not settled, as [`Self::unsettled`] does.
    pub(crate) fn unopened(&self) -> Result<Vec<(TenantId, OperationRecord)>, StoreError> {
        self.operations_of(self.0.open_table(UNOPENED)?)
    }

    fn operations_of(
        &self,
        keys: redb::ReadOnlyTable<(&'static str, &'static str), ()>,
    ) -> Result<Vec<(TenantId, OperationRecord)>, StoreError> {
        let operations = self.0.open_table(OPERATIONS)?;
        let mut unsettled = Vec::new();
        for row in keys.iter()? {
            let (key, ()) = (row?.0, ());
            if let Some(bytes) = operations.get(key.value())? {
                let operation: OperationRecord = record::read("operations", bytes.value())?;
                unsettled.push((TenantId::from_text(key.value().0), operation));
            }
        }
        unsettled.sort_by(|(_, a), (_, b)| (a.created, &a.id).cmp(&(b.created, &b.id)));
        Ok(unsettled)
    }
}

impl Write {
    /// Writes an operation; one that is signed counts as unsettled from now on.
    pub(crate) fn put_operation(
        &self,
        tenant: &TenantId,
        operation: &OperationRecord,
    ) -> Result<(), StoreError> {
        let key = (tenant.as_str(), operation.id.as_str());
        let bytes = record::write(operation);
        self.0
            .open_table(OPERATIONS)?
            .insert(key, bytes.as_slice())?;
        let by_txid = (tenant.as_str(), operation.txid.as_byte_array());
        self.0
            .open_table(OPERATIONS_BY_TXID)?
            .insert(by_txid, operation.id.as_str())?;
        if let Some(commitment) = &operation.commitment {
            let by_txid = (tenant.as_str(), commitment.txid.as_byte_array());
            self.0
                .open_table(OPERATIONS_BY_TXID)?
                .insert(by_txid, operation.id.as_str())?;
        }
        if operation.psbt.is_none() {
            self.0.open_table(UNSETTLED)?.insert(key, ())?;
            if operation.commitment.is_some() {
                self.0.open_table(UNOPENED)?.insert(key, ())?;
            }
        }
        Ok(())
    }

    /// Forgets an operation that the node refused in the end: nothing has happened.
    pub(crate) fn remove_operation(
        &self,
        tenant: &TenantId,
        operation: &OperationRecord,
    ) -> Result<(), StoreError> {
        let key = (tenant.as_str(), operation.id.as_str());
        self.0.open_table(OPERATIONS)?.remove(key)?;
        let by_txid = (tenant.as_str(), operation.txid.as_byte_array());
        self.0.open_table(OPERATIONS_BY_TXID)?.remove(by_txid)?;
        if let Some(commitment) = &operation.commitment {
            let by_txid = (tenant.as_str(), commitment.txid.as_byte_array());
            self.0.open_table(OPERATIONS_BY_TXID)?.remove(by_txid)?;
        }
        self.settle(tenant, &operation.id)
    }

    /// Says that an operation lies so deep that it need not be resubmitted.
    pub(crate) fn settle(&self, tenant: &TenantId, id: &OperationId) -> Result<(), StoreError> {
        let key = (tenant.as_str(), id.as_str());
        self.0.open_table(UNSETTLED)?.remove(key)?;
        self.0.open_table(UNOPENED)?.remove(key)?;
        Ok(())
    }
}
