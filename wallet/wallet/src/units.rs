//! Amounts as people write them: exact decimals, no floats.
use bitcoin::Amount;

/// Decimal places of MTA.
const MTA_DECIMALS: u8 = 8;

/// Writes grains as MTA, without zeros at the end: `0.25 MTA`.
pub(crate) fn mta(amount: Amount) -> String {
    let exact = exact(amount.to_sat(), MTA_DECIMALS);
    let short = exact.trim_end_matches('0').trim_end_matches('.');
    format!("{short} MTA")
}

/// Writes base units with all decimal places: `12.500`.
pub(crate) fn exact(amount: u64, decimals: u8) -> String {
    let places = usize::from(decimals);
    if places == 0 {
        return amount.to_string();
    }
    let digits = format!("{amount:0>width$}", width = places + 1);
    let (whole, rest) = digits.split_at(digits.len() - places);
    format!("{whole}.{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_exactly() {
        for (grains, text) in [
            (0, "0 MTA"),
            (1, "0.00000001 MTA"),
            (25_000_000, "0.25 MTA"),
            (100_000_000, "1 MTA"),
            (1_000_000_000, "10 MTA"),
            (u64::MAX, "184467440737.09551615 MTA"),
        ] {
            assert_eq!(mta(Amount::from_sat(grains)), text);
        }
        for (amount, decimals, text) in [
            (12_500, 3, "12.500"),
            (5, 3, "0.005"),
            (7, 0, "7"),
            (u64::MAX, 12, "18446744.073709551615"),
        ] {
            assert_eq!(exact(amount, decimals), text);
        }
    }
}
