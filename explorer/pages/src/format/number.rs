//! Numbers and ids as text. No floats: every digit shown is exact or rounded down.

/// Returns a decimal number with its whole part in groups of three: `1234567.890` is `1,234,567.890`.
///
/// Text that is no number comes back as it is.
pub fn group(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Returns `base_units` in the displayed unit of `decimals` places, grouped: `(1234500, 3)` is `1,234.500`.
pub fn units(base_units: u128, decimals: u8) -> String {
    let places = usize::from(decimals);
    let digits = format!("{base_units:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if fraction.is_empty() {
        group(whole)
    } else {
        group(&format!("{whole}.{fraction}"))
    }
}

/// Returns the first eight and last six characters of a long id, or all of a short one.
pub fn short(id: &str) -> String {
    const HEAD: usize = 8;
    const TAIL: usize = 6;
    let length = id.chars().count();
    if length <= HEAD + TAIL + 2 {
        return id.to_owned();
    }
    let head: String = id.chars().take(HEAD).collect();
    let tail: String = id.chars().skip(length - TAIL).collect();
    format!("{head}…{tail}")
}

/// Returns how much of `whole` is `part`, in thousandths, rounded down, at most 1000; 0 of nothing is 0.
pub fn per_mille(part: u128, whole: u128) -> u32 {
    match part.saturating_mul(1_000).checked_div(whole) {
        Some(share) => u32::try_from(share.min(1_000)).expect("at most 1000"),
        None => 0,
    }
}

/// Returns how much of `whole` is `part` as a percentage with two places, rounded down: `12.34`.
pub fn percent(part: u128, whole: u128) -> String {
    let share = part
        .saturating_mul(10_000)
        .checked_div(whole)
        .unwrap_or_default();
    format!("{}.{:02}", share / 100, share % 100)
}
