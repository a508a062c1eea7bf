//! A node over a chain written by hand.
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction, Txid};
use moneta_chain::{Height, Params};
use moneta_mips::mip_0002_identity::check_registration;
use moneta_mips::{
    Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId, RegisterIdentity, Registry,
    RegistryView,
};
use moneta_node_api::{
    AcceptedPackage, BlockInfo, ChainEvent, ConnectedBlock, MempoolEntry, MempoolInfo,
    MempoolRemoval, MempoolSnapshot, NodeApi, NodeError, NodeView, Rejection, Tip,
};

use super::ScriptedChain;
use super::view::ScriptedView;

/// A node that answers out of a [`ScriptedChain`] and a mempool that the test fills.
pub struct ScriptedNode {
    params: Params,
    inner: Mutex<Inner>,
}

struct Inner {
    chain: ScriptedChain,
    /// Blocks that were taken back.
    stale: Vec<Arc<ConnectedBlock>>,
    mempool: Arc<MempoolSnapshot>,
    /// What the mempool says to everything that is submitted.
    verdict: Result<(), Rejection>,
    revision: u64,
}

impl ScriptedNode {
    /// Returns a node over `chain`.
    pub fn new(chain: ScriptedChain) -> Self {
        Self {
            params: chain.params().clone(),
            inner: Mutex::new(Inner {
                chain,
                stale: Vec::new(),
                mempool: Arc::default(),
                verdict: Ok(()),
                revision: 1,
            }),
        }
    }

    /// Changes the chain.
    pub fn script<T>(&self, change: impl FnOnce(&mut ScriptedChain) -> T) -> T {
        self.with(|inner| {
            let before: Vec<_> = inner.chain.blocks().to_vec();
            let answer = change(&mut inner.chain);
            let gone = before
                .into_iter()
                .filter(|block| !inner.chain.blocks().iter().any(|kept| kept.id == block.id));
            inner.stale.extend(gone);
            inner.revision += 1;
            answer
        })
    }

    /// Fills the mempool with `entries`, parents before children.
    pub fn fill_mempool(&self, entries: Vec<Arc<MempoolEntry>>) {
        self.with(|inner| {
            inner.revision += 1;
            let spenders = entries
                .iter()
                .flat_map(|entry| {
                    let inputs = entry.transaction.input.iter();
                    inputs.map(|input| (input.previous_output, entry.txid))
                })
                .collect();
            inner.mempool = Arc::new(MempoolSnapshot {
                revision: inner.revision,
                entries,
                spenders,
            });
        });
    }

    /// Makes the mempool refuse everything from now on.
    pub fn refuse_with(&self, rejection: Rejection) {
        self.with(|inner| inner.verdict = Err(rejection));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn registry<T>(&self, read: impl FnOnce(&Registry) -> T) -> T {
        self.with(|inner| read(inner.chain.registry()))
    }
}

pub(super) fn tip_of(block: &ConnectedBlock) -> Tip {
    let time = block.block.block.header.time;
    Tip {
        height: block.height,
        id: block.id,
        time,
        median_time: time,
    }
}

#[async_trait]
impl NodeApi for ScriptedNode {
    fn params(&self) -> &Params {
        &self.params
    }

    async fn tip(&self) -> Tip {
        self.with(|inner| tip_of(inner.chain.tip()))
    }

    async fn view(&self) -> Arc<dyn NodeView> {
        self.with(|inner| {
            Arc::new(ScriptedView {
                chain: inner.chain.clone(),
                mempool: Arc::clone(&inner.mempool),
            })
        })
    }

    async fn step_from(&self, from: BlockHash) -> Result<Option<ChainEvent>, NodeError> {
        self.with(|inner| {
            let blocks = inner.chain.blocks();
            if let Some(at) = blocks.iter().position(|block| block.id == from) {
                return Ok(blocks.get(at + 1).cloned().map(ChainEvent::Connected));
            }
            let stale = inner.stale.iter().find(|block| block.id == from).cloned();
            stale
                .map(|block| Some(ChainEvent::Disconnected(block)))
                .ok_or(NodeError::UnknownBlock(from))
        })
    }

    async fn block(&self, id: BlockHash) -> Result<Option<BlockInfo>, NodeError> {
        Ok(self.with(|inner| {
            let best = inner.chain.blocks();
            let mut all = best.iter().chain(&inner.stale);
            let block = all.find(|block| block.id == id)?;
            let in_best_chain = best.iter().any(|kept| kept.id == id);
            let next = best
                .iter()
                .find(|child| child.block.block.header.prev_blockhash == id);
            Some(BlockInfo {
                block: Arc::new(block.block.clone()),
                height: block.height,
                in_best_chain,
                next: next.map(|child| child.id),
                median_time: block.block.block.header.time,
            })
        }))
    }

    async fn block_id_at(&self, height: Height) -> Option<BlockHash> {
        self.with(|inner| {
            let blocks = inner.chain.blocks().iter();
            let mut blocks = blocks.filter(|block| block.height == height);
            blocks.next().map(|block| block.id)
        })
    }

    async fn coin(&self, outpoint: OutPoint) -> Option<Coin> {
        self.with(|inner| inner.chain.coins().get(&outpoint).cloned())
    }

    async fn asset(&self, id: AssetId) -> Option<Asset> {
        self.registry(|registry| registry.asset(&id))
    }

    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId> {
        self.registry(|registry| registry.asset_of_symbol(&issuer, symbol))
    }

    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord> {
        self.registry(|registry| registry.freeze(&asset, &coin))
    }

    async fn identity(&self, id: IdentityId) -> Option<Identity> {
        self.registry(|registry| registry.identity(&id))
    }

    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        self.registry(|registry| registry.identity_of_handle(handle))
    }

    async fn check_registration(&self, register: RegisterIdentity) -> Result<(), Rejection> {
        let next = self.tip().await.height.next();
        let checked = self.registry(|registry| check_registration(&register, registry, next));
        checked.map_err(|error| Rejection {
            code: error.code().to_owned(),
            detail: error.to_string(),
        })
    }

    async fn mempool(&self) -> Arc<MempoolSnapshot> {
        self.with(|inner| Arc::clone(&inner.mempool))
    }

    async fn check_transaction(&self, transaction: Transaction) -> Result<MempoolEntry, Rejection> {
        self.with(|inner| {
            inner.verdict.clone()?;
            Ok(MempoolEntry {
                txid: transaction.compute_txid(),
                vsize: transaction.vsize() as u64,
                transaction: Arc::new(transaction),
                spent: Vec::new(),
                attachments: Default::default(),
                fee: bitcoin::Amount::ZERO,
                arrived: 0,
            })
        })
    }

    async fn submit_transaction(&self, transaction: Transaction) -> Result<Txid, Rejection> {
        self.with(|inner| inner.verdict.clone().map(|()| transaction.compute_txid()))
    }

    async fn submit_package(
        &self,
        package: Vec<Transaction>,
    ) -> Result<AcceptedPackage, Rejection> {
        self.with(|inner| {
            inner.verdict.clone()?;
            Ok(AcceptedPackage {
                txids: package.iter().map(Transaction::compute_txid).collect(),
                replaced: Vec::new(),
            })
        })
    }

    async fn mempool_info(&self) -> MempoolInfo {
        self.with(|inner| MempoolInfo {
            transactions: inner.mempool.entries.len(),
            vsize: inner.mempool.entries.iter().map(|entry| entry.vsize).sum(),
            memory: 0,
            max_memory: 300_000_000,
            min_fee_per_kvb: 1_000,
            incremental_fee_per_kvb: 1_000,
            orphans: 0,
            resting: 0,
        })
    }

    async fn mempool_removals(&self, _seen: u64) -> Vec<MempoolRemoval> {
        Vec::new()
    }

    async fn mine(&self, blocks: u32, payout: ScriptBuf) -> Result<Vec<BlockHash>, NodeError> {
        let owner = payout.as_bytes().last().copied().unwrap_or_default();
        Ok(self.script(|chain| (0..blocks).map(|_| chain.mine(owner).id).collect()))
    }

    async fn changed(&self, seen: u64) -> u64 {
        let now = self.with(|inner| inner.revision);
        if now == seen {
            std::future::pending::<()>().await;
        }
        now
    }
}
