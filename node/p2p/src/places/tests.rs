//! Who keeps a place, and who stays away.
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use proptest::prelude::*;

use super::{Candidate, Discouraged, choose_victim};
use crate::{NetGroup, PeerId};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A peer of a group of its own that was never of use.
fn stranger(number: u64) -> Candidate {
    let octet = u8::try_from(number % 200).unwrap();
    Candidate {
        peer: PeerId(number),
        group: NetGroup::of(([20, octet, 0, 1], 1).into()),
        keyed_group: number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        connected_at: seconds(number),
        round_trip: None,
        last_block: None,
        last_transaction: None,
        relays_transactions: true,
        is_suspect: false,
    }
}

/// A crowd of one attacker: all of one group, and just come.
fn crowd(count: u64) -> Vec<Candidate> {
    let one = |number| Candidate {
        group: NetGroup::of(([99, 1, 0, 1], 1).into()),
        keyed_group: 5,
        connected_at: seconds(10_000 + number),
        ..stranger(1_000 + number)
    };
    (0..count).map(one).collect()
}

#[test]
fn with_few_peers_nobody_is_given_up() {
    assert_eq!(choose_victim(&[]), None);
    let few: Vec<Candidate> = (0..4).map(stranger).collect();
    assert_eq!(choose_victim(&few), None);
}

#[test]
fn the_youngest_of_the_largest_group_goes() {
    let mut all: Vec<Candidate> = (0..30).map(stranger).collect();
    all.extend(crowd(80));
    assert_eq!(choose_victim(&all), Some(PeerId(1_079)));
}

#[test]
fn a_crowd_that_keeps_coming_drives_out_nobody_who_is_of_use() {
    let mut all: Vec<Candidate> = (0..30).map(stranger).collect();
    for (at, one) in all.iter_mut().enumerate() {
        let when = Some(seconds(u64::try_from(at).unwrap()));
        match at {
            0..8 => one.round_trip = when,
            8..12 => one.last_transaction = when,
            12..16 => one.last_block = when,
            16..20 => {
                one.last_block = when;
                one.relays_transactions = false;
            }
            _ => {}
        }
    }
    let honest: BTreeSet<PeerId> = all.iter().map(|one| one.peer).collect();
    all.extend(crowd(85));
    for newcomer in 0..500 {
        let victim = choose_victim(&all).unwrap();
        assert!(!honest.contains(&victim), "{victim:?}");
        all.retain(|one| one.peer != victim);
        let mut next = crowd(1)[0];
        next.peer = PeerId(5_000 + newcomer);
        next.connected_at = seconds(20_000 + newcomer);
        all.push(next);
    }
}

#[test]
fn one_discouraged_address_is_left_alone_for_a_day() {
    let mut discouraged = Discouraged::default();
    let ip: IpAddr = "8.8.8.8".parse().unwrap();
    let mapped: IpAddr = "::ffff:8.8.8.8".parse().unwrap();
    discouraged.note(ip, seconds(10));
    assert!(discouraged.contains(mapped, seconds(10 + 86_399)));
    assert!(!discouraged.contains(ip, seconds(10 + 86_400)));
    assert!(!discouraged.contains("8.8.8.9".parse().unwrap(), seconds(10)));
    // An IPv6 host chooses half of its bits at will.
    discouraged.note("2a00:1450::1".parse().unwrap(), seconds(10));
    assert!(discouraged.contains("2a00:1450::2".parse().unwrap(), seconds(11)));
    assert!(!discouraged.contains("2a00:1450:0:1::2".parse().unwrap(), seconds(11)));
}

#[test]
fn discouraged_addresses_are_bounded_and_the_oldest_is_forgotten() {
    let mut discouraged = Discouraged::default();
    let ip = |number: u32| IpAddr::V4((0x1400_0000 + number).into());
    for number in 0..30_000 {
        discouraged.note(ip(number), seconds(u64::from(number)));
    }
    assert_eq!(discouraged.len(), 20_000);
    assert!(!discouraged.contains(ip(9_999), seconds(30_000)));
    assert!(discouraged.contains(ip(10_000), seconds(30_000)));
    // Noted anew, it is the youngest.
    discouraged.note(ip(10_000), seconds(30_001));
    discouraged.note(ip(30_001), seconds(30_002));
    assert!(discouraged.contains(ip(10_000), seconds(30_002)));
    assert!(!discouraged.contains(ip(10_001), seconds(30_002)));
}

proptest! {
    #[test]
    fn a_victim_is_one_of_those_there_and_at_most_28_are_safe_with_half_of_the_rest(
        traits in prop::collection::vec((0_u8..6, 0_u64..50, any::<[bool; 4]>()), 0..130),
    ) {
        let all: Vec<Candidate> = traits.iter().enumerate().map(|(at, (group, when, has))| {
            let when = seconds(*when);
            let maybe = |has: bool| has.then_some(when);
            Candidate {
                group: NetGroup::of(([20, *group, 0, 1], 1).into()),
                keyed_group: u64::from(*group),
                connected_at: when,
                round_trip: maybe(has[0]),
                last_block: maybe(has[1]),
                last_transaction: maybe(has[2]),
                relays_transactions: has[3],
                ..stranger(u64::try_from(at).unwrap())
            }
        }).collect();
        let victim = choose_victim(&all);
        prop_assert!(victim.is_none_or(|victim| all.iter().any(|one| one.peer == victim)));
        if all.len() > 28 {
            prop_assert!(victim.is_some());
        }
    }
}
