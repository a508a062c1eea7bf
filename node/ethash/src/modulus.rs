//! Remainders by one divisor without dividing (Lemire, Kaser, Kurz: Faster remainder by direct computation).

/// A divisor, prepared.
#[derive(Clone, Copy)]
pub(crate) struct Modulus {
    divisor: u32,
    inverse: u64,
}

impl Modulus {
    /// Prepares a divisor that is not 0.
    pub(crate) const fn new(divisor: u32) -> Self {
        Self {
            divisor,
            inverse: (u64::MAX / divisor as u64).wrapping_add(1),
        }
    }

    /// Returns `n` modulo the divisor.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation)] // the product's high half is below the divisor
    pub(crate) const fn remainder(self, n: u32) -> usize {
        let fraction = self.inverse.wrapping_mul(n as u64);
        ((fraction as u128 * self.divisor as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_are_those_of_division() {
        for divisor in [1, 2, 3, 16, 262_139, 4_454_459, 8_388_593, u32::MAX] {
            let modulus = Modulus::new(divisor);
            for n in [
                0,
                1,
                2,
                15,
                16,
                17,
                262_138,
                262_139,
                262_140,
                u32::MAX - 1,
                u32::MAX,
            ] {
                assert_eq!(
                    modulus.remainder(n),
                    (n % divisor) as usize,
                    "{n} % {divisor}"
                );
            }
        }
    }
}
