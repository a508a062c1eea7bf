//! A block out of a template: coinbase, witness commitment, merkle root. Pure.
use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::script::{Builder, PushBytesBuf};
use bitcoin::{
    Amount, Block, CompactTarget, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode,
    TxOut, Witness, WitnessMerkleNode, transaction,
};
use moneta_chain::Params;
use moneta_commitments::{Commitments, placeholder};
use moneta_consensus::ParentBlock;

/// What the coinbase says beside the height.
const COINBASE_TEXT: &[u8; 8] = b"/Moneta/";
/// First bytes of the output that commits to all witnesses (BIP141).
const WITNESS_COMMITMENT_TAG: [u8; 4] = [0xaa, 0x21, 0xa9, 0xed];
/// The coinbase's own witness (BIP141): 32 bytes without meaning so far.
const WITNESS_RESERVED: [u8; 32] = [0; 32];
/// Weight that header, count and coinbase take: the coinbase's outputs are three, its scripts short.
pub(crate) const RESERVED_WEIGHT: u64 = 4_000;
/// Signature-operation cost that the coinbase's payout script may have.
pub(crate) const RESERVED_SIGOP_COST: u64 = 400;

/// What goes into the next block.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// The block it stands on.
    pub(crate) parent: ParentBlock,
    /// Its version, with what it signals for.
    pub(crate) version: Version,
    /// Its difficulty.
    pub(crate) bits: CompactTarget,
    /// Its time.
    pub(crate) time: u32,
    /// Its transactions, the coinbase left aside.
    pub(crate) transactions: Vec<Transaction>,
    /// What they pay together.
    pub(crate) fees: Amount,
    /// Script that the coinbase pays.
    pub(crate) payout: ScriptBuf,
}

/// Builds the block; what it commits to in its chain, and its seal, are still to be found.
pub(crate) fn assemble(template: Template, params: &Params) -> Block {
    let coinbase = coinbase(&template, params);
    let mut txdata = vec![coinbase];
    txdata.extend(template.transactions);
    let mut block = Block {
        header: Header {
            version: template.version,
            prev_blockhash: template.parent.id,
            merkle_root: TxMerkleNode::all_zeros(),
            time: template.time,
            bits: template.bits,
            nonce: 0,
        },
        txdata,
    };
    commit(&mut block);
    block
}

/// Writes into the coinbase what the block commits to in its chain (MIP-7), and [`commit`]s.
pub(crate) fn commit_to_past(block: &mut Block, commitments: &Commitments) {
    if let Some(coinbase) = block.txdata.first_mut() {
        commitments.write_into(coinbase);
    }
    commit(block);
}

/// Makes the coinbase commit to all witnesses and the header to all transactions, as they are now.
pub(crate) fn commit(block: &mut Block) {
    commit_to_witnesses(block);
    if let Some(root) = block.compute_merkle_root() {
        block.header.merkle_root = root;
    }
}

fn coinbase(template: &Template, params: &Params) -> Transaction {
    let height = template.parent.height.next();
    let reward = params.subsidy(height) + template.fees;
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            // Height first (BIP34). The text makes the script long enough at heights below 17.
            script_sig: Builder::new()
                .push_int(i64::from(height.to_u32()))
                .push_slice(COINBASE_TEXT)
                .into_script(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[WITNESS_RESERVED]),
        }],
        output: vec![
            TxOut {
                value: reward,
                script_pubkey: template.payout.clone(),
            },
            placeholder(),
            TxOut {
                value: Amount::ZERO,
                script_pubkey: commitment_script([0; 32]),
            },
        ],
    }
}

/// Writes into the coinbase's last output what all witnesses hash to.
fn commit_to_witnesses(block: &mut Block) {
    let root = block
        .witness_root()
        .unwrap_or_else(WitnessMerkleNode::all_zeros);
    let commitment = Block::compute_witness_commitment(&root, &WITNESS_RESERVED);
    let output = block
        .txdata
        .first_mut()
        .and_then(|coinbase| coinbase.output.last_mut());
    if let Some(output) = output {
        output.script_pubkey = commitment_script(commitment.to_byte_array());
    }
}

fn commitment_script(commitment: [u8; 32]) -> ScriptBuf {
    let mut push = PushBytesBuf::new();
    let pushed = push
        .extend_from_slice(&WITNESS_COMMITMENT_TAG)
        .and_then(|()| push.extend_from_slice(&commitment));
    pushed.expect("36 bytes fit a push");
    ScriptBuf::new_op_return(push)
}
