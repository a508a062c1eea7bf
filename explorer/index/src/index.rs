//! The index as a whole: opening, following, and handing out views.
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use moneta_chain::{Network, Params};
use moneta_node_api::{ChainEvent, ConnectedBlock, MempoolSnapshot, NodeApi, NodeError, Tip};

use crate::names::{Names, entries_of};
use crate::rows::{Batch, genesis_block, rows, rows_undone};
use crate::store::Store;
use crate::{IndexError, Pending, Suggestion, View};

/// Blocks that may be committed without being synced while the index is catching up.
const MAX_LOOSE_BLOCKS: u32 = 512;

/// The explorer's and the wallets' look-up tables. Cheap to share behind an `Arc`; all calls take `&self`.
///
/// Calls read and write files and so may block for milliseconds: from async code use a blocking task.
/// One follower calls [`Index::catch_up_step`]; readers are never held up by it.
pub struct Index {
    pub(crate) store: Store,
    pub(crate) names: Names,
    network: Network,
    genesis: ConnectedBlock,
    tip: RwLock<Tip>,
    /// Held by whoever changes the index: reading needs no lock.
    writing: Mutex<()>,
    /// Blocks committed since the last sync.
    loose: AtomicU32,
    /// Whether wrong rows have already cost one rebuild; a second time it is not the rows that are wrong.
    rebuilt: AtomicBool,
    pending: Mutex<Option<Arc<Pending>>>,
}

/// What one step of following did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatchUp {
    /// The index stands where the node does, and is on disk.
    Current,
    /// One block was connected or taken back; there may be more.
    Stepped,
    /// The node knows nothing of the index's tip (another chain), or a row was wrong: the index starts
    /// again from genesis.
    Restarted,
}

impl Index {
    /// Opens the index in `folder` (`index.redb` and `search.sled/`), or makes it.
    ///
    /// An index that is damaged, of another format or of another genesis is thrown away and begun anew.
    ///
    /// # Errors
    /// Another process has it open, or the disk fails.
    pub fn open(folder: &Path, params: &Params) -> Result<Self, IndexError> {
        std::fs::create_dir_all(folder)?;
        let genesis = genesis_block(params);
        let store = Store::open(&folder.join("index.redb"), &rows(&genesis))?;
        let view = View::new(store.moment()?, params.network)?;
        let names = Names::open(&folder.join("search.sled"))?;
        if !names.stands_at(view.tip().id) {
            names.rebuild(&view)?;
        }
        Ok(Self {
            store,
            names,
            network: params.network,
            genesis,
            tip: RwLock::new(view.tip()),
            writing: Mutex::new(()),
            loose: AtomicU32::new(0),
            rebuilt: AtomicBool::new(false),
            pending: Mutex::default(),
        })
    }

    /// Returns the block the index stands at.
    pub fn tip(&self) -> Tip {
        // A tip is written whole, so one that a panicking thread left behind is still a tip.
        *self.tip.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the index as it is now; it does not change under the reader.
    ///
    /// # Errors
    /// The disk fails.
    pub fn view(&self) -> Result<View, IndexError> {
        View::new(self.store.moment()?, self.network)
    }

    /// Follows one step of the chain, rows and tip in one transaction.
    ///
    /// The step may still be lost with the machine until [`CatchUp::Current`]; it is pulled again then.
    ///
    /// # Errors
    /// The event does not follow on the tip, a row is wrong, or the disk fails; nothing has changed then.
    pub fn apply(&self, event: &ChainEvent) -> Result<(), IndexError> {
        let _writing = self.lock();
        let (block, batch) = match event {
            ChainEvent::Connected(block) => (block, rows(block)),
            ChainEvent::Disconnected(block) => (block, rows_undone(block)),
        };
        let tip = self.tip();
        // Genesis stays: there is nothing below it to stand at.
        if batch.from != Some(tip.id) || batch.to.is_none() {
            return Err(IndexError::OutOfStep {
                tip: tip.id,
                got: block.id,
                height: block.height,
            });
        }
        // Names are read where the block still, or already, is in the index.
        let entries = match event {
            ChainEvent::Disconnected(block) => Some(entries_of(&self.view()?, block)?),
            ChainEvent::Connected(_) => None,
        };
        self.commit(&batch)?;
        let view = self.view()?;
        self.set_tip(view.tip());
        // The step is done, whatever becomes of the names: what they miss is noticed at the next block.
        let named = match entries {
            _ if !self.names.stands_at(tip.id) => self.names.rebuild(&view),
            None => entries_of(&view, block).and_then(|new| self.names.add(new, view.tip().id)),
            Some(gone) => self.names.remove(gone, view.tip().id),
        };
        if let Err(error) = named {
            tracing::warn!(%error, "search suggestions miss a block");
        }
        Ok(())
    }

    /// Asks the node for the next step and follows it. Call it until it says [`CatchUp::Current`], then
    /// wait for [`NodeApi::changed`]. Two that follow at once do no harm.
    ///
    /// # Errors
    /// The node or the disk fails.
    pub async fn catch_up_step(&self, node: &dyn NodeApi) -> Result<CatchUp, IndexError> {
        let tip = self.tip();
        match node.step_from(tip.id).await {
            Ok(None) => {
                self.settle()?;
                Ok(CatchUp::Current)
            }
            Ok(Some(event)) => match self.apply(&event) {
                Ok(()) => Ok(CatchUp::Stepped),
                // Somebody else has gone the same step meanwhile.
                Err(IndexError::OutOfStep { .. }) if self.tip().id != tip.id => {
                    Ok(CatchUp::Stepped)
                }
                Err(error) if error.asks_for_rebuild() => {
                    if self.rebuilt.swap(true, Ordering::Relaxed) {
                        return Err(error);
                    }
                    tracing::warn!(%error, height = %tip.height, "the index is built anew");
                    self.restart()
                }
                Err(error) => Err(error),
            },
            Err(NodeError::UnknownBlock(block)) => {
                tracing::warn!(%block, "the index stands on a block the node does not know; it is built anew");
                self.restart()
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns names that begin with what somebody types: at most `limit` (never more than 20).
    pub fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        self.names.begin_with(prefix, limit)
    }

    /// Returns the mempool by owner; sorted anew only when the snapshot's revision has changed.
    pub fn pending(&self, snapshot: Arc<MempoolSnapshot>) -> Arc<Pending> {
        let mut cached = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        match &*cached {
            Some(pending) if pending.snapshot().revision == snapshot.revision => {
                Arc::clone(pending)
            }
            _ => Arc::clone(cached.insert(Arc::new(Pending::of(snapshot)))),
        }
    }

    fn commit(&self, batch: &Batch) -> Result<(), IndexError> {
        let loose = self.loose.load(Ordering::Relaxed).saturating_add(1);
        let durable = loose >= MAX_LOOSE_BLOCKS;
        self.store.commit(batch, durable)?;
        self.loose
            .store(if durable { 0 } else { loose }, Ordering::Relaxed);
        Ok(())
    }

    /// Makes what was followed so far safe on disk.
    fn settle(&self) -> Result<(), IndexError> {
        if self.loose.load(Ordering::Relaxed) > 0 {
            self.store.sync()?;
            self.loose.store(0, Ordering::Relaxed);
        }
        Ok(())
    }

    fn restart(&self) -> Result<CatchUp, IndexError> {
        let _writing = self.lock();
        self.store.restart(&rows(&self.genesis))?;
        self.loose.store(0, Ordering::Relaxed);
        let view = self.view()?;
        self.names.rebuild(&view)?;
        self.set_tip(view.tip());
        Ok(CatchUp::Restarted)
    }

    /// What is on disk is whole whoever panicked: a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_tip(&self, tip: Tip) {
        *self.tip.write().unwrap_or_else(PoisonError::into_inner) = tip;
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // Nothing is lost if it fails: what is not on disk is pulled again.
        if let Err(error) = self.settle() {
            tracing::warn!(%error, "the last blocks of the index did not reach the disk");
        }
    }
}
