//! What holds for every wallet and every request: the rules accept each plan, nothing is made or lost,
//! no frozen coin is touched, and what an offline signer reads is what was asked.
use std::collections::BTreeSet;

use bitcoin::{Amount, OutPoint, ScriptBuf};
use moneta_mips::{Attachment, RegistryView, Rights};
use proptest::prelude::*;

use super::*;
use crate::testing::{Mint, Purse};

/// Something that happens.
#[derive(Debug, Clone)]
enum Event {
    Fund { who: usize, grains: u64 },
    Pay { from: usize, to: usize, grains: u64 },
    Send { from: usize, to: usize, amount: u64 },
    Mint { to: usize, amount: u64 },
    Burn { from: usize, amount: u64 },
    Freeze { whose: usize, which: usize },
    Unfreeze { whose: usize, which: usize },
    Anchor { who: usize },
    Wait { blocks: u32 },
}

fn event() -> impl Strategy<Value = Event> {
    let who = 0_usize..3;
    let amount = prop_oneof![1_u64..20, 1_u64..300_000, Just(1_000_000)];
    let grains = prop_oneof![1_u64..2_000, 1_000_u64..5_000_000];
    let (a, g, w) = (&amount, &grains, &who);
    prop_oneof![
        3 => (w.clone(), g.clone()).prop_map(|(who, grains)| Event::Fund { who, grains }),
        3 => (w.clone(), w.clone(), g.clone())
            .prop_map(|(from, to, grains)| Event::Pay { from, to, grains }),
        6 => (w.clone(), w.clone(), a.clone())
            .prop_map(|(from, to, amount)| Event::Send { from, to, amount }),
        1 => (w.clone(), a.clone()).prop_map(|(to, amount)| Event::Mint { to, amount }),
        1 => (w.clone(), a.clone()).prop_map(|(from, amount)| Event::Burn { from, amount }),
        3 => (w.clone(), 0_usize..4).prop_map(|(whose, which)| Event::Freeze { whose, which }),
        1 => (w.clone(), 0_usize..4).prop_map(|(whose, which)| Event::Unfreeze { whose, which }),
        1 => w.clone().prop_map(|who| Event::Anchor { who }),
        1 => (1_u32..120).prop_map(|blocks| Event::Wait { blocks }),
    ]
}

/// The issuer, two holders, and what happens to them.
struct Story {
    mint: Mint,
    holders: Vec<Purse>,
}

impl Story {
    fn new() -> Self {
        let mut mint = Mint::new();
        let holders: Vec<Purse> = [2, 3].map(Purse::new).into();
        for holder in &holders {
            mint.world.fund(holder, 50_000);
            mint.send(&holder.script(0), 250_000);
        }
        Self { mint, holders }
    }

    fn purse(&self, who: usize) -> &Purse {
        match who {
            0 => &self.mint.issuer,
            other => &self.holders[other - 1],
        }
    }

    fn address(&self, who: usize) -> ScriptBuf {
        self.purse(who).script(5)
    }

    /// The gold coin number `which` of a purse, as often as it takes to get round.
    fn gold_coin(&self, whose: usize, which: usize) -> Option<OutPoint> {
        let coins = self.mint.gold_of(self.purse(whose));
        let place = which.checked_rem(coins.len())?;
        Some(coins[place].outpoint)
    }

    fn request(&self, event: &Event) -> Option<(usize, Request)> {
        let asset = self.mint.gold;
        Some(match *event {
            Event::Pay { from, to, grains } => {
                let (to, amount) = (self.address(to), Amount::from_sat(grains));
                (from, Request::Pay { to, amount })
            }
            Event::Send { from, to, amount } => {
                let to = self.address(to);
                (from, Request::Send { asset, to, amount })
            }
            Event::Mint { to, amount } => {
                let to = Some(self.address(to));
                (0, Request::Mint { asset, amount, to })
            }
            Event::Burn { from, amount } => (from, Request::Burn { asset, amount }),
            Event::Freeze { whose, which } => {
                let coin = self.gold_coin(whose, which)?;
                (0, self.mint.freezing(vec![coin]))
            }
            Event::Unfreeze { whose, which } => {
                let targets = vec![self.gold_coin(whose, which)?].into();
                let rights = Rights::FREEZE;
                let request = Request::Unfreeze {
                    asset,
                    targets,
                    rights,
                };
                (0, request)
            }
            Event::Anchor { who } => (who, Request::Anchor { digest: [4; 32] }),
            Event::Fund { .. } | Event::Wait { .. } => return None,
        })
    }

    fn happen(&mut self, event: &Event) {
        match *event {
            Event::Fund { who, grains } => {
                let purse = match who {
                    0 => &self.mint.issuer,
                    other => &self.holders[other - 1],
                };
                self.mint.world.fund(purse, grains);
            }
            Event::Wait { blocks } => {
                let next = self.mint.world.next_height.saturating_add(blocks);
                self.mint.world.next_height = next;
            }
            _ => {
                if let Some((who, request)) = self.request(event) {
                    self.perform(who, &request);
                }
            }
        }
    }

    fn perform(&mut self, who: usize, request: &Request) {
        let purse = self.purse(who);
        let coins = self.mint.world.coins_of(purse);
        let terms = self.mint.world.terms(purse);
        let plan = match plan(request, &coins, &terms) {
            Ok(plan) => plan,
            Err(error) => return self.check_refusal(&coins, &error),
        };
        let spent: BTreeSet<OutPoint> = plan
            .psbt
            .unsigned_tx
            .input
            .iter()
            .map(|i| i.previous_output)
            .collect();
        for coin in coins.iter().filter(|coin| spent.contains(&coin.outpoint)) {
            assert!(
                !coin.is_frozen_at(terms.next_height),
                "spends a frozen coin"
            );
        }
        let reading = self.mint.world.read(purse, &plan.psbt);
        assert_eq!((reading.fee, reading.txid), (plan.fee, plan.txid));
        assert!(
            reading
                .warnings
                .iter()
                .all(|warning| warning.code() == "warning.high_fee")
        );
        self.check_shown(request, &reading);
        let signed = self.mint.world.sign(purse, &plan.psbt);
        // The mempool may refuse what the wallet can't know (a cap, a freeze of an unknown coin), but
        // then nothing has happened. It never refuses for something the plan got wrong.
        match self.mint.world.check(&signed) {
            Ok(_) => {
                self.mint.world.mine(&signed);
                let used = plan.change_used;
                match who {
                    0 => self.mint.issuer.advance(used),
                    other => self.holders[other - 1].advance(used),
                }
            }
            Err(error) => assert!(
                matches!(request, Request::Mint { .. } | Request::Unfreeze { .. }),
                "{} for {request:?}",
                error.code()
            ),
        }
    }

    /// A refusal tells the truth.
    fn check_refusal(&self, coins: &[WalletCoin], error: &PlanError) {
        let height = self.mint.world.next_height;
        let held = |frozen: bool| -> u64 {
            let coins = coins
                .iter()
                .filter(|coin| coin.is_frozen_at(height) == frozen);
            coins
                .filter_map(|coin| match coin.coin.attachment {
                    Some(Attachment::Asset { amount, .. }) => Some(amount),
                    _ => None,
                })
                .sum()
        };
        match error {
            PlanError::CoinsFrozen {
                need, free, coins, ..
            } => {
                assert_eq!(*free, held(false));
                assert!(*need > *free && *need <= *free + held(true));
                assert_eq!(
                    coins.iter().map(|coin| coin.amount).sum::<u64>(),
                    held(true)
                );
            }
            PlanError::InsufficientAsset { missing, .. } => {
                assert_eq!(missing.have(), held(false));
                assert!(missing.need > held(false) + held(true));
            }
            PlanError::InsufficientGrains(missing) => assert!(missing.need > 0),
            PlanError::BelowDust { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    /// What the signer is shown is what was asked.
    fn check_shown(&self, request: &Request, reading: &crate::PsbtReading) {
        let first = &reading.outputs[0];
        match request {
            Request::Pay { to, amount } => {
                assert_eq!(
                    (&first.output.script_pubkey, first.output.value),
                    (to, *amount)
                );
                assert_eq!(first.attachment, None);
            }
            Request::Send { asset, to, amount } => {
                let (id, amount) = (*asset, *amount);
                assert_eq!(&first.output.script_pubkey, to);
                assert_eq!(first.attachment, Some(Attachment::Asset { id, amount }));
            }
            _ => {}
        }
    }

    /// All gold there is: in the purses, and by the registry.
    fn check_supply(&self) {
        let held: u64 = (0..3)
            .flat_map(|who| self.mint.gold_of(self.purse(who)))
            .filter_map(|coin| match coin.coin.attachment {
                Some(Attachment::Asset { amount, .. }) => Some(amount),
                _ => None,
            })
            .sum();
        let asset = self.mint.world.registry.asset(&self.mint.gold);
        assert_eq!(held, asset.expect("issued").supply);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_is_accepted_and_nothing_is_made_or_lost(
        events in proptest::collection::vec(event(), 1..14)
    ) {
        let mut story = Story::new();
        for event in &events {
            story.happen(event);
            story.check_supply();
        }
    }

    #[test]
    fn the_fee_follows_the_rate(rate in 1_u32..200, coins in 1_usize..12, pays in 1_000_u64..40_000) {
        let (mut world, mut alice, bob) = (crate::testing::World::new(), Purse::new(1), Purse::new(2));
        alice.fee_rate = bitcoin::FeeRate::from_sat_per_vb_u32(rate);
        for _ in 0..coins {
            world.fund(&alice, 50_000);
        }
        let to = bob.script(0);
        let request = Request::Pay { to, amount: Amount::from_sat(pays) };
        if let Ok(plan) = world.plan(&alice, &request) {
            let signed = world.sign(&alice, &plan.psbt);
            let least = alice.fee_rate.fee_wu(signed.weight()).expect("small");
            prop_assert!(plan.fee >= least);
            // Beyond the rate it pays at most for an output that would have been dust.
            let slack = Amount::from_sat(294 + u64::from(rate) * 35);
            prop_assert!(plan.fee <= least + slack, "{} for {}", plan.fee, least);
        }
    }
}
