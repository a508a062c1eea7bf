//! Random lives of a small ledger: whatever is tried, what the chain promises holds after every step.
//!
//! The walk knows nothing of the rules. It makes transactions, most of them nearly right, lets the rules
//! judge, applies what they accept, and counts everything that exists.
use std::collections::{BTreeMap, BTreeSet};

use bitcoin::{Amount, OutPoint, TxOut};
use moneta_chain::Height;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{GOLD, Stage, freeze, gold, order, rights, units};
use crate::{Asset, Attachment, Change, Coin, Effects, Operation, Registry, RegistryView, Rights};

/// Something that somebody tries. Numbers pick among what there is.
#[derive(Debug, Clone)]
enum Step {
    /// Spends coins and splits their units, with an error of this many units.
    Send {
        picks: Vec<u8>,
        parts: u8,
        error: i8,
    },
    Mint {
        amount: u64,
    },
    Burn {
        pick: u8,
        amount: u64,
    },
    Freeze {
        pick: u8,
        order: bool,
        blocks: u32,
    },
    Unfreeze {
        pick: u8,
    },
    Renounce {
        right: u8,
    },
    /// Blocks pass.
    Wait {
        blocks: u16,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (vec(any::<u8>(), 1..4), 1_u8..4, prop_oneof![8 => Just(0_i8), 1 => -2_i8..=2])
            .prop_map(|(picks, parts, error)| Step::Send { picks, parts, error }),
        1 => (0_u64..3_000_000).prop_map(|amount| Step::Mint { amount }),
        1 => (any::<u8>(), 0_u64..900_000).prop_map(|(pick, amount)| Step::Burn { pick, amount }),
        3 => (any::<u8>(), any::<bool>(), 0_u32..20_000)
            .prop_map(|(pick, order, blocks)| Step::Freeze { pick, order, blocks }),
        2 => any::<u8>().prop_map(|pick| Step::Unfreeze { pick }),
        1 => (0_u8..40).prop_map(|right| Step::Renounce { right }),
        2 => (1_u16..12_000).prop_map(|blocks| Step::Wait { blocks }),
    ]
}

/// Everything that exists, and how it came about.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Ledger {
    coins: BTreeMap<OutPoint, Coin>,
    registry: Registry,
    height: Height,
}

impl Ledger {
    fn new() -> Self {
        let stage = Stage::new().knows(gold());
        let mut ledger = Self {
            coins: BTreeMap::new(),
            registry: stage.registry,
            height: Height::new(600_000),
        };
        let all = gold().powers;
        for (number, held) in (1..).zip([units(GOLD, gold().supply), rights(GOLD, all)]) {
            ledger.coins.insert(super::outpoint(number), coin(held, 10));
        }
        ledger
    }

    fn asset(&self) -> Asset {
        self.registry.asset(&GOLD).expect("gold is there")
    }

    /// Returns the coins of units, in order.
    fn unit_coins(&self) -> Vec<(OutPoint, u64)> {
        let coins = self.coins.iter();
        coins
            .filter_map(|(outpoint, coin)| match coin.attachment {
                Some(Attachment::Asset { amount, .. }) => Some((*outpoint, amount)),
                _ => None,
            })
            .collect()
    }

    fn pick(&self, number: u8) -> Option<(OutPoint, u64)> {
        let coins = self.unit_coins();
        coins.get(usize::from(number) % coins.len().max(1)).copied()
    }

    fn spend(&self, stage: Stage, outpoint: OutPoint) -> Stage {
        let coin = self.coins[&outpoint].clone();
        let mut stage = stage.spends(coin.attachment.clone());
        *stage.inputs.last_mut().unwrap() = outpoint;
        *stage.spent.last_mut().unwrap() = coin;
        stage
    }

    /// Spends every role coin and gives the rights back, but for those renounced.
    fn authority(&self, mut stage: Stage, renounced: Rights) -> Stage {
        let mut held = Rights::NONE;
        for (outpoint, coin) in &self.coins {
            if let Some(Attachment::Authority { rights, .. }) = coin.attachment {
                held = held.union(rights);
                stage = self.spend(stage, *outpoint);
            }
        }
        match held.without(renounced) {
            Rights::NONE => stage.pays(1_000),
            left => stage.gives(rights(GOLD, left)),
        }
    }

    /// Writes the transaction that `step` tries; `None` if time passes.
    // One arm for each step.
    #[allow(clippy::too_many_lines)]
    fn attempt(&self, step: &Step) -> Option<Stage> {
        let asset = GOLD;
        let mut stage = Stage::new().at(self.height.to_u32());
        stage.registry = self.registry.clone();
        let target = |pick| self.pick(pick).map(|(outpoint, _)| outpoint);
        Some(match step {
            Step::Send {
                picks,
                parts,
                error,
            } => {
                let chosen = picks.iter().filter_map(|pick| self.pick(*pick));
                let chosen: BTreeSet<_> = chosen.collect();
                let total: u64 = chosen.iter().map(|(_, amount)| amount).sum();
                for (outpoint, _) in &chosen {
                    stage = self.spend(stage, *outpoint);
                }
                let share = total / u64::from(*parts);
                for _ in 1..*parts {
                    stage = stage.gives(units(GOLD, share));
                }
                let rest = total - share * u64::from(*parts - 1);
                stage.gives(units(GOLD, rest.saturating_add_signed(i64::from(*error))))
            }
            Step::Mint { amount } => self
                .authority(stage, Rights::NONE)
                .gives(units(GOLD, *amount))
                .does(Operation::Mint {
                    asset,
                    amount: *amount,
                }),
            Step::Burn { pick, amount } => {
                let (outpoint, held) = self.pick(*pick)?;
                let amount = (*amount).min(held);
                stage = self
                    .spend(stage, outpoint)
                    .does(Operation::Burn { asset, amount });
                match held - amount {
                    0 => stage.pays(1_000),
                    left => stage.gives(units(GOLD, left)),
                }
            }
            Step::Freeze {
                pick,
                order: by_order,
                blocks,
            } => {
                let targets = [target(*pick)?];
                let mut operation = if *by_order {
                    order(&targets)
                } else {
                    freeze(&targets)
                };
                operation.stop = self.height.saturating_add(*blocks);
                self.authority(stage, Rights::NONE)
                    .does(Operation::Freeze(operation))
            }
            Step::Unfreeze { pick } => {
                let targets = vec![target(*pick)?];
                self.authority(stage, Rights::NONE)
                    .does(Operation::Unfreeze {
                        asset,
                        targets: targets.into(),
                    })
            }
            Step::Renounce { right } => {
                let rights =
                    Rights::from_bits(*right).filter(|one| gold().powers.contains(*one))?;
                self.authority(stage, rights)
                    .does(Operation::Renounce { asset, rights })
            }
            Step::Wait { .. } => return None,
        })
    }

    /// Puts what is valid into a block of its own.
    fn apply(&mut self, stage: &Stage, effects: &Effects) {
        let tx = stage.tx();
        for outpoint in &stage.inputs {
            self.coins.remove(outpoint);
        }
        for (vout, attachment) in &effects.attachments {
            let made = coin(attachment.clone(), self.height.to_u32());
            self.coins
                .insert(OutPoint::new(tx.compute_txid(), *vout), made);
        }
        effects
            .changes
            .iter()
            .for_each(|change| self.registry.apply(change));
        self.height = self.height.next();
    }

    /// Counts everything that exists.
    fn check(&self) -> Result<(), TestCaseError> {
        let asset = self.asset();
        let total: u128 = self
            .unit_coins()
            .iter()
            .map(|(_, amount)| u128::from(*amount))
            .sum();
        prop_assert_eq!(total, u128::from(asset.supply), "units are not the supply");
        prop_assert!(asset.supply <= asset.cap);
        let mut seen = Rights::NONE;
        for coin in self.coins.values() {
            if let Some(Attachment::Authority { rights, .. }) = coin.attachment {
                prop_assert!(seen.intersection(rights).is_empty(), "a right exists twice");
                seen = seen.union(rights);
            }
        }
        prop_assert_eq!(seen, asset.powers, "rights are not the powers");
        for (_, outpoint, _) in self.registry.freezes() {
            prop_assert!(
                self.coins.contains_key(&outpoint),
                "a record outlives its coin"
            );
        }
        Ok(())
    }
}

fn coin(attachment: Attachment, height: u32) -> Coin {
    Coin {
        output: TxOut {
            value: Amount::from_sat(1_000),
            script_pubkey: super::script(1),
        },
        height: Height::new(height),
        coinbase: false,
        attachment: Some(attachment),
    }
}

proptest! {
    #[test]
    fn whatever_is_tried_what_the_chain_promises_holds(steps in vec(step(), 1..60)) {
        let mut ledger = Ledger::new();
        let mut history: Vec<(Registry, Vec<Change>)> = Vec::new();
        for step in &steps {
            let Some(stage) = ledger.attempt(step) else {
                if let Step::Wait { blocks } = step {
                    ledger.height = ledger.height.saturating_add(u32::from(*blocks));
                }
                continue;
            };
            let held = |outpoint: &OutPoint| ledger.registry.freeze(&GOLD, outpoint);
            let frozen = stage.inputs.iter().filter_map(held);
            let frozen = frozen.filter(|record| record.holds_at(ledger.height)).count();
            let Ok(effects) = stage.check() else { continue };
            prop_assert_eq!(frozen, 0, "a frozen coin was spent by {:?}", step);
            let before = ledger.clone();
            ledger.apply(&stage, &effects);
            ledger.check()?;
            history.push((before.registry, effects.changes));
        }
        let mut registry = ledger.registry;
        for (before, changes) in history.into_iter().rev() {
            changes.iter().rev().for_each(|change| registry.undo(change));
            prop_assert_eq!(&registry, &before);
        }
    }
}

#[test]
fn the_walk_is_no_idle_one() {
    // Every kind of step is accepted at least once in a fixed life, so the property above has something to hold.
    let life = [
        Step::Send {
            picks: vec![0],
            parts: 3,
            error: 0,
        },
        Step::Mint { amount: 5 },
        Step::Burn { pick: 1, amount: 7 },
        Step::Freeze {
            pick: 0,
            order: false,
            blocks: 50,
        },
        Step::Freeze {
            pick: 1,
            order: true,
            blocks: 5_000,
        },
        Step::Unfreeze { pick: 0 },
        Step::Renounce { right: 1 },
    ];
    let mut ledger = Ledger::new();
    for step in &life {
        let stage = ledger.attempt(step).expect("a transaction");
        let effects = stage
            .check()
            .unwrap_or_else(|err| panic!("{step:?}: {err}"));
        ledger.apply(&stage, &effects);
        ledger.check().expect("what the chain promises");
    }
    let spend = Step::Send {
        picks: vec![1],
        parts: 1,
        error: 0,
    };
    let refused = ledger.attempt(&spend).unwrap().check().unwrap_err();
    assert_eq!(refused.code(), "mip0001.coin_frozen");
    let minted = Step::Mint { amount: 1 };
    let refused = ledger.attempt(&minted).unwrap().check().unwrap_err();
    assert_eq!(refused.code(), "mip0003.right_missing");
}
