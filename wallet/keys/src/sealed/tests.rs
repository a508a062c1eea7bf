//! What opens, what does not, and what no stranger's bytes can make us do.
use super::*;

fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
    }
}

fn by_passphrase(secret: &[u8]) -> SealedSecret {
    let cost = PassphraseCost::LOWEST;
    SealedSecret::with_passphrase(secret, "correct horse", cost, b"wallet 1", &mut counting())
        .expect("short")
}

#[test]
fn a_secret_opens_with_its_passphrase_after_a_round_through_bytes() {
    let bytes = by_passphrase(b"twelve words").to_bytes();
    assert!(!bytes.windows(6).any(|window| window == b"twelve"));
    let sealed = SealedSecret::from_bytes(&bytes).expect("own bytes");
    let opened = sealed.open_with_passphrase("correct horse", b"wallet 1");
    assert_eq!(&**opened.expect("opens"), b"twelve words");
}

#[test]
fn a_secret_opens_with_its_key_only() {
    let key = SealKey::generate(&mut counting());
    let sealed = SealedSecret::with_key(b"seed", &key, b"", &mut counting()).expect("short");
    assert_eq!(&**sealed.open_with_key(&key, b"").expect("opens"), b"seed");
    let other = SealKey::from_bytes(&[9; 32]);
    assert_eq!(
        sealed.open_with_key(&other, b"").err(),
        Some(SealError::WrongKey)
    );
    assert_eq!(
        sealed.open_with_passphrase("x", b"").err(),
        Some(SealError::NeedsKey)
    );
}

#[test]
fn a_wrong_passphrase_and_a_wrong_place_give_the_same_error() {
    let sealed = by_passphrase(b"secret");
    for (passphrase, context) in [("wrong horse", b"wallet 1"), ("correct horse", b"wallet 2")] {
        assert_eq!(
            sealed.open_with_passphrase(passphrase, context).err(),
            Some(SealError::WrongKey)
        );
    }
    let key = SealKey::from_bytes(&[1; 32]);
    assert_eq!(
        sealed.open_with_key(&key, b"wallet 1").err(),
        Some(SealError::NeedsPassphrase)
    );
}

#[test]
fn every_changed_byte_is_noticed() {
    let key = SealKey::from_bytes(&[3; 32]);
    let sealed = SealedSecret::with_key(b"secret", &key, b"here", &mut counting()).expect("short");
    let bytes = sealed.to_bytes();
    for position in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let opened = SealedSecret::from_bytes(&changed)
            .and_then(|sealed| sealed.open_with_key(&key, b"here"));
        assert!(opened.is_err(), "byte {position}");
    }
}

#[test]
fn cut_and_lengthened_bytes_are_no_secret() {
    let bytes = by_passphrase(b"").to_bytes();
    for length in 0..bytes.len() {
        let cut = SealedSecret::from_bytes(&bytes[..length]);
        assert_eq!(cut.err(), Some(SealError::Malformed), "{length}");
    }
    let mut long = bytes;
    long.resize(70_000, 0);
    assert_eq!(
        SealedSecret::from_bytes(&long).err(),
        Some(SealError::Malformed)
    );
}

#[test]
fn a_cost_out_of_bounds_is_refused_before_memory_is_taken() {
    let mut bytes = by_passphrase(b"secret").to_bytes();
    bytes[6..10].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(
        SealedSecret::from_bytes(&bytes).err(),
        Some(SealError::CostOutOfBounds {
            memory_kib: u32::MAX,
            passes: 1,
            lanes: 1
        })
    );
    for (memory_kib, passes, lanes) in [(1_023, 1, 1), (1_024, 0, 1), (1_024, 1, 17)] {
        assert!(PassphraseCost::new(memory_kib, passes, lanes).is_err());
    }
}

#[test]
fn a_later_version_is_named() {
    let mut bytes = by_passphrase(b"secret").to_bytes();
    bytes[4] = 2;
    assert_eq!(
        SealedSecret::from_bytes(&bytes).err(),
        Some(SealError::UnknownVersion { got: 2 })
    );
}

#[test]
fn a_secret_that_is_too_long_is_refused() {
    let key = SealKey::from_bytes(&[3; 32]);
    let refused = SealedSecret::with_key(&[0; 65_537], &key, b"", &mut counting());
    assert_eq!(refused.err(), Some(SealError::TooLong { got: 65_537 }));
}
