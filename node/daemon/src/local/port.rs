//! The node in this process, as everybody outside sees it.
use std::sync::Arc;

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction, Txid};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_consensus::CoinView;
use moneta_mips::mip_0002_identity::check_registration;
use moneta_mips::{
    Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId, Key, RegisterIdentity, RegistryView,
};
use moneta_node_api::{
    AcceptedPackage, BlockInfo, ChainEvent, MempoolEntry, MempoolInfo, MempoolRemoval,
    MempoolSnapshot, NodeApi, NodeError, NodeView, Rejection, Tip,
};
use moneta_store::{Durability, Opened, StateDigest};

use super::core::Core;
use super::prove::{AncestorProof, RecordProof};
use super::submit::refused;
use super::view::LocalView;
use crate::miner::{history_time, next_time};
use crate::{NodeConfig, OpenError, OpenProgress};

/// Seconds between the blocks of a made-up history.
const HISTORY_SPACING: u32 = 60;

/// A node in this process: chain, mempool and miner over one folder. The folder is free again once the
/// last clone of the node and of its tasks is gone.
pub struct LocalNode {
    pub(super) core: Arc<Core>,
}

impl LocalNode {
    /// Opens the chain in `config.dir`, or begins a new one there.
    ///
    /// # Errors
    /// The folder is in use or can't be written, or what lies in it is damaged or of another network.
    pub fn open(config: NodeConfig) -> Result<Arc<Self>, OpenError> {
        Self::open_reporting(config, |_| ())
    }

    /// The same, and tells how far the replay of a long chain has come.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_reporting(
        config: NodeConfig,
        progress: impl FnMut(OpenProgress),
    ) -> Result<Arc<Self>, OpenError> {
        let core = Arc::new(Core::open(config, progress)?);
        Ok(Arc::new(Self { core }))
    }

    /// Starts a node over archive and state that are open already, for example in memory. Its mempool is not kept, and
    /// `config.dir` is not looked at.
    ///
    /// # Errors
    /// What lies there is damaged.
    pub fn over(opened: Opened, config: NodeConfig) -> Result<Arc<Self>, OpenError> {
        let core = Arc::new(Core::over(opened, config, |_| ())?);
        Ok(Arc::new(Self { core }))
    }

    /// Offers a block. One that is known already is accepted again; one on a side branch is kept.
    ///
    /// # Errors
    /// The rule it breaks.
    pub async fn submit_block(&self, block: SealedBlock) -> Result<BlockHash, Rejection> {
        self.accept_block(block, Durability::Now).await
    }

    /// The same, and says when the block has to outlive a power cut. Blocks taken with [`Durability::Soon`] become
    /// durable together: when enough of them wait, with the next that is taken with [`Durability::Now`], by
    /// [`Self::flush`], and when the node is dropped. Readers that follow the chain are not led onto them before.
    ///
    /// # Errors
    /// The rule it breaks.
    pub async fn accept_block(
        &self,
        block: SealedBlock,
        durability: Durability,
    ) -> Result<BlockHash, Rejection> {
        self.work(move |core| Ok(core.submit_block(block, durability)))
            .await
            .map_err(refused)?
    }

    /// Returns once every block that was taken outlives a power cut. Cheap if there is nothing to do: call it every
    /// few seconds while [`Durability::Soon`] is in use, and when a sync is done.
    ///
    /// # Errors
    /// Storage failed: the node stops.
    pub async fn flush(&self) -> Result<(), NodeError> {
        self.work(Core::flush).await
    }

    /// Proves what is, or that nothing is, under a key of the registry, from the tip's header alone (MIP-7);
    /// `None` at genesis.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn prove_record(&self, key: Key) -> Result<Option<RecordProof>, NodeError> {
        self.work(move |core| core.prove_record(&key)).await
    }

    /// Proves from the tip's header alone that a block of the best chain is an ancestor of the tip (MIP-7);
    /// `None` if it is not below it.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn prove_ancestor(&self, height: Height) -> Result<Option<AncestorProof>, NodeError> {
        self.work(move |core| core.prove_ancestor(height)).await
    }

    /// Mines `blocks` blocks whose times lie 60 s apart and end now, so that a fresh chain has coins to
    /// spend at once. Does nothing to a chain that has blocks already.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn mine_history(
        &self,
        blocks: u32,
        payout: ScriptBuf,
    ) -> Result<Vec<BlockHash>, NodeError> {
        if self.tip().await.height != Height::GENESIS {
            return Ok(Vec::new());
        }
        let mut ids = Vec::new();
        for left in (1..=blocks).rev() {
            let payout = payout.clone();
            let id = self.work(move |core| {
                core.mine_one(&payout, |tip, now| {
                    Ok(history_time(tip, left, now, HISTORY_SPACING))
                })
            });
            ids.push(id.await?);
        }
        Ok(ids)
    }

    /// Waits until the node can't go on (its storage failed) and returns why. The process should then
    /// exit with an error: what it would acknowledge from here on might not last.
    pub async fn fatal(&self) -> NodeError {
        let mut fatal = self.core.fatal.subscribe();
        match fatal.wait_for(Option::is_some).await {
            Ok(error) => error.clone().unwrap_or(NodeError::Stopped),
            Err(_) => NodeError::Stopped,
        }
    }

    /// Returns the digest of all coins, the whole registry and the chain up to the tip: equal on equal chains. Others read
    /// and write meanwhile.
    pub async fn state_digest(&self) -> Result<StateDigest, NodeError> {
        self.work(Core::state_digest).await
    }

    /// Does work that may wait for the disk or for its turn, off the threads that serve others.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Core) -> Result<T, NodeError> + Send + 'static,
    ) -> Result<T, NodeError> {
        let core = Arc::clone(&self.core);
        match tokio::task::spawn_blocking(move || work(&core)).await {
            Ok(done) => done,
            // A panic may have left a change half made: nothing may be built on it.
            Err(error) if error.is_panic() => Err(self.core.stop_with(NodeError::Stopped)),
            Err(_) => Err(NodeError::Stopped),
        }
    }
}

#[async_trait]
impl NodeApi for LocalNode {
    fn params(&self) -> &Params {
        &self.core.params
    }

    async fn tip(&self) -> Tip {
        self.core.read().chain.tip()
    }

    async fn view(&self) -> Arc<dyn NodeView> {
        Arc::new(LocalView::take(&self.core))
    }

    async fn step_from(&self, from: BlockHash) -> Result<Option<ChainEvent>, NodeError> {
        self.work(move |core| core.step_from(from)).await
    }

    async fn block(&self, id: BlockHash) -> Result<Option<BlockInfo>, NodeError> {
        self.work(move |core| core.block(id)).await
    }

    async fn block_id_at(&self, height: Height) -> Option<BlockHash> {
        self.core.read().chain.id_at(height)
    }

    async fn coin(&self, outpoint: OutPoint) -> Option<Coin> {
        self.core.read().chain.state().coin(&outpoint)
    }

    async fn asset(&self, id: AssetId) -> Option<Asset> {
        self.core.read().chain.state().registry().asset(&id)
    }

    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId> {
        let present = self.core.read();
        present
            .chain
            .state()
            .registry()
            .asset_of_symbol(&issuer, symbol)
    }

    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord> {
        let present = self.core.read();
        let next = present.chain.tip().height.next();
        let record = present.chain.state().registry().freeze(&asset, &coin);
        record.filter(|record| record.holds_at(next))
    }

    async fn identity(&self, id: IdentityId) -> Option<Identity> {
        self.core.read().chain.state().registry().identity(&id)
    }

    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        let present = self.core.read();
        present.chain.state().registry().identity_of_handle(handle)
    }

    async fn check_registration(&self, register: RegisterIdentity) -> Result<(), Rejection> {
        let present = self.core.read();
        let next = present.chain.tip().height.next();
        let registry = present.chain.state().registry();
        check_registration(&register, registry, next).map_err(|error| Rejection {
            code: error.code().to_owned(),
            detail: error.to_string(),
        })
    }

    async fn mempool(&self) -> Arc<MempoolSnapshot> {
        self.core.mempool()
    }

    async fn check_transaction(&self, transaction: Transaction) -> Result<MempoolEntry, Rejection> {
        self.work(move |core| Ok(core.check_transaction(transaction)))
            .await
            .map_err(refused)?
    }

    async fn submit_transaction(&self, transaction: Transaction) -> Result<Txid, Rejection> {
        self.work(move |core| Ok(core.submit_transaction(transaction)))
            .await
            .map_err(refused)?
    }

    async fn submit_package(
        &self,
        package: Vec<Transaction>,
    ) -> Result<AcceptedPackage, Rejection> {
        self.work(move |core| Ok(core.submit_package(package)))
            .await
            .map_err(refused)?
    }

    async fn mempool_info(&self) -> MempoolInfo {
        let now = self.core.clock.now();
        self.core.read().pool.info(now)
    }

    async fn mempool_removals(&self, seen: u64) -> Vec<MempoolRemoval> {
        self.core.read().pool.removals(seen)
    }

    async fn mine(&self, blocks: u32, payout: ScriptBuf) -> Result<Vec<BlockHash>, NodeError> {
        let mut ids = Vec::new();
        for left in (1..=blocks).rev() {
            let payout = payout.clone();
            let max_future = self.core.params.max_future_seconds;
            let id = self.work(move |core| {
                core.mine_one(&payout, |tip, now| next_time(tip, left, now, max_future))
            });
            match id.await {
                Ok(id) => ids.push(id),
                // What is mined stays mined, so the caller is told of it rather than refused.
                Err(NodeError::TooFarAhead { .. }) if !ids.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(ids)
    }

    async fn changed(&self, seen: u64) -> u64 {
        let mut revision = self.core.revision.subscribe();
        match revision.wait_for(|now| *now != seen).await {
            Ok(now) => *now,
            // The sender lives in the core, which lives as long as this call.
            Err(_) => seen,
        }
    }
}
