//! Real headless Chromium follows the gold through the explorer.
use std::process::Command;

use moneta_testkit::browser::Browser;
use moneta_testkit::sandbox::{Sandbox, binary};

/// Plays the demo and returns the handle of its issuer, the id of its gold and the txid of the gold sent.
fn play(sandbox: &Sandbox) -> Facts {
    let output = Command::new(binary("moneta"))
        .args(["demo", "--data-dir"])
        .arg(sandbox.dir())
        .output()
        .expect("moneta can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let after = |step: &str, kind: &str| {
        let (_, rest) = said
            .split_once(step)
            .unwrap_or_else(|| panic!("`{step}` is in {said}"));
        let (_, rest) = rest.split_once(kind).expect("a link");
        rest.lines().next().expect("a line").to_owned()
    };
    Facts {
        handle: after("Identity `", "/identity/"),
        gold: after("g of", "/asset/"),
        sent: after("Acme sends 12.5 g", "/tx/"),
        digest: after("A document is notarised", "/document/"),
    }
}

struct Facts {
    handle: String,
    gold: String,
    sent: String,
    digest: String,
}

#[test]
fn a_visitor_follows_the_gold_from_the_search_box_to_its_freeze() {
    let Some(browser) = Browser::open(1280, 900) else {
        return;
    };
    let sandbox = Sandbox::start();
    let facts = play(&sandbox);

    browser.go(&format!("{}/?lang=en", sandbox.url()));
    assert!(browser.title().contains("Moneta"));
    browser
        .find("input[name=q]")
        .submit(&format!("{}/GOLD", facts.handle));
    browser.until("the asset page", || {
        browser.url().contains(&format!("/asset/{}", facts.gold))
    });
    let asset = browser.text();
    assert!(asset.contains("1,000.000"), "the supply is shown: {asset}");
    assert!(
        asset.contains("CH") && asset.to_lowercase().contains("theft"),
        "the freeze is in the register: {asset}"
    );

    browser.link(&facts.handle).click();
    browser.until("the issuer's page", || browser.url().contains("/identity/"));
    assert!(
        browser.text().contains("did:moneta:"),
        "the identity shows its DID"
    );

    browser.go(&format!("{}/tx/{}", sandbox.url(), facts.sent));
    let transaction = browser.text();
    assert!(
        transaction.contains("12.500") && transaction.contains("987.500"),
        "who gets what: {transaction}"
    );
    browser.find("a[href^='/block/']").click();
    browser.until("the block", || browser.url().contains("/block/"));
    assert!(
        browser.text().contains(&facts.sent[..8]),
        "the block lists the transaction"
    );

    browser.go(&format!("{}/document/{}", sandbox.url(), facts.digest));
    browser.wait_for_text(&facts.digest);
    assert_eq!(browser.console_errors(), Vec::<String>::new());
}

#[test]
fn the_home_page_shows_a_new_block_without_a_reload() {
    let Some(browser) = Browser::open(1280, 900) else {
        return;
    };
    let sandbox = Sandbox::start_with(&["--block-time", "0"]);
    browser.go(&format!("{}/?lang=en", sandbox.url()));
    browser.script("window.stayed = true");
    let before = sandbox.client().get("/v1/chain").ok()["height"]
        .as_u64()
        .expect("a height");
    sandbox
        .client()
        .post("/v1/blocks", &serde_json::json!({"count": 1}))
        .ok();
    browser.wait_for_text(&(before + 1).to_string());
    assert_eq!(
        browser.script("return window.stayed"),
        true,
        "the page was not loaded again"
    );
}

#[test]
fn pages_are_chinese_for_who_asks_and_fit_a_phone() {
    let Some(browser) = Browser::open(390, 844) else {
        return;
    };
    let sandbox = Sandbox::start();
    for page in ["/", "/blocks", "/assets", "/freezes"] {
        browser.go(&format!("{}{page}?lang=zh", sandbox.url()));
        assert_eq!(
            browser
                .find("html")
                .attribute("lang")
                .as_deref()
                .map(|lang| &lang[..2]),
            Some("zh")
        );
        assert!(
            browser
                .text()
                .chars()
                .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{page} is in Chinese"
        );
        let wider =
            browser.script("return document.documentElement.scrollWidth - window.innerWidth");
        assert!(
            wider.as_i64().unwrap_or(99) <= 0,
            "{page} is {wider} px wider than the phone"
        );
    }
}

#[test]
fn what_does_not_exist_is_a_real_404_in_words() {
    let sandbox = Sandbox::start();
    let client = sandbox.client();
    let unknown = "00".repeat(32);
    for page in [
        format!("/tx/{unknown}"),
        format!("/block/{unknown}"),
        format!("/asset/{unknown}"),
        "/nowhere".into(),
    ] {
        let answer = client.get(&page);
        assert_eq!(answer.status, 404, "{page}");
        assert!(answer.text.contains("<html"), "{page} is a page");
    }
}
