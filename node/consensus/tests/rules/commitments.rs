//! What a block commits to beyond its transactions (MIP-7): refused when it is not so, the same at any time.
use bitcoin::{Block, OutPoint};
use moneta_chain::COIN;
use moneta_commitments::{Commitments, committed, registry_path, registry_value};
use moneta_consensus::{CommitmentView, commitments_of};
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Holders, IssueAsset, Key, Operation, RegistryView,
    Rights,
};
use moneta_testkit::chain::{TestChain, commit, payout_script};

use crate::scenario::{Scenario, chain, code_of, pay, pay_to, plain};

pub(crate) fn all() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "a coinbase that says nothing of filter, registry and history",
            code: "block.missing_commitments",
            play: || {
                altered(|block, _| {
                    block.txdata[0].output.remove(1);
                })
            },
        },
        Scenario {
            sentence: "commitments a byte too long",
            code: "block.missing_commitments",
            play: || {
                altered(|block, _| {
                    let script = &mut block.txdata[0].output[1].script_pubkey;
                    let mut bytes = script.to_bytes();
                    bytes[1] += 1;
                    bytes.push(0);
                    *script = bytes.into();
                })
            },
        },
        Scenario {
            sentence: "the same commitments twice",
            code: "block.second_commitments",
            play: || {
                altered(|block, _| {
                    let output = block.txdata[0].output[1].clone();
                    block.txdata[0].output.push(output);
                })
            },
        },
        Scenario {
            sentence: "the filter header of the parent's parent",
            code: "block.bad_commitments",
            play: || {
                altered(|block, parts| {
                    let (mut shorter, _) = chain();
                    shorter.disconnect();
                    parts.filter_header = shorter.commitments().filter_header();
                    write(block, parts);
                })
            },
        },
        Scenario {
            sentence: "a registry with a bit too many",
            code: "block.bad_commitments",
            play: || {
                altered(|block, parts| {
                    parts.registry_root[31] ^= 1;
                    write(block, parts);
                })
            },
        },
        Scenario {
            sentence: "a history that leaves the parent out",
            code: "block.bad_commitments",
            play: || {
                altered(|block, parts| {
                    let (mut shorter, _) = chain();
                    shorter.disconnect();
                    parts.history_root = CommitmentView::history_root(shorter.commitments());
                    write(block, parts);
                })
            },
        },
    ]
}

/// Alters a block that holds a transaction, with what it commits to at hand.
fn altered(alter: fn(&mut Block, &mut Commitments)) -> &'static str {
    let (chain, coin) = chain();
    let mut block = chain.template(vec![plain(coin)]);
    let height = chain.height().next();
    let mut parts =
        commitments_of(block.clone(), height, &chain.past()).expect("the template is valid");
    assert_eq!(committed(&block.txdata[0]), Ok(parts.hash()));
    alter(&mut block, &mut parts);
    commit(&mut block);
    let refused = chain.check_template(block);
    if let Err(error) = &refused {
        assert!(error.condemns_id(), "the id commits to the coinbase");
    }
    code_of(refused)
}

fn write(block: &mut Block, parts: &Commitments) {
    let written = parts.write_into(&mut block.txdata[0]);
    written.expect("a template has the output");
}

/// Issues an asset and returns its id.
fn issue(coin: OutPoint) -> (AssetId, bitcoin::Transaction) {
    let issue = IssueAsset {
        symbol: "GOLD".into(),
        issuer: None,
        decimals: 0,
        initial: 1_000,
        cap: 1_000,
        powers: Rights::NONE,
        holders: Holders::Open,
        name: String::new(),
        contract_hash: [0; 32],
    };
    let id = AssetId::derive(&coin, 0, &issue);
    let attachment = Attachment::Asset { id, amount: 1_000 };
    let envelope = Envelope {
        allocations: vec![Allocation {
            vout: 0,
            attachment,
        }],
        operations: vec![Operation::IssueAsset(issue)],
    };
    let outputs = vec![pay(1_000), pay_to(COIN, envelope.to_script()), pay(COIN)];
    (id, TestChain::spend(&[coin], outputs))
}

#[test]
fn a_record_is_proven_by_the_block_that_made_it_and_its_absence_by_the_one_before() {
    let (mut chain, coin) = chain();
    let (asset, tx) = issue(coin);
    let key = Key::Asset(asset);
    let path = registry_path(&key.encode());
    let before = chain.commitments().registry().clone();
    chain.mine(vec![tx]).unwrap();
    let after = chain.commitments().registry().clone();
    assert_eq!(before.prove(&path).check(&path, &before.root()), Ok(None));
    let record = chain.state().registry.record(&key).expect("issued");
    let value = registry_value(&record.encode());
    assert_eq!(
        after.prove(&path).check(&path, &after.root()),
        Ok(Some(value))
    );
    let tip = chain.blocks().last().unwrap();
    assert_eq!(tip.commitments().registry_root, after.root());
    chain.disconnect();
    assert_eq!(
        *chain.commitments().registry(),
        before,
        "taken back exactly"
    );
}

/// Two seals may prove one header. If the history hashed them, nodes that saw different ones would split.
#[test]
fn two_seals_for_one_id_make_one_history() {
    let (mut chain, _) = chain();
    let template = chain.template(Vec::new());
    let one = chain.seal(template.clone());
    let two = chain.seal_after(template, one.seal.nonce);
    assert_ne!(one.seal, two.seal);
    let mut roots = Vec::new();
    for block in [one, two] {
        let valid = chain.check(block).expect("both seals are valid");
        chain.connect(valid);
        let next = chain.check_template(chain.template(Vec::new())).unwrap();
        roots.push((next.id(), next.commitments().history_root));
        chain.disconnect();
    }
    assert_eq!(roots[0], roots[1]);
}

#[test]
fn the_place_of_the_output_does_not_matter() {
    let (chain, _) = chain();
    let mut block = chain.template(Vec::new());
    block.txdata[0].output.rotate_left(1);
    assert_ne!(block.txdata[0].output[0].script_pubkey, payout_script());
    commit(&mut block);
    chain
        .check_template(block)
        .expect("anywhere in the coinbase");
}
