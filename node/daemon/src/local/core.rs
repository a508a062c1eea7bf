//! What a running node holds, and the order in which its locks are taken.
//!
//! One writer at a time holds `writer` for as long as it works. It judges under the read lock, syncs the
//! archive under no lock, and takes the write lock only to move the tip and the pool together: so no
//! reader ever sees a tip with the pool of another. (A switch to another branch is the exception: it
//! judges and stores under the write lock, as its blocks build on one another.)
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use moneta_chain::Params;
use moneta_node_api::{ConnectedBlock, MempoolSnapshot, NodeError};
use moneta_store::{Archive, OpenError, Opened, StoreError};
use tokio::sync::watch;

use super::group::Group;
use crate::chain::{Chain, restore};
use crate::mempool::{Announcement, Mempool};
use crate::miner::Sealer;
use crate::{Clock, NodeConfig, OpenProgress};

/// Tip and pool, always of one moment.
pub(super) struct Present {
    pub(super) chain: Chain,
    pub(super) pool: Mempool,
}

/// What only the one who writes uses.
pub(super) struct Turn {
    pub(super) sealer: Sealer,
    /// Blocks that are not durable yet.
    pub(super) group: Group,
}

/// A running node.
pub(super) struct Core {
    pub(super) params: Params,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) archive: Archive,
    writer: Mutex<Turn>,
    present: RwLock<Present>,
    /// The last snapshot that somebody asked for.
    pub(super) snapshot: Mutex<Arc<MempoolSnapshot>>,
    /// The last connected blocks that readers asked for, newest at the back.
    pub(super) recent: Mutex<VecDeque<Arc<ConnectedBlock>>>,
    /// Counts changes of tip or pool, from 1.
    pub(super) revision: watch::Sender<u64>,
    /// Why the node can't go on.
    pub(super) fatal: watch::Sender<Option<NodeError>>,
    /// Whether the log has been told of a branch that can't be followed.
    pub(super) told_out_of_reach: AtomicBool,
    /// Held while headers are proven.
    pub(super) proving: Mutex<()>,
    /// What came into the pool and the network has not asked for yet, oldest first.
    pub(super) arrivals: Mutex<VecDeque<Announcement>>,
    /// The folder of the node; `None`: it has none.
    pub(super) dir: Option<PathBuf>,
    /// Revision of the pool that was saved last.
    pub(super) saved_revision: AtomicU64,
    /// Held while the pool is saved.
    pub(super) saving: Mutex<()>,
}

impl Core {
    /// Opens or begins the chain in the folder.
    pub(super) fn open(
        config: NodeConfig,
        mut progress: impl FnMut(OpenProgress),
    ) -> Result<Self, OpenError> {
        let NodeConfig {
            dir,
            params,
            state_memory,
            ..
        } = config.clone();
        let opened = moneta_store::open(&dir, &params, state_memory)?;
        let core = match Self::over(opened, config.clone(), &mut progress) {
            // Opening reads less of the state than putting the chain together does.
            Err(error) if error.blames_state() => {
                let opened = moneta_store::open_anew(&dir, &params, state_memory, &error)?;
                Self::over(opened, config, progress)
            }
            core => core,
        };
        let mut core = core?;
        core.dir = Some(dir);
        core.load_mempool();
        Ok(core)
    }

    /// Starts from archive and state that are open already.
    pub(super) fn over(
        opened: Opened,
        config: NodeConfig,
        progress: impl FnMut(OpenProgress),
    ) -> Result<Self, OpenError> {
        let NodeConfig { params, clock, .. } = config;
        let (chain, archive) = restore(params.clone(), opened, progress)?;
        tracing::info!(tip = %chain.tip().id, height = %chain.tip().height, "chain opened");
        Ok(Self {
            writer: Mutex::new(Turn {
                sealer: Sealer::new(&params),
                group: Group::default(),
            }),
            params,
            clock,
            archive,
            present: RwLock::new(Present {
                chain,
                pool: Mempool::default(),
            }),
            snapshot: Mutex::default(),
            recent: Mutex::default(),
            revision: watch::Sender::new(1),
            fatal: watch::Sender::new(None),
            told_out_of_reach: AtomicBool::new(false),
            proving: Mutex::default(),
            arrivals: Mutex::default(),
            dir: None,
            saved_revision: AtomicU64::new(0),
            saving: Mutex::default(),
        })
    }

    /// Waits for the turn to write. The guard carries what only writers use.
    ///
    /// # Errors
    /// The node can't write any more.
    pub(super) fn begin_write(&self) -> Result<MutexGuard<'_, Turn>, NodeError> {
        // A writer that panicked may have left a change half made, and whoever asked for it may not have
        // waited to hear of it.
        let died = |_| self.stop_with(NodeError::Stopped);
        let turn = self.writer.lock().map_err(died)?;
        if let Some(error) = &*self.fatal.borrow() {
            return Err(error.clone());
        }
        // Nothing is concluded from a state that could not be read.
        let sound = self.read().chain.state().check_sound();
        sound.map_err(|error| self.stop(&error))?;
        Ok(turn)
    }

    /// Reads tip and pool.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Present> {
        // After a writer that panicked nothing is written any more; until the process ends, reads go on.
        self.present.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes tip and pool. Only for whoever holds the turn to write.
    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Present> {
        self.present.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everyone who waits that tip or pool changed.
    pub(super) fn announce(&self) {
        self.revision.send_modify(|revision| *revision += 1);
    }

    /// Stops all writing for good: the disk may not hold what is written from here on.
    pub(super) fn stop(&self, error: &StoreError) -> NodeError {
        if error.blames_state()
            && let Some(dir) = &self.dir
            && let Err(failed) = moneta_store::distrust_state(dir)
        {
            tracing::warn!(%failed, "it can't be noted that the state is to be made again");
        }
        self.stop_with(NodeError::Storage(error.to_string()))
    }

    pub(super) fn stop_with(&self, error: NodeError) -> NodeError {
        tracing::error!(%error, "the node stops");
        self.fatal.send_if_modified(|fatal| {
            let first = fatal.is_none();
            fatal.get_or_insert_with(|| error.clone());
            first
        });
        error
    }
}
