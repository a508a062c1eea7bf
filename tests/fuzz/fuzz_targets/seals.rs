//! cargo-fuzz: `moneta_fuzz_targets::seals`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| moneta_fuzz_targets::seals(data));
