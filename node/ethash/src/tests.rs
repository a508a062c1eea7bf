//! Published vectors first, then the `ethash` crate as oracle, then our own promises.
use ethash::{self as oracle};
use proptest::prelude::*;
use serde_json::Value;
use sha3::Digest;

use super::*;

const TINY_CACHE: u64 = 1_024;
const TINY_DATASET: u64 = 32 * 1_024;

fn hex<const N: usize>(text: &str) -> [u8; N] {
    assert_eq!(text.len(), 2 * N, "{text}");
    let bytes: Vec<u8> = (0..N)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex"))
        .collect();
    bytes.try_into().expect("N bytes")
}

fn list(file: &str) -> Option<Vec<Value>> {
    moneta_vectors::text(file).map(|text| serde_json::from_str(&text).expect("a JSON list"))
}

/// Cases of which whoever asks for them asserts each.
fn cases(file: &str) -> Option<Vec<Value>> {
    let cases = list(file)?;
    count(file, cases.len(), cases.len());
    Some(cases)
}

fn count(file: &str, passed: usize, total: usize) {
    println!(
        "count {} {passed} of {total}",
        file.trim_end_matches(".json")
    );
}

#[test]
fn keccak_is_the_original_one() {
    let file = "ethash/chfast_keccak.json";
    let Some(cases) = list(file) else {
        return;
    };
    let text = "As Estha stirred the thick jam he thought Two Thoughts and the Two Thoughts he thought were these: \
                a) Anything can happen to anyone. and b) It is best to be prepared.";
    let mut passed = 0;
    for case in &cases {
        let len =
            usize::try_from(case["input_prefix_len"].as_u64().expect("a length")).expect("short");
        let Some(input) = text.as_bytes().get(..len) else {
            continue;
        };
        if let Some(expected) = case["keccak256"].as_str().filter(|_| len < 136) {
            assert_eq!(
                keccak::keccak256(&[input]),
                hex::<32>(expected),
                "256 of {len} bytes"
            );
        }
        if let Some(expected) = case["keccak512"].as_str().filter(|_| len < 72) {
            assert_eq!(
                keccak::bytes(&keccak::keccak512(&[input])),
                hex::<64>(expected),
                "512 of {len} bytes"
            );
        }
        // What is longer than a block Ethash never hashes, and our Keccak does not take.
        passed += usize::from(len < 136);
    }
    let short = |case: &&Value| case["input_prefix_len"].as_u64() < Some(136);
    assert_eq!(passed, cases.iter().filter(short).count());
    count(file, passed, passed);
    println!(
        "out-of-scope ethash/chfast_keccak {} (longer than a block: Ethash never hashes so much)",
        cases.len() - passed
    );
}

#[test]
fn sizes_are_the_published_ones() {
    let Some(cases) = cases("ethash/chfast_dataset_sizes.json") else {
        return;
    };
    for case in cases {
        let epoch = u32::try_from(case["epoch"].as_u64().expect("an epoch")).expect("a u32");
        assert_eq!(
            Some(cache_size(epoch)),
            case["light_cache_size"].as_u64(),
            "cache of epoch {epoch}"
        );
        assert_eq!(
            Some(dataset_size(epoch)),
            case["full_dataset_size"].as_u64(),
            "dataset of epoch {epoch}"
        );
    }
    assert_eq!(
        (cache_size(0), dataset_size(0)),
        (16_776_896, 1_073_739_904)
    );
}

#[test]
fn real_blocks_hash_as_published() {
    let Some(cases) = cases("ethash/chfast_hash_cases.json") else {
        return;
    };
    let mut cache: Option<(u32, LightCache)> = None;
    for case in cases {
        let field = |name: &str| case[name].as_str().expect("text").to_owned();
        let epoch = u32::try_from(case["block_number"].as_u64().expect("a number") / 30_000)
            .expect("a u32");
        let (_, light) = match cache.take() {
            Some(same) if same.0 == epoch => cache.insert(same),
            _ => cache.insert((epoch, LightCache::new(cache_size(epoch), &seed_hash(epoch)))),
        };
        let nonce = u64::from_str_radix(&field("nonce"), 16).expect("hex");
        let hashed = light_hash(
            light,
            dataset_size(epoch),
            &hex(&field("header_hash")),
            nonce,
        );
        assert_eq!(
            hashed.mix_hash,
            hex(&field("mix_hash")),
            "block {}",
            case["block_number"]
        );
        assert_eq!(
            hashed.result,
            hex(&field("final_hash")),
            "block {}",
            case["block_number"]
        );
    }
}

#[test]
fn ethereum_s_own_cases_hold_from_seed_to_result() {
    let file = "ethash/ethereum_tests_ethash.json";
    let Some(text) = moneta_vectors::text(file) else {
        return;
    };
    let cases: std::collections::BTreeMap<String, Value> =
        serde_json::from_str(&text).expect("cases by name");
    let light = LightCache::new(cache_size(0), &seed_hash(0));
    for (name, case) in &cases {
        let field = |name: &str| case[name].as_str().expect("text").to_owned();
        assert_eq!(seed_hash(0), hex(&field("seed")), "{name}");
        assert_eq!(Some(cache_size(0)), case["cache_size"].as_u64(), "{name}");
        assert_eq!(Some(dataset_size(0)), case["full_size"].as_u64(), "{name}");
        let claim = SealClaim {
            seal_hash: hex(&field("header_hash")),
            nonce: u64::from_str_radix(&field("nonce"), 16).expect("hex"),
            mix_hash: hex(&field("mixHash")),
            target: hex(&field("result")),
        };
        assert_eq!(
            check_seals(&light, dataset_size(0), &[claim]),
            [Ok(())],
            "{name}"
        );
    }
    count(file, cases.len(), cases.len());
}

#[test]
fn the_oracle_agrees_at_real_sizes_in_several_epochs() {
    let mut chance = 0x1234_5678_u32;
    let mut bytes = || {
        chance = chance.wrapping_mul(0x9e37_79b9).rotate_left(11) ^ 0x2545;
        chance.to_le_bytes()[1]
    };
    for epoch in [0_u32, 1, 3] {
        let mut theirs = vec![0; usize::try_from(cache_size(epoch)).expect("a size")];
        oracle::make_cache(&mut theirs, seed_hash(epoch).into());
        let ours = LightCache::new(cache_size(epoch), &seed_hash(epoch));
        let jobs: [([u8; 32], u64); 19] = std::array::from_fn(|_| {
            let nonce = u64::from_le_bytes(std::array::from_fn(|_| bytes()));
            (std::array::from_fn(|_| bytes()), nonce)
        });
        let size = dataset_size(epoch);
        for (hashed, (seal_hash, nonce)) in light_hashes(&ours, size, &jobs).iter().zip(jobs) {
            let (mix, result) = oracle::hashimoto_light(
                seal_hash.into(),
                nonce.to_be_bytes().into(),
                usize::try_from(size).expect("a size"),
                &theirs,
            );
            assert_eq!((hashed.mix_hash, hashed.result), (mix.0, result.0));
        }
        let mut items = [0; 64 * 40];
        ours.write_items(1_000_003, &mut items);
        for (item, number) in items.as_chunks::<64>().0.iter().zip(1_000_003..) {
            assert_eq!(*item, oracle::calc_dataset_item(&theirs, number).0);
        }
    }
}

#[test]
fn the_whole_cache_of_epoch_0_has_the_published_digest() {
    let cache = LightCache::new(cache_size(0), &seed_hash(0));
    let text: Vec<u8> = (0..cache.size() / 64)
        .flat_map(|row| cache.row_bytes(row))
        .collect();
    let digest: [u8; 32] = sha3::Keccak256::digest(&text).into();
    assert_eq!(
        digest,
        hex("35ded12eecf2ce2e8da2e15c06d463aae9b84cb2530a00b932e4bbc484cde353")
    );
}

#[test]
fn the_tiny_sizes_hash_as_published_light_and_full() {
    let seal_hash = hex("c9149cc0386e689d789a1c2f3d5d169a61a6218ed30e74414dc736e442ef3d1f");
    let cache = LightCache::new(TINY_CACHE, &seed_hash(0));
    let dataset = Dataset::new(&cache, TINY_DATASET);
    let light = light_hash(&cache, TINY_DATASET, &seal_hash, 0);
    assert_eq!(
        light.mix_hash,
        hex("e4073cffaef931d37117cefd9afd27ea0f1cad6a981dd2605c4a1ac97c519800")
    );
    assert_eq!(
        light.result,
        hex("d3539235ee2e6f8db665c0a72169f55b7f6c605712330b778ec3944f0eb5a557")
    );
    assert_eq!(full_hash(dataset.as_bytes(), &seal_hash, 0), light);
}

#[test]
fn the_oracle_agrees_on_cache_dataset_seed_and_sizes() {
    for epoch in [0, 1, 2, 166, 2_047] {
        assert_eq!(
            cache_size(epoch),
            oracle::get_cache_size(epoch as usize) as u64
        );
        assert_eq!(
            dataset_size(epoch),
            oracle::get_full_size(epoch as usize) as u64
        );
        assert_eq!(seed_hash(epoch), oracle::get_seedhash(epoch as usize).0);
    }
    let mut theirs = vec![0; 1_024];
    oracle::make_cache(&mut theirs, oracle::get_seedhash(3));
    let ours = LightCache::new(TINY_CACHE, &seed_hash(3));
    assert_eq!(
        (0..16)
            .flat_map(|row| ours.row_bytes(row))
            .collect::<Vec<u8>>(),
        theirs
    );
    let mut dataset = vec![0; 32 * 1_024];
    oracle::make_dataset(&mut dataset, &theirs);
    assert_eq!(Dataset::new(&ours, TINY_DATASET).as_bytes(), dataset);
}

#[test]
fn many_at_once_are_each_as_alone() {
    let cache = LightCache::new(TINY_CACHE, &seed_hash(0));
    let dataset = Dataset::new(&cache, TINY_DATASET);
    let jobs: Vec<([u8; 32], u64)> = (0..31)
        .map(|at| ([u8::try_from(at).expect("small"); 32], at << 40))
        .collect();
    let alone: Vec<Hashed> = jobs
        .iter()
        .map(|(seal_hash, nonce)| light_hash(&cache, TINY_DATASET, seal_hash, *nonce))
        .collect();
    assert_eq!(light_hashes(&cache, TINY_DATASET, &jobs), alone);
    let full = full_hashes(dataset.as_bytes(), &[9; 32], [1, 2, 3, 4, 5]);
    assert_eq!(full[3], full_hash(dataset.as_bytes(), &[9; 32], 4));
}

#[test]
fn a_seal_holds_for_its_own_header_nonce_mix_and_target_only() {
    let cache = LightCache::new(TINY_CACHE, &seed_hash(0));
    let seal_hash = [7; 32];
    let Hashed { mix_hash, result } = light_hash(&cache, TINY_DATASET, &seal_hash, 42);
    let check = |seal_hash: &[u8; 32], nonce, mix: &[u8; 32], target: &[u8; 32]| {
        check_seal(&cache, TINY_DATASET, seal_hash, nonce, mix, target)
    };
    assert_eq!(
        check(&seal_hash, 42, &mix_hash, &result),
        Ok(()),
        "equal to the target is enough"
    );
    assert_eq!(
        check(&seal_hash, 42, &[0; 32], &[255; 32]),
        Err(SealError::WrongMix)
    );
    assert_eq!(
        check(&seal_hash, 43, &mix_hash, &[255; 32]),
        Err(SealError::WrongMix)
    );
    assert_eq!(
        check(&[8; 32], 42, &mix_hash, &[255; 32]),
        Err(SealError::WrongMix)
    );
    assert_eq!(
        check(&seal_hash, 42, &mix_hash, &[0; 32]),
        Err(SealError::AboveTarget)
    );
    let mut below = result;
    below[31] = below[31]
        .checked_sub(1)
        .expect("this result does not end in 0");
    assert_eq!(
        check(&seal_hash, 42, &mix_hash, &below),
        Err(SealError::AboveTarget),
        "one less is too hard"
    );
}

#[test]
fn seals_checked_together_are_each_judged_as_alone() {
    let cache = LightCache::new(TINY_CACHE, &seed_hash(0));
    let claims: Vec<SealClaim> = (0..37_u8)
        .map(|at| {
            let (seal_hash, nonce) = ([at; 32], u64::from(at));
            let Hashed { mix_hash, result } = light_hash(&cache, TINY_DATASET, &seal_hash, nonce);
            let claim = SealClaim {
                seal_hash,
                nonce,
                mix_hash,
                target: result,
            };
            match at % 5 {
                1 => SealClaim {
                    target: [0; 32],
                    ..claim
                },
                2 => SealClaim {
                    mix_hash: [at; 32],
                    target: [255; 32],
                    ..claim
                },
                _ => claim,
            }
        })
        .collect();
    let alone: Vec<_> = claims
        .iter()
        .map(|claim| {
            let SealClaim {
                seal_hash,
                nonce,
                mix_hash,
                target,
            } = claim;
            check_seal(&cache, TINY_DATASET, seal_hash, *nonce, mix_hash, target)
        })
        .collect();
    assert_eq!(alone[0], Ok(()));
    assert_eq!(alone[1], Err(SealError::AboveTarget));
    assert_eq!(alone[2], Err(SealError::WrongMix));
    assert_eq!(check_seals(&cache, TINY_DATASET, &claims), alone);
}

proptest! {
    #[test]
    fn the_oracle_agrees_on_any_header_and_nonce(seal_hash: [u8; 32], nonce: u64, seed: [u8; 32]) {
        let cache = LightCache::new(TINY_CACHE, &seed);
        let dataset = Dataset::new(&cache, TINY_DATASET);
        let light = light_hash(&cache, TINY_DATASET, &seal_hash, nonce);
        prop_assert_eq!(full_hash(dataset.as_bytes(), &seal_hash, nonce), light);
        let (mix, result) = oracle::hashimoto_full(seal_hash.into(), nonce.to_be_bytes().into(), dataset.as_bytes().len(), dataset.as_bytes());
        prop_assert_eq!((light.mix_hash, light.result), (mix.0, result.0));
    }
}
