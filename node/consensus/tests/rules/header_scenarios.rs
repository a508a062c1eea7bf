//! Headers that break a rule.
use bitcoin::block::Version;
use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, CompactTarget};
use moneta_chain::{SealedBlock, SealedHeader, seal_hash};
use moneta_consensus::{SealBudget, check_header};
use moneta_ethash::quick_check;
use moneta_testkit::chain::TestChain;

use crate::meter::Meter;
use crate::scenario::{ACCEPTED, Scenario, chain};

pub(crate) fn all() -> Vec<Scenario> {
    let mut all = by_alteration();
    all.push(over_budget());
    all
}

fn by_alteration() -> Vec<Scenario> {
    vec![
        Scenario {
            sentence: "a header on another block than the one it is judged under",
            code: "header.wrong_parent",
            play: || altered(|block| block.block.header.prev_blockhash = BlockHash::all_zeros()),
        },
        Scenario {
            sentence: "a time equal to the median of the eleven before",
            code: "header.time_too_old",
            play: || {
                let (chain, _) = chain();
                let mut block = chain.template(Vec::new());
                block.header.time = chain.parent().median_time();
                judge(&chain, &chain.seal(block), chain.now())
            },
        },
        Scenario {
            sentence: "a time one second further ahead than the limit",
            code: "header.time_too_new",
            play: || {
                let (chain, _) = chain();
                let block = chain.seal(chain.template(Vec::new()));
                let time = u64::from(block.block.header.time);
                let at_the_limit = judge(&chain, &block, time - 120);
                assert_eq!(at_the_limit, ACCEPTED, "120 s ahead are allowed");
                judge(&chain, &block, time - 121)
            },
        },
        Scenario {
            sentence: "a harder target than the rule's",
            code: "header.wrong_bits",
            play: || {
                altered(|block| {
                    block.block.header.bits = CompactTarget::from_consensus(0x207f_fffe)
                })
            },
        },
        Scenario {
            sentence: "a version from before BIP65",
            code: "header.version_too_low",
            play: || altered(|block| block.block.header.version = Version::from_consensus(3)),
        },
        Scenario {
            sentence: "a negative version",
            code: "header.version_too_low",
            play: || altered(|block| block.block.header.version = Version::from_consensus(-1)),
        },
        Scenario {
            sentence: "a seal whose claimed mix leads above the target",
            code: "seal.above_target",
            play: || altered(|block| *block = with_forged_mix(block, false)),
        },
        Scenario {
            sentence: "a seal whose claimed mix leads below the target, and is not Ethash's",
            code: "seal.wrong_mix",
            play: || altered(|block| *block = with_forged_mix(block, true)),
        },
    ]
}

fn over_budget() -> Scenario {
    Scenario {
        sentence: "a header whose sender has used up his budget",
        code: "header.over_budget",
        play: || {
            let (chain, _) = chain();
            let block = chain.seal(chain.template(Vec::new()));
            let now = u64::from(block.block.header.time);
            let judge = |budget: &dyn SealBudget| {
                let sealed = block.sealed_header();
                check_header(&sealed, &chain.parent(), now, chain.params(), budget)
                    .map_or_else(|error| error.code(), |_| ACCEPTED)
            };
            assert_eq!(judge(&Meter::of(&chain, 1)), ACCEPTED);
            judge(&Meter::of(&chain, 0))
        },
    }
}

/// Alters a sealed block and judges its header; the seal is not made anew.
fn altered(alter: impl Fn(&mut SealedBlock)) -> &'static str {
    let (chain, _) = chain();
    let mut block = chain.seal(chain.template(Vec::new()));
    let time = u64::from(block.block.header.time);
    assert_eq!(judge(&chain, &block, time), ACCEPTED);
    alter(&mut block);
    judge(&chain, &block, time)
}

fn judge(chain: &TestChain, block: &SealedBlock, now: u64) -> &'static str {
    let sealed: SealedHeader = block.sealed_header();
    let result = check_header(&sealed, &chain.parent(), now, chain.params(), chain.light());
    result.map_or_else(|error| error.code(), |_| ACCEPTED)
}

/// Puts a mix into the seal that nobody computed: what Keccak makes of it is below the target, or not.
pub(crate) fn with_forged_mix(block: &SealedBlock, below: bool) -> SealedBlock {
    let header = &block.block.header;
    let target = header.target().to_be_bytes();
    let mut forged = block.clone();
    forged.seal.mix_hash = (0..=u8::MAX)
        .map(|byte| [byte; 32])
        .find(|mix| {
            quick_check(&seal_hash(header), block.seal.nonce, mix, &target).is_ok() == below
        })
        .expect("about half of all mixes lead below the dev target");
    forged
}
