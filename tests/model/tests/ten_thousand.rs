//! Ten thousand random histories hold, and no kind of operation is missing from them.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use moneta_model::{Tally, run};

const SEQUENCES: u64 = 10_000;

#[test]
fn ten_thousand_histories_keep_every_promise() {
    let next = AtomicU64::new(0);
    let all = Mutex::new(Tally::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut own = Tally::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= SEQUENCES {
                        break;
                    }
                    match run(seed) {
                        Ok(tally) => own.add(&tally),
                        Err(violation) => panic!("seed {seed}: {violation}"),
                    }
                }
                all.lock().unwrap().add(&own);
            });
        }
    });
    let all = all.into_inner().unwrap();
    for (what, times) in all.iter() {
        println!("{times:>9}  {what}");
    }
    for deed in [
        "register",
        "issue",
        "piece",
        "pay",
        "pay grains",
        "mint",
        "burn",
        "freeze",
        "unfreeze",
        "enrol",
        "withdraw",
        "document",
        "rotate",
        "renounce or anchor",
        "orders compared",
        "blocks taken back",
        "mip0001.coin_frozen",
        "mip0003.not_conserved",
        "mip0003.right_from_nothing",
        "mip0003.right_missing",
        "mip0005.not_enrolled",
        "contest",
        "update",
        "renew",
        "recover",
        "claim",
        "revoke",
        "redemption",
        "force",
        "drop a record",
        "coins frozen",
        "scripts frozen",
        "assets paused",
        "mip0001.order_too_young",
    ] {
        assert!(all.of(deed) > SEQUENCES / 100, "{deed}: {}", all.of(deed));
    }
}
