//! Grains as people write them.
use bitcoin::Amount;
use moneta_mips::{MTA_DECIMALS, format_units};

/// Writes grains as MTA, without zeros at the end: `0.25 MTA`. (`Amount` itself prints as BTC.)
pub(crate) fn mta(amount: Amount) -> String {
    let exact = format_units(amount.to_sat(), MTA_DECIMALS);
    let short = exact.trim_end_matches('0').trim_end_matches('.');
    format!("{short} MTA")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grains_are_written_exactly_and_shortly() {
        for (grains, text) in [
            (0, "0 MTA"),
            (1, "0.00000001 MTA"),
            (25_000_000, "0.25 MTA"),
            (1_000_000_000, "10 MTA"),
            (u64::MAX, "184467440737.09551615 MTA"),
        ] {
            assert_eq!(mta(Amount::from_sat(grains)), text);
        }
    }
}
