//! Why the store can't answer.

/// Why the store can't answer. Clients see `gateway.internal`; the log sees this.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The file could not be read or written.
    #[error("gateway.redb failed: {0}")]
    Database(Box<redb::Error>),
    /// A record can't be read back.
    #[error("a record of table {table} in gateway.redb can't be read: {source}")]
    Damaged {
        /// Which table.
        table: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The gateway is stopping, or a task panicked.
    #[error("a task on gateway.redb was broken off")]
    Interrupted,
}

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> Self {
        Self::Database(Box::new(error.into()))
    }
}
