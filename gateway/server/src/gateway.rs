//! A gateway from its folder to its end: open, serve, stop.
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

use bitcoin::ScriptBuf;
use bitcoin::hashes::Hash;
use futures_util::FutureExt;
use moneta_api_types::WalletKind;
use moneta_index::{CatchUp, Index, IndexError};
use moneta_keys::{AccountPublic, Keychain};
use moneta_node_api::NodeApi;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use crate::GatewayConfig;
use crate::connections::{self, Limits};
use crate::custody::{CustodyKey, Signer};
use crate::error::ApiError;
use crate::jobs::{follow_index, keep_house, keep_opening, resubmit};
use crate::router::router;
use crate::state::{AppState, Faucet, Shared};
use crate::store::{Store, StoreError, TenantId, WalletId, WalletRecord, hex};

/// Tenant of the sandbox's demo key.
const DEMO_TENANT: &str = "tnt_demo";
/// Tenant of the gateway's own wallets.
const OWN_TENANT: &str = "tnt_gateway";
/// The faucet's wallet.
const FAUCET_WALLET: &str = "wal_faucet";

/// Why a gateway can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file can't be read or written.
    #[error("{path} can't be used: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process has the file open.
    #[error("{0} is in use by another process")]
    InUse(PathBuf),
    /// The key of the hosted wallets is gone, the wallets are there.
    #[error(
        "{0} is missing, but there are wallets sealed with it; restore it from a backup, or start in another folder"
    )]
    CustodyKeyMissing(PathBuf),
    /// `gateway.redb` fails.
    #[error("gateway.redb failed: {0}")]
    Store(Box<redb::Error>),
    /// `gateway.redb` is not one that this gateway can go on with.
    #[error("{path} belongs to another gateway: its {what} is not this one's")]
    ForeignStore {
        /// The file.
        path: PathBuf,
        /// What differs: `format`, `network` or `custody`.
        what: String,
    },
    /// The index can't be opened or can't follow the chain.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A part could not start; the log says why.
    #[error("the gateway could not start: {0}")]
    Start(String),
}

/// Why a gateway stopped serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The index can't follow the chain any more: answers would be old.
    #[error("the gateway's index can't follow the chain any more: {0}")]
    Index(#[from] IndexError),
}

/// An opened gateway.
pub struct Gateway {
    state: AppState,
    demo_key: String,
    faucet_script: ScriptBuf,
}

impl Gateway {
    /// Opens the gateway over `config.data_dir`, brings its index up to the node's tip, and submits again
    /// what was accepted before and is not in a block.
    ///
    /// # Errors
    /// A file can't be used, is damaged, or is of another network.
    pub async fn open(config: GatewayConfig, node: Arc<dyn NodeApi>) -> Result<Self, OpenError> {
        let dir = &config.data_dir;
        std::fs::create_dir_all(dir).map_err(|source| OpenError::File {
            path: dir.clone(),
            source,
        })?;
        let key = CustodyKey::open(dir, &config.random)?;
        let (network, mark) = (node.params().network, key.derive("moneta/custody-mark"));
        let genesis = node.params().genesis.block_hash();
        let marks: [(&str, &[u8]); 2] = [("network", genesis.as_byte_array()), ("custody", &mark)];
        let store = Store::open(dir, &marks)?;
        let demo_key = format!("mk_{}", hex(&key.derive("moneta/demo-api-key")));
        let signer = Signer::start(key, config.random.clone(), store.clone(), network);

        let index = Arc::new(Index::open(dir, node.params())?);
        while index.catch_up_step(&*node).await? != CatchUp::Current {}

        let shared = Arc::new(Shared::new(node.params().clone()));
        let mut state = AppState {
            node,
            index,
            public_url: config.public_url.into(),
            sandbox: config.sandbox,
            store,
            signer,
            clock: config.clock,
            random: config.random,
            faucet: None,
            shared,
        };
        let faucet = open_faucet(&state).await.map_err(start)?;
        let faucet_script = faucet.script.clone();
        if config.sandbox {
            state.faucet = Some(faucet);
            put_key(&state, &demo_key, TenantId::from_text(DEMO_TENANT))
                .await
                .map_err(|error| start(error.into()))?;
        }
        resubmit(&state).await.map_err(start)?;
        Ok(Self {
            state,
            demo_key,
            faucet_script,
        })
    }

    /// Returns the API key of the sandbox's demo tenant: the same after every start, and good in a
    /// sandbox only.
    pub fn demo_api_key(&self) -> String {
        self.demo_key.clone()
    }

    /// Makes a tenant and returns its API key. Only the key's hash is kept, so this is the one time it
    /// can be read.
    ///
    /// # Errors
    /// The store fails.
    pub async fn create_api_key(&self) -> Result<String, OpenError> {
        let state = &self.state;
        let mut secret = Zeroizing::new([0; 32]);
        (state.random)(&mut *secret);
        let (key, tenant) = (
            format!("mk_{}", hex(&*secret)),
            TenantId::new("tnt", &state.draw()),
        );
        put_key(state, &key, tenant)
            .await
            .map_err(|error| start(error.into()))?;
        Ok(key)
    }

    /// Returns the script of the faucet's wallet: whom the sandbox's miner pays.
    pub fn faucet_script(&self) -> ScriptBuf {
        self.faucet_script.clone()
    }

    /// Returns the routes without a socket.
    #[cfg(test)]
    pub(crate) fn into_router(self) -> axum::Router {
        router(self.state)
    }

    /// Answers requests on `listener` until `shutdown` is ready, and lets those under way finish.
    ///
    /// # Errors
    /// The index can't follow the chain any more.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServeError> {
        let state = self.state;
        let stopping = state.shared.stopping.clone();
        let house = tokio::spawn(keep_house(state.clone()));
        let opener = tokio::spawn(keep_opening(state.clone()));
        let mut follower = tokio::spawn(follow_index(state.clone()));
        let mut stopped = stopping.subscribe();
        let drained = async move {
            // An error means that nobody can say stop any more, which is a stop as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let mut server = std::pin::pin!(
            connections::serve(listener, router(state), Limits::DEFAULT, drained).fuse()
        );
        let early = tokio::select! {
            () = shutdown => Ok(()),
            () = &mut server => Ok(()),
            followed = &mut follower => followed.unwrap_or(Ok(())).map_err(ServeError::from),
        };
        stopping.send_replace(true);
        server.await;
        let _ = house.await;
        let _ = opener.await;
        early
    }
}

fn start(error: ApiError) -> OpenError {
    OpenError::Start(error.detail().to_owned())
}

async fn put_key(state: &AppState, key: &str, tenant: TenantId) -> Result<(), StoreError> {
    let key = key.to_owned();
    state
        .store
        .write(move |write| write.put_key(&key, &tenant))
        .await
}

/// Finds the faucet's wallet, or makes it.
async fn open_faucet(state: &AppState) -> Result<Faucet, ApiError> {
    let (tenant, id) = (
        TenantId::from_text(OWN_TENANT),
        WalletId::from_text(FAUCET_WALLET),
    );
    let found = {
        let (tenant, id) = (tenant.clone(), id.clone());
        state
            .store
            .read(move |read| Ok::<_, ApiError>(read.wallet(&tenant, &id)?))
            .await?
    };
    let descriptor = match found {
        Some(wallet) => wallet.descriptor,
        None => make_faucet(state, &tenant, &id).await?,
    };
    let account: AccountPublic = descriptor
        .parse()
        .map_err(|error| ApiError::internal(&error))?;
    Ok(Faucet {
        tenant,
        wallet: id,
        script: account.script(Keychain::External, 0),
    })
}

async fn make_faucet(
    state: &AppState,
    tenant: &TenantId,
    id: &WalletId,
) -> Result<String, ApiError> {
    let seed = state.signer.make(tenant, id).await?;
    let wallet = WalletRecord {
        id: id.clone(),
        name: "Faucet".into(),
        kind: WalletKind::Hosted,
        descriptor: seed.account.to_string(),
        created: state.now(),
        next_external: 1,
        next_internal: 0,
    };
    let descriptor = wallet.descriptor.clone();
    let tenant = tenant.clone();
    state
        .store
        .write(move |write| {
            write.put_wallet(&tenant, &wallet)?;
            write.put_sealed_seed(&tenant, &wallet.id, &seed.sealed)?;
            Ok::<_, ApiError>(())
        })
        .await?;
    Ok(descriptor)
}
