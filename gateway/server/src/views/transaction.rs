//! Transactions, decoded and explained in the words that offline signers use too.
use std::collections::BTreeMap;

use bitcoin::consensus::encode::serialize_hex;
use bitcoin::{Amount, OutPoint, Script, Transaction, Txid};
use moneta_api_types as api;
use moneta_api_types::{AssetAmount, NATIVE_DECIMALS};
use moneta_chain::{Network, address_of};
use moneta_index::View;
use moneta_mips::{
    AssetFacts, AssetId, Attachment, Coin, Facts, IdentityId, Lang, Operation, Targets, explain,
    find_envelope,
};
use serde_json::{Value, json};

use super::{AssetName, block_of_transaction, hash_or_none, reason_name, render_attachment};
use crate::error::ApiError;
use crate::state::Scene;
use crate::store::hex;

/// A transaction of chain or mempool, with what it spends and makes.
pub(crate) struct Found {
    /// Its id.
    pub(crate) txid: Txid,
    /// The transaction.
    pub(crate) transaction: Transaction,
    /// The coins it spends; none for a coinbase.
    pub(crate) spent: Vec<Coin>,
    /// What its outputs hold.
    pub(crate) attachments: BTreeMap<u32, Attachment>,
    /// What the miner gets.
    pub(crate) fee: Amount,
}

/// Writes a transaction.
///
/// # Errors
/// The index fails.
pub(crate) fn render_transaction(
    found: &Found,
    scene: &Scene,
) -> Result<api::Transaction, ApiError> {
    let view = &scene.view;
    let network = scene.params.network;
    let envelope = find_envelope(&found.transaction).ok().flatten();
    let operations = envelope.map(|found| found.envelope.operations);
    Ok(api::Transaction {
        txid: found.txid.to_string(),
        block: block_of_transaction(&found.txid, view)?,
        explanation: explain_found(found, network, view),
        fee: AssetAmount::new(found.fee.to_sat(), NATIVE_DECIMALS),
        vsize: u64::try_from(found.transaction.vsize()).unwrap_or(u64::MAX),
        inputs: inputs(found, network, view)?,
        outputs: outputs(found, network, scene)?,
        operations: operations.map(|all| all.iter().map(render_operation).collect()),
        hex: serialize_hex(&found.transaction),
    })
}

fn inputs(
    found: &Found,
    network: Network,
    view: &View,
) -> Result<Vec<api::TransactionInput>, ApiError> {
    let all = found.transaction.input.iter().enumerate();
    all.map(|(index, input)| {
        let coin = found.spent.get(index);
        let held = coin.and_then(|coin| coin.attachment.as_ref());
        Ok(api::TransactionInput {
            outpoint: coin.map(|_| input.previous_output.to_string()),
            address: coin.and_then(|coin| address_of(&coin.output.script_pubkey, network)),
            value: coin.map(|coin| AssetAmount::new(coin.output.value.to_sat(), NATIVE_DECIMALS)),
            attachment: held.map(|held| render_attachment(held, view)).transpose()?,
        })
    })
    .collect()
}

fn outputs(
    found: &Found,
    network: Network,
    scene: &Scene,
) -> Result<Vec<api::TransactionOutput>, ApiError> {
    let all = (0_u32..).zip(&found.transaction.output);
    all.map(|(index, output)| {
        let outpoint = OutPoint::new(found.txid, index);
        let waiting = scene.pending.spender(&outpoint).map(|(txid, _)| txid);
        let spent_by = match scene.view.spend_of(&outpoint)? {
            Some(spend) => Some(spend.txid),
            None => waiting,
        };
        let held = found.attachments.get(&index);
        Ok(api::TransactionOutput {
            index,
            address: address_of(&output.script_pubkey, network),
            script: output.script_pubkey.to_hex_string(),
            value: AssetAmount::new(output.value.to_sat(), NATIVE_DECIMALS),
            attachment: held
                .map(|held| render_attachment(held, &scene.view))
                .transpose()?,
            spent_by: spent_by.map(|txid| txid.to_string()),
        })
    })
    .collect()
}

/// What the index knows of the assets and identities that a transaction touches.
pub(crate) struct Known<'a> {
    view: &'a View,
    network: Network,
}

impl<'a> Known<'a> {
    pub(crate) const fn new(view: &'a View, network: Network) -> Self {
        Self { view, network }
    }
}

impl Facts for Known<'_> {
    fn asset(&self, id: &AssetId) -> Option<AssetFacts> {
        let asset = self.view.asset(id).ok()??;
        let name = AssetName::of(&asset, self.view).ok()?;
        Some(AssetFacts {
            name: name.label,
            decimals: name.decimals,
        })
    }

    fn handle(&self, id: &IdentityId) -> Option<String> {
        Some(self.view.identity(id).ok()??.handle)
    }

    fn is_own(&self, _script: &Script) -> bool {
        false
    }

    fn address(&self, script: &Script) -> Option<String> {
        address_of(script, self.network)
    }
}

fn explain_found(found: &Found, network: Network, view: &View) -> Vec<String> {
    let known = Known { view, network };
    let sentences = explain(&found.transaction, &found.spent, &known, Lang::En);
    sentences
        .into_iter()
        .map(|sentence| sentence.text)
        .collect()
}

/// Writes an operation of an envelope, in base units and ids: what the bytes say.
// One arm for each operation.
#[allow(clippy::too_many_lines)]
fn render_operation(operation: &Operation) -> Value {
    let coins = |targets: &Targets| -> Vec<String> {
        let coins = targets.coins().iter();
        coins.map(ToString::to_string).collect()
    };
    match operation {
        Operation::IssueAsset(issue) => json!({
            "operation": "issue_asset", "symbol": issue.symbol,
            "issuer": issue.issuer.map(|issuer| issuer.to_string()),
            "decimals": issue.decimals, "initial": issue.initial.to_string(),
            "cap": issue.cap.to_string(), "powers": issue.powers.names(), "name": issue.name,
            "holders": issue.holders,
            "document_hash": hash_or_none(&issue.contract_hash),
        }),
        Operation::Mint { asset, amount } => {
            json!({"operation": "mint", "asset": asset, "amount": amount.to_string()})
        }
        Operation::Burn { asset, amount } => {
            json!({"operation": "burn", "asset": asset, "amount": amount.to_string()})
        }
        Operation::Renounce { asset, rights } => {
            json!({"operation": "renounce", "asset": asset, "rights": rights.names()})
        }
        Operation::Freeze(freeze) => json!({
            "operation": "freeze", "asset": freeze.asset, "coins": coins(&freeze.targets),
            "scripts": freeze.targets.scripts(), "whole_asset": freeze.targets == Targets::All,
            "tier": freeze.tier, "stop_height": freeze.stop, "reason": reason_name(freeze.reason),
            "jurisdiction": String::from_utf8_lossy(&freeze.jurisdiction),
            "document_hash": hash_or_none(&freeze.document),
        }),
        Operation::Unfreeze { asset, targets } => {
            json!({
                "operation": "unfreeze", "asset": asset, "coins": coins(targets),
                "scripts": targets.scripts(), "whole_asset": *targets == Targets::All,
            })
        }
        Operation::Contest {
            asset,
            targets,
            statement,
        } => json!({
            "operation": "contest", "asset": asset, "coins": coins(targets),
            "scripts": targets.scripts(),
            "statement_hash": hash_or_none(statement),
        }),
        Operation::SetRedemption { asset, script } => json!({
            "operation": "set_redemption", "asset": asset, "script": script,
        }),
        Operation::ForceTransfer {
            asset,
            coin,
            amount,
        } => json!({
            "operation": "force_transfer", "asset": asset, "coin": coin, "base_units": amount.to_string(),
        }),
        Operation::RegisterIdentity(identity) => json!({
            "operation": "register_identity", "handle": identity.handle,
            "document": identity.document,
        }),
        Operation::UpdateIdentity(update) => json!({
            "operation": "update_identity", "identity": update.identity,
            "document": update.document, "recovery": hash_or_none(&update.recovery),
        }),
        Operation::RenewIdentity { handle, years } => json!({
            "operation": "renew_identity", "handle": handle, "years": years,
        }),
        Operation::RecoverIdentity { identity, to } => json!({
            "operation": "recover_identity", "identity": identity, "to_script": to,
        }),
        Operation::ClaimIdentity { identity } => {
            json!({"operation": "claim_identity", "identity": identity})
        }
        Operation::RevokeIdentity { identity } => {
            json!({"operation": "revoke_identity", "identity": identity})
        }
        Operation::Anchor { digest } => json!({"operation": "anchor", "digest": hex(digest)}),
        Operation::DescribePiece(piece) => json!({
            "operation": "describe_piece", "issue": piece.issue, "collection": piece.collection,
            "number": piece.number, "edition": piece.edition, "media_type": piece.media_type,
            "content_hash": hex(&piece.content), "document_hash": hash_or_none(&piece.terms),
        }),
        Operation::SetDocument(document) => json!({
            "operation": "set_document", "asset": document.asset, "kind": document.kind,
            "digest": hex(&document.digest), "uri": document.uri,
        }),
        Operation::Enrol { asset, holders } => {
            let holders: Vec<Value> = holders.iter().map(render_holder).collect();
            json!({"operation": "enrol", "asset": asset, "holders": holders})
        }
        Operation::Withdraw { asset, scripts } => {
            json!({"operation": "withdraw", "asset": asset, "scripts": scripts})
        }
    }
}

fn render_holder(holder: &moneta_mips::Holder) -> Value {
    json!({
        "script": holder.script, "commitment": hex(&holder.commitment),
        "expiry_height": holder.expiry,
    })
}
