//! cargo-fuzz: `moneta_fuzz_targets::network`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| moneta_fuzz_targets::network(data));
