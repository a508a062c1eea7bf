//! Numbers on the stack: little-endian, the sign in the highest bit, as short as they can be.
use crate::error::ScriptError;

const SIGN: u8 = 0x80;

/// Reads a number of at most `max_size` bytes (4, or 5 for lock times).
///
/// # Errors
/// [`ScriptError::Number`] if it is longer, or not minimal although `minimal` asks for it.
pub(crate) fn decode(bytes: &[u8], max_size: usize, minimal: bool) -> Result<i64, ScriptError> {
    if bytes.len() > max_size || (minimal && !is_minimal(bytes)) {
        return Err(ScriptError::Number);
    }
    let Some((&last, low)) = bytes.split_last() else {
        return Ok(0);
    };
    let highest = i64::from(last & !SIGN);
    let magnitude = low
        .iter()
        .rev()
        .fold(highest, |value, &byte| (value << 8) | i64::from(byte));
    // At most 39 bits: the sign can always be turned.
    Ok(if last & SIGN == 0 {
        magnitude
    } else {
        magnitude.wrapping_neg()
    })
}

/// Writes a number in its shortest form; zero is the empty element.
pub(crate) fn encode(number: i64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(9);
    let mut magnitude = number.unsigned_abs();
    while magnitude != 0 {
        bytes.push(magnitude.to_le_bytes()[0]);
        magnitude >>= 8;
    }
    let sign = if number < 0 { SIGN } else { 0 };
    match bytes.last_mut() {
        Some(last) if *last & SIGN == 0 => *last |= sign,
        Some(_) => bytes.push(sign),
        None => {}
    }
    bytes
}

/// Returns whether the element is true: anything but zero and negative zero.
pub(crate) fn is_true(bytes: &[u8]) -> bool {
    let Some((last, low)) = bytes.split_last() else {
        return false;
    };
    low.iter().any(|byte| *byte != 0) || *last & !SIGN != 0
}

fn is_minimal(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [only] => only & !SIGN != 0,
        // A highest byte without a value is needed only if the byte below uses the sign's place.
        [.., below, last] => last & !SIGN != 0 || below & SIGN != 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_written_as_bitcoin_writes_them() {
        let cases: [(i64, &[u8]); 9] = [
            (0, &[]),
            (1, &[1]),
            (-1, &[0x81]),
            (127, &[0x7f]),
            (128, &[0x80, 0]),
            (-128, &[0x80, 0x80]),
            (255, &[0xff, 0]),
            (-2_147_483_647, &[0xff, 0xff, 0xff, 0xff]),
            (2_147_483_648, &[0, 0, 0, 0x80, 0]),
        ];
        for (number, bytes) in cases {
            assert_eq!(encode(number), bytes, "{number}");
            assert_eq!(decode(bytes, 5, true), Ok(number), "{number}");
        }
    }

    #[test]
    fn a_number_may_be_padded_only_where_minimal_form_is_not_asked_for() {
        for padded in [&[0][..], &[0x80], &[1, 0], &[1, 0x80], &[0, 0, 0, 0]] {
            assert_eq!(decode(padded, 4, true), Err(ScriptError::Number));
            assert!(decode(padded, 4, false).is_ok());
        }
        assert_eq!(decode(&[0; 5], 4, false), Err(ScriptError::Number));
    }

    proptest! {
        #[test]
        fn a_number_survives_being_written_and_read(number in -(1_i64 << 39) + 1..1_i64 << 39) {
            prop_assert_eq!(decode(&encode(number), 5, true), Ok(number));
        }

        #[test]
        fn an_element_is_true_unless_its_number_is_zero(bytes in proptest::collection::vec(any::<u8>(), 0..5)) {
            prop_assert_eq!(is_true(&bytes), decode(&bytes, 4, false).unwrap() != 0);
        }
    }
}
