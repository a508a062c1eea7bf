//! Amounts as decimal strings, exact in both directions: no float ever touches one.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::codes;

/// An amount of an asset, as people write it and as the chain counts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetAmount {
    /// In the asset's displayed unit, with all its decimals.
    #[schema(example = "12.500")]
    pub amount: String,
    /// In base units, the smallest there are.
    #[schema(example = "12500")]
    pub base_units: String,
}

impl AssetAmount {
    /// Writes `units` of an asset with `decimals` decimal places.
    pub fn new(units: u64, decimals: u8) -> Self {
        Self {
            amount: format_units(units, decimals),
            base_units: units.to_string(),
        }
    }
}

/// Why a string is no amount of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountError {
    /// Not digits, at most one point, digits.
    Malformed,
    /// More decimal places than the asset has.
    TooManyDecimals {
        /// How many the asset has.
        allowed: u8,
        /// How many were given.
        got: usize,
    },
    /// More than 64 bits of base units.
    Overflow,
    /// Nothing at all.
    Zero,
}

impl AmountError {
    /// Returns the stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => codes::AMOUNT_MALFORMED,
            Self::TooManyDecimals { .. } => codes::AMOUNT_TOO_MANY_DECIMALS,
            Self::Overflow => codes::AMOUNT_OVERFLOW,
            Self::Zero => codes::AMOUNT_ZERO,
        }
    }
}

impl std::fmt::Display for AmountError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed => f.write_str(
                "an amount is a string of digits with at most one point, such as \"12.5\"",
            ),
            Self::TooManyDecimals { allowed, got } => write!(
                f,
                "the amount has {got} decimal places, but this asset has only {allowed}"
            ),
            Self::Overflow => f.write_str("the amount is larger than any supply can be"),
            Self::Zero => f.write_str("the amount is zero: nothing would happen"),
        }
    }
}

impl std::error::Error for AmountError {}

/// Reads an amount in the displayed unit as base units, exactly.
///
/// # Errors
/// It is malformed, has too many decimals, is zero, or does not fit.
pub fn parse_units(text: &str, decimals: u8) -> Result<u64, AmountError> {
    let units = parse_units_or_zero(text, decimals)?;
    if units == 0 {
        return Err(AmountError::Zero);
    }
    Ok(units)
}

fn parse_units_or_zero(text: &str, decimals: u8) -> Result<u64, AmountError> {
    // 20 digits hold any u64; more than 40 characters are no amount but an attack on the reader.
    if text.len() > 40 {
        return Err(AmountError::Malformed);
    }
    let (whole, fraction) = match text.split_once('.') {
        Some((_, "")) => return Err(AmountError::Malformed),
        Some(parts) => parts,
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(AmountError::Malformed);
    }
    let padding =
        usize::from(decimals)
            .checked_sub(fraction.len())
            .ok_or(AmountError::TooManyDecimals {
                allowed: decimals,
                got: fraction.len(),
            })?;
    let zeros = std::iter::repeat_n(b'0', padding);
    whole
        .bytes()
        .chain(fraction.bytes())
        .chain(zeros)
        .try_fold(0_u64, |units, digit| {
            units.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        })
        .ok_or(AmountError::Overflow)
}

/// Writes base units in the displayed unit, with all decimals.
pub fn format_units(units: u64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let digits = format!("{units:0width$}", width = decimals + 1);
    if decimals == 0 {
        return digits;
    }
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_exactly() {
        assert_eq!(parse_units("12.5", 3), Ok(12_500));
        assert_eq!(parse_units("0.00000001", 8), Ok(1));
        assert_eq!(parse_units("18446744073709551615", 0), Ok(u64::MAX));
        assert_eq!(parse_units("007", 0), Ok(7));
    }

    #[test]
    fn what_is_no_amount_says_why() {
        for text in [
            "", ".", "1.", ".5", "-1", "+1", "1e3", " 1", "1,5", "1.2.3", "٣", "0x1",
        ] {
            assert_eq!(
                parse_units(text, 3),
                Err(AmountError::Malformed),
                "{text:?}"
            );
        }
        let many = AmountError::TooManyDecimals { allowed: 3, got: 4 };
        assert_eq!(parse_units("1.2345", 3), Err(many));
        assert_eq!(parse_units("1.5000", 3), Err(many));
        assert_eq!(parse_units("0.000", 3), Err(AmountError::Zero));
        assert_eq!(
            parse_units("18446744073709551616", 0),
            Err(AmountError::Overflow)
        );
        assert_eq!(
            parse_units("18446744073709551615", 1),
            Err(AmountError::Overflow)
        );
        assert_eq!(parse_units(&"9".repeat(41), 0), Err(AmountError::Malformed));
    }

    #[test]
    fn what_is_written_reads_back() {
        for units in [1, 9, 10, 999, 12_500, u64::MAX] {
            for decimals in 0..=12 {
                assert_eq!(
                    parse_units(&format_units(units, decimals), decimals),
                    Ok(units)
                );
            }
        }
        assert_eq!(format_units(12_500, 3), "12.500");
        assert_eq!(format_units(0, 8), "0.00000000");
    }
}
