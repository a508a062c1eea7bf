//! One box that probes all kinds.
use bitcoin::OutPoint;
use moneta_chain::{Network, address_of};
use moneta_mips::{AssetId, IdentityId, Operation};
use moneta_testkit::scripted::{Draft, ScriptedChain, identity, issue, script_of};

use super::Bench;
use crate::{SearchHit, SuggestionKind};

struct Found {
    bench: Bench,
    chain: ScriptedChain,
    txid: bitcoin::Txid,
}

fn found() -> Found {
    let mut chain = ScriptedChain::new();
    chain.mine(1);
    let changes = vec![
        identity(&chain, 9, "acme"),
        issue(&chain, 1, "GOLD", Some(9), 5),
        issue(&chain, 2, "GOLD", None, 5),
    ];
    let txid = chain.add(Draft {
        changes,
        operations: vec![Operation::Anchor { digest: [0xaa; 32] }],
        ..Draft::default()
    });
    chain.mine(2);
    let bench = Bench::of(&chain);
    Found { bench, chain, txid }
}

impl Found {
    fn search(&self, text: &str) -> Vec<SearchHit> {
        let view = self.bench.index.view().expect("a view");
        view.search(text).expect("an answer")
    }
}

#[test]
fn each_kind_is_found_by_what_people_type() {
    let found = found();
    let tip = found.chain.tip();
    let block = SearchHit::Block {
        height: tip.height,
        id: tip.id,
    };
    let address = address_of(&script_of(2), Network::Dev).expect("segwit");
    let owner = SearchHit::Address {
        address: address.clone(),
        script: script_of(2),
        used: true,
    };
    let gold = SearchHit::Asset(AssetId([1; 32]));
    let bare = SearchHit::Asset(AssetId([2; 32]));
    let acme = SearchHit::Identity(IdentityId([9; 32]));
    let document = SearchHit::Document([0xaa; 32]);
    let cases = [
        ("2".to_owned(), vec![block.clone()]),
        (" #2 ".to_owned(), vec![block.clone()]),
        (tip.id.to_string(), vec![block]),
        (
            found.txid.to_string(),
            vec![SearchHit::Transaction(found.txid)],
        ),
        (
            format!("{}:0", found.txid),
            vec![SearchHit::Output(OutPoint::new(found.txid, 0))],
        ),
        (address.clone(), vec![owner.clone()]),
        (address.to_uppercase(), vec![owner.clone()]),
        (format!("bitcoin:{address}?amount=1"), vec![owner]),
        ("acme/GOLD".to_owned(), vec![gold.clone()]),
        ("Acme/gold".to_owned(), vec![gold.clone()]),
        // Bare assets sort first: their issuer is all zero.
        ("gold".to_owned(), vec![bare, gold]),
        ("acme".to_owned(), vec![acme.clone()]),
        ("@acme".to_owned(), vec![acme.clone()]),
        (format!("did:moneta:{}", IdentityId([9; 32])), vec![acme]),
        ("aa".repeat(32), vec![document]),
    ];
    for (text, hits) in cases {
        assert_eq!(found.search(&text), hits, "{text}");
    }
}

#[test]
fn an_id_that_names_two_things_finds_both() {
    let hits = found().search(&"01".repeat(32));
    // The asset, and the document of its terms.
    assert_eq!(
        hits,
        [
            SearchHit::Asset(AssetId([1; 32])),
            SearchHit::Document([1; 32])
        ]
    );
}

#[test]
fn what_is_nowhere_finds_nothing() {
    let found = found();
    let long = "a".repeat(100_000);
    for text in [
        "",
        " ",
        "3",
        "nobody",
        "acme/SILVER",
        "-1",
        "99999999999",
        &long,
    ] {
        assert_eq!(found.search(text), [], "{text}");
    }
    assert_eq!(found.search(&format!("{}:7", found.txid)), []);
}

#[test]
fn suggestions_begin_with_what_is_typed_and_go_when_the_block_goes() {
    let mut found = found();
    let texts = |prefix: &str| -> Vec<String> {
        let suggestions = found.bench.index.suggest(prefix, 10);
        suggestions.into_iter().map(|line| line.text).collect()
    };
    assert_eq!(texts("Ac"), ["acme", "acme/GOLD"]);
    assert_eq!(texts("gol"), ["acme/GOLD", "GOLD"]);
    assert_eq!(texts("test"), ["acme/GOLD", "GOLD"]);
    assert!(texts("").is_empty());
    assert!(texts("zzz").is_empty());
    let first = found.bench.index.suggest("ac", 1);
    assert_eq!((first.len(), first[0].kind), (1, SuggestionKind::Identity));

    let block = found.chain.take_back();
    found.bench.disconnect(&block);
    assert!(found.bench.index.suggest("ac", 10).is_empty());
}
