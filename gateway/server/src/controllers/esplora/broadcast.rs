//! `POST /tx` and `GET /broadcast`: a transaction into the mempool.
use axum::extract::{Query, State};
use bitcoin::Transaction;
use bitcoin::consensus::encode::deserialize_hex;
use serde::Deserialize;

use super::Chain;
use super::refusal::Refusal;

pub(super) async fn post(State(chain): State<Chain>, body: String) -> Result<String, Refusal> {
    submit(&chain, &body).await
}

/// Query of `GET /broadcast`.
#[derive(Debug, Deserialize)]
pub(super) struct Broadcast {
    tx: String,
}

pub(super) async fn get(
    State(chain): State<Chain>,
    Query(query): Query<Broadcast>,
) -> Result<String, Refusal> {
    submit(&chain, &query.tx).await
}

async fn submit(chain: &Chain, hex: &str) -> Result<String, Refusal> {
    let transaction: Transaction = deserialize_hex(hex.trim())
        .map_err(|_| Refusal::Malformed("the body is not a transaction in hexadecimal"))?;
    let txid = chain.node.submit_transaction(transaction).await?;
    Ok(txid.to_string())
}
