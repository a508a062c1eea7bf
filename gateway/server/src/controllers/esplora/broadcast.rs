//! `POST /tx`, `GET /broadcast` and `POST /txs/package`: transactions into the mempool.
use axum::Json;
use axum::extract::{Query, State};
use bitcoin::Transaction;
use bitcoin::consensus::encode::deserialize_hex;
use serde::Deserialize;

use super::Chain;
use super::refusal::Refusal;
use super::shapes::{Package, PackageResult};

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

/// Takes a child with its parents, parents first, as an array of transactions in hexadecimal.
pub(super) async fn post_package(
    State(chain): State<Chain>,
    body: String,
) -> Result<Json<Package>, Refusal> {
    let package: Vec<String> = serde_json::from_str(&body)
        .map_err(|_| Refusal::Malformed("the body is not an array of texts"))?;
    let package: Result<Vec<Transaction>, _> = package.iter().map(|hex| read(hex)).collect();
    let package = package?;
    let results = package.iter().map(|tx| {
        let result = PackageResult {
            txid: tx.compute_txid().to_string(),
            vsize: tx.vsize(),
        };
        (tx.compute_wtxid().to_string(), result)
    });
    let results = results.collect();
    let accepted = chain.node.submit_package(package).await?;
    Ok(Json(Package {
        package_msg: "success",
        results,
        replaced: accepted.replaced.iter().map(ToString::to_string).collect(),
    }))
}

async fn submit(chain: &Chain, hex: &str) -> Result<String, Refusal> {
    let txid = chain.node.submit_transaction(read(hex)?).await?;
    Ok(txid.to_string())
}

fn read(hex: &str) -> Result<Transaction, Refusal> {
    deserialize_hex(hex.trim())
        .map_err(|_| Refusal::Malformed("the body is not a transaction in hexadecimal"))
}
