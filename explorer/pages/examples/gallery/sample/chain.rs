//! The front page and blocks.
use super::*;

pub(crate) fn block_row(height: u32) -> BlockRow {
    BlockRow {
        height,
        id: id(height),
        moment: time(height),
        transactions: 1 + (height % 4) as usize,
        size: 285 + u64::from(height % 4) * 341,
        miner: party(MINER),
    }
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

pub(crate) fn blocks() -> Blocks {
    Blocks {
        rows: (0..20).map(|back| block_row(TIP_HEIGHT - back)).collect(),
        pager: Pager {
            newest: None,
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
        transactions: rows()
            .into_iter()
            .skip(1)
            .map(|row| TransactionRow {
                standing: None,
                ..row
            })
            .collect(),
        pager: Pager::default(),
    }
}

pub(crate) fn orphan() -> Block {
    Block {
        place: BlockPlace::Orphaned {
            instead: Some(id(1_234)),
        },
        id: id(4_321),
        fees: None,
        ..block()
    }
}

pub(crate) fn genesis() -> Block {
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
