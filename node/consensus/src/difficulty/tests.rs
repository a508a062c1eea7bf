//! ASERT against the exponential it approximates, and at its edges.
use bitcoin::{CompactTarget, Target};
use moneta_chain::Height;
use proptest::prelude::*;

use super::{Anchor, Asert};

const SPACING: u32 = 60;
const HALF_LIFE: u32 = 7_200;

fn rule() -> Asert {
    Asert {
        anchor: Anchor {
            height: Height::GENESIS,
            parent_time: 1_000_000_000 - SPACING,
            bits: CompactTarget::from_consensus(0x1b00_ffff),
        },
        spacing: SPACING,
        half_life: HALF_LIFE,
        limit: Target::from_compact(CompactTarget::from_consensus(0x1d00_ffff)),
    }
}

fn bits(height: u32, time: u32) -> u32 {
    rule().next_bits(Height::new(height), time).to_consensus()
}

/// A target as a number; exact to the bit is not needed where this is used.
fn value(bits: u32) -> f64 {
    f64::from(bits & 0x00ff_ffff) * 256_f64.powi(i32::try_from(bits >> 24).expect("a byte") - 3)
}

#[test]
fn blocks_on_time_leave_the_target_as_it_is() {
    for height in [0, 1, 10, 100_000, 30_000_000] {
        assert_eq!(
            bits(height, 1_000_000_000 + height * SPACING),
            0x1b00_ffff,
            "height {height}"
        );
    }
}

#[test]
fn one_half_life_late_doubles_and_early_halves_the_target() {
    assert_eq!(bits(0, 1_000_000_000 + HALF_LIFE), 0x1b01_fffe);
    assert_eq!(
        value(bits(300, 1_000_000_000 + 300 * SPACING - HALF_LIFE)),
        value(0x1b00_ffff) / 2.0
    );
}

#[test]
fn the_target_never_leaves_its_bounds() {
    assert_eq!(bits(0, u32::MAX), 0x1d00_ffff, "the limit is the easiest");
    assert_eq!(bits(u32::MAX, 0), 0x0101_0000, "and 1 the hardest");
}

#[test]
fn times_before_the_anchor_are_only_early() {
    assert!(value(bits(0, 0)) < value(0x1b00_ffff));
}

proptest! {
    #[test]
    fn the_cubic_follows_the_exponential(height in 0_u32..3_000_000, drift in -40_000_i64..40_000) {
        let on_time = 1_000_000_000 + i64::from(height) * i64::from(SPACING);
        let time = u32::try_from(on_time + drift).expect("a u32 time");
        let exact = value(0x1b00_ffff) * 2_f64.powf(f64::from(i32::try_from(drift).expect("small")) / f64::from(HALF_LIFE));
        let got = value(bits(height, time));
        // 0.013 % of the cubic, 2^-16 of the exponent, and up to 2^-15 of the 24-bit (here 16-bit) mantissa.
        prop_assert!((got / exact - 1.0).abs() < 0.000_25, "{got} {exact}");
    }

    #[test]
    fn later_is_never_harder(height in 0_u32..3_000_000, time in 0_u32..u32::MAX - 1, more in 0_u32..1_000_000) {
        let later = time.saturating_add(more);
        prop_assert!(value(bits(height, later)) >= value(bits(height, time)));
    }
}
