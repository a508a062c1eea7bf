//! Records <-> bytes.
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

pub(super) fn write<T: Serialize>(record: &T) -> Vec<u8> {
    serde_json::to_vec(record).expect("records are maps with text keys, which JSON can write")
}

pub(super) fn read<T: DeserializeOwned>(
    table: &'static str,
    bytes: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|source| StoreError::Damaged { table, source })
}
