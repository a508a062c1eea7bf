//! Headers proven by many threads are judged as by one.
use bitcoin::CompactTarget;
use moneta_chain::{Params, SealedHeader};
use moneta_consensus::{ParentBlock, check_headers};

use super::super::fixture::NOW;
use super::{headers, pair};
use crate::chain::SealChecks;
use crate::proving::prove_headers;

/// Judges a run by one thread and by several, and says where it was found wrong.
fn both(run: &[SealedHeader], params: &Params) -> Option<(usize, &'static str)> {
    let (seals, genesis) = (SealChecks::of(params), ParentBlock::genesis(params));
    let one = check_headers(run, &genesis, NOW, params, &seals).map(|_| ());
    for threads in [1, 2, 3, 16] {
        let many = prove_headers(run, &genesis, NOW, params, &seals, threads);
        assert_eq!(many, one, "{threads} threads");
    }
    one.err()
        .map(|refused| (refused.index, refused.error.code()))
}

#[tokio::test]
async fn many_threads_find_what_one_finds_and_where() {
    let (_one, _two, blocks) = pair(200).await;
    let good = headers(&blocks);
    let params = Params::dev();
    assert_eq!(both(&good, &params), None);
    assert_eq!(both(&[], &params), None);
    let spoilt = |at: usize, spoil: fn(&mut SealedHeader)| {
        let mut run = good.clone();
        spoil(&mut run[at]);
        run
    };
    for at in [0, 63, 64, 130, 199] {
        let late = spoilt(at, |sealed| sealed.header.time = 1);
        assert_eq!(both(&late, &params), Some((at, "header.time_too_old")));
        let easy = spoilt(at, |sealed| {
            sealed.header.bits = CompactTarget::from_consensus(1)
        });
        assert_eq!(both(&easy, &params), Some((at, "header.wrong_bits")));
        let forged = spoilt(at, |sealed| sealed.seal.mix_hash[0] ^= 1);
        assert_eq!(both(&forged, &params).map(|(index, _)| index), Some(at));
    }
    // A run that begins with a forgery costs no more than one piece, however many threads there are.
    let seals = SealChecks::of(&params);
    let forged = spoilt(0, |sealed| sealed.seal.mix_hash[31] ^= 1);
    let genesis = ParentBlock::genesis(&params);
    prove_headers(&forged, &genesis, NOW, &params, &seals, 16).unwrap_err();
    assert!(seals.checked() <= 64);
    // Two that are wrong: the first counts, whatever the second breaks.
    let mut run = spoilt(70, |sealed| sealed.header.time = 1);
    run[150].seal.mix_hash[0] ^= 1;
    assert_eq!(both(&run, &params), Some((70, "header.time_too_old")));
    let mut torn = good.clone();
    torn.remove(100);
    assert_eq!(both(&torn, &params), Some((100, "header.wrong_parent")));
}
