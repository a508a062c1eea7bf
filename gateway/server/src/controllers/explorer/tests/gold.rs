//! A small story on chain: an identity, gold under it, a payment, a freeze, one waiting payment, one orphan.
use bitcoin::hashes::Hash;
use bitcoin::{OutPoint, Txid};
use moneta_chain::{Network, address_of};
use moneta_mips::{
    Asset, AssetId, Attachment, Change, Freeze, Holders, Identity, IdentityId, IssueAsset,
    Operation, Reason, RegisterIdentity, Rights, Tier,
};
use moneta_testkit::scripted::{Draft, ScriptedChain, ScriptedNode, out_to, script_of};

pub(super) const ISSUER: u8 = 1;
pub(super) const ALICE: u8 = 2;
pub(super) const BOB: u8 = 3;
const DOCUMENT: &str =
    r#"{"name":"Acme <b>Bullion</b>","services":{"web":"https://acme.example/"}}"#;

/// The story and the names in it.
pub(super) struct Gold {
    pub(super) node: ScriptedNode,
    pub(super) asset: AssetId,
    pub(super) identity: IdentityId,
    pub(super) issued: Txid,
    pub(super) paid: Txid,
    pub(super) frozen: Txid,
    pub(super) waiting: Txid,
    pub(super) orphan: String,
}

/// Returns the address of an owner.
pub(super) fn address(owner: u8) -> String {
    address_of(&script_of(owner), Network::Dev).expect("a segwit script")
}

fn first_output(txid: Txid) -> OutPoint {
    OutPoint::new(txid, 0)
}

fn registration() -> RegisterIdentity {
    RegisterIdentity {
        handle: "acme".to_owned(),
        document: DOCUMENT.to_owned(),
        recovery: [0; 32],
        salt: [0x5a; 32],
    }
}

fn issue(issuer: IdentityId) -> IssueAsset {
    IssueAsset {
        symbol: "GOLD".to_owned(),
        issuer: Some(issuer),
        decimals: 3,
        initial: 1_000_000,
        cap: 5_000_000,
        powers: Rights::FREEZE.union(Rights::MINT),
        holders: Holders::Open,
        name: "Gold in grams".to_owned(),
        contract_hash: [0xc0; 32],
    }
}

/// Block 1 and 2: rewards. 3: acme. 4: gold. 5: 12.5 g to Alice, and a notarisation. 6: Alice's coin frozen.
/// Then a block is mined and loses its place, and 1 g to Bob waits.
pub(super) fn gold() -> Gold {
    let mut chain = ScriptedChain::new();
    let rewards =
        [chain.mine(ISSUER), chain.mine(ISSUER)].map(|b| first_output(b.transactions[0].txid));
    let (identity, registered) = register(&mut chain, rewards[0]);
    let (asset, issued) = issue_gold(&mut chain, registered, identity);
    let paid = pay(&mut chain, issued, asset);
    let frozen = freeze(&mut chain, issued, paid, asset);
    chain.mine(BOB);
    let spend = Draft {
        inputs: vec![OutPoint::new(paid, 1), rewards[1]],
        outputs: vec![
            (out_to(BOB, 1_000), Some(grams(asset, 1_000))),
            (out_to(ISSUER, 1_000), Some(grams(asset, 986_500))),
            (out_to(ISSUER, 400_000_000), None),
        ],
        ..Draft::default()
    };
    let node = ScriptedNode::new(chain);
    let (orphan, waiting) = node.script(|chain| {
        let orphan = chain.take_back().id.to_string();
        (orphan, chain.waiting(spend, &[]))
    });
    node.fill_mempool(vec![waiting.clone()]);
    Gold {
        node,
        asset,
        identity,
        issued,
        paid,
        frozen,
        waiting: waiting.txid,
        orphan,
    }
}

fn grams(id: AssetId, amount: u64) -> Attachment {
    Attachment::Asset { id, amount }
}

fn register(chain: &mut ScriptedChain, reward: OutPoint) -> (IdentityId, Txid) {
    let id = IdentityId::derive(&reward, 0, &registration());
    let record = Identity {
        id,
        handle: "acme".to_owned(),
        document: DOCUMENT.to_owned(),
        recovery: [0; 32],
        registered_in: Txid::all_zeros(),
        registered_at: chain.next_height(),
    };
    let txid = chain.add(Draft {
        inputs: vec![reward],
        outputs: vec![(
            out_to(ISSUER, 499_000_000),
            Some(Attachment::Identity { id }),
        )],
        changes: vec![Change::Identity {
            after: Box::new(record),
        }],
        operations: vec![Operation::RegisterIdentity(registration())],
    });
    chain.mine(ISSUER);
    (id, txid)
}

fn issue_gold(chain: &mut ScriptedChain, registered: Txid, issuer: IdentityId) -> (AssetId, Txid) {
    let coin = first_output(registered);
    let operation = issue(issuer);
    let id = AssetId::derive(&coin, 0, &operation);
    let record = Asset {
        id,
        symbol: operation.symbol.clone(),
        issuer: Some(issuer),
        decimals: 3,
        supply: operation.initial,
        burned: 0,
        cap: operation.cap,
        powers: operation.powers,
        holders: Holders::Open,
        name: operation.name.clone(),
        contract_hash: operation.contract_hash,
        issued_in: Txid::all_zeros(),
        issued_at: chain.next_height(),
    };
    let right = Attachment::Authority {
        asset: id,
        rights: operation.powers,
    };
    let txid = chain.add(Draft {
        inputs: vec![coin],
        outputs: vec![
            (out_to(ISSUER, 1_000), Some(grams(id, 1_000_000))),
            (out_to(ISSUER, 1_000), Some(right)),
            (
                out_to(ISSUER, 1_000),
                Some(Attachment::Identity { id: issuer }),
            ),
        ],
        changes: vec![Change::Asset {
            before: None,
            after: Box::new(record),
        }],
        operations: vec![Operation::IssueAsset(operation)],
    });
    chain.mine(ISSUER);
    (id, txid)
}

fn pay(chain: &mut ScriptedChain, issued: Txid, asset: AssetId) -> Txid {
    let txid = chain.add(Draft {
        inputs: vec![first_output(issued)],
        outputs: vec![
            (out_to(ALICE, 400), Some(grams(asset, 12_500))),
            (out_to(ISSUER, 400), Some(grams(asset, 987_500))),
        ],
        changes: vec![],
        operations: vec![Operation::Anchor { digest: [0xaa; 32] }],
    });
    chain.mine(ISSUER);
    txid
}

fn freeze(chain: &mut ScriptedChain, issued: Txid, paid: Txid, asset: AssetId) -> Txid {
    let coin = first_output(paid);
    let change = moneta_testkit::scripted::freeze(chain, 0, coin, 100);
    let Change::Freeze { after, .. } = change else {
        panic!("a freeze is a freeze");
    };
    let record = after.expect("a record");
    let operation = Freeze {
        asset,
        targets: vec![coin].into(),
        tier: Tier::Emergency,
        stop: record.stop,
        reason: Reason::TheftReport,
        jurisdiction: *b"CH",
        document: record.document,
    };
    let right = Attachment::Authority {
        asset,
        rights: Rights::FREEZE.union(Rights::MINT),
    };
    let txid = chain.add(Draft {
        inputs: vec![OutPoint::new(issued, 1)],
        outputs: vec![(out_to(ISSUER, 900), Some(right))],
        changes: vec![Change::Freeze {
            asset,
            coin,
            before: None,
            after: Some(record),
        }],
        operations: vec![Operation::Freeze(operation)],
    });
    chain.mine(ISSUER);
    txid
}
