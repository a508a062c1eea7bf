//! cargo-fuzz: `moneta_fuzz_targets::compact`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| moneta_fuzz_targets::compact(data));
