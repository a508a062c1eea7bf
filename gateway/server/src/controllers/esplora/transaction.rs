//! `/tx/{txid}`: confirmed or waiting.
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use bitcoin::consensus::encode::{serialize, serialize_hex};
use bitcoin::{Transaction, Txid};

use super::Chain;
use super::moment::Moment;
use super::refusal::Refusal;
use super::shapes::{Status, Tx};
use super::{params, render};

pub(super) const UNKNOWN: Refusal =
    Refusal::NotFound("no transaction with this id is in the chain or the mempool");

impl Moment {
    /// Returns confirmed transactions in the order of their ids.
    pub(super) fn confirmed(&self, txids: &[Txid]) -> Result<Vec<Tx>, Refusal> {
        let network = self.chain.node.params().network;
        let mut found = Vec::with_capacity(txids.len());
        for txid in txids {
            let transaction = self.view.transaction(txid)?.ok_or(UNKNOWN)?;
            found.push(render::confirmed(&transaction, network));
        }
        Ok(found)
    }

    /// Returns the bare transaction, from a block or from the mempool.
    pub(super) fn bare(&self, txid: &Txid) -> Result<Transaction, Refusal> {
        if let Some(found) = self.view.transaction(txid)? {
            return Ok(found.transaction);
        }
        let entry = self.pending.transaction(txid).ok_or(UNKNOWN)?;
        Ok(Transaction::clone(&entry.transaction))
    }
}

pub(super) async fn whole(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<Json<Tx>, Refusal> {
    let txid = params::txid(&txid)?;
    Moment::read(chain, move |moment| {
        let network = moment.chain.node.params().network;
        if let Some(found) = moment.view.transaction(&txid)? {
            return Ok(Json(render::confirmed(&found, network)));
        }
        let entry = moment.pending.transaction(&txid).ok_or(UNKNOWN)?;
        Ok(Json(render::waiting(entry, network)))
    })
    .await
}

pub(super) async fn hex(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<String, Refusal> {
    let txid = params::txid(&txid)?;
    Moment::read(chain, move |moment| Ok(serialize_hex(&moment.bare(&txid)?))).await
}

pub(super) async fn raw(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<impl IntoResponse, Refusal> {
    let txid = params::txid(&txid)?;
    let bytes = Moment::read(chain, move |moment| Ok(serialize(&moment.bare(&txid)?))).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}

pub(super) async fn status(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<Json<Status>, Refusal> {
    let txid = params::txid(&txid)?;
    Moment::read(chain, move |moment| {
        if let Some(place) = moment.view.place_of(&txid)? {
            return Ok(Json(render::status_at(&moment.view, place)?));
        }
        // A transaction nobody knows is simply not confirmed: wallets watch for theirs this way.
        Ok(Json(Status::WAITING))
    })
    .await
}
