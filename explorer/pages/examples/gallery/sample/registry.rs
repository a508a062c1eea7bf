//! Assets, identities, freezes, documents, addresses, searches and errors.
use super::*;

pub(crate) fn freeze_row(seed: u32, state: FreezeState) -> FreezeRow {
    FreezeRow {
        asset: gold(),
        on: FreezeOn::Coin(coin(seed, 0)),
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

pub(crate) fn freeze_rows() -> Vec<FreezeRow> {
    vec![
        freeze_row(71, FreezeState::Active { blocks_left: 1_008 }),
        FreezeRow {
            reason: Reason::CourtOrder,
            tier: Tier::Order,
            jurisdiction: "GB".to_owned(),
            ..freeze_row(
                66,
                FreezeState::Lifted(FreezeAct {
                    height: 1_239,
                    txid: id(65),
                }),
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
        FreezeRow {
            on: FreezeOn::Script(id(61)),
            ..freeze_row(60, FreezeState::Active { blocks_left: 7 })
        },
        FreezeRow {
            on: FreezeOn::Asset,
            amount: None,
            holder: None,
            ..freeze_row(59, FreezeState::Active { blocks_left: 9 })
        },
        freeze_row(
            63,
            FreezeState::Replaced(FreezeAct {
                height: 1_200,
                txid: id(62),
            }),
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
            newest: Some("/address/x".to_owned()),
            newer: None,
            older: Some("/address/x?after=x".to_owned()),
        },
    }
}

pub(crate) fn unused() -> Address {
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

pub(crate) fn asset_row(symbol: &str, name: &str, freezable: bool) -> AssetRow {
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

pub(crate) fn assets() -> Assets {
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

pub(crate) fn bare_asset() -> Asset {
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
        documents_of: vec![],
        basis_of: vec![FreezeMention {
            asset: gold(),
            coin: coin(71, 0),
            frozen_in: id(72),
        }],
    }
}

pub(crate) fn freezes() -> Freezes {
    Freezes {
        active: 1,
        rows: freeze_rows(),
        pager: Pager::default(),
    }
}

pub(crate) fn found() -> SearchResults {
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
