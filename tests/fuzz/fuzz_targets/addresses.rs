//! cargo-fuzz: `moneta_fuzz_targets::addresses`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| moneta_fuzz_targets::addresses(data));
