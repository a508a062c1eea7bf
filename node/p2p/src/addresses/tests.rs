//! The address book: what fills it, what it gives, and that a file of it is the same again.
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::address::{AddrV2, AddrV2Message, Address};
use bitcoin::p2p::message::NetworkMessage;
use proptest::prelude::*;

use super::{
    AddressAnswer, AddressBook, AddressNotice, Among, BookError, Gossip, NetGroup, Scope,
    address_message, heralds, is_news, notices_in,
};
use crate::PeerId;

/// Some day in 2026.
pub(crate) const NOW: u64 = 1_790_000_000;
const DAY: u64 = 24 * 60 * 60;
const MAGIC: [u8; 4] = *b"MNTM";

/// Returns numbers that look like chance.
pub(crate) fn dice(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// The address with this number: neighbours share a group of 65,536.
fn host(number: u32) -> SocketAddr {
    let ip = u32::from_be_bytes([20, 0, 0, 0]) + number;
    SocketAddr::new(IpAddr::V4(ip.into()), 8_333)
}

/// An address of a group of its own.
fn far(group: u32) -> SocketAddr {
    host(group << 16 | 0x0101)
}

fn notice(address: SocketAddr) -> AddressNotice {
    AddressNotice {
        address,
        services: ServiceFlags::NETWORK | ServiceFlags::WITNESS,
        seen_at: NOW - 60 * 60,
    }
}

pub(crate) fn empty() -> AddressBook {
    AddressBook::new([7; 16], Scope::Public)
}

/// A book that heard of so many addresses, each of another group, each from another source.
fn filled(count: u32) -> AddressBook {
    let mut book = empty();
    for number in 0..count {
        let source = far(5_000 + number);
        book.learn(&[notice(far(number))], source, NOW, &mut dice(1));
    }
    book
}

#[test]
fn what_is_heard_of_is_found_again_and_our_own_address_can_be_struck_out() {
    let mut book = empty();
    let fresh = book.learn(&[notice(far(1)), notice(far(2))], far(9), NOW, &mut dice(0));
    assert_eq!((fresh, book.counts()), (2, (2, 0)));
    let known = *book.get(far(1)).unwrap();
    assert_eq!(known.seen_at, NOW - 3 * 60 * 60, "hearsay counts as older");
    assert_eq!((known.tried_at, known.spoken_at, known.failures), (0, 0, 0));
    book.forget(far(1));
    assert_eq!(book.get(far(1)), None);
    let only = book.choose(Among::All, &|_| true, NOW, &mut dice(3));
    assert_eq!(only, Some(far(2)));
}

#[test]
fn addresses_that_nobody_reaches_are_not_taken_in_public() {
    let nowhere = [
        "0.0.0.0:1",
        "10.1.2.3:1",
        "100.64.0.1:1",
        "127.0.0.1:1",
        "169.254.3.4:1",
        "172.16.0.1:1",
        "192.0.2.1:1",
        "192.168.1.1:1",
        "198.18.0.1:1",
        "224.0.0.1:1",
        "240.1.1.1:1",
        "255.255.255.255:1",
        "8.8.8.8:0",
        "[::]:1",
        "[::1]:1",
        "[::ffff:127.0.0.1]:1",
        "[fc00::1]:1",
        "[fe80::1]:1",
        "[ff02::1]:1",
        "[2001:db8::1]:1",
        "[2002:a00:1::]:1",
        "[fd87:d87e:eb43::1]:1",
    ];
    for address in nowhere {
        let address: SocketAddr = address.parse().unwrap();
        assert!(!Scope::Public.takes(address), "{address}");
    }
    for address in ["8.8.8.8:1", "[2a00:1450::1]:1", "[::ffff:8.8.8.8]:1"] {
        assert!(Scope::Public.takes(address.parse().unwrap()), "{address}");
    }
    for (address, is_taken) in [
        ("127.0.0.1:1", true),
        ("10.0.0.1:1", true),
        ("[::]:1", false),
    ] {
        let address: SocketAddr = address.parse().unwrap();
        assert_eq!(Scope::Everywhere.takes(address), is_taken, "{address}");
    }
}

#[test]
fn neighbours_are_one_group_however_their_address_is_written() {
    let group = |text: &str| NetGroup::of(text.parse().unwrap());
    assert_eq!(group("8.8.1.1:1"), group("8.8.200.7:99"));
    assert_ne!(group("8.8.1.1:1"), group("8.9.1.1:1"));
    for same in [
        "[::ffff:8.8.1.1]:1",
        "[2002:808:101::1]:1",
        // Teredo writes the address with every bit turned over.
        "[2001:0:1:2:3:4:f7f7:fefe]:1",
    ] {
        assert_eq!(group("8.8.4.4:1"), group(same), "{same}");
    }
    assert_eq!(group("[2a00:1450:1::1]:1"), group("[2a00:1450:ffff::2]:1"));
    assert_ne!(group("[2a00:1450::1]:1"), group("[2a00:1451::1]:1"));
    // On one machine nobody is eclipsed.
    assert_ne!(group("127.0.0.1:1"), group("127.0.0.1:2"));
}

#[test]
fn one_source_reaches_a_sixteenth_of_the_book_however_much_it_tells() {
    let mut book = empty();
    let attacker = far(60_000);
    for number in 0..60_000 {
        // Of every group there is.
        let address = host(number * 9_973 % (90 << 16));
        book.learn(&[notice(address)], attacker, NOW, &mut dice(0));
    }
    let (heard, _) = book.counts();
    assert!((1_000..=64 * 64).contains(&heard), "{heard}");
    // Honest sources are chosen for their number, not for how much is told: buckets are drawn first.
    let mut honest = BTreeSet::new();
    for number in 0..400 {
        let source = far(1_000 + number);
        book.learn(&[notice(far(100 + number))], source, NOW, &mut dice(0));
        honest.insert(far(100 + number));
    }
    let mut chance = dice(5);
    let drawn = (0..1_000).filter(|_| {
        let chosen = book.choose(Among::All, &|_| true, NOW, &mut chance);
        honest.contains(&chosen.unwrap())
    });
    let drawn = drawn.count();
    assert!(drawn > 700, "{drawn} of 1,000");
}

#[test]
fn addresses_of_one_group_reach_eight_buckets_of_those_spoken_with() {
    let mut book = empty();
    for number in 0..20_000 {
        let address = host(number);
        book.learn(&[notice(address)], address, NOW, &mut dice(0));
        book.note_spoken(address, NOW);
    }
    let (_, spoken) = book.counts();
    assert!(spoken <= 8 * 64, "{spoken}");
}

#[test]
fn the_book_stays_bounded_and_a_terrible_address_gives_its_place_up() {
    let mut book = empty();
    for number in 0..3_000 {
        for place in 0..30 {
            let address = host(number << 12 | place);
            let source = far(number % 90);
            book.learn(&[notice(address)], source, NOW, &mut dice(0));
        }
    }
    let (before, _) = book.counts();
    assert!(before <= 65_536);
    // A month later all is terrible: newcomers take the places, and what is left can be struck out.
    let later = NOW + 40 * DAY;
    let newcomer = AddressNotice {
        seen_at: later,
        ..notice(far(77))
    };
    assert_eq!(book.learn(&[newcomer], far(1), later, &mut dice(0)), 1);
    assert!(book.get(far(77)).is_some());
    book.forget_terrible(later);
    assert_eq!(book.counts(), (1, 0));
}

#[test]
fn failures_count_only_while_somebody_answers_us() {
    let mut book = filled(3);
    for minute in 0..20 {
        book.note_try(far(0), true, NOW + minute * 60);
    }
    assert_eq!(book.get(far(0)).unwrap().failures, 1, "the fault is ours");
    for round in 1..=3 {
        book.note_spoken(far(1), NOW + round * 3_600);
        book.note_try(far(0), true, NOW + round * 3_600 + 60);
    }
    let known = *book.get(far(0)).unwrap();
    assert_eq!(known.failures, 4);
    assert!(known.is_terrible(NOW + 4 * 3_600), "it never answered");
    book.note_spoken(far(0), NOW + 5 * 3_600);
    assert!(!book.get(far(0)).unwrap().is_terrible(NOW + 5 * 3_600));
}

#[test]
fn what_failed_is_chosen_less_often() {
    let mut book = filled(2);
    for round in 0..4 {
        book.note_spoken(far(1), NOW + round * 60);
        book.note_try(far(0), true, NOW + round * 60 + 30);
    }
    let later = NOW + DAY;
    let mut chance = dice(11);
    let mut chosen = BTreeMap::new();
    for _ in 0..1_000 {
        let address = book.choose(Among::All, &|_| true, later, &mut chance);
        *chosen.entry(address.unwrap()).or_insert(0) += 1;
    }
    assert!(chosen[&far(0)] * 2 < chosen[&far(1)], "{chosen:?}");
    assert!(chosen[&far(0)] > 0, "it has a chance all the same");
}

#[test]
fn only_what_the_caller_allows_is_chosen_and_an_empty_book_gives_nothing() {
    let book = filled(50);
    let mut chance = dice(1);
    let odd = |known: &super::KnownAddress| NetGroup::of(known.address) == NetGroup::of(far(33));
    for _ in 0..20 {
        let chosen = book.choose(Among::All, &odd, NOW, &mut chance);
        assert!(chosen.is_none() || chosen == Some(far(33)));
    }
    assert_eq!(book.choose(Among::All, &|_| false, NOW, &mut chance), None);
    let none = empty();
    assert_eq!(none.choose(Among::All, &|_| true, NOW, &mut chance), None);
    assert_eq!(none.choose_feeler(&|_| true, NOW, &mut chance), None);
}

/// Two addresses that belong in one place among those spoken with.
pub(crate) fn rivals(book: &mut AddressBook) -> (SocketAddr, SocketAddr) {
    for number in 0..200_000 {
        let address = host(number);
        book.learn(&[notice(address)], address, NOW, &mut dice(0));
        if book.get(address).is_none() {
            continue;
        }
        book.note_spoken(address, NOW);
        if !book.is_spoken(address) {
            let holder = book.tested(&mut dice(0)).unwrap();
            return (holder, address);
        }
    }
    panic!("20,000 addresses of one group meet in 512 places");
}

#[test]
fn an_older_peer_keeps_its_place_while_it_answers() {
    let mut book = empty();
    let (older, newcomer) = rivals(&mut book);
    let later = NOW + 5 * 60 * 60;
    book.settle_contests(later - 4 * 60 * 60);
    assert!(book.is_spoken(older), "it answered not long ago");
    assert!(book.tested(&mut dice(0)).is_none(), "the contest is over");
    // Again, hours later: the feeler goes to the older one, and it answers.
    book.note_spoken(newcomer, later);
    assert_eq!(
        book.choose_feeler(&|_| true, later, &mut dice(2)),
        Some(older)
    );
    book.note_try(older, false, later);
    book.note_spoken(older, later + 1);
    book.settle_contests(later + 100);
    assert!(book.is_spoken(older) && !book.is_spoken(newcomer));
}

#[test]
fn a_dead_peer_gives_its_place_to_the_newcomer_and_stays_in_the_book() {
    let mut book = empty();
    let (older, newcomer) = rivals(&mut book);
    let later = NOW + 5 * 60 * 60;
    book.settle_contests(NOW + 60);
    book.note_spoken(newcomer, later);
    book.note_try(older, true, later);
    book.settle_contests(later + 30);
    assert!(book.is_spoken(older), "the test is not over");
    book.settle_contests(later + 90);
    assert!(book.is_spoken(newcomer) && !book.is_spoken(older));
    assert!(book.get(older).is_some());
}

#[test]
fn who_asks_hears_a_part_of_the_book_and_the_same_for_a_day() {
    let book = filled(1_000);
    let told = book.sample(NOW, &mut dice(4));
    assert_eq!(told.len(), book.len() * 23 / 100 + 1);
    let distinct: BTreeSet<SocketAddr> = told.iter().map(|notice| notice.address).collect();
    assert_eq!(distinct.len(), told.len());
    let mut answer = AddressAnswer::default();
    let mut chance = dice(9);
    let first = answer
        .give(&book, Duration::ZERO, NOW, &mut chance)
        .to_vec();
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    assert_eq!(answer.give(&book, hours(20), NOW, &mut chance), first);
    assert_ne!(answer.give(&book, hours(28), NOW, &mut chance), first);
    assert!(filled(8_000).sample(NOW, &mut dice(1)).len() <= 1_000);
}

#[test]
fn terrible_addresses_are_told_to_nobody() {
    let mut book = filled(20);
    for number in 0..10 {
        for round in 0..3 {
            book.note_spoken(far(19), NOW + round * 60 + 1);
            book.note_try(far(number), true, NOW + round * 60 + 30);
        }
    }
    let terrible: Vec<SocketAddr> = (0..10).map(far).collect();
    for seed in 0..20 {
        let told = book.sample(NOW + DAY, &mut dice(seed));
        assert!(told.iter().all(|one| !terrible.contains(&one.address)));
    }
}

#[test]
fn news_go_to_the_same_two_peers_for_a_day() {
    let peers = || (0..30).map(PeerId);
    let chosen = |secret, now| heralds([secret; 16], far(1), now, peers());
    assert_eq!(chosen(1, NOW).len(), 2);
    let days: BTreeSet<_> = (0..24).map(|hour| chosen(1, NOW + hour * 3_600)).collect();
    assert!(days.len() <= 2, "the choice changes once a day");
    assert_ne!(chosen(1, NOW), chosen(2, NOW));
    assert_eq!(heralds([1; 16], far(1), NOW, []), []);
    let fresh = AddressNotice {
        seen_at: NOW - 60,
        ..notice(far(1))
    };
    assert!(is_news(&fresh, 10, NOW));
    assert!(!is_news(&fresh, 11, NOW), "an answer is no news");
    assert!(!is_news(&notice(far(1)), 1, NOW), "seen an hour ago");
}

#[test]
fn a_peer_is_told_of_an_address_once_and_nothing_grows_without_bound() {
    let mut gossip = Gossip::default();
    gossip.learn(far(1));
    gossip.lay_out(notice(far(1)), 0);
    gossip.lay_out(notice(far(2)), 0);
    let told = gossip.take(Duration::from_secs(1), 20_000);
    assert_eq!(told, [notice(far(2))]);
    gossip.lay_out(notice(far(2)), 0);
    gossip.lay_out(notice(far(3)), 0);
    assert_eq!(gossip.take(Duration::from_secs(20), 0), []);
    assert_eq!(gossip.take(Duration::from_secs(21), 0), [notice(far(3))]);
    let mut chance = dice(0);
    for number in 0..20_000 {
        gossip.lay_out(notice(host(number)), chance());
    }
    assert_eq!(gossip.take(Duration::from_secs(100), 0).len(), 1_000);
}

#[test]
fn both_messages_of_addresses_say_the_same() {
    let six: SocketAddr = "[2a00:1450::5]:99".parse().unwrap();
    let told = [notice(far(3)), notice(six)];
    for as_v2 in [false, true] {
        let message = address_message(&told, as_v2);
        assert_eq!(notices_in(&message, NOW), told);
    }
    assert_eq!(notices_in(&NetworkMessage::GetAddr, NOW), []);
}

#[test]
fn addresses_of_other_networks_and_in_disguise_are_left_out() {
    let v2 = |addr| AddrV2Message {
        time: u32::try_from(NOW).unwrap(),
        services: ServiceFlags::NONE,
        addr,
        port: 1,
    };
    let mapped: Ipv6Addr = "::ffff:8.8.8.8".parse().unwrap();
    let onion: Ipv6Addr = "fd87:d87e:eb43::1".parse().unwrap();
    let list = vec![
        v2(AddrV2::TorV3([1; 32])),
        v2(AddrV2::I2p([1; 32])),
        v2(AddrV2::Cjdns("fc00::1".parse().unwrap())),
        v2(AddrV2::Unknown(99, vec![1; 400])),
        v2(AddrV2::Ipv6(mapped)),
        v2(AddrV2::Ipv6(onion)),
    ];
    assert_eq!(notices_in(&NetworkMessage::AddrV2(list), NOW), []);
    let v1 = |ip: Ipv6Addr| Address {
        services: ServiceFlags::NONE,
        address: ip.segments(),
        port: 1,
    };
    let list = vec![(1, v1(onion)), (1, v1(mapped))];
    let told = notices_in(&NetworkMessage::Addr(list), NOW);
    assert_eq!(told.len(), 1, "the mapped one is IPv4");
    assert!(told[0].address.is_ipv4());
    assert_eq!(
        told[0].seen_at,
        NOW - 5 * DAY,
        "1970 is no time to be seen at"
    );
}

#[test]
fn damage_of_any_byte_of_the_file_is_found() {
    let mut book = filled(3);
    book.note_spoken(far(1), NOW);
    book.set_anchors([far(1), far(2), far(0)]);
    let file = book.encode(MAGIC);
    for at in 0..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert!(
            AddressBook::decode(&damaged, MAGIC, Scope::Public).is_err(),
            "{at}"
        );
        assert!(
            AddressBook::decode(&file[..at], MAGIC, Scope::Public).is_err(),
            "{at}"
        );
    }
    let other = AddressBook::decode(&file, [0; 4], Scope::Public);
    assert_eq!(other.unwrap_err(), BookError::OtherNetwork { found: MAGIC });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_happens_the_book_holds_together_and_its_file_is_the_same_again(
        steps in prop::collection::vec((0_u8..8, 0_u32..400, 0_u32..60, 0_u64..40_000), 0..600),
    ) {
        let mut book = empty();
        let mut chance = dice(3);
        let mut now = NOW;
        for (step, number, source, seconds) in steps {
            // Few groups, so that buckets fill and rivals meet.
            let address = host((number % 7) << 16 | number);
            match step {
                0..=2 => {
                    let told = AddressNotice { seen_at: now, ..notice(address) };
                    book.learn(&[told], far(source), now, &mut chance);
                }
                3 => book.note_try(address, true, now),
                4 => book.note_spoken(address, now),
                5 => book.settle_contests(now),
                6 => book.forget(address),
                _ => now += seconds,
            }
            book.check();
        }
        book.set_anchors([host(1)]);
        let again = AddressBook::decode(&book.encode(MAGIC), MAGIC, Scope::Public).unwrap();
        again.check();
        prop_assert_eq!(again.counts(), book.counts());
        prop_assert_eq!(again.encode(MAGIC), book.encode(MAGIC));
        prop_assert_eq!(again.anchors(), [host(1)]);
    }

    #[test]
    fn no_bytes_stop_the_reader(content in prop::collection::vec(any::<u8>(), 0..400)) {
        use bitcoin::hashes::{Hash, sha256d};
        let _ = AddressBook::decode(&content, MAGIC, Scope::Public);
        // With a head and a checksum that hold.
        let mut file = [&b"MTAPEERS\x01\0\0\0"[..], &MAGIC, &content].concat();
        file.extend_from_slice(&sha256d::Hash::hash(&file).to_byte_array());
        if let Ok(book) = AddressBook::decode(&file, MAGIC, Scope::Public) {
            book.check();
        }
    }
}
