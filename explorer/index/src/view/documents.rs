//! Digests that stand in the chain.
use super::View;
use crate::codec::from_json;
use crate::rows::Table;
use crate::store::damaged;
use crate::{DocumentUse, IndexError};

impl View {
    /// Returns where a digest stands in the chain, oldest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn document_uses(
        &self,
        digest: &[u8; 32],
        limit: usize,
    ) -> Result<Vec<DocumentUse>, IndexError> {
        let rows = self.moment.rows(Table::Documents, digest, None)?;
        rows.take(limit)
            .map(|row| from_json(&row?.1).ok_or(damaged(Table::Documents)))
            .collect()
    }
}
