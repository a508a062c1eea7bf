//! `gateway.redb`: what must not be lost. Tenants' keys, wallets, operations and given answers.
//!
//! An accepted write is one transaction: the thing itself and the answer that its Idempotency-Key will
//! repeat, synced before the client hears of it. The tenant is part of every key, so one tenant's id
//! names nothing of another's.

mod error;
mod idempotency;
mod ids;
mod keys;
mod open;
mod operations;
mod record;
mod tables;
#[cfg(test)]
mod tests;
mod wallets;

use std::sync::Arc;

use redb::{Database, ReadTransaction, ReadableDatabase, WriteTransaction};

pub(crate) use error::StoreError;
pub(crate) use idempotency::Given;
pub(crate) use ids::{OperationId, TenantId, WalletId, hex};
pub(crate) use operations::{CommitmentRecord, Named, OperationRecord, Subject};
pub(crate) use wallets::{AddressRecord, WalletRecord};

/// The store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Store(Arc<Database>);

/// A moment of the store, for reading.
pub(crate) struct Read(ReadTransaction);

/// A change of the store that happens wholly or not at all.
pub(crate) struct Write(WriteTransaction);

impl Store {
    /// Runs `work` on one moment of the store.
    ///
    /// # Errors
    /// The disk fails, a record is damaged, or `work` says so.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&Read) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let database = self.0.clone();
        blocking(move || {
            let read = Read(database.begin_read().map_err(StoreError::from)?);
            work(&read)
        })
        .await
    }

    /// Runs `work` on one moment of the store, in this thread: for work that is blocking already.
    ///
    /// # Errors
    /// The disk fails, a record is damaged, or `work` says so.
    pub(crate) fn read_here<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Read) -> Result<T, E>,
    ) -> Result<T, E> {
        work(&Read(self.0.begin_read().map_err(StoreError::from)?))
    }

    /// Runs `work` and, if it agrees, makes its changes last before it returns.
    ///
    /// # Errors
    /// The disk fails, a record is damaged, or `work` says so; nothing has changed then.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnOnce(&Write) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let database = self.0.clone();
        blocking(move || {
            // Durability is immediate unless said otherwise: commit returns after the sync.
            let write = Write(database.begin_write().map_err(StoreError::from)?);
            let done = work(&write)?;
            write.0.commit().map_err(StoreError::from)?;
            Ok(done)
        })
        .await
    }
}

async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(E::from(StoreError::Interrupted)),
    }
}
