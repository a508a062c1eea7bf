//! A node whose mempool can be told to change its mind: it approves of a transaction and then refuses it.
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bitcoin::{BlockHash, OutPoint, ScriptBuf, Transaction, Txid};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_daemon::LocalNode;
use moneta_mips::{Asset, AssetId, Coin, FreezeRecord, Identity, IdentityId, RegisterIdentity};
use moneta_node_api::{
    AcceptedPackage, BlockInfo, ChainEvent, MempoolEntry, MempoolInfo, MempoolRemoval,
    MempoolSnapshot, NodeApi, NodeError, NodeView, Rejection, Tip,
};

/// A real node behind a door that can be shut for transactions.
pub(crate) struct Door {
    pub(crate) node: Arc<LocalNode>,
    /// Whether what is submitted is refused.
    pub(crate) shut: Arc<AtomicBool>,
    /// What the node is given while somebody reads.
    pub(crate) turn: Arc<Mutex<Turn>>,
}

/// Blocks that come once so many blocks have been read.
#[derive(Default)]
pub(crate) struct Turn {
    pub(crate) after: usize,
    pub(crate) blocks: Vec<SealedBlock>,
}

impl Turn {
    /// Notes that a block was read; returns what is to come now.
    fn read(&mut self) -> Vec<SealedBlock> {
        self.after = self.after.saturating_sub(1);
        match self.after {
            0 => std::mem::take(&mut self.blocks),
            _ => Vec::new(),
        }
    }
}

#[async_trait]
impl NodeApi for Door {
    async fn check_registration(&self, register: RegisterIdentity) -> Result<(), Rejection> {
        self.node.check_registration(register).await
    }
    async fn submit_transaction(&self, transaction: Transaction) -> Result<Txid, Rejection> {
        if self.shut.load(Ordering::SeqCst) {
            let (code, detail) = ("tx.mempool_conflict".into(), "the door is shut".into());
            return Err(Rejection { code, detail });
        }
        self.node.submit_transaction(transaction).await
    }
    async fn check_transaction(&self, transaction: Transaction) -> Result<MempoolEntry, Rejection> {
        self.node.check_transaction(transaction).await
    }
    fn params(&self) -> &Params {
        self.node.params()
    }
    async fn tip(&self) -> Tip {
        self.node.tip().await
    }
    async fn view(&self) -> Arc<dyn NodeView> {
        self.node.view().await
    }
    async fn step_from(&self, from: BlockHash) -> Result<Option<ChainEvent>, NodeError> {
        self.node.step_from(from).await
    }
    async fn block(&self, id: BlockHash) -> Result<Option<BlockInfo>, NodeError> {
        let found = self.node.block(id).await;
        let coming = self.turn.lock().expect("nobody panics here").read();
        for block in coming {
            let taken = self.node.submit_block(block).await;
            taken.map_err(|error| NodeError::Storage(error.to_string()))?;
        }
        found
    }
    async fn block_id_at(&self, height: Height) -> Option<BlockHash> {
        self.node.block_id_at(height).await
    }
    async fn coin(&self, outpoint: OutPoint) -> Option<Coin> {
        self.node.coin(outpoint).await
    }
    async fn asset(&self, id: AssetId) -> Option<Asset> {
        self.node.asset(id).await
    }
    async fn asset_of_symbol(&self, issuer: IdentityId, symbol: &str) -> Option<AssetId> {
        self.node.asset_of_symbol(issuer, symbol).await
    }
    async fn freeze(&self, asset: AssetId, coin: OutPoint) -> Option<FreezeRecord> {
        self.node.freeze(asset, coin).await
    }
    async fn identity(&self, id: IdentityId) -> Option<Identity> {
        self.node.identity(id).await
    }
    async fn identity_of_handle(&self, handle: &str) -> Option<IdentityId> {
        self.node.identity_of_handle(handle).await
    }
    async fn mempool(&self) -> Arc<MempoolSnapshot> {
        self.node.mempool().await
    }
    async fn submit_package(
        &self,
        package: Vec<Transaction>,
    ) -> Result<AcceptedPackage, Rejection> {
        self.node.submit_package(package).await
    }
    async fn mempool_info(&self) -> MempoolInfo {
        self.node.mempool_info().await
    }
    async fn mempool_removals(&self, seen: u64) -> Vec<MempoolRemoval> {
        self.node.mempool_removals(seen).await
    }
    async fn mine(&self, blocks: u32, payout: ScriptBuf) -> Result<Vec<BlockHash>, NodeError> {
        self.node.mine(blocks, payout).await
    }
    async fn changed(&self, seen: u64) -> u64 {
        self.node.changed(seen).await
    }
}
