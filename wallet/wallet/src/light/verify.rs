//! The check of a proof: everything in it, offline, seals included.
use bitcoin::consensus::deserialize;
use bitcoin::hex::FromHex;
use bitcoin::script::{Instruction, read_scriptint};
use bitcoin::{BlockHash, CompactTarget, Target, Transaction, Txid, Work};
use moneta_chain::{Difficulty, Height, Params, SEAL_LEN, Seal, SealedHeader};
use moneta_mips::{Operation, find_envelope};

use super::proof::{FORMAT, MAX_CONFIRMING};
use super::seal::SealCheck;
use super::{AnchorProof, ProofError, merkle};

/// Length of an encoded header in bytes.
const HEADER_LEN: usize = 80;

/// What a proof proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedAnchor {
    /// The digest.
    pub digest: [u8; 32],
    /// The transaction that anchors it.
    pub txid: Txid,
    /// The block that holds it.
    pub block_id: BlockHash,
    /// The block's height.
    pub height: Height,
    /// The block's time, seconds since 1970.
    pub time: u32,
    /// How many blocks of the proof stand on the transaction, its own included.
    pub confirmations: u32,
    /// Work of those blocks together.
    pub work: Work,
    /// The last of those blocks.
    pub last_block: BlockHash,
}

/// Checks `proof` against nothing but the network's constants.
///
/// # Errors
/// The first thing in it that does not hold.
pub fn verify_anchor(proof: &AnchorProof, params: &Params) -> Result<VerifiedAnchor, ProofError> {
    if proof.format != FORMAT {
        return Err(ProofError::UnknownFormat);
    }
    let expected = params.network.name();
    if proof.network != expected {
        return Err(ProofError::WrongNetwork { expected });
    }
    let digest = read_digest(&proof.digest)?;
    let transaction = read_transaction(&proof.transaction, "transaction")?;
    let coinbase = read_transaction(&proof.coinbase, "coinbase")?;
    let headers = read_headers(&proof.headers)?;
    if !anchors(&transaction, &digest)? {
        return Err(ProofError::NotAnchored);
    }
    let first = headers[0].header;
    let txid = transaction.compute_txid();
    let root = merkle::root(txid, proof.position, &proof.branch);
    if root != Some(first.merkle_root) || proof.position == 0 {
        return Err(ProofError::NotInBlock);
    }
    let height = check_coinbase(proof, &coinbase, &headers[0])?;
    let work = check_headers(&headers, height, params)?;
    let last = headers[headers.len() - 1].header;
    Ok(VerifiedAnchor {
        digest,
        txid,
        block_id: first.block_hash(),
        height,
        time: first.time,
        confirmations: u32::try_from(headers.len()).unwrap_or(u32::MAX),
        work,
        last_block: last.block_hash(),
    })
}

/// Tells whether `transaction` anchors `digest`.
pub(super) fn anchors(transaction: &Transaction, digest: &[u8; 32]) -> Result<bool, ProofError> {
    let found = find_envelope(transaction)?;
    let operations = found.map_or_else(Vec::new, |found| found.envelope.operations);
    let wanted = Operation::Anchor { digest: *digest };
    Ok(operations.contains(&wanted))
}

fn read_digest(text: &str) -> Result<[u8; 32], ProofError> {
    <[u8; 32]>::from_hex(text).map_err(|_| ProofError::Malformed { field: "digest" })
}

fn read_transaction(text: &str, field: &'static str) -> Result<Transaction, ProofError> {
    let malformed = ProofError::Malformed { field };
    let bytes = Vec::<u8>::from_hex(text).map_err(|_| malformed.clone())?;
    let transaction: Transaction = deserialize(&bytes).map_err(|_| malformed.clone())?;
    // 64 bytes could be an inner node of the tree that was dressed up as a transaction (BIP54).
    if transaction.base_size() == 64 {
        return Err(malformed);
    }
    Ok(transaction)
}

fn read_headers(texts: &[String]) -> Result<Vec<SealedHeader>, ProofError> {
    let got = texts.len();
    if !(1..=MAX_CONFIRMING + 1).contains(&got) {
        return Err(ProofError::HeaderCount { got });
    }
    let headers: Option<Vec<SealedHeader>> = texts.iter().map(|text| read_header(text)).collect();
    headers.ok_or(ProofError::Malformed { field: "headers" })
}

fn read_header(text: &str) -> Option<SealedHeader> {
    let bytes = <[u8; HEADER_LEN + SEAL_LEN]>::from_hex(text).ok()?;
    let (header, seal) = bytes.split_at(HEADER_LEN);
    Some(SealedHeader {
        header: deserialize(header).ok()?,
        seal: Seal::decode(seal.try_into().ok()?),
    })
}

/// Checks that the coinbase is the block's, and returns the height that it tells.
fn check_coinbase(
    proof: &AnchorProof,
    coinbase: &Transaction,
    block: &SealedHeader,
) -> Result<Height, ProofError> {
    let root = merkle::root(coinbase.compute_txid(), 0, &proof.coinbase_branch);
    // All leaves of a tree are equally deep.
    let same_depth = proof.branch.len() == proof.coinbase_branch.len();
    if root != Some(block.header.merkle_root) || !same_depth || !coinbase.is_coinbase() {
        return Err(ProofError::CoinbaseNotInBlock);
    }
    height_in(coinbase).ok_or(ProofError::NoHeight)
}

/// Reads the height from the start of the coinbase's script (BIP34).
fn height_in(coinbase: &Transaction) -> Option<Height> {
    let number = match coinbase.input[0]
        .script_sig
        .instructions_minimal()
        .next()?
        .ok()?
    {
        Instruction::PushBytes(bytes) => read_scriptint(bytes.as_bytes()).ok()?,
        // Heights below 17 are one opcode.
        Instruction::Op(opcode) => {
            let above = opcode.to_u8().checked_sub(0x50)?;
            i64::from((1..=16).contains(&above).then_some(above)?)
        }
    };
    u32::try_from(number).ok().map(Height::new)
}

/// Tells whether the network can ask for this difficulty: on dev there is one, elsewhere an easiest one.
/// Which of those a height asks for follows from its parent's time (MIP-8), which a proof need not hold.
fn may_have(bits: CompactTarget, params: &Params) -> bool {
    let easiest = params.easiest_bits();
    match params.difficulty {
        Difficulty::Fixed => bits == easiest,
        Difficulty::Asert { .. } => Target::from_compact(bits) <= Target::from_compact(easiest),
    }
}

/// Checks links, difficulty and seals, and returns the work of all headers together.
fn check_headers(
    headers: &[SealedHeader],
    height: Height,
    params: &Params,
) -> Result<Work, ProofError> {
    let mut seals = SealCheck::new(params);
    let mut height = height;
    let mut work: Option<Work> = None;
    let mut parent = None;
    for sealed in headers {
        let header = &sealed.header;
        if parent.is_some_and(|parent| header.prev_blockhash != parent) {
            return Err(ProofError::BrokenChain { height });
        }
        if !may_have(header.bits, params) {
            return Err(ProofError::WrongDifficulty { height });
        }
        if !seals.holds(sealed, height) {
            return Err(ProofError::BadSeal { height });
        }
        work = Some(work.map_or(header.work(), |sum| sum + header.work()));
        parent = Some(header.block_hash());
        height = height.next();
    }
    work.ok_or(ProofError::HeaderCount { got: 0 })
}
