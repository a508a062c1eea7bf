//! One chain's worth of made-up but consistent data: gold is issued, sent, frozen and freed again.
//!
//! Tests of the crate and the gallery read the same pages.
mod chain;
mod registry;
mod transactions;

use moneta_pages::format::Moment;
use moneta_pages::parts::*;
use moneta_pages::*;

pub(crate) use chain::*;
pub(crate) use registry::*;
pub(crate) use transactions::*;

/// Every page in `lang` with the name of its file.
pub(crate) fn pages(lang: Lang) -> Vec<(&'static str, String)> {
    let shell = |path: &str| shell(lang, path);
    let mut pages = vec![
        ("home", render_home(&shell("/"), &home())),
        ("blocks", render_blocks(&shell("/blocks"), &blocks())),
        ("block", render_block(&shell("/block/1234"), &block())),
        ("orphan", render_block(&shell("/block/x"), &orphan())),
        ("genesis", render_block(&shell("/block/0"), &genesis())),
        ("tx-issue", render_transaction(&shell("/tx/x"), &issue())),
        (
            "tx-payment",
            render_transaction(&shell("/tx/x"), &payment()),
        ),
        ("tx-freeze", render_transaction(&shell("/tx/x"), &freeze())),
        (
            "tx-coinbase",
            render_transaction(&shell("/tx/x"), &coinbase()),
        ),
        (
            "tx-everything",
            render_transaction(&shell("/tx/x"), &everything()),
        ),
        ("address", render_address(&shell("/address/x"), &address())),
        (
            "address-empty",
            render_address(&shell("/address/x"), &unused()),
        ),
        ("assets", render_assets(&shell("/assets"), &assets())),
        ("asset", render_asset(&shell("/asset/x"), &asset())),
        (
            "asset-bare",
            render_asset(&shell("/asset/x"), &bare_asset()),
        ),
        (
            "identity",
            render_identity(&shell("/identity/acme"), &identity()),
        ),
        (
            "document",
            render_document(&shell("/document/x"), &document()),
        ),
        ("freezes", render_freezes(&shell("/freezes"), &freezes())),
        ("search", render_search(&shell("/search?q=gold"), &found())),
        (
            "search-none",
            render_search(&shell("/search?q=x"), &nothing("sesterce")),
        ),
    ];
    let names = [
        "error-page",
        "error-block",
        "error-tx",
        "error-asset",
        "error-identity",
        "error-document",
        "error-id",
        "error-address",
        "error-request",
        "error-faucet",
        "error-unavailable",
        "error-internal",
    ];
    for (name, problem) in names.into_iter().zip(Problem::ALL) {
        pages.push((
            name,
            render_error(&shell("/x"), &error(problem, "bc1qw508d6")),
        ));
    }
    pages
}

/// The frame of every sample page.
pub(crate) fn shell(lang: Lang, path: &str) -> Shell {
    Shell {
        lang,
        path: path.to_owned(),
        network: "dev".to_owned(),
        sandbox: true,
        tip: Some(tip()),
    }
}

pub(crate) const MINER: &str = "bcrt1q6z64a43mjgkcq0ul2znwneq3spghrlau9slefp";
pub(crate) const VAULT: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
pub(crate) const ALICE: &str = "bcrt1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
pub(crate) const BOB: &str = "bcrt1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqvg32hk";
pub(crate) const TIP_HEIGHT: u32 = 1_240;

pub(crate) fn tip() -> Tip {
    Tip {
        height: TIP_HEIGHT,
        id: id(TIP_HEIGHT),
        moment: time(TIP_HEIGHT),
    }
}

/// 64 digits that look like an id and depend on `seed` alone.
pub(crate) fn id(seed: u32) -> String {
    let mut state = u64::from(seed)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(77);
    (0..4)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            format!("{state:016x}")
        })
        .collect()
}

pub(crate) fn time(height: u32) -> Moment {
    Moment(1_795_219_200 + u64::from(height) * 61)
}

pub(crate) fn party(address: &str) -> Party {
    Party::Address(address.to_owned())
}

pub(crate) fn acme() -> IdentityRef {
    IdentityRef {
        id: id(9_001),
        handle: "acme".to_owned(),
    }
}

pub(crate) fn gold() -> AssetRef {
    AssetRef {
        id: id(9_002),
        symbol: "GOLD".to_owned(),
        issuer: Some(acme()),
    }
}

pub(crate) fn grams(milligrams: u64) -> Amount {
    Amount::of_asset(milligrams, 3, gold())
}

pub(crate) fn coin(seed: u32, vout: u32) -> CoinRef {
    CoinRef {
        txid: id(seed),
        vout,
    }
}

pub(crate) fn confirmed(height: u32) -> Standing {
    Standing::Confirmed {
        height,
        block: id(height),
        moment: time(height),
        confirmations: TIP_HEIGHT - height + 1,
    }
}

pub(crate) fn row(
    seed: u32,
    standing: Standing,
    deeds: &[Deed],
    amounts: Vec<Amount>,
) -> TransactionRow {
    TransactionRow {
        txid: id(seed),
        standing: Some(standing),
        deeds: deeds.to_vec(),
        amounts,
    }
}

pub(crate) fn rows() -> Vec<TransactionRow> {
    let waiting = Standing::Waiting {
        arrived: time(1_241),
    };
    vec![
        row(71, waiting, &[Deed::Transfer], vec![grams(12_500)]),
        row(72, confirmed(1_240), &[Deed::Freeze], vec![]),
        row(
            73,
            confirmed(1_239),
            &[Deed::Transfer],
            vec![Amount::native(150_000_000)],
        ),
        row(74, confirmed(1_238), &[Deed::Issue], vec![grams(1_000_000)]),
        row(75, confirmed(1_236), &[Deed::Register], vec![]),
        row(76, confirmed(1_233), &[Deed::Anchor], vec![]),
        row(
            77,
            confirmed(1_230),
            &[Deed::Reward],
            vec![Amount::native(500_001_410)],
        ),
    ]
}
