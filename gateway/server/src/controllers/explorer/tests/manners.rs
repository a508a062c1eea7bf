//! Status codes, languages, caches and headers: what holds for every page.
use axum::http::StatusCode;
use moneta_pages::files::{LOGO, SCRIPT, STYLE};
use moneta_testkit::scripted::{ScriptedChain, ScriptedNode};

use super::Site;

async fn empty() -> Site {
    Site::open(ScriptedNode::new(ScriptedChain::new())).await
}

#[tokio::test]
async fn what_is_not_there_is_a_404_that_says_why() {
    let site = empty().await;
    let id = "ab".repeat(32);
    for (path, reason) in [
        (format!("/tx/{id}"), "No such transaction"),
        (format!("/block/{id}"), "No such block"),
        ("/block/7".to_owned(), "No such block"),
        (format!("/asset/{id}"), "No such asset"),
        ("/asset/acme/GOLD".to_owned(), "No such asset"),
        ("/identity/nobody".to_owned(), "No such identity"),
        (format!("/document/{id}"), "Nothing refers to this digest"),
        ("/nowhere".to_owned(), "There is no such page"),
        (
            "/static/0000000000000000/style.css".to_owned(),
            "There is no such page",
        ),
    ] {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        answer.shows(reason);
        answer.shows("Back to the front page");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_a_400_that_says_what_would() {
    let site = empty().await;
    let foreign = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    for (path, reason) in [
        ("/tx/12", "Ids are 64 hexadecimal digits"),
        ("/block/x", "Ids are 64 hexadecimal digits"),
        ("/asset/GOLD", "Ids are 64 hexadecimal digits"),
        ("/document/zz", "Ids are 64 hexadecimal digits"),
        (&format!("/address/{foreign}"), "starts with `bc1`"),
        ("/address/%3Cscript%3E", "This is not an address"),
        ("/freezes?before=1", "This request makes no sense"),
        ("/assets?before=x-y", "This request makes no sense"),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        answer.shows(reason);
        assert!(!answer.body.contains("<script>"), "{path}");
    }
}

#[tokio::test]
async fn an_empty_chain_has_all_its_pages() {
    let site = empty().await;
    for path in ["/", "/blocks", "/block/0", "/assets", "/freezes"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        answer.shows("As of block 0");
    }
}

#[tokio::test]
async fn language_comes_from_the_query_then_the_cookie_then_the_browser() {
    let site = empty().await;
    let zh = |answer: &super::Answer| answer.body.contains("<html lang=\"zh\">");
    let asked = site.get("/?lang=zh").await;
    assert!(zh(&asked));
    assert!(asked.header("set-cookie").starts_with("lang=zh; Path=/;"));
    assert_eq!(asked.header("content-language"), "zh");
    assert!(zh(&site
        .get_with("/", &[("cookie", "lang=zh"), ("accept-language", "en")])
        .await));
    assert!(zh(&site
        .get_with("/", &[("accept-language", "zh-CN,en;q=0.5")])
        .await));
    let kept = site.get_with("/?lang=en", &[("cookie", "lang=zh")]).await;
    assert!(!zh(&kept));
    let plain = site.get("/").await;
    assert!(!zh(&plain) && plain.headers.get("set-cookie").is_none());
    let missing = site.get_with("/nowhere", &[("cookie", "lang=zh")]).await;
    assert!(zh(&missing));
    missing.shows("没有这个页面");
}

#[tokio::test]
async fn pages_are_kept_but_asked_for_and_an_unchanged_one_is_not_sent_again() {
    let site = empty().await;
    let first = site.get("/blocks").await;
    assert_eq!(first.header("cache-control"), "private, no-cache");
    assert_eq!(first.header("vary"), "Accept-Language, Cookie");
    let tag = first.header("etag").to_owned();
    let second = site
        .get_with(
            "/blocks",
            &[("if-none-match", &tag), ("accept-language", "en")],
        )
        .await;
    assert_eq!(second.status, StatusCode::NOT_MODIFIED);
    assert!(second.body.is_empty());
    let other = site
        .get_with(
            "/blocks",
            &[("if-none-match", &tag), ("accept-language", "zh")],
        )
        .await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn every_page_carries_the_policy_that_lets_only_our_files_in() {
    let site = empty().await;
    for path in ["/", "/nowhere", "/tx/12"] {
        let answer = site.get(path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            moneta_pages::CONTENT_SECURITY_POLICY
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
    }
}

#[tokio::test]
async fn files_are_served_for_ever_under_the_path_that_names_their_content() {
    let site = empty().await;
    for file in [STYLE, SCRIPT, LOGO] {
        let answer = site.get(file.path()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), file.content_type);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.body.as_bytes(), file.bytes);
    }
    assert_eq!(
        site.get("/favicon.ico").await.header("location"),
        LOGO.path()
    );
    let search = site.get("/opensearch.xml").await;
    assert!(
        search
            .body
            .contains("http://explorer.test/search?q={searchTerms}")
    );
}
