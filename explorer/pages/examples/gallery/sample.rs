//! One chain's worth of made-up but consistent data: gold is issued, sent, frozen and freed again.
//!
//! Tests of the crate and the gallery read the same pages.

use moneta_pages::format::Moment;
use moneta_pages::parts::*;
use moneta_pages::*;

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

const MINER: &str = "bcrt1q6z64a43mjgkcq0ul2znwneq3spghrlau9slefp";
const VAULT: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const ALICE: &str = "bcrt1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
const BOB: &str = "bcrt1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqvg32hk";
const TIP_HEIGHT: u32 = 1_240;

fn tip() -> Tip {
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

fn time(height: u32) -> Moment {
    Moment(1_795_219_200 + u64::from(height) * 61)
}

fn party(address: &str) -> Party {
    Party::Address(address.to_owned())
}

fn acme() -> IdentityRef {
    IdentityRef {
        id: id(9_001),
        handle: "acme".to_owned(),
    }
}

fn gold() -> AssetRef {
    AssetRef {
        id: id(9_002),
        symbol: "GOLD".to_owned(),
        issuer: Some(acme()),
    }
}

fn grams(milligrams: u64) -> Amount {
    Amount::of_asset(milligrams, 3, gold())
}

fn coin(seed: u32, vout: u32) -> CoinRef {
    CoinRef {
        txid: id(seed),
        vout,
    }
}

fn confirmed(height: u32) -> Standing {
    Standing::Confirmed {
        height,
        block: id(height),
        moment: time(height),
        confirmations: TIP_HEIGHT - height + 1,
    }
}

fn block_row(height: u32) -> BlockRow {
    BlockRow {
        height,
        id: id(height),
        moment: time(height),
        transactions: 1 + (height % 4) as usize,
        size: 285 + u64::from(height % 4) * 341,
        miner: party(MINER),
    }
}

fn row(seed: u32, standing: Standing, deeds: &[Deed], amounts: Vec<Amount>) -> TransactionRow {
    TransactionRow {
        txid: id(seed),
        standing,
        deeds: deeds.to_vec(),
        amounts,
    }
}

fn rows() -> Vec<TransactionRow> {
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

/// The front page.
pub(crate) fn home() -> Home {
    Home {
        tip: tip(),
        work: "2".to_owned(),
        mempool: MempoolCard {
            transactions: 1,
            vsize: 287,
        },
        blocks: (0..7).map(|back| block_row(TIP_HEIGHT - back)).collect(),
        transactions: rows(),
    }
}

fn blocks() -> Blocks {
    Blocks {
        rows: (0..20).map(|back| block_row(TIP_HEIGHT - back)).collect(),
        pager: Pager {
            newer: None,
            older: Some("/blocks?from=1220".to_owned()),
        },
    }
}

/// A block of the best chain.
pub(crate) fn block() -> Block {
    Block {
        height: 1_234,
        id: id(1_234),
        place: BlockPlace::Best {
            confirmations: 7,
            next: Some(id(1_235)),
        },
        moment: time(1_234),
        median: time(1_228),
        previous: Some(id(1_233)),
        header: HeaderFields {
            version: "0x20000000".to_owned(),
            bits: "0x207fffff".to_owned(),
            work: "2".to_owned(),
            nonce: 1,
            merkle_root: id(55),
        },
        seal: Some(SealFields {
            nonce: "0x9d4f21c07be31a55".to_owned(),
            mix_hash: id(56),
            seal_hash: id(57),
            epoch: 0,
        }),
        size: 1_308,
        weight: 4_104,
        transaction_count: 7,
        reward: Amount::native(500_001_410),
        fees: Some(Amount::native(1_410)),
        miner: party(MINER),
        transactions: rows().split_off(1),
        pager: Pager::default(),
    }
}

fn orphan() -> Block {
    Block {
        place: BlockPlace::Orphaned {
            instead: Some(id(1_234)),
        },
        id: id(4_321),
        fees: None,
        ..block()
    }
}

fn genesis() -> Block {
    Block {
        height: 0,
        id: "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206".to_owned(),
        place: BlockPlace::Best {
            confirmations: TIP_HEIGHT + 1,
            next: Some(id(1)),
        },
        moment: Moment(1_296_688_602),
        median: Moment(1_296_688_602),
        previous: None,
        seal: None,
        miner: Party::Script("p2pk".to_owned()),
        reward: Amount::native(5_000_000_000),
        transactions: vec![],
        ..block()
    }
}

fn figures(fee: Option<u64>) -> TransactionFigures {
    TransactionFigures {
        fee: fee.map(Amount::native),
        fee_rate: fee.map(|_| "2.01".to_owned()),
        size: 372,
        vsize: 290,
        weight: 1_158,
        version: 2,
        lock_time: 0,
    }
}

fn input(seed: u32, address: &str, grains: u64, attachment: Option<Attachment>) -> Input {
    Input {
        coin: Some(coin(seed, 1)),
        party: party(address),
        value: Some(Amount::native(grains)),
        attachment,
    }
}

fn output(vout: u32, address: &str, grains: u64, attachment: Option<Attachment>) -> Output {
    Output {
        vout,
        party: party(address),
        value: Amount::native(grains),
        has_value: true,
        attachment,
        spend: Spend::Unspent,
        frozen: false,
    }
}

fn envelope_output(vout: u32, grains: u64) -> Output {
    Output {
        party: Party::Envelope,
        has_value: grains > 0,
        spend: Spend::Never,
        ..output(vout, "", grains, None)
    }
}

fn raw() -> String {
    (0..12).map(id).collect()
}

/// A transaction that issues gold.
pub(crate) fn issue() -> Transaction {
    let all = vec![Right::Mint, Right::Freeze, Right::Compliance];
    let authority = Attachment::Authority {
        asset: gold(),
        rights: all.clone(),
    };
    Transaction {
        txid: id(74),
        standing: confirmed(1_238),
        inputs: vec![
            input(75, VAULT, 1_000, Some(Attachment::Identity(acme()))),
            input(70, VAULT, 500_000_000, None),
        ],
        outputs: vec![
            output(0, VAULT, 1_000, Some(Attachment::Identity(acme()))),
            output(1, VAULT, 1_000, Some(Attachment::Asset(grams(1_000_000)))),
            output(2, VAULT, 1_000, Some(authority)),
            envelope_output(3, 100_000),
            output(4, MINER, 499_896_418, None),
        ],
        envelope: Some(Envelope {
            vout: 3,
            bytes: 214,
            burned: Some(Amount::native(100_000)),
        }),
        operations: vec![Operation::Issue(Box::new(Issue {
            asset: gold(),
            name: "Gold in grams, London vault".to_owned(),
            initial: grams(1_000_000),
            cap: grams(5_000_000),
            powers: all,
            document: Some(id(80)),
        }))],
        figures: figures(Some(582)),
        raw_hex: raw(),
    }
}

/// A payment of gold that waits for a block.
pub(crate) fn payment() -> Transaction {
    Transaction {
        txid: id(71),
        standing: Standing::Waiting {
            arrived: time(1_241),
        },
        inputs: vec![
            input(74, VAULT, 1_000, Some(Attachment::Asset(grams(1_000_000)))),
            input(60, VAULT, 40_000, None),
        ],
        outputs: vec![
            output(0, ALICE, 1_000, Some(Attachment::Asset(grams(12_500)))),
            output(1, VAULT, 1_000, Some(Attachment::Asset(grams(987_500)))),
            envelope_output(2, 0),
            Output {
                spend: Spend::Spent { by: id(99) },
                ..output(3, BOB, 38_418, None)
            },
        ],
        envelope: Some(Envelope {
            vout: 2,
            bytes: 58,
            burned: None,
        }),
        operations: vec![],
        figures: figures(Some(582)),
        raw_hex: raw(),
    }
}

fn freeze_operation() -> Operation {
    Operation::Freeze {
        asset: gold(),
        coins: vec![coin(71, 0), coin(68, 2)],
        tier: Tier::Emergency,
        reason: Reason::TheftReport,
        jurisdiction: "CH".to_owned(),
        stop: 2_248,
        document: Some(id(81)),
    }
}

fn freeze() -> Transaction {
    let authority = Attachment::Authority {
        asset: gold(),
        rights: vec![Right::Freeze],
    };
    Transaction {
        txid: id(72),
        standing: confirmed(1_240),
        inputs: vec![input(74, VAULT, 60_000, Some(authority.clone()))],
        outputs: vec![
            Output {
                frozen: false,
                ..output(0, VAULT, 58_000, Some(authority))
            },
            envelope_output(1, 0),
        ],
        envelope: Some(Envelope {
            vout: 1,
            bytes: 141,
            burned: None,
        }),
        operations: vec![freeze_operation()],
        figures: figures(Some(2_000)),
        raw_hex: raw(),
    }
}

fn coinbase() -> Transaction {
    Transaction {
        txid: id(77),
        standing: confirmed(1_240),
        inputs: vec![Input {
            coin: None,
            party: Party::NewCoins,
            value: None,
            attachment: None,
        }],
        outputs: vec![
            output(0, MINER, 500_001_410, None),
            Output {
                party: Party::Unspendable,
                ..envelope_output(1, 0)
            },
        ],
        envelope: None,
        operations: vec![],
        figures: figures(None),
        raw_hex: raw(),
    }
}

/// A transaction with every operation and every kind of party, more outputs than are told, one frozen.
pub(crate) fn everything() -> Transaction {
    let mut outputs: Vec<_> = (0..12)
        .map(|n| output(n, BOB, 1_000 + u64::from(n), None))
        .collect();
    outputs.push(Output {
        frozen: true,
        ..output(12, ALICE, 1_000, Some(Attachment::Asset(grams(12_500))))
    });
    outputs.push(Output {
        party: Party::Script("p2ms".to_owned()),
        spend: Spend::Unknown,
        ..output(13, "", 7, None)
    });
    Transaction {
        outputs,
        operations: vec![
            freeze_operation(),
            Operation::Unfreeze {
                asset: gold(),
                coins: vec![coin(3, 0)],
            },
            Operation::Mint(grams(1)),
            Operation::Burn(grams(2)),
            Operation::Renounce {
                asset: gold(),
                rights: vec![Right::Mint, Right::Enrol, Right::Meta],
            },
            Operation::Register(acme()),
            Operation::Anchor { digest: id(80) },
        ],
        ..issue()
    }
}

fn freeze_row(seed: u32, state: FreezeState) -> FreezeRow {
    FreezeRow {
        asset: gold(),
        coin: coin(seed, 0),
        amount: Some(grams(12_500)),
        holder: Some(party(ALICE)),
        tier: Tier::Emergency,
        reason: Reason::TheftReport,
        jurisdiction: "CH".to_owned(),
        start: 1_240,
        stop: 2_248,
        moment: Some(time(1_240)),
        frozen_in: id(72),
        document: Some(id(81)),
        state,
    }
}

fn freeze_rows() -> Vec<FreezeRow> {
    vec![
        freeze_row(71, FreezeState::Active { blocks_left: 1_008 }),
        FreezeRow {
            reason: Reason::CourtOrder,
            tier: Tier::Order,
            jurisdiction: "GB".to_owned(),
            ..freeze_row(
                66,
                FreezeState::Lifted {
                    height: 1_239,
                    txid: id(65),
                },
            )
        },
        FreezeRow {
            amount: None,
            holder: None,
            document: None,
            moment: None,
            reason: Reason::HolderRequest,
            ..freeze_row(64, FreezeState::Lapsed)
        },
        freeze_row(
            63,
            FreezeState::Replaced {
                height: 1_200,
                txid: id(62),
            },
        ),
    ]
}

/// An address that holds something of everything.
pub(crate) fn address() -> Address {
    Address {
        address: ALICE.to_owned(),
        balances: vec![
            Balance {
                confirmed: Amount::native(1_250_039_418),
                pending: Some(Amount::native(38_418).signed(true)),
                frozen: None,
            },
            Balance {
                confirmed: grams(987_500),
                pending: Some(grams(12_500).signed(false)),
                frozen: Some(grams(12_500)),
            },
        ],
        powers: vec![Attachment::Identity(acme())],
        freezes: freeze_rows().into_iter().take(1).collect(),
        transaction_count: 1_043,
        history: vec![
            row(
                71,
                Standing::Waiting {
                    arrived: time(1_241),
                },
                &[Deed::Transfer],
                vec![
                    grams(12_500).signed(true),
                    Amount::native(1_000).signed(true),
                ],
            ),
            row(
                73,
                confirmed(1_239),
                &[Deed::Transfer],
                vec![Amount::native(150_000_000).signed(true)],
            ),
        ],
        pager: Pager {
            newer: None,
            older: Some("/address/x?after=x".to_owned()),
        },
    }
}

fn unused() -> Address {
    Address {
        address: BOB.to_owned(),
        balances: vec![],
        powers: vec![],
        freezes: vec![],
        transaction_count: 0,
        history: vec![],
        pager: Pager::default(),
    }
}

fn asset_row(symbol: &str, name: &str, freezable: bool) -> AssetRow {
    let asset = AssetRef {
        symbol: symbol.to_owned(),
        ..gold()
    };
    AssetRow {
        supply: Amount::of_asset(1_000_000, 3, asset.clone()),
        cap: Amount::of_asset(5_000_000, 3, asset.clone()),
        asset,
        name: name.to_owned(),
        cap_per_mille: 200,
        freezable,
        issued_at: 1_238,
    }
}

fn assets() -> Assets {
    Assets {
        rows: vec![
            asset_row("GOLD", "Gold in grams, London vault", true),
            asset_row("VERMEER", "Shares of a painting", false),
        ],
        pager: Pager::default(),
    }
}

/// A freezable asset with holders and a freeze register.
pub(crate) fn asset() -> Asset {
    let holder = |address: &str, milligrams: u64, percent: &str, per_mille| Holder {
        party: party(address),
        amount: grams(milligrams),
        percent: percent.to_owned(),
        per_mille,
    };
    Asset {
        asset: gold(),
        name: "Gold in grams, London vault".to_owned(),
        figures: AssetFigures {
            supply: grams(999_000),
            issued: grams(1_000_000),
            burned: grams(1_000),
            frozen: Some(grams(12_500)),
            cap: grams(5_000_000),
            cap_per_mille: 199,
            cap_percent: "19.98".to_owned(),
            decimals: 3,
        },
        powers: vec![Right::Mint, Right::Freeze, Right::Compliance],
        enrolled_only: false,
        document: Some(id(80)),
        issued_in: id(74),
        issued_at: 1_238,
        holder_count: 3,
        holders: vec![
            holder(VAULT, 900_000, "90.09", 900),
            holder(ALICE, 86_500, "8.65", 86),
            holder(BOB, 12_500, "1.25", 12),
        ],
        freezes: freeze_rows(),
        history: rows().into_iter().take(4).collect(),
        pager: Pager::default(),
    }
}

fn bare_asset() -> Asset {
    Asset {
        asset: AssetRef {
            issuer: None,
            ..gold()
        },
        powers: vec![],
        enrolled_only: true,
        document: None,
        holders: vec![],
        freezes: vec![],
        history: vec![],
        ..asset()
    }
}

/// An identity with a document and assets.
pub(crate) fn identity() -> Identity {
    let field = |path: &str, value: &str| Field {
        path: path.to_owned(),
        value: value.to_owned(),
    };
    Identity {
        identity: acme(),
        controller: Some(party(VAULT)),
        registered_in: id(75),
        registered_at: 1_236,
        moment: Some(time(1_236)),
        recovery: None,
        fields: vec![
            field("name", "Acme Bullion AG"),
            field(
                "keys.assertion",
                "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            ),
            field("services.website", "https://acme.example/"),
        ],
        document: "{\"name\":\"Acme Bullion AG\",\"keys\":{\"assertion\":\"z6Mkha…\"}}".to_owned(),
        assets: assets().rows,
    }
}

/// A digest that was notarised.
pub(crate) fn document() -> Document {
    Document {
        digest: id(80),
        notarisations: vec![Notarisation {
            txid: id(76),
            height: 1_233,
            block: id(1_233),
            moment: time(1_233),
            confirmations: 8,
            proof: Some("/v1/notarisations/x/proof".to_owned()),
        }],
        terms_of: vec![gold()],
    }
}

fn freezes() -> Freezes {
    Freezes {
        active: 1,
        rows: freeze_rows(),
        pager: Pager::default(),
    }
}

fn found() -> SearchResults {
    let hit = |kind, label: &str, detail: &str, href: String| Hit {
        kind,
        label: label.to_owned(),
        detail: detail.to_owned(),
        href,
    };
    SearchResults {
        query: "gold".to_owned(),
        hits: vec![
            hit(
                HitKind::Asset,
                "acme/GOLD",
                "Gold in grams, London vault",
                format!("/asset/{}", id(9_002)),
            ),
            hit(
                HitKind::Identity,
                "@goldsmith",
                "",
                "/identity/goldsmith".to_owned(),
            ),
        ],
        probed: vec![HitKind::Asset, HitKind::Identity],
    }
}

/// A search that found nothing.
pub(crate) fn nothing(query: &str) -> SearchResults {
    SearchResults {
        query: query.to_owned(),
        hits: vec![],
        probed: vec![HitKind::Asset, HitKind::Identity],
    }
}

/// An error page.
pub(crate) fn error(problem: Problem, asked: &str) -> ErrorPage {
    ErrorPage {
        problem,
        asked: asked.to_owned(),
        detail: Some("the address has the prefix `bc`; this network's is `bcrt`".to_owned()),
    }
}
