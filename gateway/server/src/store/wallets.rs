//! Wallets and the addresses they handed out.
use moneta_api_types::WalletKind;
use redb::ReadableTable;
use serde::{Deserialize, Serialize};

use super::tables::{ADDRESSES, SEEDS, WALLETS};
use super::{Read, StoreError, TenantId, WalletId, Write, record};

/// A wallet as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WalletRecord {
    /// Its id.
    pub(crate) id: WalletId,
    /// A name for people.
    pub(crate) name: String,
    /// Who holds the keys.
    pub(crate) kind: WalletKind,
    /// The account's public descriptor.
    pub(crate) descriptor: String,
    /// Seconds since 1970.
    pub(crate) created: u64,
    /// First index of addresses for others that was not handed out.
    pub(crate) next_external: u32,
    /// First index of change that no plan used.
    pub(crate) next_internal: u32,
}

/// An address that was handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AddressRecord {
    /// The address.
    pub(crate) address: String,
    /// Its index below the account's external chain.
    pub(crate) index: u32,
    /// What it is for.
    pub(crate) label: Option<String>,
    /// Seconds since 1970.
    pub(crate) created: u64,
}

impl Read {
    /// Returns a wallet.
    pub(crate) fn wallet(
        &self,
        tenant: &TenantId,
        id: &WalletId,
    ) -> Result<Option<WalletRecord>, StoreError> {
        let table = self.0.open_table(WALLETS)?;
        let found = table.get((tenant.as_str(), id.as_str()))?;
        found
            .map(|bytes| record::read("wallets", bytes.value()))
            .transpose()
    }

    /// Returns a tenant's wallets in the order of their ids, those after `after`.
    pub(crate) fn wallets(
        &self,
        tenant: &TenantId,
        after: &str,
        limit: usize,
    ) -> Result<Vec<WalletRecord>, StoreError> {
        let table = self.0.open_table(WALLETS)?;
        let mut wallets = Vec::new();
        for row in table.range((tenant.as_str(), after)..)? {
            let (key, bytes) = row?;
            let (owner, id) = key.value();
            if owner != tenant.as_str() || wallets.len() == limit {
                break;
            }
            if id != after {
                wallets.push(record::read("wallets", bytes.value())?);
            }
        }
        Ok(wallets)
    }

    /// Returns the sealed seed of a hosted wallet.
    pub(crate) fn sealed_seed(
        &self,
        tenant: &TenantId,
        id: &WalletId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let table = self.0.open_table(SEEDS)?;
        let found = table.get((tenant.as_str(), id.as_str()))?;
        Ok(found.map(|bytes| bytes.value().to_vec()))
    }

    /// Returns the addresses of a wallet from index `first` on.
    pub(crate) fn addresses(
        &self,
        tenant: &TenantId,
        id: &WalletId,
        first: u32,
        limit: usize,
    ) -> Result<Vec<AddressRecord>, StoreError> {
        let table = self.0.open_table(ADDRESSES)?;
        let (tenant, id) = (tenant.as_str(), id.as_str());
        table
            .range((tenant, id, first)..=(tenant, id, u32::MAX))?
            .take(limit)
            .map(|row| record::read("addresses", row?.1.value()))
            .collect()
    }
}

impl Write {
    /// Returns a wallet as this change sees it.
    pub(crate) fn wallet(
        &self,
        tenant: &TenantId,
        id: &WalletId,
    ) -> Result<Option<WalletRecord>, StoreError> {
        let table = self.0.open_table(WALLETS)?;
        let found = table.get((tenant.as_str(), id.as_str()))?;
        found
            .map(|bytes| record::read("wallets", bytes.value()))
            .transpose()
    }

    /// Writes a wallet.
    pub(crate) fn put_wallet(
        &self,
        tenant: &TenantId,
        wallet: &WalletRecord,
    ) -> Result<(), StoreError> {
        let mut table = self.0.open_table(WALLETS)?;
        let bytes = record::write(wallet);
        table.insert((tenant.as_str(), wallet.id.as_str()), bytes.as_slice())?;
        Ok(())
    }

    /// Writes the sealed seed of a hosted wallet.
    pub(crate) fn put_sealed_seed(
        &self,
        tenant: &TenantId,
        id: &WalletId,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        let mut table = self.0.open_table(SEEDS)?;
        table.insert((tenant.as_str(), id.as_str()), sealed)?;
        Ok(())
    }

    /// Writes an address that is handed out.
    pub(crate) fn put_address(
        &self,
        tenant: &TenantId,
        id: &WalletId,
        address: &AddressRecord,
    ) -> Result<(), StoreError> {
        let mut table = self.0.open_table(ADDRESSES)?;
        let key = (tenant.as_str(), id.as_str(), address.index);
        table.insert(key, record::write(address).as_slice())?;
        Ok(())
    }
}
