//! The chain that all kills play on: long enough to be pruned, with two branches that leave it.
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use bitcoin::absolute::LockTime;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness,
    transaction,
};
use moneta_chain::{Height, Params, SEAL_LEN, Seal, SealedBlock};
use moneta_daemon::{FixedClock, LocalNode, NodeConfig, StateDigest, upkeep};
use moneta_node_api::NodeApi;
use tempfile::TempDir;

/// Blocks below the parting of the branches: more than pruning keeps.
const BASE: u32 = upkeep::MIN_KEPT + 120;
/// Blocks of each branch.
const BRANCH: usize = 24;
/// Outputs of each payment, so that coins crowd into tables.
const OUTPUTS: u64 = 120;
/// Blocks by which each branch in turn overtakes the other.
const LEAD: usize = 3;

/// A chain, its branches, and the states of a node that was never killed.
pub(crate) struct Story {
    folder: TempDir,
    /// Digest of the state at each block from the parting on.
    digests: HashMap<BlockHash, StateDigest>,
    /// Heights of all of them.
    heights: HashMap<BlockHash, Height>,
    /// Where the branches part.
    pub(crate) parting: BlockHash,
}

/// When the story begins.
pub(crate) const NOW: u64 = 1_800_000_000;
/// Seconds between its blocks.
const SPACING: u64 = 60;

/// Opens a node whose clock stands late enough for every block.
pub(crate) fn open(dir: &Path, state_memory: usize) -> anyhow::Result<Arc<LocalNode>> {
    let end = NOW + SPACING * (BRANCH as u64 + 1);
    open_at(dir, state_memory, Arc::new(FixedClock::new(end)))
}

fn open_at(
    dir: &Path,
    state_memory: usize,
    clock: Arc<FixedClock>,
) -> anyhow::Result<Arc<LocalNode>> {
    let config = NodeConfig {
        dir: dir.to_path_buf(),
        params: Params::dev(),
        clock,
        state_memory,
    };
    Ok(LocalNode::open(config)?)
}

impl Story {
    /// Mines it.
    pub(crate) async fn tell() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let dir = folder.path();
        let one = Teller::begin(&dir.join("base"))?;
        one.node.mine_history(BASE, anyone()).await?;
        let parting = one.node.tip().await.id;
        let mut story = Self {
            digests: HashMap::new(),
            heights: HashMap::new(),
            parting,
            folder,
        };
        story.note(&one).await?;
        drop(one);
        let (base, dir) = (story.base(), story.folder.path().to_owned());
        let mut branches = Vec::new();
        for (name, first) in [("one", 1), ("two", 2)] {
            let at = dir.join(name);
            copy(&base, &at)?;
            let teller = Teller::begin(&at)?;
            let mut blocks = Vec::new();
            for number in 0..BRANCH {
                let coin = first + 2 * u32::try_from(number)?;
                blocks.push(teller.block(coin).await?);
                story.note(&teller).await?;
            }
            branches.push(blocks);
            drop(teller);
            fs::remove_dir_all(at)?;
        }
        let facts = upkeep::export(&base, &Params::dev(), &story.snapshot(), 0)?;
        anyhow::ensure!(Some(&facts.digest) == story.digests.get(&parting));
        let [one, two] = &branches[..] else {
            unreachable!("there are two")
        };
        fs::write(story.path("branch"), encode(one))?;
        fs::write(story.path("branches"), encode(&in_turn(one, two)))?;
        Ok(story)
    }

    async fn note(&mut self, teller: &Teller) -> anyhow::Result<()> {
        let tip = teller.node.tip().await;
        self.digests
            .insert(tip.id, teller.node.state_digest().await?);
        self.heights.insert(tip.id, tip.height);
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of the chain where the branches part.
    pub(crate) fn base(&self) -> PathBuf {
        self.path("base")
    }

    /// The snapshot of it.
    pub(crate) fn snapshot(&self) -> PathBuf {
        self.path("snapshot")
    }

    /// The folder that all of it lies in.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Digest of the state at a block, as one has it that was never killed.
    pub(crate) fn digest(&self, id: &BlockHash) -> anyhow::Result<StateDigest> {
        let digest = self.digests.get(id).copied();
        digest.with_context(|| format!("{id} is no tip that there ever was"))
    }
}

/// The blocks of both branches, each in turn overtaking the other.
fn in_turn(one: &[SealedBlock], two: &[SealedBlock]) -> Vec<SealedBlock> {
    let mut blocks = Vec::new();
    let (mut told_one, mut told_two) = (0, 0);
    while told_one < one.len() {
        let to = (told_two + LEAD).min(one.len());
        blocks.extend_from_slice(&one[told_one..to]);
        told_one = to;
        let to = (told_one + LEAD).min(two.len());
        blocks.extend_from_slice(&two[told_two..to]);
        told_two = to;
    }
    blocks
}

/// A node that makes blocks.
struct Teller {
    node: Arc<LocalNode>,
    clock: Arc<FixedClock>,
}

impl Teller {
    fn begin(dir: &Path) -> anyhow::Result<Self> {
        let clock = Arc::new(FixedClock::new(NOW));
        let node = open_at(dir, NodeConfig::STATE_MEMORY, clock.clone())?;
        Ok(Self { node, clock })
    }

    /// Mines a block with a payment that splits the coinbase of block `from`.
    async fn block(&self, from: u32) -> anyhow::Result<SealedBlock> {
        let coinbase = self.block_at(Height::new(from)).await?;
        let coinbase = coinbase.block.txdata.first().context("a coinbase")?.clone();
        let payment = split(&coinbase)?;
        self.node.submit_transaction(payment).await?;
        self.clock.advance(SPACING);
        self.node.mine(1, anyone()).await?;
        self.block_at(self.node.tip().await.height).await
    }

    async fn block_at(&self, height: Height) -> anyhow::Result<SealedBlock> {
        let id = self.node.block_id_at(height).await;
        let block = self
            .node
            .block(id.context("a height of the chain")?)
            .await?;
        Ok(SealedBlock::clone(&block.context("a body")?.block))
    }
}

fn true_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// A script that anybody can spend from.
fn anyone() -> ScriptBuf {
    true_script().to_p2wsh()
}

fn split(coinbase: &Transaction) -> anyhow::Result<Transaction> {
    let coin = coinbase.output.first().context("a coinbase pays")?;
    let fee = Amount::from_sat(100_000);
    let rest = coin.value.checked_sub(fee).context("more than the fee")?;
    let output = TxOut {
        value: rest / OUTPUTS,
        script_pubkey: anyone(),
    };
    Ok(Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::new(coinbase.compute_txid(), 0),
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[true_script().as_bytes()]),
        }],
        output: vec![output; usize::try_from(OUTPUTS)?],
    })
}

fn encode(blocks: &[SealedBlock]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for block in blocks {
        bytes.extend_from_slice(&block.seal.encode());
        bytes.extend_from_slice(&bitcoin::consensus::serialize(&block.block));
    }
    bytes
}

/// Reads blocks that a story wrote.
pub(crate) fn read_blocks(file: &Path) -> anyhow::Result<Vec<SealedBlock>> {
    let bytes = fs::read(file)?;
    let mut rest = &bytes[..];
    let mut blocks = Vec::new();
    while let Some((seal, behind)) = rest.split_first_chunk::<SEAL_LEN>() {
        let (block, len) = bitcoin::consensus::deserialize_partial(behind)?;
        blocks.push(SealedBlock {
            block,
            seal: Seal::decode(seal),
        });
        rest = behind.get(len..).unwrap_or_default();
    }
    Ok(blocks)
}

/// Copies a folder with what is in it.
pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
