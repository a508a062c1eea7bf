//! Which coins may be spent, and which of them to choose: largest first, confirmed before pending.
use std::cmp::Reverse;

use bitcoin::{Amount, OutPoint};
use moneta_chain::Height;
use moneta_mips::{AssetId, Attachment, IdentityId, Rights};

use super::{FrozenCoin, Missing, PlanError, Terms};
use crate::WalletCoin;

/// The coins of a wallet, in the order in which they are chosen.
pub(super) struct Pool<'a> {
    /// Free to be spent in the next block.
    free: Vec<&'a WalletCoin>,
    /// Under a freeze that holds in the next block.
    frozen: Vec<&'a WalletCoin>,
    /// Too young.
    immature: Vec<&'a WalletCoin>,
    /// Height of the next block.
    height: Height,
}

impl<'a> Pool<'a> {
    /// Sorts the coins out.
    pub(super) fn new(coins: &'a [WalletCoin], terms: &Terms<'_>) -> Self {
        let (height, maturity) = (terms.next_height, terms.params.coinbase_maturity);
        let mut pool = Self {
            free: Vec::new(),
            frozen: Vec::new(),
            immature: Vec::new(),
            height,
        };
        for coin in coins {
            let kind = if coin.is_frozen_at(height) {
                &mut pool.frozen
            } else if !coin.is_mature_at(height, maturity) {
                &mut pool.immature
            } else {
                &mut pool.free
            };
            kind.push(coin);
        }
        // The caller's order must not matter, and a coin named twice is one coin.
        for kind in [&mut pool.free, &mut pool.frozen, &mut pool.immature] {
            kind.sort_unstable_by_key(|coin| choice(coin));
            kind.dedup_by_key(|coin| coin.outpoint);
        }
        pool
    }

    /// Returns the coins that hold grains and nothing else, best first.
    pub(super) fn grains(&self) -> impl Iterator<Item = &'a WalletCoin> {
        self.plain(&self.free)
    }

    /// Tells what is short when `need` grains are not there.
    pub(super) fn missing_grains(&self, need: Amount) -> PlanError {
        let sum = |coins: &mut dyn Iterator<Item = &'a WalletCoin>| {
            coins.fold(0_u64, |sum, coin| sum.saturating_add(coin.value().to_sat()))
        };
        PlanError::InsufficientGrains(Missing {
            need: need.to_sat(),
            confirmed: sum(&mut self.plain(&self.free).filter(|coin| coin.confirmed)),
            pending: sum(&mut self.plain(&self.free).filter(|coin| !coin.confirmed)),
            immature: sum(&mut self.plain(&self.immature)),
        })
    }

    /// Chooses coins that hold at least `need` units of `asset`, and never a frozen one.
    pub(super) fn units(
        &self,
        asset: AssetId,
        need: u64,
    ) -> Result<(Vec<&'a WalletCoin>, u64), PlanError> {
        let (mut chosen, mut sum) = (Vec::new(), 0_u64);
        for (coin, amount) in holding(&self.free, asset) {
            if sum >= need {
                break;
            }
            sum = sum.checked_add(amount).ok_or(PlanError::Overflow)?;
            chosen.push(coin);
        }
        if sum >= need {
            return Ok((chosen, sum));
        }
        let frozen = self.frozen_of(asset);
        let held_back = frozen
            .iter()
            .fold(0_u64, |sum, coin| sum.saturating_add(coin.amount));
        if sum.saturating_add(held_back) >= need {
            return Err(PlanError::CoinsFrozen {
                asset,
                need,
                free: sum,
                coins: frozen,
            });
        }
        let confirmed = holding(&self.free, asset)
            .filter(|(coin, _)| coin.confirmed)
            .fold(0_u64, |sum, (_, amount)| sum.saturating_add(amount));
        let missing = Missing {
            need,
            confirmed,
            pending: sum - confirmed,
            immature: 0,
        };
        Err(PlanError::InsufficientAsset { asset, missing })
    }

    /// Chooses coins that together carry `rights` over `asset`: few, and with few rights to spare.
    pub(super) fn rights(
        &self,
        asset: AssetId,
        rights: Rights,
    ) -> Result<Vec<&'a WalletCoin>, PlanError> {
        let (mut chosen, mut missing) = (Vec::new(), rights);
        while !missing.is_empty() {
            let best = carrying(&self.free, asset)
                .filter(|(_, held)| !held.intersection(missing).is_empty())
                .min_by_key(|(coin, held)| {
                    let useful = held.intersection(missing).bits().count_ones();
                    let spare = held.without(rights).bits().count_ones();
                    (Reverse(useful), spare, coin.outpoint)
                });
            let Some((coin, held)) = best else {
                return Err(self.why_no_rights(asset, missing));
            };
            chosen.push(coin);
            missing = missing.without(held);
        }
        Ok(chosen)
    }

    fn why_no_rights(&self, asset: AssetId, rights: Rights) -> PlanError {
        let young =
            carrying(&self.immature, asset).find(|(_, held)| !held.intersection(rights).is_empty());
        match young {
            Some((coin, _)) => PlanError::RoleImmature {
                outpoint: coin.outpoint,
            },
            None => PlanError::MissingRight { asset, rights },
        }
    }

    /// Finds the coin that carries `identity`.
    pub(super) fn identity(&self, identity: IdentityId) -> Result<&'a WalletCoin, PlanError> {
        let wanted = Some(Attachment::Identity { id: identity });
        let find = |coins: &[&'a WalletCoin]| -> Option<&'a WalletCoin> {
            coins
                .iter()
                .copied()
                .find(|coin| coin.coin.attachment == wanted)
        };
        match (find(&self.free), find(&self.immature)) {
            (Some(coin), _) => Ok(coin),
            (None, Some(coin)) => Err(PlanError::RoleImmature {
                outpoint: coin.outpoint,
            }),
            (None, None) => Err(PlanError::MissingIdentity { identity }),
        }
    }

    /// Returns those of `coins` that hold nothing but grains; lapsed commitments count as nothing.
    fn plain(&self, coins: &[&'a WalletCoin]) -> impl Iterator<Item = &'a WalletCoin> {
        let height = self.height;
        let coins = coins.iter().copied();
        coins.filter(move |coin| coin.coin.is_plain_at(height))
    }

    fn frozen_of(&self, asset: AssetId) -> Vec<FrozenCoin> {
        let coins = holding(&self.frozen, asset);
        coins
            .filter_map(|(coin, amount)| {
                let freeze = coin.frozen.as_ref()?;
                Some(FrozenCoin {
                    outpoint: coin.outpoint,
                    amount,
                    reason: freeze.reason,
                    jurisdiction: freeze.jurisdiction,
                    stop: freeze.stop,
                })
            })
            .collect()
    }
}

/// The order of choice: confirmed, then most units, then most grains; the outpoint settles the rest.
fn choice(coin: &WalletCoin) -> (Reverse<bool>, Reverse<u64>, Reverse<Amount>, OutPoint) {
    let units = match coin.coin.attachment {
        Some(Attachment::Asset { amount, .. }) => amount,
        _ => 0,
    };
    (
        Reverse(coin.confirmed),
        Reverse(units),
        Reverse(coin.value()),
        coin.outpoint,
    )
}

fn holding<'a>(
    coins: &[&'a WalletCoin],
    asset: AssetId,
) -> impl Iterator<Item = (&'a WalletCoin, u64)> {
    coins
        .iter()
        .filter_map(move |coin| match coin.coin.attachment {
            Some(Attachment::Asset { id, amount }) if id == asset => Some((*coin, amount)),
            _ => None,
        })
}

fn carrying<'a>(
    coins: &[&'a WalletCoin],
    wanted: AssetId,
) -> impl Iterator<Item = (&'a WalletCoin, Rights)> {
    coins
        .iter()
        .filter_map(move |coin| match coin.coin.attachment {
            Some(Attachment::Authority { asset, rights }) if asset == wanted => {
                Some((*coin, rights))
            }
            _ => None,
        })
}
