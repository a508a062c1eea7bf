//! Transactions of every kind.
use super::*;

pub(crate) fn figures(fee: Option<u64>) -> TransactionFigures {
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

pub(crate) fn input(
    seed: u32,
    address: &str,
    grains: u64,
    attachment: Option<Attachment>,
) -> Input {
    Input {
        coin: Some(coin(seed, 1)),
        party: party(address),
        value: Some(Amount::native(grains)),
        attachment,
    }
}

pub(crate) fn output(
    vout: u32,
    address: &str,
    grains: u64,
    attachment: Option<Attachment>,
) -> Output {
    Output {
        vout,
        party: party(address),
        value: Amount::native(grains),
        has_value: true,
        attachment,
        spend: Spend::Unspent,
        frozen: false,
        taken: None,
    }
}

pub(crate) fn envelope_output(vout: u32, grains: u64) -> Output {
    Output {
        party: Party::Envelope,
        has_value: grains > 0,
        spend: Spend::Never,
        ..output(vout, "", grains, None)
    }
}

pub(crate) fn raw() -> String {
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
        more_inputs: 0,
        more_outputs: 0,
        raw_hex: Some(raw()),
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
        more_inputs: 0,
        more_outputs: 0,
        raw_hex: Some(raw()),
    }
}

pub(crate) fn freeze_operation() -> Operation {
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

pub(crate) fn freeze() -> Transaction {
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
        more_inputs: 0,
        more_outputs: 0,
        raw_hex: Some(raw()),
    }
}

pub(crate) fn coinbase() -> Transaction {
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
        more_inputs: 0,
        more_outputs: 0,
        raw_hex: Some(raw()),
    }
}

/// A transaction with every operation and every kind of party, more outputs than are told, one frozen.
pub(crate) fn everything() -> Transaction {
    let mut outputs: Vec<_> = (0..12)
        .map(|n| output(n, BOB, 1_000 + u64::from(n), None))
        .collect();
    outputs.push(Output {
        frozen: true,
        taken: Some(id(58)),
        ..output(12, ALICE, 1_000, Some(Attachment::Asset(grams(12_500))))
    });
    outputs.push(Output {
        party: Party::Script("p2ms".to_owned()),
        spend: Spend::Unknown,
        ..output(13, "", 7, None)
    });
    Transaction {
        outputs,
        more_inputs: 2_000,
        more_outputs: 1_000,
        raw_hex: None,
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
