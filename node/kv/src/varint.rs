//! Lengths in as few bytes as they need: seven bits a byte, the lowest first (LEB128).

/// Appends `value`.
pub(crate) fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        let [low, ..] = value.to_le_bytes();
        bytes.push(low | 0x80);
        value >>= 7;
    }
    let [last, ..] = value.to_le_bytes();
    bytes.push(last);
}

/// Reads a value from the start of `bytes` and returns it with what is left; `None` if there is none.
pub(crate) fn take(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (index, shift) in (0..64).step_by(7).enumerate() {
        let byte = *bytes.get(index)?;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            return None;
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

/// Reads a length.
pub(crate) fn take_len(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (value, rest) = take(bytes)?;
    Some((usize::try_from(value).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_put_is_taken(value: u64, shift in 0_u32..64, rest: Vec<u8>) {
            let value = value >> shift;
            let mut bytes = Vec::new();
            put(&mut bytes, value);
            prop_assert!(bytes.len() <= 10);
            bytes.extend_from_slice(&rest);
            prop_assert_eq!(take(&bytes), Some((value, &rest[..])));
        }
    }

    #[test]
    fn what_has_no_end_or_is_too_large_is_none() {
        assert_eq!(take(&[]), None);
        assert_eq!(take(&[0x80]), None);
        assert_eq!(take(&[0xff; 11]), None);
        assert_eq!(
            take(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02]),
            None
        );
    }
}
