//! Runs of headers, as header sync brings them: what is proven, what is refused, and what it costs us.
use bitcoin::CompactTarget;
use moneta_chain::{Height, Params, Seal, SealedHeader};
use moneta_consensus::{ParentBlock, RefusedHeader, SealBudget, check_headers};
use moneta_testkit::chain::TestChain;

use crate::header_scenarios::with_forged_mix;
use crate::meter::Meter;

/// What somebody does to a header.
type Spoil = fn(&mut SealedHeader);

/// A chain of `count` blocks, and its headers.
fn run(count: u32) -> (TestChain, Vec<SealedHeader>) {
    let mut chain = TestChain::new();
    chain.mine_empty(count);
    let blocks = chain.blocks().iter();
    let headers = blocks.map(|block| block.block().sealed_header()).collect();
    (chain, headers)
}

fn check(
    chain: &TestChain,
    headers: &[SealedHeader],
    budget: &dyn SealBudget,
) -> Result<ParentBlock, (usize, &'static str)> {
    let genesis = ParentBlock::genesis(chain.params());
    check_headers(headers, &genesis, chain.now(), chain.params(), budget)
        .map_err(|RefusedHeader { index, error }| (index, error.code()))
}

#[test]
fn a_run_ends_where_checking_one_by_one_ends() {
    let (chain, headers) = run(150);
    let meter = Meter::of(&chain, 150);
    assert_eq!(check(&chain, &headers, &meter), Ok(chain.parent()));
    assert_eq!(meter.spent.get(), 150, "each seal once");
    assert_eq!(
        check(&chain, &[], &meter),
        Ok(ParentBlock::genesis(chain.params()))
    );
}

#[test]
fn a_bad_seal_is_named_and_nothing_beyond_its_batch_is_spent() {
    let (chain, mut headers) = run(200);
    let block = chain.blocks()[70].block();
    headers[70] = with_forged_mix(block, true).sealed_header();
    let meter = Meter::of(&chain, 200);
    assert_eq!(check(&chain, &headers, &meter), Err((70, "seal.wrong_mix")));
    assert_eq!(meter.spent.get(), 128, "two batches of 64");
}

#[test]
fn what_is_cheap_to_see_is_seen_before_any_seal_is_proven() {
    let (chain, headers) = run(20);
    let spoil: [(&str, Spoil); 3] = [
        ("header.wrong_bits", |sealed| {
            sealed.header.bits = CompactTarget::from_consensus(0x1d00_ffff);
        }),
        ("header.time_too_old", |sealed| sealed.header.time = 1),
        ("seal.above_target", |sealed| {
            sealed.seal = Seal {
                nonce: 7,
                mix_hash: [0; 32],
            }
        }),
    ];
    for (code, spoil) in spoil {
        let mut spoiled = headers.clone();
        // The first of all: nothing before it is to be proven either.
        for nonce in 0.. {
            spoil(&mut spoiled[0]);
            spoiled[0].seal.nonce += nonce;
            if code != "seal.above_target" || !passes_quickly(&spoiled[0]) {
                break;
            }
        }
        let meter = Meter::of(&chain, 20);
        assert_eq!(check(&chain, &spoiled, &meter), Err((0, code)));
        assert_eq!(meter.spent.get(), 0, "{code}");
        assert!(meter.verified.borrow().is_empty(), "{code}");
    }
}

fn passes_quickly(sealed: &SealedHeader) -> bool {
    let hash = moneta_chain::seal_hash(&sealed.header);
    let target = sealed.header.target().to_be_bytes();
    moneta_ethash::quick_check(&hash, sealed.seal.nonce, &sealed.seal.mix_hash, &target).is_ok()
}

#[test]
fn a_run_over_budget_stops_there_and_can_go_on_later() {
    let (chain, headers) = run(150);
    let meter = Meter::of(&chain, 100);
    assert_eq!(
        check(&chain, &headers, &meter),
        Err((64, "header.over_budget"))
    );
    assert_eq!(meter.spent.get(), 64);
}

#[test]
fn a_run_over_the_end_of_an_epoch_asks_for_each_cache_once_a_batch() {
    let (chain, headers) = run(100);
    let params = Params {
        epoch_length: 50,
        ..Params::dev()
    };
    let meter = Meter::of(&chain, 100);
    let genesis = ParentBlock::genesis(&params);
    check_headers(&headers, &genesis, chain.now(), &params, &meter)
        .expect("one cache for all here");
    assert_eq!(
        *meter.verified.borrow(),
        [0, 49, 99].map(Height::new),
        "heights 1 to 49, 50 to 99, and 100"
    );
}

/// R11: the height, and with it the epoch, is never the header's to claim.
#[test]
fn a_thousand_headers_from_nowhere_cost_no_cache_and_no_check() {
    let (chain, headers) = run(10);
    let meter = Meter::of(&chain, 1_000);
    for number in 0..1_000_u32 {
        let mut far = headers[9];
        far.header.nonce = number;
        far.header.prev_blockhash = bitcoin::hashes::Hash::hash(&number.to_le_bytes());
        assert_eq!(
            check(&chain, &[far], &meter),
            Err((0, "header.wrong_parent"))
        );
    }
    assert_eq!(meter.spent.get(), 0);
    assert!(meter.verified.borrow().is_empty());
}
