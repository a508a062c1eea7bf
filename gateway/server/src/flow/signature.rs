//! The signature of a wallet whose keys are elsewhere.
use bitcoin::{Transaction, Txid};
use moneta_api_types::{OperationStatus, SubmitSignature, codes};
use moneta_keys::finalise;
use moneta_wallet::decode_psbt;

use super::execute::answer_in_block;
use super::{Answer, Progress, Ticket};
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{OperationId, OperationRecord};
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
    signature: &SubmitSignature,
) -> Result<Answer, ApiError> {
    let waiting = views::find_operation(state, &ticket.tenant, id, codes::PAYMENT_UNKNOWN).await?;
    if waiting.psbt.is_none() {
        return Err(ApiError::new(
            codes::PAYMENT_NOT_AWAITING_SIGNATURE,
            "this payment was signed already",
        ));
    }
    let operation = signed(&waiting, signature)?;
    let next = operation.next_transaction().clone();
    state.node.check_transaction(next.clone()).await?;
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
    if let Err(rejection) = state.node.submit_transaction(next).await {
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

/// Returns the operation with the transactions that were brought.
fn signed(
    waiting: &OperationRecord,
    signature: &SubmitSignature,
) -> Result<OperationRecord, ApiError> {
    let mut operation = waiting.clone();
    operation.transaction = finished(&signature.psbt, waiting.txid, "/psbt")?;
    operation.psbt = None;
    let at = "/commitment_psbt";
    match (&mut operation.commitment, &signature.commitment_psbt) {
        (Some(commitment), Some(psbt)) => {
            commitment.transaction = finished(psbt, commitment.txid, at)?;
            commitment.psbt = None;
        }
        (None, None) => {}
        (Some(_), None) => {
            let said = "this write has two transactions: sign the commitment as well";
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(at));
        }
        (None, Some(_)) => {
            let said = "this write has no commitment";
            return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(at));
        }
    }
    Ok(operation)
}

/// Reads a signed PSBT of the transaction `txid`, and finishes it.
fn finished(psbt: &str, txid: Txid, at: &'static str) -> Result<Transaction, ApiError> {
    let signed =
        decode_psbt(psbt.trim().as_bytes()).map_err(|error| ApiError::from(error).at(at))?;
    if signed.unsigned_tx.compute_txid() != txid {
        return Err(ApiError::new(
            codes::PAYMENT_OTHER_TRANSACTION,
            "this PSBT is for another transaction than the one that was handed out",
        )
        .at(at));
    }
    finalise(&signed).map_err(|error| ApiError::from(error).at(at))
}
