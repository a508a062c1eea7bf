//! What every handler may reach.
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::FromRef;
use bitcoin::ScriptBuf;
use moneta_api_types::codes;
use moneta_chain::{Network, Params};
use moneta_index::{Index, Pending, View};
use moneta_node_api::NodeApi;
use tokio::sync::{Semaphore, watch};

use crate::custody::Signer;
use crate::error::ApiError;
use crate::store::{Store, TenantId, WalletId};
use crate::wallets::ScriptCache;
use crate::{Clock, Random};

/// How long a request waits for the index to reach the node's tip.
const CATCH_UP: Duration = Duration::from_secs(5);
/// Wallets are locked by the hash of their name; two that share a lock only wait for each other.
const LOCKS: usize = 256;
/// Most live event streams at once.
const STREAMS: usize = 256;

/// What every handler may reach. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The chain and the mempool.
    pub(crate) node: Arc<dyn NodeApi>,
    /// The look-up tables.
    pub(crate) index: Arc<Index>,
    /// Where users reach this gateway, without a slash at the end.
    pub(crate) public_url: Arc<str>,
    /// Whether this is a sandbox.
    pub(crate) sandbox: bool,
    /// Keys, wallets, operations, given answers.
    pub(crate) store: Store,
    /// Who signs.
    pub(crate) signer: Signer,
    /// Where the time comes from.
    pub(crate) clock: Clock,
    /// Where names come from.
    pub(crate) random: Random,
    /// The sandbox's faucet; `None` in a gateway that is none.
    pub(crate) faucet: Option<Faucet>,
    /// What handlers share while they run.
    pub(crate) shared: Arc<Shared>,
}

/// The wallet that a sandbox's miner pays and the faucet gives from.
#[derive(Debug, Clone)]
pub(crate) struct Faucet {
    /// Its tenant: the gateway itself.
    pub(crate) tenant: TenantId,
    /// The wallet.
    pub(crate) wallet: WalletId,
    /// Script of its first address.
    pub(crate) script: ScriptBuf,
}

/// What handlers share while they run; nothing here outlives the process.
pub(crate) struct Shared {
    locks: Vec<tokio::sync::Mutex<()>>,
    /// Idempotency-Keys whose first request is under way.
    pub(crate) in_flight: Mutex<BTreeSet<(TenantId, String)>>,
    /// Counts the index's steps: whoever waits for a block watches it.
    pub(crate) steps: watch::Sender<u64>,
    /// Becomes true when the gateway stops.
    pub(crate) stopping: watch::Sender<bool>,
    /// Scripts of wallets, derived once.
    pub(crate) scripts: ScriptCache,
    /// Constants of the network.
    pub(crate) params: Arc<Params>,
    /// A permit for each live event stream.
    pub(crate) streams: Arc<Semaphore>,
}

/// One moment of chain and mempool, for look-ups that may block.
pub(crate) struct Scene {
    /// The confirmed past.
    pub(crate) view: View,
    /// What waits for a block.
    pub(crate) pending: Arc<Pending>,
    /// Constants of the network.
    pub(crate) params: Arc<Params>,
}

impl Shared {
    pub(crate) fn new(params: Params) -> Self {
        Self {
            params: Arc::new(params),
            locks: (0..LOCKS).map(|_| tokio::sync::Mutex::new(())).collect(),
            in_flight: Mutex::default(),
            steps: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
            scripts: ScriptCache::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }

    /// Waits until nobody else plans with the wallet's coins, and keeps others out meanwhile.
    pub(crate) async fn lock_wallet(&self, id: &WalletId) -> tokio::sync::MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let slot = hasher.finish() % (LOCKS as u64);
        self.locks[usize::try_from(slot).unwrap_or_default()]
            .lock()
            .await
    }
}

impl AppState {
    /// Returns the network.
    pub(crate) fn network(&self) -> Network {
        self.node.params().network
    }

    /// Returns seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Draws `N` random bytes.
    pub(crate) fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// Runs `work` on one moment of chain and mempool, away from the async threads. The moment is not
    /// older than this call.
    ///
    /// # Errors
    /// The index can't keep up, the disk fails, or `work` says so.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Scene) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        // Mempool first: a transaction that is mined meanwhile is then in both, and never in neither.
        let snapshot = self.node.mempool().await;
        self.catch_up().await?;
        let (index, params) = (self.index.clone(), self.shared.params.clone());
        let looked = tokio::task::spawn_blocking(move || {
            let pending = index.pending(snapshot);
            let scene = Scene {
                view: index.view()?,
                pending,
                params,
            };
            work(&scene)
        });
        looked
            .await
            .unwrap_or_else(|error| Err(ApiError::internal(&error)))
    }

    /// Waits until the index has reached the block that is the node's tip now, or a later one.
    ///
    /// # Errors
    /// It takes too long: what the index says would be old.
    pub(crate) async fn catch_up(&self) -> Result<(), ApiError> {
        let mut steps = self.shared.steps.subscribe();
        let caught_up = async {
            loop {
                let (goal, tip) = (self.node.tip().await, self.index.tip());
                if tip.id == goal.id || steps.changed().await.is_err() {
                    return;
                }
            }
        };
        tokio::time::timeout(CATCH_UP, caught_up)
            .await
            .map_err(|_| {
                ApiError::new(
                    codes::GATEWAY_BEHIND,
                    "the gateway's index is catching up with the chain; try again in a moment",
                )
            })
    }

    /// Takes an Idempotency-Key for a request that begins; `None` if another has it.
    pub(crate) fn begin(&self, tenant: &TenantId, key: &str) -> Option<InFlight> {
        let name = (tenant.clone(), key.to_owned());
        let mut held = self
            .shared
            .in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        held.insert(name.clone()).then(|| InFlight {
            shared: self.shared.clone(),
            name,
        })
    }
}

/// Holds an Idempotency-Key while its first request is under way.
pub(crate) struct InFlight {
    shared: Arc<Shared>,
    name: (TenantId, String),
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let held = self.shared.in_flight.lock();
        held.unwrap_or_else(PoisonError::into_inner)
            .remove(&self.name);
    }
}

impl FromRef<AppState> for Random {
    fn from_ref(state: &AppState) -> Self {
        state.random.clone()
    }
}
