//! Numbers, ids and times look as written here.
use super::*;

#[test]
fn whole_parts_are_grouped_and_fractions_are_not() {
    for (number, shown) in [
        ("0", "0"),
        ("999", "999"),
        ("1000", "1,000"),
        ("1234567.89012", "1,234,567.89012"),
        ("-1234.5", "-1,234.5"),
        ("not a number", "not a number"),
        ("", ""),
    ] {
        assert_eq!(group(number), shown);
    }
}

#[test]
fn base_units_keep_every_decimal_of_the_unit() {
    assert_eq!(units(0, 0), "0");
    assert_eq!(units(0, 3), "0.000");
    assert_eq!(units(1, 8), "0.00000001");
    assert_eq!(units(1_234_500, 3), "1,234.500");
    assert_eq!(units(u128::from(u64::MAX), 12), "18,446,744.073709551615");
}

#[test]
fn short_ids_keep_both_ends() {
    assert_eq!(short(&"0123456789abcdef".repeat(4)), "01234567…abcdef");
    assert_eq!(short("acme"), "acme");
    assert_eq!(
        short("金金金金金金金金金金金金金金金金金金"),
        "金金金金金金金金…金金金金金金"
    );
}

#[test]
fn shares_are_rounded_down_and_nothing_of_nothing_is_zero() {
    assert_eq!(per_mille(1, 3), 333);
    assert_eq!(per_mille(5, 0), 0);
    assert_eq!(per_mille(9, 3), 1_000);
    assert_eq!(percent(1, 3), "33.33");
    assert_eq!(percent(3, 3), "100.00");
    assert_eq!(percent(1, 0), "0.00");
}

#[test]
fn moments_follow_the_gregorian_calendar() {
    for (seconds, shown) in [
        (0, "1970-01-01 00:00:00 UTC"),
        (951_827_696, "2000-02-29 12:34:56 UTC"),
        (951_868_800, "2000-03-01 00:00:00 UTC"),
        (1_296_688_602, "2011-02-02 23:16:42 UTC"),
        (1_709_164_800, "2024-02-29 00:00:00 UTC"),
        (4_102_444_799, "2099-12-31 23:59:59 UTC"),
        (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        (u64::from(u32::MAX), "2106-02-07 06:28:15 UTC"),
    ] {
        assert_eq!(Moment(seconds).to_string(), shown);
    }
    assert_eq!(Moment(1_296_688_602).iso(), "2011-02-02T23:16:42Z");
}
