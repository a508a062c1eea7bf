//! Amounts as people write them: decimal text <-> base units, exactly, without a float.

/// Decimal places of MTA: 1 MTA = 100,000,000 grains.
pub const MTA_DECIMALS: u8 = 8;
/// How the native coin is written; no asset has this symbol.
pub const MTA_SYMBOL: &str = "MTA";
/// Longest text that is read: more digits than the highest amount has in any asset.
const MAX_TEXT_LEN: usize = 64;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text is no decimal number.
    #[error("this is not an amount: write digits with at most one point, such as 12.5")]
    Malformed,
    /// The amount is zero.
    #[error("the amount is zero: nothing would move")]
    Zero,
    /// More decimal places than the asset has.
    #[error("the amount has {got} decimal places, and this asset has {most}")]
    TooManyDecimals {
        /// Decimal places of the text.
        got: usize,
        /// Decimal places of the asset.
        most: u8,
    },
    /// More base units than 64 bits count.
    #[error("the amount is larger than any amount there can be")]
    Overflow,
}

codes!(AmountError {
    Malformed => "amount.malformed",
    Zero => "amount.zero",
    TooManyDecimals => "amount.too_many_decimals",
    Overflow => "amount.overflow",
});

/// Writes base units in the displayed unit, with every decimal place.
///
/// ```
/// assert_eq!(moneta_mips::format_units(12_500, 3), "12.500");
/// assert_eq!(moneta_mips::format_units(7, 0), "7");
/// ```
pub fn format_units(amount: u64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let width = decimals.saturating_add(1);
    let digits = format!("{amount:0>width$}");
    match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{whole}.{fraction}"),
        _ => digits,
    }
}

/// Reads an amount in the displayed unit as base units. Zero is read as zero: see [`parse_positive_units`].
///
/// Digits with at most one point between digits; no sign, exponent, blank, separator or needless zero in
/// front, so that one amount is not written in two ways that a person could take for two amounts.
///
/// ```
/// use moneta_mips::{AmountError, parse_units};
/// assert_eq!(parse_units("12.5", 3), Ok(12_500));
/// assert_eq!(parse_units("1e3", 3), Err(AmountError::Malformed));
/// ```
///
/// # Errors
/// The text is no such number, has more decimal places than `decimals`, or does not fit 64 bits.
pub fn parse_units(text: &str, decimals: u8) -> Result<u64, AmountError> {
    if text.len() > MAX_TEXT_LEN {
        return Err(AmountError::Malformed);
    }
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
        Some(_) => return Err(AmountError::Malformed),
        None => (text, ""),
    };
    let needless_zero = whole.len() > 1 && whole.starts_with('0');
    if !is_digits(whole) || needless_zero {
        return Err(AmountError::Malformed);
    }
    let got = fraction.len();
    let Some(padding) = usize::from(decimals).checked_sub(got) else {
        let most = decimals;
        return Err(AmountError::TooManyDecimals { got, most });
    };
    let zeros = std::iter::repeat_n(b'0', padding);
    let mut digits = whole.bytes().chain(fraction.bytes()).chain(zeros);
    digits
        .try_fold(0_u64, |amount, digit| {
            let digit = u64::from(digit.wrapping_sub(b'0'));
            amount.checked_mul(10)?.checked_add(digit)
        })
        .ok_or(AmountError::Overflow)
}

/// Reads an amount that must be more than zero.
///
/// # Errors
/// As [`parse_units`], and for zero.
pub fn parse_positive_units(text: &str, decimals: u8) -> Result<u64, AmountError> {
    match parse_units(text, decimals)? {
        0 => Err(AmountError::Zero),
        amount => Ok(amount),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_written_with_every_decimal_place() {
        assert_eq!(format_units(0, 3), "0.000");
        assert_eq!(format_units(1, 12), "0.000000000001");
        assert_eq!(format_units(u64::MAX, 0), "18446744073709551615");
        assert_eq!(format_units(u64::MAX, 19), "1.8446744073709551615");
        assert_eq!(format_units(u64::MAX, 20), "0.18446744073709551615");
    }

    #[test]
    fn what_is_no_amount_is_named() {
        let malformed = [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1 ", " 1", "0x1", "1.2.3", "٣", "007",
            "00.5", "NaN", "1_000",
        ];
        for text in malformed {
            assert_eq!(parse_units(text, 8), Err(AmountError::Malformed), "{text}");
        }
        let long = "1".repeat(65);
        assert_eq!(parse_units(&long, 0), Err(AmountError::Malformed));
        let (got, most) = (4, 3);
        let error = AmountError::TooManyDecimals { got, most };
        assert_eq!(parse_units("1.0000", 3), Err(error));
        assert_eq!(parse_positive_units("0.000", 3), Err(AmountError::Zero));
        assert_eq!(parse_units("0", 3), Ok(0));
    }

    #[test]
    fn the_highest_amount_reads_and_one_more_overflows() {
        assert_eq!(parse_units("18446744073709551.615", 3), Ok(u64::MAX));
        let over = [
            "18446744073709551.616",
            "18446744073709552",
            "99999999999999999999999",
        ];
        for text in over {
            assert_eq!(parse_units(text, 3), Err(AmountError::Overflow), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_reads_back_as_it_was_written(amount in any::<u64>(), decimals in 0_u8..=20) {
            prop_assert_eq!(parse_units(&format_units(amount, decimals), decimals), Ok(amount));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,80}", decimals in any::<u8>()) {
            let _ = parse_units(&text, decimals);
        }
    }
}
