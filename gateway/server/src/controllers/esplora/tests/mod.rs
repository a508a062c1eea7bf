//! Esplora's routes over a chain written by hand: exact shapes, exact refusals.

mod chain;
mod mempool;
mod owner;
mod proof;
mod transaction;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use bitcoin::OutPoint;
use moneta_index::{CatchUp, Index};
use moneta_node_api::ConnectedBlock;
use moneta_testkit::scripted::{Draft, ScriptedChain, ScriptedNode, out_to};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use super::{Chain, routes};

/// The routes, a node and its index.
struct Bench {
    node: Arc<ScriptedNode>,
    index: Arc<Index>,
    routes: Router,
    _folder: TempDir,
}

impl Bench {
    async fn new(chain: ScriptedChain) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let index = Index::open(folder.path(), chain.params()).expect("an index");
        let index = Arc::new(index);
        let node = Arc::new(ScriptedNode::new(chain));
        let state = Chain {
            node: node.clone(),
            index: Arc::clone(&index),
        };
        let bench = Self {
            node,
            index,
            routes: routes().with_state(state),
            _folder: folder,
        };
        bench.follow().await;
        bench
    }

    async fn follow(&self) {
        while self.index.catch_up_step(&*self.node).await.expect("a step") != CatchUp::Current {}
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, Vec<u8>) {
        let answer = self.routes.clone().oneshot(request).await;
        let answer = answer.expect("routes never fail");
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        (status, body.expect("a body").to_vec())
    }

    async fn raw(&self, path: &str) -> (StatusCode, Vec<u8>) {
        let request = Request::get(path).body(Body::empty());
        self.ask(request.expect("a request")).await
    }

    async fn text(&self, path: &str) -> (StatusCode, String) {
        let (status, body) = self.raw(path).await;
        (status, String::from_utf8(body).expect("text"))
    }

    async fn json(&self, path: &str) -> Value {
        let (status, body) = self.raw(path).await;
        let text = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        serde_json::from_slice(&body).expect("JSON")
    }

    async fn post(&self, path: &str, body: &str) -> (StatusCode, String) {
        let request = Request::post(path).body(Body::from(body.to_owned()));
        let (status, body) = self.ask(request.expect("a request")).await;
        (status, String::from_utf8(body).expect("text"))
    }
}

/// A transaction that spends `inputs` and pays plain coins.
fn pay(inputs: &[OutPoint], outputs: &[(u8, u64)]) -> Draft {
    let outputs = outputs.iter();
    Draft {
        inputs: inputs.to_vec(),
        outputs: outputs
            .map(|(owner, grains)| (out_to(*owner, *grains), None))
            .collect(),
        ..Draft::default()
    }
}

/// The first output of a block's coinbase.
fn reward_of(block: &ConnectedBlock) -> OutPoint {
    OutPoint::new(block.transactions[0].txid, 0)
}

/// The names of an object's fields.
fn fields(value: &Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}
