//! The mempool against a plain model of it: after any sequence of payments, replacements, blocks of its own and of
//! others, reorganisations and weeks gone by, it holds what the model holds, in the same order, with its books right;
//! and what it would put into a block passes as a block.
use std::collections::BTreeSet;

use bitcoin::{Amount, OutPoint, Transaction, Txid};
use moneta_node_api::NodeApi;
use proptest::prelude::*;
use proptest::sample::Index;

use super::fixture::{Fixture, anyone_else, spend};
use crate::mempool::Room;
use crate::rules;

const WEEK: u64 = 7 * 86_400;
const ROOM: Room = Room {
    weight: 3_996_000,
    sigop_cost: 79_600,
};

#[derive(Debug, Clone)]
enum Step {
    /// Spend some known coins into some outputs for a fee per byte, in tenths of a grain.
    Pay(Vec<Index>, u64, u64),
    /// Mine what waits.
    Mine,
    /// A block from elsewhere spends a known coin.
    Rival(Index),
    /// So many own blocks, each after a payment, are replaced by a longer branch without them.
    Reorganise(u32, Vec<Index>),
    /// A week goes by, and a block comes.
    Week,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let coins = prop::collection::vec(any::<Index>(), 1..4);
    // Close together for the most part: a replacement that pays just enough, or just not.
    let rate = prop_oneof![3 => 8_u64..40, 1 => 40_u64..400];
    let step = prop_oneof![
        20 => (coins, 1_u64..4, rate).prop_map(|(coins, outputs, rate)| Step::Pay(coins, outputs, rate)),
        2 => Just(Step::Mine),
        2 => any::<Index>().prop_map(Step::Rival),
        1 => (1_u32..4, prop::collection::vec(any::<Index>(), 3))
            .prop_map(|(depth, coins)| Step::Reorganise(depth, coins)),
        1 => Just(Step::Week),
    ];
    prop::collection::vec(step, 20..80)
}

#[derive(Debug, Clone)]
struct Waiting {
    tx: Transaction,
    fee: u64,
    arrived: u64,
}

impl Waiting {
    fn vsize(&self) -> u64 {
        self.tx.vsize() as u64
    }

    fn txid(&self) -> Txid {
        self.tx.compute_txid()
    }

    fn spends_from(&self, txid: Txid) -> bool {
        let mut inputs = self.tx.input.iter();
        inputs.any(|input| input.previous_output.txid == txid)
    }
}

/// What should wait, and the two nodes it is compared with: ours, and one whose blocks come from elsewhere.
struct Model {
    ours: Fixture,
    other: Fixture,
    waiting: Vec<Waiting>,
    /// Every coin there ever was to spend, in the order it was made.
    coins: Vec<OutPoint>,
    now: u64,
}

impl Model {
    async fn new() -> Self {
        let (ours, other) = (Fixture::with_coins(4).await, Fixture::fresh());
        other.follow(&ours).await;
        let mut coins = Vec::new();
        for height in 1..=4 {
            coins.push(ours.coinbase(height).await);
        }
        let now = crate::Clock::now(&*ours.clock);
        Self {
            ours,
            other,
            waiting: Vec::new(),
            coins,
            now,
        }
    }

    fn find(&self, txid: Txid) -> Option<&Waiting> {
        self.waiting.iter().find(|one| one.txid() == txid)
    }

    /// Every waiting transaction that is reached from `from`, itself included.
    fn family(&self, from: Txid, down: bool) -> BTreeSet<Txid> {
        let mut family = BTreeSet::from([from]);
        loop {
            let before = family.len();
            for one in &self.waiting {
                let txid = one.txid();
                if down && family.iter().any(|member| one.spends_from(*member)) {
                    family.insert(txid);
                }
                if !down && family.contains(&txid) {
                    let parents = one.tx.input.iter().map(|input| input.previous_output.txid);
                    family.extend(parents.filter(|parent| self.find(*parent).is_some()));
                }
            }
            if family.len() == before {
                return family;
            }
        }
    }

    async fn value(&self, coin: OutPoint) -> Option<u64> {
        let output = match self.find(coin.txid) {
            Some(parent) => parent.tx.output.get(coin.vout as usize).cloned(),
            None => self.ours.node.coin(coin).await.map(|coin| coin.output),
        };
        output.map(|output| output.value.to_sat())
    }

    /// Makes a payment; `None` if one of the coins is nowhere or they hold too little.
    async fn payment(&self, coins: &[OutPoint], outputs: u64, rate: u64) -> Option<Waiting> {
        let mut total = 0;
        for coin in coins {
            total += self.value(*coin).await?;
        }
        let outputs_len = usize::try_from(outputs).unwrap();
        let size = spend(coins, &vec![Amount::ZERO; outputs_len]).vsize() as u64;
        let fee = size * rate / 10;
        let value = total.checked_sub(fee)? / outputs;
        if value < 1_000 {
            return None;
        }
        let tx = spend(coins, &vec![Amount::from_sat(value); outputs_len]);
        let fee = total - value * outputs;
        let arrived = self.now;
        Some(Waiting { tx, fee, arrived })
    }

    /// Returns what would have to go for `new` if it may come in; `fresh` ones may replace.
    fn verdict(&self, new: &Waiting, fresh: bool) -> Option<BTreeSet<Txid>> {
        let spends = |one: &Waiting, coin: &OutPoint| {
            one.tx
                .input
                .iter()
                .any(|input| input.previous_output == *coin)
        };
        let inputs: Vec<OutPoint> = new
            .tx
            .input
            .iter()
            .map(|input| input.previous_output)
            .collect();
        let rivals: Vec<&Waiting> = self
            .waiting
            .iter()
            .filter(|one| inputs.iter().any(|coin| spends(one, coin)))
            .collect();
        let mut gone = BTreeSet::new();
        for rival in &rivals {
            gone.extend(self.family(rival.txid(), true));
        }
        let parents: BTreeSet<Txid> = inputs
            .iter()
            .map(|coin| coin.txid)
            .filter(|txid| self.find(*txid).is_some())
            .collect();
        let mut above = BTreeSet::new();
        for parent in &parents {
            above.extend(self.family(*parent, false));
        }
        if fresh && new.fee < new.vsize() {
            return None;
        }
        if !rivals.is_empty() {
            let replaced: u64 = gone.iter().map(|txid| self.find(*txid).unwrap().fee).sum();
            let dearer = |rival: &&Waiting| new.fee * rival.vsize() > rival.fee * new.vsize();
            let known = |parent: &Txid| rivals.iter().any(|rival| rival.spends_from(*parent));
            let allowed = fresh
                && gone.len() <= 100
                && gone.is_disjoint(&above)
                && parents.iter().all(known)
                && rivals.iter().all(dearer)
                && new.fee >= replaced + new.vsize();
            if !allowed {
                return None;
            }
        }
        let size = |txids: &BTreeSet<Txid>| -> u64 {
            txids
                .iter()
                .map(|txid| self.find(*txid).unwrap().vsize())
                .sum()
        };
        let fits =
            |txids: &BTreeSet<Txid>| txids.len() < 25 && size(txids) + new.vsize() <= 101_000;
        let room_below = |ancestor: &Txid| {
            let below = self.family(*ancestor, true);
            fits(&below.difference(&gone).copied().collect())
        };
        (fits(&above) && above.iter().all(room_below)).then_some(gone)
    }

    fn add(&mut self, new: Waiting, gone: &BTreeSet<Txid>) {
        self.waiting.retain(|one| !gone.contains(&one.txid()));
        self.waiting.push(new);
    }

    async fn pay(&mut self, picks: &[Index], outputs: u64, rate: u64) {
        let mut coins: Vec<OutPoint> = picks.iter().map(|pick| *pick.get(&self.coins)).collect();
        coins.sort_unstable();
        coins.dedup();
        let Some(new) = self.payment(&coins, outputs, rate).await else {
            return;
        };
        if self.find(new.txid()).is_some() {
            return;
        }
        let verdict = self.verdict(&new, true);
        let submitted = self.ours.submit(&new.tx).await;
        assert_eq!(submitted.is_ok(), verdict.is_some(), "{submitted:?}");
        if let Some(gone) = verdict {
            let txid = new.txid();
            let made = (0..)
                .zip(&new.tx.output)
                .map(|(vout, _)| OutPoint::new(txid, vout));
            self.coins.extend(made);
            self.add(new, &gone);
        }
    }

    /// A block with these has come: they leave, then what they rule out and what is too old.
    fn connected(&mut self, block: &[Transaction]) {
        let mined: BTreeSet<Txid> = block.iter().map(Transaction::compute_txid).collect();
        let spent: BTreeSet<OutPoint> = block
            .iter()
            .flat_map(|tx| tx.input.iter().map(|input| input.previous_output))
            .collect();
        self.waiting.retain(|one| !mined.contains(&one.txid()));
        let ruled_out = |one: &Waiting| {
            let mut inputs = one.tx.input.iter();
            inputs.any(|input| spent.contains(&input.previous_output))
        };
        let old = |one: &Waiting| self.now - one.arrived > 2 * WEEK;
        let roots: Vec<Txid> = self
            .waiting
            .iter()
            .filter(|one| ruled_out(one) || old(one))
            .map(Waiting::txid)
            .collect();
        let mut gone = BTreeSet::new();
        for root in roots {
            gone.extend(self.family(root, true));
        }
        self.waiting.retain(|one| !gone.contains(&one.txid()));
    }

    async fn mine(&mut self) {
        let id = self.ours.mine(1).await[0];
        let block = self.ours.block(id).await;
        self.other.node.submit_block(block.clone()).await.unwrap();
        let mined = block.block.txdata[1..].to_vec();
        // All fits one block.
        assert_eq!(mined.len(), self.waiting.len());
        self.connected(&mined);
    }

    async fn rival(&mut self, pick: &Index) {
        let coin = *pick.get(&self.coins);
        let Some(held) = self.other.node.coin(coin).await else {
            return;
        };
        let value = Amount::from_sat(held.output.value.to_sat() - 700);
        let tx = spend(&[coin], &[value]);
        self.other.submit(&tx).await.unwrap();
        let id = self.other.node.mine(1, anyone_else()).await.unwrap()[0];
        let block = self.other.block(id).await;
        self.ours.node.submit_block(block).await.unwrap();
        self.coins.push(OutPoint::new(tx.compute_txid(), 0));
        self.connected(&[tx]);
    }

    async fn reorganise(&mut self, depth: u32, picks: &[Index]) {
        let mut returned = Vec::new();
        for pick in picks.iter().take(depth as usize) {
            self.pay(std::slice::from_ref(pick), 2, 50).await;
            let id = self.ours.mine(1).await[0];
            let mined = self.ours.block(id).await.block.txdata[1..].to_vec();
            assert_eq!(mined.len(), self.waiting.len());
            for tx in &mined {
                returned.push(self.find(tx.compute_txid()).unwrap().clone());
            }
            self.connected(&mined);
        }
        let left = std::mem::take(&mut self.waiting);
        for id in self
            .other
            .node
            .mine(depth + 1, anyone_else())
            .await
            .unwrap()
        {
            let block = self.other.block(id).await;
            self.ours.node.submit_block(block).await.unwrap();
        }
        for mut one in returned {
            one.arrived = self.now;
            if self.verdict(&one, false).is_some() {
                self.waiting.push(one);
            }
        }
        for one in left {
            if self.verdict(&one, false).is_some() {
                self.waiting.push(one);
            }
        }
        self.connected(&[]);
    }

    async fn week(&mut self) {
        self.now += WEEK;
        self.ours.clock.advance(WEEK);
        self.other.clock.advance(WEEK);
        let id = self.other.node.mine(1, anyone_else()).await.unwrap()[0];
        let block = self.other.block(id).await;
        self.ours.node.submit_block(block).await.unwrap();
        self.connected(&[]);
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Pay(coins, outputs, rate) => self.pay(coins, *outputs, *rate).await,
            Step::Mine => self.mine().await,
            Step::Rival(coin) => self.rival(coin).await,
            Step::Reorganise(depth, coins) => self.reorganise(*depth, coins).await,
            Step::Week => self.week().await,
        }
    }

    async fn compare(&self) {
        let expected: Vec<Txid> = self.waiting.iter().map(Waiting::txid).collect();
        assert_eq!(self.ours.pooled().await, expected);
        check(&self.ours);
    }
}

/// Checks the books, and that the next block would be valid with all that is chosen for it, parents first.
fn check(fixture: &Fixture) {
    let present = fixture.node.core.read();
    present.pool.check_books();
    let trust = moneta_consensus::ScriptTrust::AssumeChecked;
    let contents = present.pool.contents(&present.chain, ROOM, trust);
    assert_eq!(contents.dropped, []);
    assert_eq!(contents.transactions.len(), present.pool.iter().count());
    let place = |txid: Txid| {
        let mut all = contents.transactions.iter();
        all.position(|tx| tx.compute_txid() == txid)
    };
    for (at, tx) in contents.transactions.iter().enumerate() {
        for input in &tx.input {
            assert!(place(input.previous_output.txid).is_none_or(|parent| parent < at));
        }
    }
    let parent = present.chain.parent();
    let template = crate::miner::Template {
        version: present.chain.next_version(),
        bits: moneta_consensus::required_bits(&parent, present.chain.params()),
        time: present.chain.tip().time + 60,
        parent,
        transactions: contents
            .transactions
            .iter()
            .map(|tx| Transaction::clone(tx))
            .collect(),
        fees: contents.fees,
        payout: anyone_else(),
    };
    let block = crate::miner::assemble(template, present.chain.params());
    rules::commitments_of_template(&present.chain, &block).unwrap();
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_mempool_holds_what_a_plain_model_of_it_holds(steps in steps()) {
        runtime().block_on(async {
            let mut model = Model::new().await;
            for step in &steps {
                model.take(step).await;
                model.compare().await;
            }
        });
    }

    #[test]
    fn a_mempool_that_is_always_full_keeps_its_books(steps in steps()) {
        runtime().block_on(async {
            let model = Model::new().await;
            model.ours.node.core.write().pool.set_max_memory(12_000);
            let mut known = model.coins.clone();
            for step in &steps {
                match step {
                    Step::Pay(picks, outputs, rate) => {
                        let mut coins: Vec<OutPoint> =
                            picks.iter().map(|pick| *pick.get(&known)).collect();
                        coins.sort_unstable();
                        coins.dedup();
                        let mut value = 0;
                        for coin in &coins {
                            let pool = model.ours.node.mempool().await;
                            let parent = pool.entries.iter().find(|entry| entry.txid == coin.txid);
                            let held = match parent {
                                Some(parent) => Some(parent.transaction.output[coin.vout as usize].value),
                                None => model.ours.node.coin(*coin).await.map(|coin| coin.output.value),
                            };
                            value += held.map_or(0, Amount::to_sat);
                        }
                        let Some(rest) = value.checked_sub(rate * 30).filter(|rest| *rest > 9_000) else {
                            continue;
                        };
                        let outputs = usize::try_from(*outputs).unwrap();
                        let each = Amount::from_sat(rest / outputs as u64);
                        let tx = spend(&coins, &vec![each; outputs]);
                        if let Ok(txid) = model.ours.submit(&tx).await {
                            let made = (0..).zip(&tx.output).map(|(vout, _)| OutPoint::new(txid, vout));
                            known.extend(made);
                        }
                    }
                    _ => {
                        model.ours.mine(1).await;
                    }
                }
                check(&model.ours);
            }
        });
    }
}
