//! A chain that mines on demand and judges with the real rules.
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::{Amount, Block, BlockHash, OutPoint, Transaction, TxIn, TxOut, transaction};
use moneta_chain::{Height, Params, Seal, SealedBlock, seal_hash};
use moneta_commitments::CommitmentState;
use moneta_consensus::{
    BlockError, ChainView, CoinView, MEDIAN_SPAN, ParentBlock, Past, RecentTimes, ScriptTrust,
    ValidBlock, check_alone, check_in_chain, full_size, light_cache, registry_changes,
    registry_reversal, required_bits, spent_scripts,
};
use moneta_ethash::{Dataset, LightCache, full_hash};
use moneta_mips::Coin;

use super::assemble::{assemble, commit, commit_to_past};
use super::{TestState, payout_script};

/// Seconds between two blocks.
const SPACING: u32 = 60;

/// A dev chain in memory.
pub struct TestChain {
    params: Params,
    /// Blocks above genesis.
    blocks: Vec<ValidBlock>,
    state: TestState,
    commitments: CommitmentState,
    light: Arc<LightCache>,
    dataset: Dataset,
    now: u64,
}

impl Default for TestChain {
    fn default() -> Self {
        Self::new()
    }
}

impl TestChain {
    /// Starts a chain at the dev genesis; its clock shows the time of the tip.
    pub fn new() -> Self {
        Self::with_params(Params::dev())
    }

    /// Starts a chain with constants of one's own, for rules whose limits are far away.
    pub fn with_params(params: Params) -> Self {
        let light = Arc::new(light_cache(&params, 0));
        let dataset = Dataset::new(&light, full_size(&params, 0));
        let now = u64::from(params.genesis.header.time);
        let commitments = CommitmentState::genesis(&params);
        Self {
            params,
            blocks: Vec::new(),
            state: TestState::default(),
            commitments,
            light,
            dataset,
            now,
        }
    }

    /// Returns the network's constants.
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// Returns coins and registry at the tip.
    pub const fn state(&self) -> &TestState {
        &self.state
    }

    /// Returns what the next block's commitments follow from.
    pub const fn commitments(&self) -> &CommitmentState {
        &self.commitments
    }

    /// Returns the light cache that seals are checked with, and leave to use it without end.
    pub const fn light(&self) -> &Arc<LightCache> {
        &self.light
    }

    /// Returns what the clock shows, in seconds since 1970.
    pub const fn now(&self) -> u64 {
        self.now
    }

    /// Returns the blocks above genesis.
    pub fn blocks(&self) -> &[ValidBlock] {
        &self.blocks
    }

    /// Returns the height of the tip.
    pub fn height(&self) -> Height {
        self.blocks
            .last()
            .map_or(Height::GENESIS, ValidBlock::height)
    }

    /// Returns the tip as the parent of the next block.
    pub fn parent(&self) -> ParentBlock {
        let genesis = ParentBlock::genesis(&self.params);
        let Some(tip) = self.blocks.last() else {
            return genesis;
        };
        let times = (0..=self.blocks.len()).filter_map(|height| self.time_at(height));
        ParentBlock {
            id: tip.id(),
            height: tip.height(),
            times: RecentTimes::of(times.skip(self.blocks.len().saturating_sub(MEDIAN_SPAN))),
        }
    }

    /// Returns what the next block is judged against.
    pub const fn past(&self) -> Past<'_> {
        Past {
            chain: self,
            coins: &self.state,
            registry: &self.state.registry,
            commitments: &self.commitments,
            params: &self.params,
        }
    }

    /// Puts a coin into the state that no block made, so that a test need not mine for it.
    pub fn grant(&mut self, output: TxOut) -> OutPoint {
        let mut txid = [0xee; 32];
        let number = self.state.coins.len() as u64;
        txid[..8].copy_from_slice(&number.to_le_bytes());
        let outpoint = OutPoint::new(bitcoin::hashes::Hash::from_byte_array(txid), 0);
        let coin = Coin {
            output,
            height: self.height(),
            coinbase: false,
            attachment: None,
        };
        self.state.coins.insert(outpoint, coin);
        outpoint
    }

    /// Grants a coin that anybody can spend.
    pub fn grant_open(&mut self, grains: u64) -> OutPoint {
        self.grant(TxOut {
            value: Amount::from_sat(grains),
            script_pubkey: payout_script(),
        })
    }

    /// Makes an unsigned transaction.
    pub fn spend(coins: &[OutPoint], outputs: Vec<TxOut>) -> Transaction {
        let input = |outpoint: &OutPoint| TxIn {
            previous_output: *outpoint,
            ..TxIn::default()
        };
        Transaction {
            version: transaction::Version::TWO,
            lock_time: LockTime::ZERO,
            input: coins.iter().map(input).collect(),
            output: outputs,
        }
    }

    /// Makes the next block, without a seal, out of `transactions`: it takes subsidy and fees.
    pub fn template(&self, transactions: Vec<Transaction>) -> Block {
        let parent = self.parent();
        let fees = self.fees(&transactions);
        let reward = self.params.subsidy(parent.height.next()) + fees;
        let time = self.tip_time() + SPACING;
        let bits = required_bits(&parent, &self.params);
        let mut block = assemble(&parent, time, bits, reward, transactions);
        self.commit(&mut block);
        block
    }

    /// Makes a block commit to what it holds now. One that breaks a rule can't say what it commits to: it
    /// stays as it is, and is refused for that rule.
    pub fn commit(&self, block: &mut Block) {
        commit(block);
        let _ = commit_to_past(block, self.height().next(), &self.past());
    }

    /// Searches nonces until the block is sealed.
    ///
    /// # Panics
    /// No nonce seals it.
    pub fn seal(&self, block: Block) -> SealedBlock {
        self.seal_from(block, 0)
    }

    /// Seals a block as [`Self::seal`] does, with the next nonce beyond `nonce` that does.
    ///
    /// # Panics
    /// No nonce seals it.
    pub fn seal_after(&self, block: Block, nonce: u64) -> SealedBlock {
        self.seal_from(block, nonce.saturating_add(1))
    }

    fn seal_from(&self, block: Block, first: u64) -> SealedBlock {
        let hash = seal_hash(&block.header);
        let target = block.header.target().to_be_bytes();
        let seal = (first..=u64::MAX).find_map(|nonce| {
            let hashed = full_hash(self.dataset.as_bytes(), &hash, nonce);
            let mix_hash = hashed.mix_hash;
            (hashed.result <= target).then_some(Seal { nonce, mix_hash })
        });
        let seal = seal.expect("dev difficulty needs two tries");
        SealedBlock { block, seal }
    }

    /// Judges a block on the tip, its time being now at the earliest; nothing changes.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn check(&self, block: SealedBlock) -> Result<ValidBlock, BlockError> {
        self.check_over(&self.state, block)
    }

    /// Judges a block on the tip over other coins than the chain's.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn check_over(
        &self,
        coins: &dyn CoinView,
        block: SealedBlock,
    ) -> Result<ValidBlock, BlockError> {
        let now = self.now.max(u64::from(self.tip_time() + SPACING));
        let checked = check_alone(block, &self.parent(), now, &self.params, &self.light)?;
        let past = Past {
            coins,
            ..self.past()
        };
        check_in_chain(checked, &past, &ScriptTrust::Verify)
    }

    /// Judges a block that is not sealed yet.
    ///
    /// # Errors
    /// The rule it breaks.
    pub fn check_template(&self, block: Block) -> Result<ValidBlock, BlockError> {
        self.check(self.seal(block))
    }

    /// Makes a valid block the tip.
    ///
    /// # Panics
    /// It does not stand on the tip.
    pub fn connect(&mut self, block: ValidBlock) {
        let header = &block.block().block.header;
        assert_eq!(
            header.prev_blockhash,
            self.parent().id,
            "a block stands on the tip"
        );
        self.now = self.now.max(u64::from(header.time));
        for (tx, effect) in block.block().block.txdata.iter().zip(block.transactions()) {
            self.state.apply(tx, effect, block.height());
        }
        self.commitments.extend(
            &block.block().block,
            spent_scripts(block.transactions()),
            &registry_changes(block.transactions()),
        );
        self.blocks.push(block);
    }

    /// Takes the tip back and returns it.
    pub fn disconnect(&mut self) -> Option<ValidBlock> {
        let block = self.blocks.pop()?;
        self.commitments
            .take_back(&registry_reversal(block.transactions()));
        let transactions = block.block().block.txdata.iter().zip(block.transactions());
        for (tx, effect) in transactions.rev() {
            self.state.undo(tx, effect);
        }
        Some(block)
    }

    /// Mines the next block out of `transactions` and returns its id.
    ///
    /// # Errors
    /// The rule it breaks; nothing has changed then.
    pub fn mine(&mut self, transactions: Vec<Transaction>) -> Result<BlockHash, BlockError> {
        let block = self.check_template(self.template(transactions))?;
        let id = block.id();
        self.connect(block);
        Ok(id)
    }

    /// Mines `count` blocks without transactions.
    ///
    /// # Panics
    /// An empty block was refused.
    pub fn mine_empty(&mut self, count: u32) {
        for _ in 0..count {
            self.mine(Vec::new()).expect("an empty block is valid");
        }
    }

    fn tip_time(&self) -> u32 {
        self.time_at(self.blocks.len()).expect("the tip has a time")
    }

    fn time_at(&self, height: usize) -> Option<u32> {
        match height.checked_sub(1) {
            None => Some(self.params.genesis.header.time),
            Some(at) => Some(self.blocks.get(at)?.block().block.header.time),
        }
    }

    /// What the transactions pay together; those that spend what is not there pay nothing.
    fn fees(&self, transactions: &[Transaction]) -> Amount {
        let created = |outpoint: &OutPoint| {
            let tx = transactions
                .iter()
                .find(|tx| tx.compute_txid() == outpoint.txid)?;
            Some(tx.output.get(outpoint.vout as usize)?.value)
        };
        let value = |outpoint: &OutPoint| {
            let coin = self.state.coin(outpoint).map(|coin| coin.output.value);
            coin.or_else(|| created(outpoint)).map_or(0, Amount::to_sat)
        };
        let fee = |tx: &Transaction| {
            let inputs: u64 = tx
                .input
                .iter()
                .map(|input| value(&input.previous_output))
                .sum();
            let outputs = tx.output.iter().map(|output| output.value.to_sat());
            inputs.saturating_sub(outputs.fold(0, u64::saturating_add))
        };
        Amount::from_sat(transactions.iter().map(fee).sum())
    }
}

impl ChainView for TestChain {
    fn median_time_past(&self, height: Height) -> Option<u32> {
        let top = height.to_u32() as usize;
        let times: Option<Vec<u32>> = (top.saturating_sub(10)..=top)
            .map(|height| self.time_at(height))
            .collect();
        let mut times = times?;
        times.sort_unstable();
        times.get(times.len() / 2).copied()
    }
}
