//! Digests that stand in the chain.
use super::View;
use crate::{DocumentUse, IndexError};

impl View {
    /// Returns where a digest stands in the chain, oldest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn document_uses(
        &self,
        _digest: &[u8; 32],
        _limit: usize,
    ) -> Result<Vec<DocumentUse>, IndexError> {
        unimplemented!("view")
    }
}
