//! Answers by Idempotency-Key: given once, repeated byte for byte.
use redb::ReadableTable;
use serde::{Deserialize, Serialize};

use super::tables::{ANSWERS, ANSWERS_BY_AGE};
use super::{Read, StoreError, TenantId, Write, record};

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// SHA-256 of method, path and body of the request.
    pub(crate) request: [u8; 32],
    /// HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: String,
    /// Seconds since 1970.
    pub(crate) at: u64,
}

impl Read {
    /// Returns the answer that was given under a key.
    pub(crate) fn given(&self, tenant: &TenantId, key: &str) -> Result<Option<Given>, StoreError> {
        let table = self.0.open_table(ANSWERS)?;
        let found = table.get((tenant.as_str(), key))?;
        found
            .map(|bytes| record::read("answers", bytes.value()))
            .transpose()
    }
}

impl Write {
    /// Notes the answer that is about to be given under a key.
    pub(crate) fn put_given(
        &self,
        tenant: &TenantId,
        key: &str,
        given: &Given,
    ) -> Result<(), StoreError> {
        let mut answers = self.0.open_table(ANSWERS)?;
        answers.insert((tenant.as_str(), key), record::write(given).as_slice())?;
        self.0
            .open_table(ANSWERS_BY_AGE)?
            .insert((given.at, tenant.as_str(), key), ())?;
        Ok(())
    }

    /// Frees a key whose request was refused in the end.
    pub(crate) fn remove_given(&self, tenant: &TenantId, key: &str) -> Result<(), StoreError> {
        self.0.open_table(ANSWERS)?.remove((tenant.as_str(), key))?;
        Ok(())
    }

    /// Forgets the answers given before `second`, and returns how many there were.
    pub(crate) fn forget_given_before(&self, second: u64) -> Result<usize, StoreError> {
        let (mut ages, mut answers) = (
            self.0.open_table(ANSWERS_BY_AGE)?,
            self.0.open_table(ANSWERS)?,
        );
        let mut old = Vec::new();
        for row in ages.range((0, "", "")..(second, "", ""))? {
            let age = row?.0;
            let (_, tenant, key) = age.value();
            old.push((tenant.to_owned(), key.to_owned()));
        }
        for (tenant, key) in &old {
            answers.remove((tenant.as_str(), key.as_str()))?;
        }
        ages.retain_in::<(u64, &str, &str), _>((0, "", "")..(second, "", ""), |_, ()| false)?;
        Ok(old.len())
    }
}
