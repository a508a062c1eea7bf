//! Random histories: nothing is made or lost, a refused block changes nothing, and every block can be taken
//! back exactly.
use std::collections::BTreeMap;

use bitcoin::{OutPoint, Transaction};
use moneta_chain::{COIN, Height};
use moneta_commitments::CommitmentState;
use moneta_consensus::is_coin;
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Freeze, Holders, IssueAsset, Operation, Reason,
    Rights, Tier,
};
use moneta_testkit::chain::TestChain;
use proptest::prelude::*;

use crate::scenario::{pay, pay_to};

/// Grains that pay for any operation of these histories.
const PRICE: u64 = 10_000_000;

/// What somebody tries next; numbers pick among the coins there are.
#[derive(Debug, Clone)]
enum Attempt {
    Pay(usize),
    Issue(usize),
    /// Splits the units of a coin, some to burn; a share may be more than there is.
    Send {
        coin: usize,
        share: u64,
        burn: u64,
    },
    Freeze {
        rights: usize,
        coin: usize,
        blocks: u32,
    },
    Unfreeze {
        rights: usize,
        coin: usize,
    },
    /// Spends any coin as if nothing were attached to it.
    Forget(usize),
}

fn attempts() -> impl Strategy<Value = Vec<Vec<Attempt>>> {
    let pick = 0_usize..64;
    let attempt = prop_oneof![
        pick.clone().prop_map(Attempt::Pay),
        pick.clone().prop_map(Attempt::Issue),
        (pick.clone(), 0_u64..1_500, 0_u64..3).prop_map(|(coin, share, burn)| Attempt::Send {
            coin,
            share,
            burn
        }),
        (pick.clone(), pick.clone(), 1_u32..20).prop_map(|(rights, coin, blocks)| {
            Attempt::Freeze {
                rights,
                coin,
                blocks,
            }
        }),
        (pick.clone(), pick.clone()).prop_map(|(rights, coin)| Attempt::Unfreeze { rights, coin }),
        pick.prop_map(Attempt::Forget),
    ];
    prop::collection::vec(prop::collection::vec(attempt, 1..4), 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_history_conserves_everything_and_can_be_taken_back(history in attempts()) {
        let mut chain = TestChain::new();
        for _ in 0..8 {
            chain.grant_open(COIN);
        }
        let start = chain.state().clone();
        let mut states = vec![start.clone()];
        for attempts in history {
            let transactions: Vec<Transaction> =
                attempts.iter().filter_map(|attempt| transaction(&chain, attempt)).collect();
            // Together if they go together, else one by one: the rules say which.
            let before = chain.state().clone();
            if chain.mine(transactions.clone()).is_ok() {
                states.push(chain.state().clone());
                continue;
            }
            prop_assert_eq!(chain.state(), &before);
            for tx in transactions {
                if chain.mine(vec![tx]).is_ok() {
                    states.push(chain.state().clone());
                }
            }
            prop_assert_eq!(units(&chain), supplies(&chain));
        }
        prop_assert_eq!(units(&chain), supplies(&chain));
        prop_assert_eq!(grains(&chain), 8 * COIN + subsidies(&chain));
        take_back_and_repeat(&mut chain, states)?;
    }
}

/// Takes every block back and connects it again; each state must be the one it was.
fn take_back_and_repeat(
    chain: &mut TestChain,
    mut states: Vec<moneta_testkit::chain::TestState>,
) -> Result<(), TestCaseError> {
    let commitments = chain.commitments().clone();
    let mut taken = Vec::new();
    let mut later = Vec::new();
    while let Some(block) = chain.disconnect() {
        taken.push(block.block().clone());
        later.extend(states.pop());
        prop_assert_eq!(Some(chain.state()), states.last());
    }
    prop_assert_eq!(
        chain.commitments(),
        &CommitmentState::genesis(chain.params())
    );
    while let (Some(block), Some(state)) = (taken.pop(), later.pop()) {
        let valid = chain
            .check(block)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        chain.connect(valid);
        prop_assert_eq!(chain.state(), &state);
    }
    prop_assert_eq!(chain.commitments(), &commitments);
    Ok(())
}

/// Grains on coins, and those that were burned on outputs that are none.
fn grains(chain: &TestChain) -> u64 {
    let blocks = chain.blocks().iter().map(|block| &block.block().block);
    let outputs = blocks
        .flat_map(|block| &block.txdata)
        .flat_map(|tx| &tx.output);
    let burned = outputs.filter(|output| !is_coin(output));
    let coins = chain.state().coins.values().map(|coin| &coin.output);
    coins
        .chain(burned)
        .map(|output| output.value.to_sat())
        .sum()
}

fn subsidies(chain: &TestChain) -> u64 {
    let heights = chain.blocks().iter().map(|block| block.height());
    heights
        .map(|height| chain.params().subsidy(height).to_sat())
        .sum()
}

/// Units on coins, by asset.
fn units(chain: &TestChain) -> BTreeMap<AssetId, u64> {
    let mut units = BTreeMap::new();
    for coin in chain.state().coins.values() {
        if let Some(Attachment::Asset { id, amount }) = coin.attachment {
            *units.entry(id).or_default() += amount;
        }
    }
    units
}

/// What the registry says there is, by asset; none where all is burned.
fn supplies(chain: &TestChain) -> BTreeMap<AssetId, u64> {
    let assets = chain.state().registry.assets();
    let supplies = assets.map(|asset| (asset.id, asset.supply));
    supplies.filter(|(_, supply)| *supply > 0).collect()
}

fn transaction(chain: &TestChain, attempt: &Attempt) -> Option<Transaction> {
    match *attempt {
        Attempt::Pay(pick) => {
            let (coin, value) = plain_coin(chain, pick)?;
            let half = value / 2;
            Some(TestChain::spend(
                &[coin],
                vec![pay(half), pay(value - half)],
            ))
        }
        Attempt::Issue(pick) => issue(chain, pick),
        Attempt::Send { coin, share, burn } => send(chain, coin, share, burn),
        Attempt::Freeze {
            rights,
            coin,
            blocks,
        } => {
            let (units, asset, _) = asset_coin(chain, coin)?;
            let stop = Height::new(chain.height().to_u32() + blocks);
            let operation = Operation::Freeze(Freeze {
                asset,
                targets: vec![units].into(),
                tier: Tier::Emergency,
                stop,
                reason: Reason::Dispute,
                jurisdiction: *b"SG",
                document: [0; 32],
            });
            use_rights(chain, rights, operation)
        }
        Attempt::Unfreeze { rights, coin } => {
            let (units, asset, _) = asset_coin(chain, coin)?;
            let targets = vec![units].into();
            use_rights(chain, rights, Operation::Unfreeze { asset, targets })
        }
        Attempt::Forget(pick) => {
            let coins = &chain.state().coins;
            let coin = *coins.keys().nth(pick % coins.len().max(1))?;
            Some(TestChain::spend(&[coin], vec![pay(1)]))
        }
    }
}

fn issue(chain: &TestChain, pick: usize) -> Option<Transaction> {
    let (coin, value) = plain_coin(chain, pick)?;
    let issue = IssueAsset {
        symbol: "TEST".into(),
        issuer: None,
        decimals: 0,
        initial: 1_000,
        cap: 1_000,
        powers: Rights::FREEZE,
        holders: Holders::Open,
        name: "Test".into(),
        contract_hash: [0; 32],
    };
    let id = AssetId::derive(&coin, 0, &issue);
    let envelope = Envelope {
        allocations: vec![units_to(0, id, 1_000), rights_to(1, id)],
        operations: vec![Operation::IssueAsset(issue)],
    };
    let rest = value.checked_sub(PRICE + 2_000)?;
    let outputs = vec![
        pay(1_000),
        pay(1_000),
        pay_to(PRICE, envelope.to_script()),
        pay(rest),
    ];
    Some(TestChain::spend(&[coin], outputs))
}

fn send(chain: &TestChain, pick: usize, share: u64, burn: u64) -> Option<Transaction> {
    let (coin, id, amount) = asset_coin(chain, pick)?;
    let rest = amount.saturating_sub(share).saturating_sub(burn);
    let mut allocations = vec![units_to(0, id, share), units_to(1, id, rest)];
    allocations
        .retain(|allocation| !matches!(allocation.attachment, Attachment::Asset { amount: 0, .. }));
    let burned = Operation::Burn {
        asset: id,
        amount: burn,
    };
    let envelope = Envelope {
        allocations,
        operations: Some(burned).filter(|_| burn > 0).into_iter().collect(),
    };
    let outputs = vec![pay(1), pay(1), pay_to(0, envelope.to_script())];
    Some(TestChain::spend(&[coin], outputs))
}

/// Uses some right over some asset, which need not be the one that the operation asks for.
fn use_rights(chain: &TestChain, pick: usize, operation: Operation) -> Option<Transaction> {
    let rights = chain
        .state()
        .coins
        .iter()
        .filter_map(|(outpoint, coin)| match coin.attachment {
            Some(Attachment::Authority { asset, .. }) => Some((*outpoint, asset)),
            _ => None,
        });
    let rights: Vec<(OutPoint, AssetId)> = rights.collect();
    let (coin, asset) = *rights.get(pick % rights.len().max(1))?;
    let (purse, value) = plain_coin(chain, pick)?;
    let envelope = Envelope {
        allocations: vec![rights_to(0, asset)],
        operations: vec![operation],
    };
    let rest = value.checked_sub(PRICE)?;
    let outputs = vec![pay(1_000), pay_to(PRICE, envelope.to_script()), pay(rest)];
    Some(TestChain::spend(&[coin, purse], outputs))
}

fn plain_coin(chain: &TestChain, pick: usize) -> Option<(OutPoint, u64)> {
    let coins = chain.state().coins.iter();
    let plain = coins.filter(|(_, coin)| coin.attachment.is_none() && !coin.coinbase);
    let plain: Vec<_> = plain
        .map(|(outpoint, coin)| (*outpoint, coin.output.value.to_sat()))
        .collect();
    plain.get(pick % plain.len().max(1)).copied()
}

fn asset_coin(chain: &TestChain, pick: usize) -> Option<(OutPoint, AssetId, u64)> {
    let coins = chain.state().coins.iter();
    let units = coins.filter_map(|(outpoint, coin)| match coin.attachment {
        Some(Attachment::Asset { id, amount }) => Some((*outpoint, id, amount)),
        _ => None,
    });
    let units: Vec<_> = units.collect();
    units.get(pick % units.len().max(1)).copied()
}

fn units_to(vout: u32, id: AssetId, amount: u64) -> Allocation {
    let attachment = Attachment::Asset { id, amount };
    Allocation { vout, attachment }
}

fn rights_to(vout: u32, asset: AssetId) -> Allocation {
    let rights = Rights::FREEZE;
    let attachment = Attachment::Authority { asset, rights };
    Allocation { vout, attachment }
}
