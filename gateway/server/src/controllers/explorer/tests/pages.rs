//! What pages show of the story in `gold.rs`.
use axum::http::StatusCode;
use bitcoin::OutPoint;
use moneta_testkit::scripted::{Draft, ScriptedChain, ScriptedNode, out_to};

use moneta_wallet::AnchorProof;

use super::Site;
use super::gold::{ALICE, BOB, Gold, ISSUER, address, gold};

/// Opens a site over the story; the names stay at hand.
async fn story() -> (Site, Names) {
    let Gold {
        node,
        asset,
        identity,
        issued,
        paid,
        frozen,
        waiting,
        orphan,
    } = gold();
    let names = Names {
        asset: asset.to_string(),
        identity: identity.to_string(),
        issued: issued.to_string(),
        paid: paid.to_string(),
        frozen: frozen.to_string(),
        waiting: waiting.to_string(),
        orphan,
    };
    (Site::open(node).await, names)
}

struct Names {
    asset: String,
    identity: String,
    issued: String,
    paid: String,
    frozen: String,
    waiting: String,
    orphan: String,
}

#[tokio::test]
async fn the_front_page_shows_tip_mempool_and_what_happened_last() {
    let (site, names) = story().await;
    let page = site.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Latest block 6");
    page.shows("Mempool 1");
    page.shows("1.000 acme/GOLD");
    page.shows("As of block 6");
    for txid in [&names.waiting, &names.frozen, &names.paid, &names.issued] {
        assert!(page.body.contains(&format!("/tx/{txid}")), "{txid}");
    }
    page.hides("reward");
    assert!(page.body.contains("action=\"/faucet\""));
}

#[tokio::test]
async fn the_list_of_blocks_is_walked_both_ways() {
    let (site, _) = story().await;
    let page = site.get("/blocks").await;
    page.hides("Newer");
    page.hides("Older");
    let page = site.get("/blocks?from=3").await;
    assert!(page.body.contains("/blocks?from=6"), "newer blocks");
    let page = site.get("/blocks?from=99").await;
    page.shows("block 6");
    assert_eq!(
        site.get("/blocks?from=x").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_block_is_found_by_height_and_by_id() {
    let (site, names) = story().await;
    let page = site.get("/block/5").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("2 confirmations");
    page.shows("Ethash seal");
    assert!(page.body.contains(&names.paid));
    let (_, rest) = page
        .body
        .split_once("data-copy=\"")
        .expect("the id can be copied");
    let (id, _) = rest.split_once('"').expect("an id");
    let by_id = site.get(&format!("/block/{id}")).await;
    assert_eq!(by_id.text(), page.text());
    let genesis = site.get("/block/0").await;
    genesis.shows("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206");
    genesis.shows("needs no proof of work");
}

#[tokio::test]
async fn a_block_that_lost_its_place_says_so_and_names_no_confirmations() {
    let (site, names) = story().await;
    let page = site.get(&format!("/block/{}", names.orphan)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("not in the best chain");
    page.hides("confirmation");
    page.shows("Transactions 1");
}

#[tokio::test]
async fn a_transaction_says_who_gets_what_in_plain_words() {
    let (site, names) = story().await;
    let page = site.get(&format!("/tx/{}", names.paid)).await;
    page.shows("2 confirmations");
    page.shows(&format!(
        "Notarises a document with the digest {}.",
        "aa".repeat(32)
    ));
    page.shows("12.500 acme/GOLD goes to bcrt1q");
    page.shows("987.500 acme/GOLD returns to bcrt1q");
    page.shows("Moneta envelope");
    page.shows("frozen");
    assert!(
        page.body.contains(&format!("/tx/{}", names.waiting)),
        "who spends its change"
    );

    let issue = site.get(&format!("/tx/{}", names.issued)).await;
    issue.shows(
        "Issues the asset acme/GOLD: 1,000.000 acme/GOLD now, never more than 5,000.000 acme/GOLD.",
    );
    issue.shows("Rights over acme/GOLD go to");
    let freeze = site.get(&format!("/tx/{}", names.frozen)).await;
    freeze.shows("Freezes 1 coin of acme/GOLD until block 107. Reason: theft report (CH).");
}

#[tokio::test]
async fn a_waiting_transaction_has_a_page_before_it_has_a_block() {
    let (site, names) = story().await;
    let page = site.get(&format!("/tx/{}", names.waiting)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("waiting seen 2023-11-14 22:13:20 UTC");
    page.shows("1.000 acme/GOLD goes to");
    page.hides("confirmation");
}

#[tokio::test]
async fn an_address_shows_confirmed_frozen_and_pending_apart() {
    let (site, names) = story().await;
    let alice = site.get(&format!("/address/{}", address(ALICE))).await;
    alice.shows("acme/GOLD 12.500 12.500 –");
    alice.shows("+12.500 acme/GOLD");
    alice.shows("Reason theft report");
    let bob = site.get(&format!("/address/{}", address(BOB))).await;
    bob.shows("acme/GOLD 0.000 – +1.000");
    bob.shows("MTA 0.00000000 – +0.00001000");
    let issuer = site.get(&format!("/address/{}", address(ISSUER))).await;
    issuer.shows("acme/GOLD 987.500 – −1.000");
    issuer.shows("Identity @acme");
    assert!(issuer.body.contains(&names.issued));
    let capitals = site
        .get(&format!("/address/{}", address(ALICE).to_uppercase()))
        .await;
    assert_eq!(capitals.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_nobody_has_used_is_empty_and_no_error() {
    let (site, _) = story().await;
    let page = site.get(&format!("/address/{}", address(77))).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("This address holds nothing now.");
}

#[tokio::test]
async fn an_asset_shows_supply_powers_holders_and_its_freezes() {
    let (site, names) = story().await;
    let page = site.get(&format!("/asset/{}", names.asset)).await;
    page.shows("Supply 1,000.000 acme/GOLD 20.00 % of the cap of 5,000.000");
    page.shows("Frozen now 12.500");
    page.shows("Holders 2");
    page.shows("987.500 98.75 %");
    page.shows("frozen 100 blocks left 12.500 acme/GOLD");
    page.shows("Issued by @acme");
    let named = site.get("/asset/acme/GOLD").await;
    assert_eq!(named.status, StatusCode::SEE_OTHER);
    assert_eq!(named.header("location"), format!("/asset/{}", names.asset));
    site.get("/assets")
        .await
        .shows("acme/GOLD Freezable Gold in grams 1,000.000 5,000.000");
}

#[tokio::test]
async fn an_identity_shows_its_document_escaped_and_its_assets() {
    let (site, names) = story().await;
    for path in [
        "acme",
        "@acme",
        &names.identity,
        &format!("did:moneta:{}", names.identity),
    ] {
        let page = site.get(&format!("/identity/{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.shows(&format!("did:moneta:{}", names.identity));
        page.shows("acme/GOLD");
        assert!(page.body.contains("Acme &#60;b&#62;Bullion"), "escaped");
        assert!(page.body.contains("href=\"https://acme.example/\""));
    }
}

#[tokio::test]
async fn a_document_shows_what_rests_on_it() {
    let (site, names) = story().await;
    let anchored = site.get(&format!("/document/{}", "aa".repeat(32))).await;
    anchored.shows("Notarisations 1");
    assert!(anchored.body.contains(&names.paid));
    let terms = site.get(&format!("/document/{}", "c0".repeat(32))).await;
    terms.shows("Terms of acme/GOLD");
    let basis = site.get(&format!("/document/{}", "d0".repeat(32))).await;
    basis.shows("Basis of freezes acme/GOLD");
}

#[tokio::test]
async fn the_proof_of_a_notarisation_is_there_for_everybody() {
    let (site, names) = story().await;
    let digest = "aa".repeat(32);
    let page = site.get(&format!("/document/{digest}")).await;
    let link = format!("/document/{digest}/proof/{}", names.paid);
    assert!(page.body.contains(&link), "the page links the proof");
    let answer = site.get(&link).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment; filename=\"moneta-proof-")
    );
    let proof = AnchorProof::from_json(answer.body.as_bytes()).expect("a proof");
    assert_eq!(
        (proof.digest.as_str(), proof.headers.len()),
        (digest.as_str(), 2)
    );
    for other in [
        format!("/document/{digest}/proof/{}", names.issued),
        format!("/document/{digest}/proof/{}", names.waiting),
        format!("/document/{}/proof/{}", "ab".repeat(32), names.paid),
    ] {
        assert_eq!(
            site.get(&other).await.status,
            StatusCode::NOT_FOUND,
            "{other}"
        );
    }
    let bad = site.get(&format!("/document/{digest}/proof/x")).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_freeze_register_is_public() {
    let (site, _) = story().await;
    let page = site.get("/freezes").await;
    page.shows("1 in force now");
    page.shows("Reason theft report Jurisdiction CH Tier Emergency Since block 6");
    page.shows("Until block 107");
}

#[tokio::test]
async fn a_search_leads_to_the_one_thing_it_names() {
    let (site, names) = story().await;
    for (query, page) in [
        ("acme%2FGOLD", format!("/asset/{}", names.asset)),
        ("%40acme", format!("/identity/{}", names.identity)),
        (&names.paid, format!("/tx/{}", names.paid)),
        (&names.waiting, format!("/tx/{}", names.waiting)),
        (&address(BOB), format!("/address/{}", address(BOB))),
        (&"aa".repeat(32), format!("/document/{}", "aa".repeat(32))),
        ("", "/".to_owned()),
    ] {
        let answer = site.get(&format!("/search?q={query}")).await;
        assert_eq!(
            answer.status,
            StatusCode::SEE_OTHER,
            "{query}: {}",
            answer.text()
        );
        assert_eq!(answer.header("location"), page);
    }
    let nothing = site.get("/search?q=sesterce%3Cb%3E").await;
    assert_eq!(nothing.status, StatusCode::OK);
    nothing.shows("Nothing found");
    nothing.shows("We looked for it as: Asset Identity");
    assert!(!nothing.body.contains("sesterce<b>"));
}

#[tokio::test]
async fn suggestions_come_as_json() {
    let (site, names) = story().await;
    let answer = site.get("/search/suggest?q=acm").await;
    let lines: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    let lines = lines.as_array().expect("a list");
    let asset = lines
        .iter()
        .find(|line| line["label"] == "acme/GOLD")
        .expect("the asset");
    assert_eq!(asset["href"], format!("/asset/{}", names.asset));
    assert_eq!(asset["kind"], "Asset");
    assert!(lines.iter().any(|line| line["label"] == "@acme"));
    assert_eq!(site.get("/search/suggest?q=").await.body, "[]");
}

#[tokio::test]
async fn of_very_many_outputs_the_first_are_shown_and_the_rest_counted() {
    let mut chain = ScriptedChain::new();
    let reward = OutPoint::new(chain.mine(ISSUER).transactions[0].txid, 0);
    let txid = chain.add(Draft {
        inputs: vec![reward],
        outputs: (0..3_000).map(|n| (out_to(BOB, 1_000 + n), None)).collect(),
        ..Draft::default()
    });
    chain.mine(ISSUER);
    let site = Site::open(ScriptedNode::new(chain)).await;
    let page = site.get(&format!("/tx/{txid}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("Outputs 3,000");
    page.shows("2,800 more are not shown here.");
    assert!(
        page.body.contains(&format!("/api/tx/{txid}/hex")),
        "its bytes are elsewhere"
    );
    assert!(page.body.len() < 300_000, "{} bytes", page.body.len());
}
