//! Whatever a block did, taking it back leaves no trace: over random small chains.
use bitcoin::OutPoint;
use moneta_mips::{AssetId, Attachment, Change, IdentityId, Operation, Rights};
use moneta_testkit::scripted::{
    Draft, ScriptedChain, freeze, identity, issue, lift, out_to, supply,
};
use proptest::prelude::*;

use super::Bench;

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn byte(&mut self, sides: u64) -> u8 {
        u8::try_from(self.roll(sides)).expect("few sides")
    }
}

/// Adds a transaction that spends some coins, attaches things at random and changes the registry.
fn add_random(chain: &mut ScriptedChain, dice: &mut Dice, serial: u8) {
    let coins: Vec<OutPoint> = chain.coins().keys().copied().collect();
    if coins.is_empty() {
        return;
    }
    let mut inputs: Vec<OutPoint> = (0..=dice.roll(3))
        .map(|_| coins[usize::try_from(dice.roll(coins.len() as u64)).expect("small")])
        .collect();
    inputs.sort_unstable();
    inputs.dedup();
    let outputs = (0..dice.roll(4)).map(|_| {
        let attachment = match dice.roll(6) {
            0 => Some(Attachment::Asset {
                id: AssetId([dice.byte(3); 32]),
                amount: 1 + dice.roll(50),
            }),
            1 => Some(Attachment::Authority {
                asset: AssetId([dice.byte(3); 32]),
                rights: Rights::MINT,
            }),
            2 => Some(Attachment::Identity {
                id: IdentityId([dice.byte(3); 32]),
            }),
            _ => None,
        };
        (out_to(dice.byte(5), dice.roll(1_000)), attachment)
    });
    let outputs = outputs.collect();
    let issued: Vec<u8> = chain
        .registry()
        .assets()
        .map(|asset| asset.id.0[0])
        .collect();
    let frozen: Vec<(u8, OutPoint)> = chain
        .registry()
        .freezes()
        .map(|(asset, coin, _)| (asset.0[0], coin))
        .collect();
    let any_asset = issued.first().copied();
    let changes: Vec<Change> = match (dice.roll(6), any_asset, frozen.first()) {
        (0, _, _) => vec![identity(chain, serial, &format!("holder-{serial}"))],
        (1, _, _) => vec![issue(chain, serial, "GOLD", Some(serial), 1_000)],
        (2, Some(asset), _) => vec![supply(chain, asset, 10, 3)],
        (3, Some(asset), _) => vec![freeze(chain, asset, coins[0], 5)],
        (4, _, Some((asset, coin))) => vec![lift(chain, *asset, *coin)],
        _ => Vec::new(),
    };
    let operations = match dice.roll(3) {
        0 => vec![Operation::Anchor {
            digest: [serial; 32],
        }],
        _ => Vec::new(),
    };
    chain.add(Draft {
        inputs,
        outputs,
        changes,
        operations,
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn apply_then_undo_leaves_every_table_as_it_was(seed: u64, length in 1u8..7) {
        let mut dice = Dice(seed);
        let mut chain = ScriptedChain::new();
        let bench = Bench::new();
        let mut dumps = vec![bench.dump()];
        let mut serial = 0;
        for _ in 0..length {
            for _ in 0..dice.roll(5) {
                serial += 1;
                add_random(&mut chain, &mut dice, serial);
            }
            let block = chain.mine(dice.byte(5));
            bench.connect(&block);
            dumps.push(bench.dump());
        }
        while chain.blocks().len() > 1 {
            let expected = dumps.pop().expect("one a block");
            prop_assert_eq!(bench.dump(), expected);
            let block = chain.take_back();
            bench.disconnect(&block);
        }
        prop_assert_eq!(bench.dump(), dumps.pop().expect("genesis"));
    }

    #[test]
    fn a_detour_over_another_branch_ends_where_the_straight_way_does(seed: u64, depth in 1u8..4) {
        let mut dice = Dice(seed);
        let mut chain = ScriptedChain::new();
        let detour = Bench::new();
        let mut serial = 0;
        for branch in 0..2 {
            for _ in 0..depth + branch {
                serial += 1;
                add_random(&mut chain, &mut dice, serial);
                detour.connect(&chain.mine(dice.byte(5)));
            }
            if branch == 0 {
                (0..depth).for_each(|_| detour.disconnect(&chain.take_back()));
            }
        }
        prop_assert_eq!(detour.dump(), Bench::of(&chain).dump());
    }
}
