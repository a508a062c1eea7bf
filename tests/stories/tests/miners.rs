//! The difficulty and time rules hold against simulated miners (`cargo xtask soak miners` runs more).
use moneta_testkit::miners::suite;

/// R8 of the catalogue of historical bugs: Metaverse 2018, Verge 2018, time warps.
#[test]
fn r8_no_timestamp_strategy_bends_the_block_rate_or_the_shares() {
    let failed: Vec<_> = suite(7_200, 50_000, 1)
        .into_iter()
        .filter(|verdict| !verdict.holds())
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}
