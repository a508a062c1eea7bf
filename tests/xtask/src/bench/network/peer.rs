//! A node with its life on the network, in this process, on a port of loopback.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use bitcoin::BlockHash;
use moneta_chain::{Network, Params};
use moneta_daemon::{LocalNode, NetConfig, NetOptions, NetService, NodeConfig, SystemClock};
use moneta_node_api::NodeApi;
use tempfile::TempDir;

/// A node and its connections.
pub(super) struct Peer {
    pub(super) node: Arc<LocalNode>,
    pub(super) service: Option<NetService>,
    _dir: TempDir,
}

impl Peer {
    /// Opens a node in a folder of its own; it speaks with nobody yet.
    pub(super) fn open() -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let node = LocalNode::open(NodeConfig {
            dir: dir.path().to_path_buf(),
            params: Params::dev(),
            clock: Arc::new(SystemClock),
            state_memory: NodeConfig::STATE_MEMORY,
        })?;
        Ok(Self {
            node,
            service: None,
            _dir: dir,
        })
    }

    /// Listens, and connects with these and nobody else.
    pub(super) async fn join(&mut self, dials: &[SocketAddr]) -> anyhow::Result<SocketAddr> {
        let config = NetConfig {
            manual: dials.to_vec(),
            manual_only: true,
            max_per_address: 64,
            ..NetConfig::of(Network::Dev)
        };
        let options = NetOptions {
            config,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            magic: Params::dev().magic,
            book: None,
            name_servers: Vec::new(),
        };
        let port = self.node.network_port();
        let clock = Arc::new(SystemClock);
        let service = NetService::start(self.node.clone(), port, clock, options).await?;
        let address = service.address().context("it listens")?;
        self.service = Some(service);
        Ok(address)
    }

    /// Returns when the tip was first seen to be this block.
    pub(super) async fn reaches(
        &self,
        tip: BlockHash,
        patience: Duration,
    ) -> anyhow::Result<Instant> {
        let mut seen = 0;
        let wait = async {
            loop {
                seen = self.node.changed(seen).await;
                if self.node.tip().await.id == tip {
                    return Instant::now();
                }
            }
        };
        match tokio::time::timeout(patience, wait).await {
            Ok(at) => Ok(at),
            Err(_) => bail!(
                "after {} s the tip is at {}",
                patience.as_secs(),
                self.node.tip().await.height
            ),
        }
    }

    /// Waits until it speaks with so many.
    pub(super) async fn meets(&self, peers: usize) -> anyhow::Result<()> {
        let mut views = self.service.as_ref().context("it joined")?.views();
        let met = views.wait_for(|view| {
            let greeted = |view: &moneta_daemon::NetView| {
                let known = view.status.peers.iter();
                known.filter(|peer| peer.user_agent.is_some()).count()
            };
            view.as_ref().is_some_and(|view| greeted(view) >= peers)
        });
        tokio::time::timeout(Duration::from_secs(30), met).await??;
        Ok(())
    }
}
