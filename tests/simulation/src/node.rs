//! One honest node: real chain and mempool over a disk that can lose power, and the network's real logic.
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use bitcoin::BlockHash;
use moneta_chain::{Network as ChainName, Params};
use moneta_daemon::{FixedClock, LocalNode, NodeConfig};
use moneta_disk::{Folder, RecordedFolder};
use moneta_p2p::{NetConfig, Network, NodePort};
use moneta_testkit::random::Random;

/// The archive's name in the folder.
const ARCHIVE: &str = "blocks.archive";

/// The dev network, but for coinbases that ripen early: so a story has coins to spend after a few blocks.
pub(crate) fn params() -> Params {
    Params {
        coinbase_maturity: 3,
        ..Params::dev()
    }
}

/// One honest node.
pub(crate) struct HonestNode {
    pub(crate) address: SocketAddr,
    /// Seconds by which its clock is off.
    pub(crate) skew: i64,
    /// Whom it connects with.
    dials: Vec<SocketAddr>,
    clock: Arc<FixedClock>,
    disk: RecordedFolder,
    /// Blocks that it said it had made.
    pub(crate) acknowledged: BTreeSet<BlockHash>,
    pub(crate) running: Option<Running>,
    /// Counts its starts: what belongs to an earlier life is told apart.
    pub(crate) life: u32,
}

/// A node that is up.
pub(crate) struct Running {
    pub(crate) local: Arc<LocalNode>,
    pub(crate) port: Arc<dyn NodePort + Send + Sync>,
    pub(crate) network: Network,
}

impl HonestNode {
    pub(crate) fn new(address: SocketAddr, dials: Vec<SocketAddr>, skew: i64) -> Self {
        Self {
            address,
            skew,
            dials,
            clock: Arc::new(FixedClock::new(0)),
            disk: RecordedFolder::default(),
            acknowledged: BTreeSet::new(),
            running: None,
            life: 0,
        }
    }

    /// Sets its clock, which is off by its skew; returns what it shows.
    pub(crate) fn set_clock(&self, unix_seconds: u64) -> u64 {
        let shown = unix_seconds.saturating_add_signed(self.skew);
        self.clock.set(shown);
        shown
    }

    /// Starts it from what its disk holds.
    ///
    /// # Errors
    /// It does not open.
    pub(crate) fn start(&mut self, random: &mut Random) -> Result<(), String> {
        let archive = match self.disk.open(ARCHIVE) {
            Ok(archive) => archive,
            Err(_) => self
                .disk
                .create(ARCHIVE)
                .map_err(|error| error.to_string())?,
        };
        let config = NodeConfig {
            dir: PathBuf::new(),
            params: params(),
            clock: Arc::clone(&self.clock) as Arc<dyn moneta_daemon::Clock>,
            state_memory: NodeConfig::STATE_MEMORY,
        };
        let folder = Arc::new(self.disk.clone());
        let opened = moneta_store::open_over(archive, folder, &config.params);
        let opened = opened.map_err(|error| error.to_string())?;
        let local = LocalNode::over(opened, config).map_err(|error| error.to_string())?;
        let port = local.network_port();
        let mut seed = [0; 32];
        for part in seed.chunks_exact_mut(8) {
            part.copy_from_slice(&random.next().to_le_bytes());
        }
        let net = NetConfig {
            manual: self.dials.clone(),
            manual_only: true,
            ..NetConfig::of(ChainName::Dev)
        };
        for id in &self.acknowledged {
            if port.header(id).is_none_or(|point| !point.has_body) {
                return Err(format!("block {id} was acknowledged and is gone"));
            }
        }
        self.life += 1;
        self.running = Some(Running {
            local,
            port,
            network: Network::new(net, seed),
        });
        Ok(())
    }

    /// Cuts its power: the disk holds what was synced, and of the rest what chance leaves.
    pub(crate) fn crash(&mut self, random: &mut Random) {
        // What it does while it is dropped no longer reaches the disk.
        self.disk.fail_after(0);
        self.running = None;
        let odds = random.below(5);
        let image = self
            .disk
            .crash(self.disk.steps(), || random.below(4) < odds);
        self.disk = RecordedFolder::new(image);
    }
}
