//! One write on the chain, from the wallet's lock to the answer.
use bitcoin::Transaction;
use moneta_api_types::{OperationStatus, WalletKind, codes};
use moneta_wallet::{Plan, Request};

use super::prepare::{Intent, Payer, Prepared, prepare};
use super::{Answer, Progress, Ticket, confirmed_within, progress_of};
use crate::error::ApiError;
use crate::state::{AppState, Scene};
use crate::store::{
    CommitmentRecord, OperationId, OperationRecord, TenantId, WalletId, WalletRecord,
};
use crate::views;

/// Who shall do something, and under which kind of name it is noted.
#[derive(Debug, Clone)]
pub(crate) struct Errand {
    /// Whose wallet.
    pub(crate) owner: TenantId,
    /// The wallet that pays.
    pub(crate) wallet: WalletId,
    /// First part of the operation's name.
    pub(crate) prefix: &'static str,
}

/// Does what `intend` says: plans, signs, stores, submits. `intend` sees the same moment of the chain as
/// the plan.
///
/// # Errors
/// The wallet is unknown, a plan is impossible, or the chain refuses; nothing has changed then.
pub(crate) async fn execute(
    state: &AppState,
    ticket: &Ticket,
    errand: Errand,
    intend: impl FnOnce(&Scene) -> Result<Intent, ApiError> + Send + 'static,
) -> Result<Answer, ApiError> {
    let done = carry_out(state, ticket, errand, intend).await;
    done.map_err(ApiError::at_field_of_rule)
}

async fn carry_out(
    state: &AppState,
    ticket: &Ticket,
    errand: Errand,
    intend: impl FnOnce(&Scene) -> Result<Intent, ApiError> + Send + 'static,
) -> Result<Answer, ApiError> {
    let locked = state.shared.lock_wallet(&errand.wallet).await;
    let wallet = find_wallet(state, &errand.owner, &errand.wallet).await?;
    let kind = wallet.kind;
    let payer = Payer {
        wallet,
        tenant: ticket.tenant.clone(),
        store: state.store.clone(),
        shared: state.shared.clone(),
    };
    let prepared = state
        .look(move |scene| prepare(intend(scene)?, &payer, scene))
        .await?;
    if let Request::Register(register) = &prepared.request {
        state.node.check_registration(register.clone()).await?;
    }
    let signed = match kind {
        WalletKind::Hosted => Some(sign(state, &errand, &prepared).await?),
        WalletKind::Watch => None,
    };
    let operation = record(state, &errand, &prepared, signed);
    if ticket.is_dry_run() {
        let progress = Progress::of(OperationStatus::Planned);
        return Ok(Answer::ok(
            &views::render_operation(state, &operation, &progress).await?,
        ));
    }
    let status = match operation.psbt {
        None => OperationStatus::Pending,
        Some(_) => OperationStatus::AwaitingSignature,
    };
    let rendered = views::render_operation(state, &operation, &Progress::of(status)).await?;
    let answer = Answer::created(&rendered);
    accept(
        state,
        ticket,
        &errand,
        &operation,
        prepared.next_internal,
        &answer,
    )
    .await?;
    if operation.psbt.is_some() {
        return Ok(answer);
    }
    submit(state, ticket, &operation).await?;
    drop(locked);
    if !ticket.confirm {
        return Ok(answer);
    }
    answer_in_block(state, ticket, &operation, answer).await
}

/// Waits for a block, and answers (now and ever after) with what became of the operation.
pub(super) async fn answer_in_block(
    state: &AppState,
    ticket: &Ticket,
    operation: &OperationRecord,
    answer: Answer,
) -> Result<Answer, ApiError> {
    if !confirmed_within(state, operation.txid).await? {
        return Ok(answer);
    }
    let progress = progress_of(state, operation).await?;
    let rendered = views::render_operation(state, operation, &progress).await?;
    let answer = Answer::of(answer.status, &rendered);
    let (ticket, noted) = (ticket.clone(), answer.clone());
    state
        .store
        .write(move |write| ticket.remember(write, &noted).map_err(ApiError::from))
        .await?;
    Ok(answer)
}

/// Finds a wallet of a tenant.
///
/// # Errors
/// There is none of that name.
pub(crate) async fn find_wallet(
    state: &AppState,
    tenant: &TenantId,
    id: &WalletId,
) -> Result<WalletRecord, ApiError> {
    let (tenant, name) = (tenant.clone(), id.clone());
    let found = state
        .store
        .read(move |read| Ok::<_, ApiError>(read.wallet(&tenant, &name)?))
        .await?;
    found.ok_or_else(|| {
        ApiError::new(
            codes::WALLET_UNKNOWN,
            "there is no wallet of this id under your API key",
        )
    })
}

/// The transactions of an operation, signed.
struct Signed {
    transaction: Transaction,
    commitment: Option<Transaction>,
}

/// Has it signed, and asks the node what it thinks of it. Nothing has happened yet.
async fn sign(state: &AppState, errand: &Errand, prepared: &Prepared) -> Result<Signed, ApiError> {
    let sign = |psbt: &Vec<u8>| {
        let (request, psbt) = (prepared.request.clone(), psbt.clone());
        let signer = &state.signer;
        signer.sign(&errand.owner, &errand.wallet, request, psbt)
    };
    let transaction = sign(&prepared.psbt).await?;
    let commitment = match &prepared.commitment {
        Some(psbt) => Some(sign(psbt).await?),
        None => None,
    };
    // What opens a commitment can't be judged before that is mined.
    let next = commitment.as_ref().unwrap_or(&transaction).clone();
    state.node.check_transaction(next).await?;
    Ok(Signed {
        transaction,
        commitment,
    })
}

fn record(
    state: &AppState,
    errand: &Errand,
    prepared: &Prepared,
    signed: Option<Signed>,
) -> OperationRecord {
    let plan = &prepared.plan;
    let (fee, registry_price) = prepared.cost();
    let (transaction, commitment) = match signed {
        Some(signed) => (Some(signed.transaction), signed.commitment),
        None => (None, None),
    };
    let waits = transaction.is_none();
    let written = |plan: &Plan| waits.then(|| plan.psbt.to_string());
    OperationRecord {
        commitment: plan.first.as_deref().map(|first| CommitmentRecord {
            txid: first.txid,
            psbt: written(first),
            transaction: commitment.unwrap_or_else(|| first.psbt.unsigned_tx.clone()),
        }),
        id: OperationId::new(errand.prefix, &state.draw()),
        wallet: errand.wallet.clone(),
        subject: prepared.subject.clone(),
        txid: plan.txid,
        psbt: written(plan),
        transaction: transaction.unwrap_or_else(|| plan.psbt.unsigned_tx.clone()),
        fee,
        registry_price,
        explanation: prepared.explanation.clone(),
        created: state.now(),
    }
}

/// Makes the operation and its answer last, in one transaction.
async fn accept(
    state: &AppState,
    ticket: &Ticket,
    errand: &Errand,
    operation: &OperationRecord,
    next_internal: u32,
    answer: &Answer,
) -> Result<(), ApiError> {
    let (ticket, errand) = (ticket.clone(), errand.clone());
    let (operation, answer) = (operation.clone(), answer.clone());
    state
        .store
        .write(move |write| {
            if let Some(mut wallet) = write.wallet(&errand.owner, &errand.wallet)? {
                wallet.next_internal = wallet.next_internal.max(next_internal);
                write.put_wallet(&errand.owner, &wallet)?;
            }
            // Whoever asked may look it up, also where the faucet's wallet pays.
            write.put_operation(&ticket.tenant, &operation)?;
            ticket.remember(write, &answer)?;
            Ok(())
        })
        .await
}

/// Hands the transaction that can be mined next to the node. If the node says no after all, operation and answer are taken
/// back: nothing has happened, and the key is free.
async fn submit(
    state: &AppState,
    ticket: &Ticket,
    operation: &OperationRecord,
) -> Result<(), ApiError> {
    let next = operation.next_transaction().clone();
    let Err(rejection) = state.node.submit_transaction(next).await else {
        return Ok(());
    };
    let (ticket, operation) = (ticket.clone(), operation.clone());
    state
        .store
        .write(move |write| {
            write.remove_operation(&ticket.tenant, &operation)?;
            ticket.forget(write)?;
            Ok::<_, ApiError>(())
        })
        .await?;
    Err(rejection.into())
}
