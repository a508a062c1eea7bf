//! A gateway from its folder to its end: open, serve, stop.
use std::future::Future;
use std::sync::Arc;

use bitcoin::ScriptBuf;
use moneta_index::{CatchUp, Index, IndexError};
use moneta_node_api::NodeApi;
use tokio::net::TcpListener;

use crate::GatewayConfig;
use crate::router::router;
use crate::state::AppState;

/// Why a gateway can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file can't be read or written.
    #[error("{path} can't be used: {source}")]
    File {
        /// Which file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index can't be opened or can't follow the chain.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Why a gateway stopped serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listening socket failed.
    #[error("the gateway can't accept connections any more: {0}")]
    Listen(#[from] std::io::Error),
}

/// An opened gateway.
pub struct Gateway {
    state: AppState,
}

impl Gateway {
    /// Opens the gateway over `config.data_dir` and brings its index up to the node's tip.
    ///
    /// # Errors
    /// A file can't be used, is damaged, or is of another network.
    pub async fn open(config: GatewayConfig, node: Arc<dyn NodeApi>) -> Result<Self, OpenError> {
        let index = Arc::new(Index::open(&config.data_dir, node.params())?);
        while index.catch_up_step(&*node).await? != CatchUp::Current {}
        let state = AppState {
            node,
            index,
            public_url: config.public_url.into(),
            sandbox: config.sandbox,
        };
        Ok(Self { state })
    }

    /// Returns the API key of the sandbox's demo tenant: the same after every start.
    pub fn demo_api_key(&self) -> String {
        unimplemented!("custody")
    }

    /// Returns the script of the faucet's wallet: whom the sandbox's miner pays.
    pub fn faucet_script(&self) -> ScriptBuf {
        unimplemented!("custody")
    }

    /// Returns the routes without a socket.
    #[cfg(test)]
    pub(crate) fn into_router(self) -> axum::Router {
        router(self.state)
    }

    /// Answers requests on `listener` until `shutdown` is ready, and lets those under way finish.
    ///
    /// # Errors
    /// The socket fails, or a part that the gateway can't do without.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        axum::serve(listener, router(self.state))
            .with_graceful_shutdown(shutdown)
            .await?;
        Ok(())
    }
}
