//! What honest parties do: each operation of each MIP, built as a wallet builds it.
mod freezing;
mod identities;

use std::collections::BTreeMap;

use bitcoin::OutPoint;
use moneta_mips::{
    Asset, AssetId, Attachment, Coin, DescribePiece, DocumentKind, Holder, Holders, IssueAsset,
    Operation, Rights, ScriptDigest, SetDocument,
};
use moneta_testkit::random::Random;

use crate::chain::{Chain, asset, pick};
use crate::draft::{Draft, PARTIES, script};
use crate::pool::Pool;

/// What a party sees when it acts.
struct Scene<'a> {
    chain: &'a Chain,
    /// Coins that can be spent now, those of the pool included.
    coins: BTreeMap<OutPoint, Coin>,
    party: u8,
}

/// Lets a random party try something; nothing if it has not got what that takes.
pub(crate) fn attempt(
    chain: &Chain,
    pool: &Pool,
    random: &mut Random,
) -> Option<(Draft, &'static str)> {
    let party = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
    let scene = Scene {
        chain,
        coins: pool.coins(chain),
        party,
    };
    let (name, draft) = match random.below(50) {
        0..=8 => ("register", scene.register(random)),
        9 => ("issue", scene.issue(random)),
        10 => ("piece", scene.piece(random)),
        11..=20 => ("pay", scene.pay(random)),
        21 => ("pay grains", scene.pay_grains(random)),
        22 => ("mint", scene.mint(random)),
        23 => ("burn", scene.burn(random)),
        24..=28 => ("freeze", scene.freeze(random)),
        29 => ("unfreeze", scene.unfreeze(random)),
        30 => ("contest", scene.contest(random)),
        31 => ("redemption", scene.redemption(random)),
        32..=34 => ("force", scene.force(random)),
        35 => ("update", scene.update(random)),
        36 => ("renew", scene.renew(random)),
        37 | 38 => ("recover", scene.recover(random)),
        39 | 40 => ("claim", scene.claim()),
        41 => ("revoke", scene.revoke(random)),
        42 | 43 => ("enrol", scene.enrol(random)),
        44 => ("withdraw", scene.withdraw(random)),
        45 => ("document", scene.document(random)),
        47 | 48 => ("drop a record", scene.drop_record()),
        46 => ("rotate", scene.rotate(random)),
        _ => ("renounce or anchor", scene.renounce_or_anchor(random)),
    };
    let draft = draft?;
    Some((draft, name))
}

/// Lets the first party issue an asset over which every right exists, so that the rest has something to
/// act on; every other seed asks for enrolled holders.
pub(crate) fn opening(chain: &Chain, pool: &Pool, random: &mut Random) -> Option<Draft> {
    let scene = Scene {
        chain,
        coins: pool.coins(chain),
        party: 0,
    };
    let holders = match random.below(3) {
        0 => Holders::Enrolled,
        _ => Holders::Open,
    };
    let issue = IssueAsset {
        symbol: "GOLD".into(),
        issuer: None,
        decimals: 3,
        initial: 1_000,
        cap: 2_000,
        powers: Rights::ALL,
        holders,
        name: "Gold".into(),
        contract_hash: [0; 32],
    };
    scene.issuing(issue, random, None)
}

/// Lets the second party commit to a handle, or register it if that is done: an identity from the start on.
pub(crate) fn naming(chain: &Chain, pool: &Pool, random: &mut Random) -> Option<Draft> {
    let scene = Scene {
        chain,
        coins: pool.coins(chain),
        party: 1,
    };
    scene.register(random)
}

impl Scene<'_> {
    fn own(&self) -> bitcoin::ScriptBuf {
        script(self.party, 0)
    }

    fn is_own(&self, coin: &Coin) -> bool {
        (0..3).any(|number| coin.output.script_pubkey == script(self.party, number))
    }

    /// Coins of this party that hold something which `wanted` takes.
    fn coins<T>(&self, wanted: impl Fn(Option<&Attachment>) -> Option<T>) -> Vec<(OutPoint, T)> {
        let own = self.coins.iter().filter(|(_, coin)| self.is_own(coin));
        own.filter_map(|(outpoint, coin)| Some((*outpoint, wanted(coin.attachment.as_ref())?)))
            .collect()
    }

    fn grains(&self) -> Option<Draft> {
        let plain = self.coins(|held| held.is_none().then_some(()));
        let (coin, ()) = plain.first()?;
        Some(Draft::default().spends(*coin))
    }

    fn back(&self, draft: Draft) -> Draft {
        draft.pays(1_000_000, self.own())
    }

    /// Spends the first coin with this right that has had its block, and gives it back; says over what.
    fn uses(&self, right: Rights, random: &mut Random) -> Option<(Draft, Asset)> {
        let coins = self.coins(|held| match held {
            Some(Attachment::Authority { asset, rights }) if rights.contains(right) => {
                Some((*asset, *rights))
            }
            _ => None,
        });
        let mature = coins
            .into_iter()
            .filter(|(outpoint, _)| self.chain.coins().contains_key(outpoint));
        let mature: Vec<_> = mature.collect();
        if mature.is_empty() {
            return None;
        }
        let (coin, (id, rights)) = mature[pick(random, mature.len())];
        let to = self.own();
        let draft = self.grains()?.spends(coin);
        let draft = draft.gives(to, Attachment::Authority { asset: id, rights });
        Some((draft, asset(self.chain.registry(), &id)?))
    }

    /// The digest of the script that this party's plain coins lie on.
    fn digest(&self) -> ScriptDigest {
        ScriptDigest::of(&self.own())
    }

    fn issue(&self, random: &mut Random) -> Option<Draft> {
        let powers = u8::try_from(random.below(32)).unwrap_or_default();
        let mut powers = Rights::from_bits(powers).unwrap_or_default();
        let holders = match random.below(3) {
            0 => {
                powers = powers.union(Rights::ENROL);
                Holders::Enrolled
            }
            _ => Holders::Open,
        };
        let initial = random.below(1_000) + 1;
        let issue = IssueAsset {
            symbol: format!("A{}", random.below(6)),
            issuer: None,
            decimals: 2,
            initial,
            cap: initial + random.below(1_000),
            powers,
            holders,
            name: String::new(),
            contract_hash: [0; 32],
        };
        self.issuing(issue, random, None)
    }

    fn piece(&self, random: &mut Random) -> Option<Draft> {
        let piece = DescribePiece {
            issue: 0,
            collection: "ART".into(),
            number: u32::try_from(random.below(4)).ok()? + 1,
            edition: 4,
            media_type: "image/png".into(),
            content: [9; 32],
            terms: [0; 32],
        };
        let issue = IssueAsset {
            symbol: format!("P{}", random.below(9)),
            issuer: None,
            decimals: 0,
            initial: 1,
            cap: 1,
            powers: Rights::FREEZE,
            holders: Holders::Open,
            name: "A piece".into(),
            contract_hash: piece.commitment(),
        };
        self.identity()?;
        self.issuing(issue, random, Some(piece))
    }

    /// Issues under the party's identity if it has one (a piece always), else a bare asset.
    fn issuing(
        &self,
        mut issue: IssueAsset,
        random: &mut Random,
        piece: Option<DescribePiece>,
    ) -> Option<Draft> {
        let mut draft = self.grains()?;
        let under = self
            .identity()
            .filter(|_| piece.is_some() || random.below(2) == 0);
        if let Some((coin, id)) = under {
            issue.issuer = Some(id);
            draft = draft
                .spends(coin)
                .gives(self.own(), Attachment::Identity { id });
        }
        let id = AssetId::derive(&draft.inputs[0], 0, &issue);
        let amount = issue.initial;
        draft = draft.gives(self.own(), Attachment::Asset { id, amount });
        // Rights together or apart: who is to hold them is the issuer's choice.
        let (first, second) = match random.below(2) {
            0 => (issue.powers, Rights::NONE),
            _ => (
                issue.powers.without(Rights::MINT),
                issue.powers.intersection(Rights::MINT),
            ),
        };
        for rights in [first, second] {
            if !rights.is_empty() {
                draft = draft.gives(self.own(), Attachment::Authority { asset: id, rights });
            }
        }
        draft = draft.does(Operation::IssueAsset(issue));
        if let Some(piece) = piece {
            draft = draft.does(Operation::DescribePiece(piece));
        }
        Some(self.back(draft))
    }

    /// Units of this party, by coin.
    fn units(&self) -> Vec<(OutPoint, (AssetId, u64))> {
        self.coins(|held| match held {
            Some(Attachment::Asset { id, amount }) => Some((*id, *amount)),
            _ => None,
        })
    }

    /// Pays some units away; more coins of the same asset are gathered along.
    fn pay(&self, random: &mut Random) -> Option<Draft> {
        let units = self.units();
        if units.is_empty() {
            return None;
        }
        let (_, (id, _)) = units[pick(random, units.len())];
        let most = pick(random, 3) + 1;
        let same = units.iter().filter(|(_, (other, _))| *other == id);
        let same: Vec<_> = same.take(most).collect();
        let mut draft = self.grains()?;
        for (coin, _) in &same {
            draft = draft.spends(*coin);
        }
        let total: u64 = same.iter().map(|(_, (_, amount))| amount).sum();
        let paid = random.below(total) + 1;
        let to = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        draft = draft.gives(script(to, 0), Attachment::Asset { id, amount: paid });
        if total > paid {
            let amount = total - paid;
            draft = draft.gives(self.own(), Attachment::Asset { id, amount });
        }
        Some(self.back(draft))
    }

    fn pay_grains(&self, random: &mut Random) -> Option<Draft> {
        let to = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        Some(self.back(self.grains()?.pays(5_000, script(to, 0))))
    }

    fn mint(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::MINT, random)?;
        let room = known.cap.saturating_sub(known.supply);
        let amount = random.below(room.saturating_add(1)).max(1);
        let (id, asset) = (known.id, known.id);
        let to = match known.holders {
            Holders::Open => script(u8::try_from(random.below(4)).unwrap_or_default(), 0),
            Holders::Enrolled => self.own(),
        };
        let draft = draft.gives(to, Attachment::Asset { id, amount });
        Some(self.back(draft.does(Operation::Mint { asset, amount })))
    }

    fn burn(&self, random: &mut Random) -> Option<Draft> {
        let units = self.units();
        if units.is_empty() {
            return None;
        }
        let (coin, (id, held)) = units[pick(random, units.len())];
        let burned = random.below(held) + 1;
        let mut draft = self.grains()?.spends(coin);
        if held > burned {
            let amount = held - burned;
            draft = draft.gives(self.own(), Attachment::Asset { id, amount });
        }
        let (asset, amount) = (id, burned);
        Some(self.back(draft.does(Operation::Burn { asset, amount })))
    }

    fn enrol(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::ENROL, random)?;
        if known.holders == Holders::Open {
            return None;
        }
        let asset = known.id;
        let first = random.below(u64::from(PARTIES));
        let mut holders: Vec<Holder> = [first, (first + 1) % u64::from(PARTIES)]
            .into_iter()
            .map(|party| Holder {
                script: ScriptDigest::of(&script(u8::try_from(party).unwrap_or_default(), 0)),
                commitment: [3; 32],
                expiry: {
                    let blocks = u32::try_from(random.below(20_000) + 1).unwrap_or(1);
                    self.chain.next_height().saturating_add(blocks)
                },
            })
            .collect();
        holders.sort_by_key(|holder| holder.script);
        Some(self.back(draft.does(Operation::Enrol { asset, holders })))
    }

    fn withdraw(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::ENROL, random)?;
        if known.holders == Holders::Open {
            return None;
        }
        let party = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        let scripts = vec![ScriptDigest::of(&script(party, 0))];
        let asset = known.id;
        Some(self.back(draft.does(Operation::Withdraw { asset, scripts })))
    }

    fn document(&self, random: &mut Random) -> Option<Draft> {
        let (draft, known) = self.uses(Rights::META, random)?;
        let document = SetDocument {
            asset: known.id,
            kind: DocumentKind::ALL[pick(random, DocumentKind::ALL.len())],
            digest: [4; 32],
            uri: "https://a.example/x".into(),
        };
        Some(self.back(draft.does(Operation::SetDocument(document))))
    }

    /// Moves rights or an identity to another script, or another party.
    fn rotate(&self, random: &mut Random) -> Option<Draft> {
        let roles = self.coins(|held| held.filter(|held| held.is_role()).cloned());
        let mut mature = roles
            .into_iter()
            .filter(|(outpoint, _)| self.chain.coins().contains_key(outpoint));
        let (coin, held) = mature.next()?;
        let to = u8::try_from(random.below(u64::from(PARTIES))).unwrap_or_default();
        Some(self.back(self.grains()?.spends(coin).gives(script(to, 0), held)))
    }

    fn renounce_or_anchor(&self, random: &mut Random) -> Option<Draft> {
        let roles = self.coins(|held| match held {
            Some(Attachment::Authority { asset, rights }) => Some((*asset, *rights)),
            _ => None,
        });
        let mut mature = roles
            .into_iter()
            .filter(|(outpoint, _)| self.chain.coins().contains_key(outpoint));
        let role = mature.next().filter(|_| random.below(3) == 0);
        let Some((coin, (asset, held))) = role else {
            let digest = [5; 32];
            return Some(self.back(self.grains()?.does(Operation::Anchor { digest })));
        };
        let each: Vec<Rights> = held.each().collect();
        let rights = each[pick(random, each.len())];
        let left = held.without(rights);
        let mut draft = self.grains()?.spends(coin);
        if !left.is_empty() {
            let rights = left;
            draft = draft.gives(self.own(), Attachment::Authority { asset, rights });
        }
        Some(self.back(draft.does(Operation::Renounce { asset, rights })))
    }
}
