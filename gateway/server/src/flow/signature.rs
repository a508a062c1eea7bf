//! The signature of a wallet whose keys are elsewhere.
use moneta_api_types::{OperationStatus, codes};
use moneta_keys::finalise;
use moneta_wallet::decode_psbt;

use super::execute::answer_in_block;
use super::{Answer, Progress, Ticket};
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::OperationId;
use crate::views;

/// Takes the signed PSBT of an operation, and submits its transaction.
///
/// # Errors
/// The operation waits for no signature, the PSBT is of another transaction or not wholly signed, or the
/// chain refuses; nothing has changed then.
pub(crate) async fn accept_signature(
    state: &AppState,
    ticket: &Ticket,
    id: &OperationId,
    psbt: &str,
) -> Result<Answer, ApiError> {
    let waiting = views::find_operation(state, &ticket.tenant, id, codes::PAYMENT_UNKNOWN).await?;
    if waiting.psbt.is_none() {
        return Err(ApiError::new(
            codes::PAYMENT_NOT_AWAITING_SIGNATURE,
            "this payment was signed already",
        ));
    }
    let signed =
        decode_psbt(psbt.trim().as_bytes()).map_err(|error| ApiError::from(error).at("/psbt"))?;
    if signed.unsigned_tx.compute_txid() != waiting.txid {
        return Err(ApiError::new(
            codes::PAYMENT_OTHER_TRANSACTION,
            "this PSBT is for another transaction than the one that was handed out",
        )
        .at("/psbt"));
    }
    let transaction = finalise(&signed).map_err(|error| ApiError::from(error).at("/psbt"))?;
    state.node.check_transaction(transaction.clone()).await?;

    let mut operation = waiting.clone();
    operation.transaction = transaction.clone();
    operation.psbt = None;
    let pending = Progress::of(OperationStatus::Pending);
    let answer = Answer::ok(&views::render_operation(state, &operation, &pending).await?);
    {
        let (ticket, operation, answer) = (ticket.clone(), operation.clone(), answer.clone());
        state
            .store
            .write(move |write| {
                write.put_operation(&ticket.tenant, &operation)?;
                ticket.remember(write, &answer)?;
                Ok::<_, ApiError>(())
            })
            .await?;
    }
    if let Err(rejection) = state.node.submit_transaction(transaction).await {
        // As before: it waits for a signature, and the key is free.
        let (ticket, waiting) = (ticket.clone(), waiting.clone());
        state
            .store
            .write(move |write| {
                write.remove_operation(&ticket.tenant, &waiting)?;
                write.put_operation(&ticket.tenant, &waiting)?;
                ticket.forget(write)?;
                Ok::<_, ApiError>(())
            })
            .await?;
        return Err(rejection.into());
    }
    if !ticket.confirm {
        return Ok(answer);
    }
    answer_in_block(state, ticket, &operation, answer).await
}
