//! The aserti3-2d rule with our spacing and half-life: integers only, the same on every machine.
use bitcoin::{CompactTarget, Target};
use moneta_chain::Height;
use ruint::Uint;

/// Wide enough for a 256-bit target times the 17-bit factor.
type Wide = Uint<320, 5>;

/// Fixed-point unit of the exponent: 2^16.
const RADIX: i128 = 1 << 16;

/// The block that difficulty is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Its height.
    pub height: Height,
    /// Time of its parent, seconds since 1970; for genesis its own time less one spacing.
    pub parent_time: u32,
    /// Its target.
    pub bits: CompactTarget,
}

/// The rule's constants and its anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asert {
    /// Where difficulty is measured from.
    pub anchor: Anchor,
    /// Seconds between blocks when hash rate is steady.
    pub spacing: u32,
    /// Seconds of lateness after which the target has doubled.
    pub half_life: u32,
    /// The easiest target there is.
    pub limit: Target,
}

impl Asert {
    /// Returns the target of the child of the block at `parent` whose time is `parent_time`.
    ///
    /// # Consensus
    /// > 8.6 A header's `bits` MUST be the target that ASERT yields for its parent [...] computed as
    /// > aserti3-2d does with integers, at least 1 and at most genesis' target. [...]
    ///
    /// That is: the anchor's target times 2^((parent time - anchor's parent time - spacing * (parent height -
    /// anchor height + 1)) / half-life).
    pub fn next_bits(&self, parent: Height, parent_time: u32) -> CompactTarget {
        let blocks = i128::from(parent.to_u32()) - i128::from(self.anchor.height.to_u32()) + 1;
        let late = i128::from(parent_time)
            - i128::from(self.anchor.parent_time)
            - i128::from(self.spacing) * blocks;
        // The published rule divides as C does, towards zero.
        let exponent = late * RADIX / i128::from(self.half_life);
        let doublings = exponent.div_euclid(RADIX);
        let fraction = exponent.rem_euclid(RADIX);
        let target = Wide::from_be_slice(&Target::from_compact(self.anchor.bits).to_be_bytes());
        let scaled = target * Wide::from(two_to_the(fraction));
        // `two_to_the` is in units of 2^-16: those shifts are still owed.
        let target = shift(scaled, doublings - 16).filter(|target| *target <= wide(self.limit));
        let target = target.map_or(self.limit, |target| narrow(target.max(Wide::from(1))));
        target.to_compact_lossy()
    }
}

/// Returns 2^(x / 2^16) in units of 2^-16 for 0 <= x < 2^16: a cubic, off by less than 0.013 %.
fn two_to_the(x: i128) -> u32 {
    let cubic =
        (195_766_423_245_049 * x + 971_821_376 * x * x + 5_127 * x * x * x + (1 << 47)) >> 48;
    u32::try_from(cubic + RADIX).expect("x < 2^16 keeps the result below 2^17")
}

/// Shifts left by `by` bits, or right if it is negative; `None` if bits would be lost on the left.
fn shift(value: Wide, by: i128) -> Option<Wide> {
    if let Ok(left) = usize::try_from(by) {
        return (value.leading_zeros() >= left).then(|| value << left);
    }
    let right = usize::try_from(by.unsigned_abs())
        .unwrap_or(usize::MAX)
        .min(Wide::BITS);
    Some(if right == Wide::BITS {
        Wide::ZERO
    } else {
        value >> right
    })
}

fn wide(target: Target) -> Wide {
    Wide::from_be_slice(&target.to_be_bytes())
}

fn narrow(target: Wide) -> Target {
    let bytes = target.to_be_bytes::<40>();
    let (_, low) = bytes.split_last_chunk::<32>().expect("40 bytes hold 32");
    Target::from_be_bytes(*low)
}
