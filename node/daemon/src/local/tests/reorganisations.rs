//! Branches with assets inside: whatever is taken back, the state is what it was, to the bit; and what hurt other
//! chains on the way (R2, R4, R5, R6, R15, R16, R18, R20 of the catalogue of historical bugs).
use bitcoin::{Amount, BlockHash, OutPoint, Transaction, Txid};
use moneta_chain::{Height, SealedBlock};
use moneta_mips::{
    AssetId, Envelope, Freeze, Holders, IssueAsset, Operation, Reason, Rights, Tier,
};
use moneta_node_api::NodeApi;

use super::assets::{CARRIED, right, units};
use super::fixture::{Fixture, anyone_else, resealed};
use super::handles::register;

async fn twins(spendable: u32) -> (Fixture, Fixture) {
    let (one, two) = (Fixture::with_coins(spendable).await, Fixture::fresh());
    two.follow(&one).await;
    (one, two)
}

async fn offer(fixture: &Fixture, block: &SealedBlock) -> Result<BlockHash, String> {
    let offered = fixture.node.submit_block(block.clone()).await;
    offered.map_err(|rejection| rejection.code)
}

/// Mines a block that no other node mines, a minute later.
async fn mine_apart(fixture: &Fixture) -> SealedBlock {
    fixture.clock.advance(60);
    let id = fixture.node.mine(1, anyone_else()).await.unwrap()[0];
    fixture.block(id).await
}

/// Gold that moves, gold that is kept, and the right to freeze it.
struct Gold {
    asset: AssetId,
    moving: OutPoint,
    kept: OutPoint,
    authority: OutPoint,
    purse: OutPoint,
}

impl Gold {
    async fn issued(fixture: &Fixture) -> Self {
        let coin = fixture.coinbase(1).await;
        let issue = IssueAsset {
            symbol: "GOLD".into(),
            issuer: None,
            decimals: 3,
            initial: 1_000,
            cap: 1_000,
            powers: Rights::FREEZE,
            holders: Holders::Open,
            name: "Gold".into(),
            contract_hash: [1; 32],
        };
        let asset = AssetId::derive(&coin, 0, &issue);
        let envelope = Envelope {
            allocations: vec![
                units(asset, 0, 900),
                units(asset, 1, 100),
                right(asset, Rights::FREEZE, 2),
            ],
            operations: vec![Operation::IssueAsset(issue)],
        };
        let values = [CARRIED; 3];
        let tx = fixture.carry(&[coin], &values, &envelope, 2_000_000).await;
        let txid = fixture.submit(&tx).await.unwrap();
        let coin = |vout| OutPoint::new(txid, vout);
        Self {
            asset,
            moving: coin(0),
            kept: coin(1),
            authority: coin(2),
            purse: coin(3),
        }
    }

    /// Moves the moving gold on; every fifth block also freezes or frees the kept one.
    async fn act(&mut self, fixture: &Fixture, number: u32) {
        let envelope = Envelope {
            allocations: vec![units(self.asset, 0, 900)],
            operations: Vec::new(),
        };
        let coins = [self.moving, self.purse];
        let tx = fixture.carry(&coins, &[CARRIED], &envelope, 0).await;
        let txid = fixture.submit(&tx).await.unwrap();
        (self.moving, self.purse) = (OutPoint::new(txid, 0), OutPoint::new(txid, 1));
        if number.is_multiple_of(5) {
            self.use_right(fixture, number.is_multiple_of(10)).await;
        }
    }

    async fn use_right(&mut self, fixture: &Fixture, free: bool) {
        let targets = vec![self.kept];
        let asset = self.asset;
        let operation = if free {
            Operation::Unfreeze {
                asset,
                targets: targets.into(),
            }
        } else {
            Operation::Freeze(Freeze {
                asset,
                targets: targets.into(),
                tier: Tier::Emergency,
                stop: Height::new(fixture.height().await + 1_000),
                reason: Reason::TheftReport,
                jurisdiction: *b"CH",
                document: [0; 32],
            })
        };
        let envelope = Envelope {
            allocations: vec![right(asset, Rights::FREEZE, 0)],
            operations: vec![operation],
        };
        let coins = [self.authority, self.purse];
        let tx = fixture.carry(&coins, &[CARRIED], &envelope, 100_000).await;
        let txid = fixture.submit(&tx).await.unwrap();
        (self.authority, self.purse) = (OutPoint::new(txid, 0), OutPoint::new(txid, 1));
    }
}

/// Mines a story of so many blocks over a rival that then wins by one, and takes the story's side again.
async fn there_and_back(depth: u32) {
    let (one, two) = twins(1).await;
    let mut gold = Gold::issued(&one).await;
    let base = one.digest().await;
    let mut told = Vec::new();
    for number in 1..=depth {
        if number > 1 {
            gold.act(&one, number).await;
        }
        one.clock.advance(60);
        let id = one.mine(1).await[0];
        told.push(one.block(id).await);
    }
    let (tip, end) = (one.node.tip().await, one.digest().await);
    assert_ne!(base, end);
    for _ in 0..=depth {
        let block = mine_apart(&two).await;
        one.clock.advance(60);
        offer(&one, &block).await.unwrap();
    }
    // Everything of the story is gone, as if it had never been.
    assert_eq!(one.node.tip().await, two.node.tip().await);
    assert_eq!(one.digest().await, two.digest().await);
    assert_eq!(one.node.asset(gold.asset).await, None);

    // The rival hears the story and finds it shorter; two blocks more, and both are back at its end.
    for block in &told {
        offer(&two, block).await.unwrap();
    }
    assert_ne!(two.node.tip().await.id, tip.id);
    let keeper = Fixture::fresh();
    keeper
        .clock
        .set(super::fixture::NOW + 60 * u64::from(4 * depth + 10));
    for height in 1..=one.height().await - depth - 1 {
        let id = one.node.block_id_at(Height::new(height)).await.unwrap();
        offer(&keeper, &one.block(id).await).await.unwrap();
    }
    for block in &told {
        offer(&keeper, block).await.unwrap();
    }
    assert_eq!(
        keeper.digest().await,
        end,
        "told again, the story ends as it did"
    );
    for _ in 0..2 {
        let block = mine_apart(&keeper).await;
        for node in [&one, &two] {
            node.clock
                .set(super::fixture::NOW + 60 * u64::from(4 * depth + 20));
            offer(node, &block).await.unwrap();
        }
    }
    for node in [&one, &two] {
        assert_eq!(node.node.tip().await, keeper.node.tip().await);
        assert_eq!(node.digest().await, keeper.digest().await);
    }
    let reopened = one.reopened();
    assert_eq!(reopened.digest().await, keeper.digest().await);
}

/// R16 (Metaverse 77800337, Zebra GHSA-2gf8): undo lost what a block had registered.
#[tokio::test]
async fn r16_a_reorganisation_of_one_block_with_assets_restores_the_digest() {
    there_and_back(1).await;
}

#[tokio::test]
async fn r16_a_reorganisation_of_six_blocks_with_assets_restores_the_digest() {
    there_and_back(6).await;
}

#[tokio::test]
async fn r16_a_reorganisation_of_a_hundred_blocks_with_assets_restores_the_digest() {
    there_and_back(100).await;
}

#[tokio::test]
async fn r16_a_reorganisation_of_a_thousand_blocks_with_assets_restores_the_digest() {
    there_and_back(1_000).await;
}

/// Puts transactions into the next block of a node as no miner of ours would, and seals it.
async fn forged(from: &Fixture, transactions: Vec<Transaction>) -> SealedBlock {
    let honest = mine_apart(from).await;
    let mut block = honest.block;
    block.txdata.extend(transactions);
    resealed(block, from.height().await)
}

/// R2 (CVE-2018-17144) and R3 (Zcoin 2020, the same bug imported again): one coin listed twice, in the mempool and
/// in a block, without and with units on it.
#[tokio::test]
async fn r02_a_coin_listed_twice_is_refused_in_pool_and_block_and_r03_by_the_same_rule() {
    let (one, two) = twins(2).await;
    let gold = Gold::issued(&one).await;
    let id = one.mine(1).await[0];
    offer(&two, &one.block(id).await).await.unwrap();
    let mut plain = one.pay(&[one.coinbase(2).await], 1, 1_000).await;
    plain.input.push(plain.input[0].clone());
    let envelope = Envelope {
        allocations: vec![units(gold.asset, 0, 1_800)],
        operations: Vec::new(),
    };
    let coins = [gold.moving, gold.purse, gold.moving];
    let twice = one.carry(&coins, &[CARRIED], &envelope, 0).await;
    let supply = one.node.asset(gold.asset).await.unwrap().supply;
    for tx in [plain, twice] {
        let refused = one.submit(&tx).await;
        assert_eq!(refused, Err("tx.duplicate_input".to_owned()));
        let (tip, digest) = (one.node.tip().await, one.digest().await);
        let (_, scratch) = (&one, Fixture::fresh());
        scratch.follow(&one).await;
        let block = forged(&scratch, vec![tx]).await;
        one.clock.advance(60);
        assert_eq!(offer(&one, &block).await, refused.map(|_| block.id()));
        assert_eq!((one.node.tip().await, one.digest().await), (tip, digest));
    }
    assert_eq!(one.node.asset(gold.asset).await.unwrap().supply, supply);
    one.mine(1).await;
}

/// R4 (CVE-2012-2459) and R5 (Zebra GHSA-x93j, 8gxx, 4m69): a mutated or foreign body under a good header comes
/// first, and must not stand in the way of the right one.
#[tokio::test]
async fn r04_a_repeated_tail_and_r05_a_wrong_body_do_not_condemn_the_block() {
    let (one, two) = twins(1).await;
    // Three transactions: the tree repeats the last, and so does the mutation.
    let split = two.pay(&[two.coinbase(1).await], 2, 1_000).await;
    let split = two.submit(&split).await.unwrap();
    let next = two.pay(&[OutPoint::new(split, 0)], 1, 1_000).await;
    two.submit(&next).await.unwrap();
    let good = mine_apart(&two).await;
    one.clock.advance(60);
    assert_eq!(good.block.txdata.len(), 3);
    let mut repeated = good.clone();
    repeated
        .block
        .txdata
        .extend(repeated.block.txdata.last().cloned());
    assert_eq!(
        repeated.block.compute_merkle_root(),
        good.block.compute_merkle_root()
    );
    let mut other = good.clone();
    other.block.txdata.truncate(2);
    for (bad, code) in [
        (&repeated, "block.duplicate_tail"),
        (&other, "block.bad_merkle_root"),
    ] {
        assert_eq!(bad.id(), good.id());
        assert_eq!(offer(&one, bad).await, Err(code.to_owned()));
    }
    assert_eq!(offer(&one, &good).await, Ok(good.id()));
    assert_eq!(one.node.tip().await.id, good.id());
}

/// R6 (CVE-2012-1909, BIP30, BIP34): two coinbases of one id would overwrite a coin. The height in each makes that
/// impossible, and taking the later block back leaves the earlier coin.
#[tokio::test]
async fn r06_no_two_coinbases_have_one_id_and_undo_leaves_the_earlier_coin() {
    let (one, two) = twins(1).await;
    let earlier = one.coinbase(one.height().await).await;
    let tip = one.block(one.node.tip().await.id).await;
    let honest = mine_apart(&two).await;
    let mut block = honest.block.clone();
    block.txdata[0].input[0].script_sig = tip.block.txdata[0].input[0].script_sig.clone();
    let copied = resealed(block, two.height().await);
    one.clock.advance(60);
    assert_eq!(
        offer(&one, &copied).await,
        Err("block.bad_coinbase_height".to_owned())
    );
    let later = one.mine(1).await[0];
    let later = OutPoint::new(one.block(later).await.block.txdata[0].compute_txid(), 0);
    assert!(one.node.coin(later).await.is_some());
    for block in [honest, mine_apart(&two).await] {
        one.clock.advance(60);
        offer(&one, &block).await.unwrap();
    }
    assert_eq!(one.node.tip().await, two.node.tip().await);
    assert_eq!(one.node.coin(later).await, None);
    assert!(one.node.coin(earlier).await.is_some());
}

/// R15 (Metaverse 78fda80c): two of one name, (b) in one block, (c) one waiting and one mined, (d) after a
/// reorganisation. Exactly one wins.
#[tokio::test]
async fn r15_one_name_is_taken_once_in_a_block_beside_the_pool_and_after_a_reorganisation() {
    let (one, two) = twins(2).await;
    let mut rivals = Vec::new();
    for (height, salt) in [(1, 1), (2, 2)] {
        let coin = one.coinbase(height).await;
        let wanted = register("somebody-known", salt);
        rivals.push(one.announced(coin, &wanted).await);
    }
    two.follow(&one).await;
    let scratch = Fixture::fresh();
    scratch.follow(&one).await;
    let both = forged(&scratch, rivals.clone()).await;
    one.clock.advance(60);
    let taken = Err("mip0002.handle_taken".to_owned());
    assert_eq!(offer(&one, &both).await, taken);

    one.submit(&rivals[0]).await.unwrap();
    two.submit(&rivals[1]).await.unwrap();
    let theirs = mine_apart(&two).await;
    offer(&one, &theirs).await.unwrap();
    assert_eq!(one.pooled().await, [], "what waited lost to what was mined");
    let winner = one.node.identity_of_handle("somebody-known").await;
    assert!(winner.is_some());

    // A branch without it wins: the name is free, what was mined waits again, and may be taken once more.
    let third = Fixture::fresh();
    third.clock.advance(60);
    for height in 1..one.height().await {
        let id = one.node.block_id_at(Height::new(height)).await.unwrap();
        offer(&third, &one.block(id).await).await.unwrap();
    }
    for _ in 0..2 {
        let block = mine_apart(&third).await;
        one.clock.advance(60);
        offer(&one, &block).await.unwrap();
    }
    assert_eq!(one.node.identity_of_handle("somebody-known").await, None);
    assert_eq!(one.pooled().await, [rivals[1].compute_txid()]);
    one.mine(1).await;
    assert_eq!(one.node.identity_of_handle("somebody-known").await, winner);
}

/// R18 (Grin and MWC 2021): a verdict that was remembered for one witness let another in.
#[tokio::test]
async fn r18_a_waiting_transaction_with_its_witness_changed_is_refused_in_a_block() {
    let (one, two) = twins(1).await;
    let good = one.pay(&[one.coinbase(1).await], 1, 1_000).await;
    let txid = one.submit(&good).await.unwrap();
    let mut bad = good.clone();
    bad.input[0].witness = bitcoin::Witness::from_slice(&[[0x00]]);
    assert_eq!(bad.compute_txid(), txid);
    // On the tip, and on a branch that takes the tip back.
    let first = forged(&two, vec![bad]).await;
    one.clock.advance(60);
    let refused = Err("tx.script_failed".to_owned());
    assert_eq!(offer(&one, &first).await, refused);
    one.mine(1).await;
    assert_eq!(one.pooled().await, [] as [Txid; 0]);
    let digest = one.digest().await;
    assert_eq!(
        offer(&one, &first).await,
        Err("block.known_invalid".to_owned())
    );
    assert_eq!(one.digest().await, digest);
}

/// R20 (Zebra GHSA-w834, GHSA-x6v8): an address that pays itself in chains within one block, and a block beside the
/// chain that is asked for.
#[tokio::test]
async fn r20_an_address_that_pays_itself_in_a_chain_keeps_its_balance_and_side_blocks_answer() {
    let (one, two) = twins(1).await;
    let mut coin = one.coinbase(1).await;
    let start = one.value(coin).await;
    for _ in 0..20 {
        let tx = one.pay(&[coin], 1, 1_000).await;
        coin = OutPoint::new(one.submit(&tx).await.unwrap(), 0);
    }
    let id = one.mine(1).await[0];
    assert_eq!(one.block(id).await.block.txdata.len(), 21);
    let held = one.node.coin(coin).await.unwrap();
    assert_eq!(held.output.value, Amount::from_sat(start - 20_000));
    let side = mine_apart(&two).await;
    one.clock.advance(60);
    offer(&one, &side).await.unwrap();
    let info = one.node.block(side.id()).await.unwrap().unwrap();
    assert!(!info.in_best_chain);
    assert_eq!(info.next, None);
}
