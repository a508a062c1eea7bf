//! cargo-fuzz: `moneta_fuzz_targets::envelope`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| moneta_fuzz_targets::envelope(data));
