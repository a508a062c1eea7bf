//! A node under test: coins that anybody can spend, and a clock that stands still.
use std::path::Path;
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, Block, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Txid,
    Witness, transaction,
};
use moneta_chain::{Height, Params, SealedBlock};
use moneta_node_api::NodeApi;
use moneta_store::StateDigest;
use tempfile::TempDir;

use crate::{FixedClock, LocalNode, NodeConfig};

/// When the tests take place.
pub(super) const NOW: u64 = 1_800_000_000;

pub(super) struct Fixture {
    pub(super) node: Arc<LocalNode>,
    pub(super) clock: Arc<FixedClock>,
    pub(super) dir: Arc<TempDir>,
}

impl Fixture {
    /// A node at genesis.
    pub(super) fn fresh() -> Self {
        let dir = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(FixedClock::new(NOW));
        let node = open(dir.path(), &clock);
        Self { node, clock, dir }
    }

    /// A node with `spendable` coinbases of 5 MTA that are ripe at the tip.
    pub(super) async fn with_coins(spendable: u32) -> Self {
        let fixture = Self::fresh();
        fixture
            .node
            .mine_history(99 + spendable, anyone())
            .await
            .unwrap();
        fixture
    }

    /// Stops the node and starts it again on the same folder.
    pub(super) fn reopened(self) -> Self {
        let Self { node, clock, dir } = self;
        drop(node);
        let node = open(dir.path(), &clock);
        Self { node, clock, dir }
    }

    pub(super) async fn mine(&self, blocks: u32) -> Vec<BlockHash> {
        self.node.mine(blocks, anyone()).await.unwrap()
    }

    pub(super) async fn height(&self) -> u32 {
        self.node.tip().await.height.to_u32()
    }

    pub(super) async fn digest(&self) -> StateDigest {
        self.node.state_digest().await.unwrap()
    }

    pub(super) async fn block(&self, id: BlockHash) -> SealedBlock {
        SealedBlock::clone(&self.node.block(id).await.unwrap().unwrap().block)
    }

    /// Returns the coinbase coin of the block at `height`.
    pub(super) async fn coinbase(&self, height: u32) -> OutPoint {
        let id = self.node.block_id_at(Height::new(height)).await.unwrap();
        let block = self.block(id).await;
        OutPoint::new(block.block.txdata[0].compute_txid(), 0)
    }

    /// Returns a transaction that spends `coins` of this node or of `parents`, for `fee`, to `outputs`
    /// equal outputs.
    pub(super) async fn pay(&self, coins: &[OutPoint], outputs: u64, fee: u64) -> Transaction {
        let mut total = 0;
        for coin in coins {
            total += self.value(*coin).await;
        }
        let value = Amount::from_sat((total - fee) / outputs);
        let rest = Amount::from_sat((total - fee) % outputs);
        let mut tx = spend(coins, &vec![value; usize::try_from(outputs).unwrap()]);
        tx.output[0].value += rest;
        tx
    }

    pub(super) async fn value(&self, coin: OutPoint) -> u64 {
        if let Some(coin) = self.node.coin(coin).await {
            return coin.output.value.to_sat();
        }
        let pool = self.node.mempool().await;
        let parent = pool.entries.iter().find(|entry| entry.txid == coin.txid);
        let output = &parent.unwrap().transaction.output[coin.vout as usize];
        output.value.to_sat()
    }

    pub(super) async fn submit(&self, tx: &Transaction) -> Result<Txid, String> {
        let submitted = self.node.submit_transaction(tx.clone()).await;
        submitted.map_err(|rejection| rejection.code)
    }

    /// Asks what the pool would say.
    pub(super) async fn check(&self, tx: &Transaction) -> Result<(), String> {
        let checked = self.node.check_transaction(tx.clone()).await;
        checked.map(|_| ()).map_err(|rejection| rejection.code)
    }

    pub(super) async fn pooled(&self) -> Vec<Txid> {
        let pool = self.node.mempool().await;
        pool.entries.iter().map(|entry| entry.txid).collect()
    }

    /// Copies the best chain of `other`, block by block.
    pub(super) async fn follow(&self, other: &Self) {
        for height in 1..=other.height().await {
            let id = other.node.block_id_at(Height::new(height)).await.unwrap();
            let block = other.block(id).await;
            self.node.submit_block(block).await.unwrap();
        }
    }
}

pub(super) fn open(dir: &Path, clock: &Arc<FixedClock>) -> Arc<LocalNode> {
    let config = NodeConfig {
        dir: dir.to_path_buf(),
        params: Params::dev(),
        clock: Arc::clone(clock) as Arc<dyn crate::Clock>,
        state_memory: NodeConfig::STATE_MEMORY,
    };
    LocalNode::open(config).unwrap()
}

fn true_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// A script that anybody can spend from, with `OP_TRUE` as witness script.
pub(super) fn anyone() -> ScriptBuf {
    true_script().to_p2wsh()
}

/// Another script that anybody can spend from: tells two miners apart.
pub(super) fn anyone_else() -> ScriptBuf {
    ScriptBuf::new_p2sh(&true_script().script_hash())
}

/// Returns a transaction that spends coins of [`anyone`] into coins of [`anyone`].
pub(super) fn spend(coins: &[OutPoint], values: &[Amount]) -> Transaction {
    let input = |previous_output: &OutPoint| TxIn {
        previous_output: *previous_output,
        script_sig: ScriptBuf::new(),
        sequence: Sequence::MAX,
        witness: Witness::from_slice(&[true_script().as_bytes()]),
    };
    let output = |value: &Amount| TxOut {
        value: *value,
        script_pubkey: anyone(),
    };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: coins.iter().map(input).collect(),
        output: values.iter().map(output).collect(),
    }
}

/// Puts other transactions behind a block's coinbase and makes its commitments and seal right again.
pub(super) fn resealed(mut block: Block, height: u32) -> SealedBlock {
    crate::miner::commit(&mut block);
    crate::miner::Sealer::new(&Params::dev()).seal(block, Height::new(height))
}
