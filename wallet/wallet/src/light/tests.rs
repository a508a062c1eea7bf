//! A proof from real blocks holds; every part of it that is changed breaks it.
use bitcoin::absolute::LockTime;
use bitcoin::block::{Header, Version as BlockVersion};
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, Block, BlockHash, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxMerkleNode,
    TxOut, Txid, Witness,
};
use moneta_chain::{EthashSize, Height, Network, Params, Seal, SealedHeader, seal_hash};
use moneta_ethash::{LightCache, light_hash, seed_hash};
use moneta_mips::{Envelope, Operation};

use super::*;

const DIGEST: [u8; 32] = [0xd1; 32];
const HEIGHT: i64 = 300;

fn transaction(input: OutPoint, script_sig: ScriptBuf, output: TxOut) -> Transaction {
    Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: input,
            script_sig,
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![output],
    }
}

fn coinbase(height: i64) -> Transaction {
    let script = bitcoin::script::Builder::new()
        .push_int(height)
        .push_int(0)
        .into_script();
    let output = TxOut {
        value: Amount::from_sat(5),
        script_pubkey: ScriptBuf::new_op_return([1; 8]),
    };
    transaction(OutPoint::null(), script, output)
}

fn spend(unique: u8, script_pubkey: ScriptBuf) -> Transaction {
    let input = OutPoint::new(Txid::from_raw_hash(Hash::hash(&[unique])), 0);
    let value = Amount::from_sat(u64::from(unique));
    let output = TxOut {
        value,
        script_pubkey,
    };
    transaction(input, ScriptBuf::new(), output)
}

/// Seals a header with the dev network's Ethash.
fn seal(header: Header) -> SealedHeader {
    let params = Params::dev();
    let EthashSize::Fixed { cache, dataset } = params.ethash else {
        unreachable!("dev has a size of its own");
    };
    let cache = LightCache::new(cache, &seed_hash(0));
    let hash = seal_hash(&header);
    let target = header.target().to_be_bytes();
    let nonces = 0_u64..;
    let found = nonces
        .map(|nonce| (nonce, light_hash(&cache, dataset, &hash, nonce)))
        .find(|(_, hashed)| hashed.result <= target);
    let (nonce, hashed) = found.expect("the target is easy");
    let seal = Seal {
        nonce,
        mix_hash: hashed.mix_hash,
    };
    SealedHeader { header, seal }
}

fn header(parent: BlockHash, root: TxMerkleNode, time: u32) -> Header {
    Header {
        version: BlockVersion::from_consensus(0x2000_0000),
        prev_blockhash: parent,
        merkle_root: root,
        time,
        bits: Params::dev().easiest_bits(),
        nonce: 0,
    }
}

struct Notarised {
    block: Block,
    seal: Seal,
    confirming: Vec<SealedHeader>,
    txid: Txid,
}

/// A block of `count` transactions with the anchor at `place`, and five blocks on it.
fn notarised(count: u8, place: u8) -> Notarised {
    let envelope = Envelope {
        allocations: Vec::new(),
        operations: vec![Operation::Anchor { digest: DIGEST }],
    };
    let anchor = spend(200, envelope.to_script());
    let txid = anchor.compute_txid();
    let mut txdata = vec![coinbase(HEIGHT)];
    txdata.extend((1..count).map(|unique| spend(unique, ScriptBuf::new_op_return([unique]))));
    txdata[usize::from(place)] = anchor;
    let header = header(
        BlockHash::all_zeros(),
        TxMerkleNode::all_zeros(),
        1_700_000_000,
    );
    let mut block = Block { header, txdata };
    block.header.merkle_root = block.compute_merkle_root().expect("transactions");
    let sealed = seal(block.header);
    let mut parent = block.block_hash();
    let confirming = (1..=5).map(|minute| {
        let root = TxMerkleNode::from_raw_hash(Hash::hash(&[1]));
        let next = seal(self::header(parent, root, 1_700_000_000 + minute * 60));
        parent = next.header.block_hash();
        next
    });
    Notarised {
        confirming: confirming.collect(),
        block,
        seal: sealed.seal,
        txid,
    }
}

fn prove(notarised: &Notarised) -> Result<AnchorProof, ProofError> {
    build_anchor_proof(&AnchorSource {
        network: Network::Dev,
        digest: DIGEST,
        txid: notarised.txid,
        block: &notarised.block,
        seal: notarised.seal,
        confirming: &notarised.confirming,
    })
}

#[test]
fn a_proof_from_a_block_holds_after_a_round_through_json() {
    let source = notarised(6, 4);
    let json = prove(&source).expect("anchored").to_json();
    let proof = AnchorProof::from_json(json.as_bytes()).expect("own JSON");
    let verified = verify_anchor(&proof, &Params::dev()).expect("it holds");
    assert_eq!(verified.digest, DIGEST);
    assert_eq!(verified.txid, source.txid);
    assert_eq!(verified.block_id, source.block.block_hash());
    assert_eq!(verified.height, Height::new(300));
    assert_eq!((verified.time, verified.confirmations), (1_700_000_000, 6));
    let last = source.confirming[4].header.block_hash();
    assert_eq!(verified.last_block, last);
}

#[test]
fn every_place_in_blocks_of_every_size_is_proven() {
    for count in 2..10 {
        for place in 1..count {
            let proof = prove(&notarised(count, place)).expect("anchored");
            verify_anchor(&proof, &Params::dev()).expect("it holds");
        }
    }
}

#[test]
fn heights_below_seventeen_are_read_as_well() {
    let mut source = notarised(3, 1);
    source.block.txdata[0] = coinbase(9);
    source.block.header.merkle_root = source.block.compute_merkle_root().expect("transactions");
    source.seal = seal(source.block.header).seal;
    source.confirming.clear();
    let proof = prove(&source).expect("anchored");
    let verified = verify_anchor(&proof, &Params::dev()).expect("it holds");
    assert_eq!(
        (verified.height, verified.confirmations),
        (Height::new(9), 1)
    );
}

#[test]
fn what_is_not_there_is_not_proven() {
    let mut source = notarised(4, 2);
    source.txid = source.block.txdata[0].compute_txid();
    assert_eq!(prove(&source), Err(ProofError::NotInBlock));
    source.txid = source.block.txdata[1].compute_txid();
    assert_eq!(prove(&source), Err(ProofError::NotAnchored));
}

#[test]
fn every_changed_part_breaks_the_proof_for_its_own_reason() {
    let source = notarised(6, 4);
    let honest = prove(&source).expect("anchored");
    let other = prove(&notarised(7, 4)).expect("anchored");
    let check = |code: &str, change: &dyn Fn(&mut AnchorProof)| {
        let mut proof = honest.clone();
        change(&mut proof);
        let error = verify_anchor(&proof, &Params::dev()).expect_err(code);
        assert_eq!(error.code(), code, "{error}");
    };
    check("proof.unknown_format", &|proof| proof.format += "2");
    check("proof.wrong_network", &|proof| {
        proof.network = "main".into()
    });
    check("proof.malformed", &|proof| proof.digest = "d1".into());
    check("proof.malformed", &|proof| proof.transaction.truncate(40));
    check("proof.not_anchored", &|proof| {
        proof.digest = "00".repeat(32)
    });
    check("proof.not_in_block", &|proof| proof.position = 5);
    check("proof.not_in_block", &|proof| proof.position += 8);
    check("proof.not_in_block", &|proof| {
        proof.branch.pop();
    });
    check("proof.not_in_block", &|proof| {
        proof.branch = vec![TxMerkleNode::all_zeros(); 18];
    });
    check("proof.coinbase_not_in_block", &|proof| {
        proof.coinbase.clone_from(&other.transaction);
    });
    check("proof.coinbase_not_in_block", &|proof| {
        proof.coinbase_branch.pop();
    });
    check("proof.malformed", &|proof| proof.headers[0] = "00".into());
    check("proof.header_count", &|proof| proof.headers.clear());
    check("proof.header_count", &|proof| {
        proof.headers = vec![proof.headers[0].clone(); MAX_CONFIRMING + 2];
    });
    check("proof.broken_chain", &|proof| {
        proof.headers.remove(2);
    });
    check("proof.bad_seal", &|proof| {
        // The last byte of the mix.
        let header = proof.headers[3].clone();
        let (kept, last) = header.split_at(238);
        let flipped = if last == "00" { "01" } else { "00" };
        proof.headers[3] = format!("{kept}{flipped}");
    });
}

#[test]
fn a_chain_of_cheaper_blocks_is_refused() {
    let mut source = notarised(3, 1);
    let easy = bitcoin::CompactTarget::from_consensus(0x2100_7fff);
    source.block.header.bits = easy;
    source.confirming.clear();
    let proof = prove(&source).expect("anchored");
    let error = verify_anchor(&proof, &Params::dev()).expect_err("cheap");
    assert_eq!(error.code(), "proof.wrong_difficulty");
}

#[test]
fn files_that_are_no_proof_are_refused() {
    let long = vec![b' '; MAX_PROOF + 1];
    let error = AnchorProof::from_json(&long).expect_err("long");
    assert_eq!(error.code(), "proof.too_long");
    for text in ["", "{}", "[1]", r#"{"format":"moneta.anchor.v1","more":1}"#] {
        let error = AnchorProof::from_json(text.as_bytes()).expect_err(text);
        assert_eq!(error.code(), "proof.not_json");
    }
}
