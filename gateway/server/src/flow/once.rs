//! Doing it once: an Idempotency-Key is answered the first time and repeated ever after.
use std::future::Future;

use axum::response::{IntoResponse, Response};
use moneta_api_types::codes;

use super::Answer;
use crate::error::ApiError;
use crate::extract::WriteRequest;
use crate::state::AppState;
use crate::store::{Given, StoreError, TenantId, Write};

/// The right to answer a request: writes the answer in the transaction that does what was asked.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    /// Who asks.
    pub(crate) tenant: TenantId,
    /// Whether to wait for a block.
    pub(crate) confirm: bool,
    /// Whether nothing shall be left behind.
    dry_run: bool,
    /// Key and fingerprint, where the answer is to be repeated.
    key: Option<(String, [u8; 32])>,
    /// Seconds since 1970.
    now: u64,
}

impl Ticket {
    /// Tells whether this is a dry run.
    pub(crate) const fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Makes a ticket for a form of a page: nobody will repeat it under a key.
    pub(crate) fn of_page(tenant: TenantId, now: u64) -> Self {
        Self {
            tenant,
            confirm: false,
            dry_run: false,
            key: None,
            now,
        }
    }

    /// Notes the answer under the key. Call it in the transaction that makes the thing.
    pub(crate) fn remember(&self, write: &Write, answer: &Answer) -> Result<(), StoreError> {
        let Some((key, request)) = &self.key else {
            return Ok(());
        };
        let given = Given {
            request: *request,
            status: answer.status,
            body: answer.body.clone(),
            at: self.now,
        };
        write.put_given(&self.tenant, key, &given)
    }

    /// Frees the key: what was asked did not happen.
    pub(crate) fn forget(&self, write: &Write) -> Result<(), StoreError> {
        match &self.key {
            Some((key, _)) => write.remove_given(&self.tenant, key),
            None => Ok(()),
        }
    }
}

impl<T: Send + 'static> WriteRequest<T> {
    /// Does what is asked, unless it was done before under the same key: then repeats the answer.
    ///
    /// The work goes on if the client hangs up or the answer is late: once money may move, only the
    /// outcome counts. A refused request leaves its key free.
    ///
    /// # Errors
    /// The key is missing, was used for another request, or its first request is under way; or the work
    /// refuses.
    pub(crate) async fn once<W, F>(
        self,
        state: AppState,
        dry_run: bool,
        work: W,
    ) -> Result<Response, ApiError>
    where
        W: FnOnce(AppState, Ticket, T) -> F + Send + 'static,
        F: Future<Output = Result<Answer, ApiError>> + Send + 'static,
    {
        let tenant = self.caller.tenant;
        let (now, confirm) = (state.now(), self.confirm);
        if dry_run {
            let ticket = Ticket {
                tenant,
                confirm: false,
                dry_run,
                key: None,
                now,
            };
            return Ok(work(state, ticket, self.body).await?.into_response());
        }
        let key = self.key.ok_or_else(|| {
            ApiError::new(
                codes::IDEMPOTENCY_KEY_MISSING,
                "send a header `Idempotency-Key` with a value of your own, new for each thing you want done; repeating the request with the same key does it once",
            )
        })?;
        let in_flight = state.begin(&tenant, key.as_str()).ok_or_else(|| {
            ApiError::new(
                codes::IDEMPOTENCY_IN_FLIGHT,
                "the first request with this Idempotency-Key is still under way; ask again in a moment",
            )
        })?;
        if let Some(given) = given(&state, &tenant, key.as_str()).await? {
            if given.request != self.fingerprint {
                return Err(ApiError::new(
                    codes::IDEMPOTENCY_KEY_CONFLICT,
                    "this Idempotency-Key was used for another request; use a new key for a new request",
                ));
            }
            let Given { status, body, .. } = given;
            return Ok(Answer { status, body }.replayed());
        }
        let key = Some((key.as_str().to_owned(), self.fingerprint));
        let ticket = Ticket {
            tenant,
            confirm,
            dry_run,
            key,
            now,
        };
        // A task of its own: dropping this future, as hang-ups and timeouts do, does not stop it.
        let done = tokio::spawn(async move {
            let _in_flight = in_flight;
            work(state, ticket, self.body).await
        });
        let answer = done
            .await
            .unwrap_or_else(|error| Err(ApiError::internal(&error)))?;
        Ok(answer.into_response())
    }
}

async fn given(state: &AppState, tenant: &TenantId, key: &str) -> Result<Option<Given>, ApiError> {
    let (tenant, key) = (tenant.clone(), key.to_owned());
    state
        .store
        .read(move |read| Ok(read.given(&tenant, &key)?))
        .await
}
