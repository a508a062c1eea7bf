//! API keys: only their hashes are kept.
use bitcoin::hashes::{Hash, sha256};

use super::tables::API_KEYS;
use super::{Read, StoreError, TenantId, Write};

impl Read {
    /// Returns whose key this is.
    pub(crate) fn tenant_of_key(&self, key: &str) -> Result<Option<TenantId>, StoreError> {
        let table = self.0.open_table(API_KEYS)?;
        let found = table.get(&hash(key))?;
        Ok(found.map(|tenant| TenantId::from_text(tenant.value())))
    }
}

impl Write {
    /// Makes `key` open the door to `tenant`.
    pub(crate) fn put_key(&self, key: &str, tenant: &TenantId) -> Result<(), StoreError> {
        let mut table = self.0.open_table(API_KEYS)?;
        table.insert(&hash(key), tenant.as_str())?;
        Ok(())
    }
}

fn hash(key: &str) -> [u8; 32] {
    sha256::Hash::hash(key.as_bytes()).to_byte_array()
}
