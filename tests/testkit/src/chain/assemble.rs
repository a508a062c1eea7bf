//! A block out of transactions: coinbase, witness commitment, merkle root.
use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::opcodes::OP_TRUE;
use bitcoin::script::Builder;
use bitcoin::{
    Amount, Block, CompactTarget, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode,
    TxOut, Witness, WitnessMerkleNode, transaction,
};
use moneta_chain::Height;
use moneta_commitments::placeholder;
use moneta_consensus::{BlockError, ParentBlock, Past, commitments_of};

/// The coinbase's own witness (BIP141).
const RESERVED: [u8; 32] = [0; 32];
/// How the output that commits to witnesses begins: `OP_RETURN`, a push of 36 bytes, a tag.
const COMMITMENT_TAG: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];

/// The script that blocks of a [`super::TestChain`] pay: `OP_TRUE`, so anybody can spend it unsigned.
pub fn payout_script() -> ScriptBuf {
    Builder::new().push_opcode(OP_TRUE).into_script()
}

/// Makes a block on `parent` that takes `reward`; its seal is still to be found.
pub fn assemble(
    parent: &ParentBlock,
    time: u32,
    bits: CompactTarget,
    reward: Amount,
    transactions: Vec<Transaction>,
) -> Block {
    let mut txdata = vec![coinbase(parent.height.next(), reward)];
    txdata.extend(transactions);
    let header = Header {
        version: Version::from_consensus(0x2000_0000),
        prev_blockhash: parent.id,
        merkle_root: TxMerkleNode::all_zeros(),
        time,
        bits,
        nonce: 0,
    };
    let mut block = Block { header, txdata };
    commit(&mut block);
    block
}

/// Makes header and coinbase commit to the transactions as they are now, where they can.
pub fn commit(block: &mut Block) {
    if let Some(root) = block.witness_root() {
        let script = commitment_script(&root);
        let outputs = block
            .txdata
            .first_mut()
            .map(|coinbase| &mut coinbase.output);
        let output = outputs
            .into_iter()
            .flatten()
            .find(|output| output.script_pubkey.as_bytes().starts_with(&COMMITMENT_TAG));
        if let Some(output) = output {
            output.script_pubkey = script;
        }
    }
    if let Some(root) = block.compute_merkle_root() {
        block.header.merkle_root = root;
    }
}

/// Makes a block at `height` commit to filter, registry and history (MIP-7) as well, if it has the output
/// for it.
///
/// # Errors
/// The rule that the block breaks: it says nothing then.
pub fn commit_to_past(
    block: &mut Block,
    height: Height,
    past: &Past<'_>,
) -> Result<(), BlockError> {
    let commitments = commitments_of(block.clone(), height, past)?;
    if let Some(coinbase) = block.txdata.first_mut() {
        commitments.write_into(coinbase);
    }
    commit(block);
    Ok(())
}

fn coinbase(height: Height, reward: Amount) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: Builder::new()
                .push_int(i64::from(height.to_u32()))
                .push_slice(b"test")
                .into_script(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[RESERVED]),
        }],
        output: vec![
            TxOut {
                value: reward,
                script_pubkey: payout_script(),
            },
            placeholder(),
            TxOut {
                value: Amount::ZERO,
                script_pubkey: commitment_script(&WitnessMerkleNode::all_zeros()),
            },
        ],
    }
}

fn commitment_script(root: &WitnessMerkleNode) -> ScriptBuf {
    let commitment = Block::compute_witness_commitment(root, &RESERVED);
    ScriptBuf::from_bytes([&COMMITMENT_TAG, commitment.as_byte_array().as_slice()].concat())
}
