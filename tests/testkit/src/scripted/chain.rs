//! Blocks that do what the test says.
use std::collections::BTreeMap;
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{
    Amount, Block, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode, TxOut, Txid,
    Witness, WitnessProgram, WitnessVersion, transaction,
};
use moneta_chain::{Height, Params, Seal, SealedBlock};
use moneta_mips::{Attachment, Change, Coin, Envelope, Operation, Registry};
use moneta_node_api::{ConnectedBlock, ConnectedTransaction, MempoolEntry};

/// Returns the script of test owner `owner`: pay to the witness key hash of 20 equal bytes.
pub fn script_of(owner: u8) -> ScriptBuf {
    let program = WitnessProgram::new(WitnessVersion::V0, &[owner; 20]).expect("20 bytes");
    ScriptBuf::new_witness_program(&program)
}

/// Returns an output of `grains` to an owner.
pub fn out_to(owner: u8, grains: u64) -> TxOut {
    TxOut {
        value: Amount::from_sat(grains),
        script_pubkey: script_of(owner),
    }
}

/// What a transaction shall do.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The coins it spends.
    pub inputs: Vec<OutPoint>,
    /// Its outputs and what they hold.
    pub outputs: Vec<(TxOut, Option<Attachment>)>,
    /// What it does to the registry. `Txid::all_zeros()` in a record stands for this transaction.
    pub changes: Vec<Change>,
    /// Operations of an envelope, carried by one more output; none, no envelope.
    pub operations: Vec<Operation>,
}

/// The chain at one height.
#[derive(Debug, Clone, Default)]
struct State {
    coins: BTreeMap<OutPoint, Coin>,
    registry: Registry,
}

/// A chain written by hand.
#[derive(Debug, Clone)]
pub struct ScriptedChain {
    params: Params,
    blocks: Vec<Arc<ConnectedBlock>>,
    /// After each block.
    states: Vec<State>,
    drafted: Vec<(Transaction, ConnectedTransaction)>,
    next: State,
    /// Makes every transaction and block unlike all before, on every branch.
    serial: u32,
}

impl Default for ScriptedChain {
    fn default() -> Self {
        Self::new()
    }
}

impl ScriptedChain {
    /// Returns a chain of the dev network with genesis only.
    pub fn new() -> Self {
        let params = Params::dev();
        let block = params.genesis.clone();
        let coinbase = connected(&block.txdata[0], Vec::new(), BTreeMap::new(), Vec::new());
        let genesis = ConnectedBlock {
            id: block.block_hash(),
            height: Height::GENESIS,
            block: SealedBlock {
                block,
                seal: Seal::default(),
            },
            transactions: vec![coinbase],
        };
        Self {
            params,
            blocks: vec![Arc::new(genesis)],
            states: vec![State::default()],
            drafted: Vec::new(),
            next: State::default(),
            serial: 0,
        }
    }

    /// Returns the constants of the network.
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// Returns the blocks, genesis first.
    pub fn blocks(&self) -> &[Arc<ConnectedBlock>] {
        &self.blocks
    }

    /// Returns the last block.
    pub fn tip(&self) -> &Arc<ConnectedBlock> {
        self.blocks.last().expect("genesis stays")
    }

    /// Returns the unspent coins, the drafted transactions counted in.
    pub const fn coins(&self) -> &BTreeMap<OutPoint, Coin> {
        &self.next.coins
    }

    /// Returns the registry, the drafted transactions counted in.
    pub const fn registry(&self) -> &Registry {
        &self.next.registry
    }

    /// Returns the height of the block that comes next.
    pub fn next_height(&self) -> Height {
        self.tip().height.next()
    }

    /// Puts a transaction into the next block.
    pub fn add(&mut self, draft: Draft) -> Txid {
        let (transaction, done) = self.build(draft);
        let txid = done.txid;
        for input in &transaction.input {
            self.next.coins.remove(&input.previous_output);
        }
        self.create(&transaction, &done, false);
        done.changes
            .iter()
            .for_each(|change| self.next.registry.apply(change));
        self.drafted.push((transaction, done));
        txid
    }

    /// Makes a transaction that waits in the mempool, and changes nothing.
    pub fn waiting(&mut self, draft: Draft, parents: &[Arc<MempoolEntry>]) -> Arc<MempoolEntry> {
        for parent in parents {
            for (vout, output) in (0u32..).zip(&parent.transaction.output) {
                let coin = Coin {
                    output: output.clone(),
                    height: self.next_height(),
                    coinbase: false,
                    attachment: parent.attachments.get(&vout).cloned(),
                };
                let outpoint = OutPoint::new(parent.txid, vout);
                self.next.coins.insert(outpoint, coin);
            }
        }
        let (transaction, done) = self.build(draft);
        for parent in parents {
            for (vout, _) in (0u32..).zip(&parent.transaction.output) {
                self.next.coins.remove(&OutPoint::new(parent.txid, vout));
            }
        }
        Arc::new(MempoolEntry {
            txid: done.txid,
            vsize: transaction.vsize() as u64,
            transaction: Arc::new(transaction),
            spent: done.spent,
            attachments: done.attachments,
            fee: done.fee,
            arrived: 1_700_000_000,
        })
    }

    /// Ends the next block; its coinbase pays 5 MTA and the fees to `owner`.
    pub fn mine(&mut self, owner: u8) -> Arc<ConnectedBlock> {
        self.serial += 1;
        let height = self.next_height();
        let fees: Amount = self.drafted.iter().map(|(_, done)| done.fee).sum();
        let reward = self.params.subsidy(height) + fees;
        let tag = PushBytesBuf::try_from(self.serial.to_le_bytes().to_vec()).expect("4 bytes");
        let coinbase = transaction_of(
            vec![TxIn {
                previous_output: OutPoint::null(),
                script_sig: Builder::new()
                    .push_int(height.to_u32().into())
                    .push_slice(tag)
                    .into_script(),
                sequence: Sequence::MAX,
                witness: Witness::from_slice(&[[0u8; 32]]),
            }],
            vec![out_to(owner, reward.to_sat())],
        );
        let done = connected(&coinbase, Vec::new(), BTreeMap::new(), Vec::new());
        self.create(&coinbase, &done, true);
        let mut all = vec![(coinbase, done)];
        all.append(&mut self.drafted);
        let (txdata, transactions): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let mut block = Block {
            header: Header {
                version: Version::from_consensus(0x2000_0000),
                prev_blockhash: self.tip().id,
                merkle_root: TxMerkleNode::all_zeros(),
                time: self.params.genesis.header.time + 60 * height.to_u32(),
                bits: self.params.easiest_bits(),
                nonce: self.serial,
            },
            txdata,
        };
        block.header.merkle_root = block.compute_merkle_root().expect("a coinbase");
        let connected = Arc::new(ConnectedBlock {
            id: block.block_hash(),
            height,
            block: SealedBlock {
                block,
                seal: Seal {
                    nonce: self.serial.into(),
                    mix_hash: [7; 32],
                },
            },
            transactions,
        });
        self.blocks.push(Arc::clone(&connected));
        self.states.push(self.next.clone());
        connected
    }

    /// Takes the last block back; what was drafted is forgotten.
    pub fn take_back(&mut self) -> Arc<ConnectedBlock> {
        assert!(self.blocks.len() > 1, "genesis stays");
        self.drafted.clear();
        self.states.pop();
        self.next = self.states.last().expect("genesis stays").clone();
        self.blocks.pop().expect("more than genesis")
    }

    fn build(&mut self, draft: Draft) -> (Transaction, ConnectedTransaction) {
        self.serial += 1;
        let spent: Vec<Coin> = draft
            .inputs
            .iter()
            .map(|input| self.next.coins[input].clone())
            .collect();
        let inputs = draft.inputs.iter().map(|input| TxIn {
            previous_output: *input,
            script_sig: ScriptBuf::new(),
            sequence: Sequence::ENABLE_RBF_NO_LOCKTIME,
            witness: Witness::from_slice(&[[1u8; 64].as_slice(), &[2u8; 33]]),
        });
        let inputs = inputs.collect();
        let mut outputs = Vec::new();
        let mut attachments = BTreeMap::new();
        for (vout, (output, attachment)) in (0u32..).zip(draft.outputs) {
            outputs.push(output);
            attachments.extend(attachment.map(|attachment| (vout, attachment)));
        }
        if !draft.operations.is_empty() {
            let envelope = Envelope {
                operations: draft.operations,
                ..Envelope::default()
            };
            outputs.push(TxOut {
                value: Amount::ZERO,
                script_pubkey: envelope.to_script(),
            });
        }
        let mut transaction = transaction_of(inputs, outputs);
        // Keeps transactions apart that are otherwise the same.
        transaction.lock_time = LockTime::from_consensus(self.serial);
        let txid = transaction.compute_txid();
        let changes = draft.changes.into_iter();
        let changes = changes
            .map(|change| super::registry::signed(change, txid))
            .collect();
        let done = connected(&transaction, spent, attachments, changes);
        (transaction, done)
    }

    fn create(&mut self, transaction: &Transaction, done: &ConnectedTransaction, coinbase: bool) {
        for (vout, output) in (0u32..).zip(&transaction.output) {
            if output.script_pubkey.is_op_return() {
                continue;
            }
            let coin = Coin {
                output: output.clone(),
                height: self.next_height(),
                coinbase,
                attachment: done.attachments.get(&vout).cloned(),
            };
            self.next.coins.insert(OutPoint::new(done.txid, vout), coin);
        }
    }
}

fn transaction_of(input: Vec<TxIn>, output: Vec<TxOut>) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input,
        output,
    }
}

fn connected(
    transaction: &Transaction,
    spent: Vec<Coin>,
    attachments: BTreeMap<u32, Attachment>,
    changes: Vec<Change>,
) -> ConnectedTransaction {
    let paid_in: Amount = spent.iter().map(|coin| coin.output.value).sum();
    let paid_out: Amount = transaction.output.iter().map(|output| output.value).sum();
    ConnectedTransaction {
        txid: transaction.compute_txid(),
        spent,
        attachments,
        changes,
        fee: paid_in.checked_sub(paid_out).unwrap_or(Amount::ZERO),
    }
}
