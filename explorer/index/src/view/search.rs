//! One box that probes all kinds.
use super::View;
use crate::{IndexError, SearchHit};

impl View {
    /// Returns everything that `text` names: height, block id, transaction, output, address, asset,
    /// identity, document. Ids look alike, so every kind is asked.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn search(&self, _text: &str) -> Result<Vec<SearchHit>, IndexError> {
        unimplemented!("view")
    }
}
