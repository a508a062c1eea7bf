//! Operations: the record, how far it has come, and what it was about.
use moneta_api_types as api;
use moneta_api_types::{AssetAmount, NATIVE_ASSET, NATIVE_DECIMALS, OperationKind, rfc3339};
use moneta_mips::{Operation, find_envelope};
use serde_json::Value;

use super::{asset_of_issue, block_of_transaction, render_asset, render_identity};
use crate::error::ApiError;
use crate::flow::Progress;
use crate::state::{AppState, Scene};
use crate::store::{OperationId, OperationRecord, Subject, TenantId};

/// Finds an operation of a tenant; `unknown` is the code if there is none.
///
/// # Errors
/// There is none of that name.
pub(crate) async fn find_operation(
    state: &AppState,
    tenant: &TenantId,
    id: &OperationId,
    unknown: &'static str,
) -> Result<OperationRecord, ApiError> {
    let (tenant, name) = (tenant.clone(), id.clone());
    let read = move |read: &crate::store::Read| Ok::<_, ApiError>(read.operation(&tenant, &name)?);
    state
        .store
        .read(read)
        .await?
        .ok_or_else(|| ApiError::new(unknown, "there is nothing of this id under your API key"))
}

/// Writes an operation as the resource it is: payment, asset, freeze, identity, notarisation.
///
/// # Errors
/// The index fails.
pub(crate) async fn render_operation(
    state: &AppState,
    record: &OperationRecord,
    progress: &Progress,
) -> Result<Value, ApiError> {
    let operation = operation(record, progress);
    let record = record.clone();
    state
        .look(move |scene| {
            let operation = placed(&record, operation, scene)?;
            render(&record, operation, scene)
        })
        .await
}

/// Says where its commitment stands, if it has one, and what it waits for.
fn placed(
    record: &OperationRecord,
    mut operation: api::Operation,
    scene: &Scene,
) -> Result<api::Operation, ApiError> {
    if let (Some(first), Some(commitment)) = (&record.commitment, &mut operation.commitment) {
        commitment.block = block_of_transaction(&first.txid, &scene.view)?;
    }
    let announced = operation
        .commitment
        .as_ref()
        .is_none_or(|one| one.block.is_some());
    operation.waits_for = match operation.status {
        api::OperationStatus::AwaitingSignature => Some(api::WaitsFor::Signature),
        api::OperationStatus::Pending if announced => Some(api::WaitsFor::Block),
        api::OperationStatus::Pending => Some(api::WaitsFor::CommitmentBlock),
        api::OperationStatus::Planned
        | api::OperationStatus::Confirmed
        | api::OperationStatus::Failed => None,
    };
    Ok(operation)
}

fn operation(record: &OperationRecord, progress: &Progress) -> api::Operation {
    let planned = progress.status == api::OperationStatus::Planned;
    api::Operation {
        id: (!planned).then(|| record.id.to_string()),
        kind: kind(&record.subject),
        wallet_id: record.wallet.to_string(),
        status: progress.status,
        txid: record.txid.to_string(),
        fee: AssetAmount::new(record.fee, NATIVE_DECIMALS),
        registry_price: AssetAmount::new(record.registry_price, NATIVE_DECIMALS),
        explanation: record.explanation.clone(),
        psbt: record.psbt.clone(),
        commitment: record.commitment.as_ref().map(|first| api::Commitment {
            txid: first.txid.to_string(),
            psbt: first.psbt.clone(),
            block: None,
        }),
        waits_for: None,
        block: progress.block.clone(),
        failure: progress.failure.clone(),
        created_at: rfc3339(record.created),
    }
}

const fn kind(subject: &Subject) -> OperationKind {
    match subject {
        Subject::Payment { .. } => OperationKind::Payment,
        Subject::Issue { .. } => OperationKind::Issue,
        Subject::Mint { .. } => OperationKind::Mint,
        Subject::Burn { .. } => OperationKind::Burn,
        Subject::Freeze { .. } => OperationKind::Freeze,
        Subject::Unfreeze { .. } => OperationKind::Unfreeze,
        Subject::ForceTransfer { .. } => OperationKind::ForceTransfer,
        Subject::Identity { .. } => OperationKind::Identity,
        Subject::Notarisation { .. } => OperationKind::Notarisation,
    }
}

fn render(
    record: &OperationRecord,
    operation: api::Operation,
    scene: &Scene,
) -> Result<Value, ApiError> {
    let change = |asset: &moneta_mips::AssetId, amount: u64, decimals: u8| api::SupplyChange {
        operation: operation.clone(),
        asset: asset.to_string(),
        amount: AssetAmount::new(amount, decimals),
    };
    let names = |coins: &[bitcoin::OutPoint]| coins.iter().map(ToString::to_string).collect();
    match &record.subject {
        Subject::Payment {
            to,
            asset,
            amount,
            decimals,
            note,
        } => json(&api::Payment {
            to: to.clone(),
            asset: asset.map_or_else(|| NATIVE_ASSET.into(), |asset| asset.to_string()),
            amount: AssetAmount::new(*amount, *decimals),
            note: note.clone(),
            operation,
        }),
        Subject::Issue { .. } => issued(record, operation, scene),
        Subject::Mint {
            asset,
            amount,
            decimals,
        }
        | Subject::Burn {
            asset,
            amount,
            decimals,
        } => json(&change(asset, *amount, *decimals)),
        Subject::Freeze {
            asset,
            named,
            stop_height,
        } => json(&api::FreezeResult {
            asset: asset.to_string(),
            coins: names(&named.coins),
            addresses: named.addresses.clone(),
            whole_asset: named.whole_asset,
            stop_height: *stop_height,
            operation,
        }),
        Subject::Unfreeze { asset, named } => json(&api::UnfreezeResult {
            asset: asset.to_string(),
            coins: names(&named.coins),
            addresses: named.addresses.clone(),
            whole_asset: named.whole_asset,
            operation,
        }),
        Subject::ForceTransfer {
            asset,
            coins,
            to,
            amount,
            decimals,
        } => json(&api::ForceTransferResult {
            asset: asset.to_string(),
            coins: names(coins),
            to: to.clone(),
            amount: AssetAmount::new(*amount, *decimals),
            operation,
        }),
        Subject::Identity { .. } => registered(record, operation),
        Subject::Notarisation { digest, label } => json(&api::Notarisation {
            digest: digest.clone(),
            label: label.clone(),
            operation,
        }),
    }
}

fn issued(
    record: &OperationRecord,
    operation: api::Operation,
    scene: &Scene,
) -> Result<Value, ApiError> {
    let (Subject::Issue { asset: id }, Some(Operation::IssueAsset(issue))) =
        (&record.subject, only_operation(record))
    else {
        return Err(damaged(record));
    };
    let asset = asset_of_issue(*id, &issue, record.txid);
    let height = operation.block.as_ref().map(|block| block.height);
    json(&api::IssuedAsset {
        asset: render_asset(&asset, height, &scene.view)?,
        txid: operation.txid.clone(),
        operation,
    })
}

fn registered(record: &OperationRecord, operation: api::Operation) -> Result<Value, ApiError> {
    let (Subject::Identity { id }, Some(Operation::RegisterIdentity(identity))) =
        (&record.subject, only_operation(record))
    else {
        return Err(damaged(record));
    };
    let height = operation.block.as_ref().map(|block| block.height);
    let identity = moneta_mips::Identity {
        id: *id,
        handle: identity.handle,
        document: identity.document,
        recovery: identity.recovery,
        registered_in: record.txid,
        registered_at: moneta_chain::Height::GENESIS,
    };
    json(&api::RegisteredIdentity {
        identity: render_identity(&identity, height),
        txid: operation.txid.clone(),
        operation,
    })
}

fn only_operation(record: &OperationRecord) -> Option<Operation> {
    let envelope = find_envelope(&record.transaction).ok()??.envelope;
    envelope.operations.into_iter().next()
}

fn damaged(record: &OperationRecord) -> ApiError {
    ApiError::internal(&format!(
        "operation {} is not what its record says",
        record.id
    ))
}

fn json<T: serde::Serialize>(body: &T) -> Result<Value, ApiError> {
    serde_json::to_value(body).map_err(|error| ApiError::internal(&error))
}
