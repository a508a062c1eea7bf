//! What somebody would try who wants others' transactions out of the pool, blocks empty, or memory full.
use std::sync::Arc;

use bitcoin::block::Version;
use bitcoin::{Amount, OutPoint, ScriptBuf, Transaction, TxOut};
use moneta_chain::{Height, Seal, SealedBlock};
use moneta_mips::{
    AssetId, Envelope, Freeze, Holders, IssueAsset, Operation, Reason, Rights, Tier,
};

use moneta_node_api::NodeError;

use super::assets::{CARRIED, right, units};
use super::fixture::{Fixture, resealed, spend};
use super::handles::register;

/// An asset of the attacker's own: units on output 0, each right on an output of its own from 1 on, and
/// the rest of the grains behind them.
pub(super) struct Own {
    asset: AssetId,
    issue: Transaction,
    rights: Rights,
}

impl Own {
    pub(super) async fn issued(fixture: &Fixture, coin: OutPoint, rights: Rights) -> Self {
        let issue = IssueAsset {
            symbol: "MINE".into(),
            issuer: None,
            decimals: 0,
            initial: 100,
            cap: 100,
            powers: rights,
            holders: Holders::Open,
            name: String::new(),
            contract_hash: [0; 32],
        };
        let asset = AssetId::derive(&coin, 0, &issue);
        let mut allocations = vec![units(asset, 0, 100)];
        allocations.extend(
            (1..)
                .zip(rights.each())
                .map(|(vout, rights)| right(asset, rights, vout)),
        );
        let values = vec![CARRIED; allocations.len()];
        let envelope = Envelope {
            allocations,
            operations: vec![Operation::IssueAsset(issue)],
        };
        let issue = fixture.carry(&[coin], &values, &envelope, 2_000_000).await;
        fixture.submit(&issue).await.unwrap();
        Self {
            asset,
            issue,
            rights,
        }
    }

    pub(super) const fn asset(&self) -> AssetId {
        self.asset
    }

    fn coin(&self, vout: u32) -> OutPoint {
        OutPoint::new(self.issue.compute_txid(), vout)
    }

    fn change(&self) -> OutPoint {
        self.coin(1 + u32::try_from(self.rights.each().count()).unwrap())
    }

    /// Freezes coins, whosever they are, under this asset.
    async fn freeze(&self, fixture: &Fixture, mut targets: Vec<OutPoint>) -> Transaction {
        targets.sort_unstable();
        let freeze = Freeze {
            asset: self.asset,
            targets: targets.into(),
            tier: Tier::Emergency,
            stop: Height::new(fixture.height().await + 1_000),
            reason: Reason::Sanctions,
            jurisdiction: *b"CH",
            document: [0; 32],
        };
        let envelope = Envelope {
            allocations: vec![right(self.asset, Rights::FREEZE, 0)],
            operations: vec![Operation::Freeze(freeze)],
        };
        let coins = [self.coin(1), self.change()];
        fixture.carry(&coins, &[CARRIED], &envelope, 100_000).await
    }
}

#[tokio::test]
async fn a_freeze_under_one_asset_lets_coins_of_others_be() {
    let fixture = Fixture::with_coins(2).await;
    let own = Own::issued(&fixture, fixture.coinbase(1).await, Rights::FREEZE).await;
    fixture.mine(1).await;
    let coin = fixture.coinbase(2).await;
    let bystander = fixture.pay(&[coin], 1, 1_000).await;
    let bystander = fixture.submit(&bystander).await.unwrap();
    let freeze = own.freeze(&fixture, vec![coin]).await;
    let freeze = fixture.submit(&freeze).await.unwrap();
    assert_eq!(fixture.pooled().await, [bystander, freeze]);
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn a_mint_that_waits_for_a_burn_takes_no_room_in_blocks() {
    let fixture = Fixture::with_coins(1).await;
    let own = Own::issued(&fixture, fixture.coinbase(1).await, Rights::MINT).await;
    let split = fixture.pay(&[own.change()], 2, 1_000).await;
    let split = fixture.submit(&split).await.unwrap();
    fixture.mine(1).await;
    let burn = Envelope {
        allocations: vec![units(own.asset, 0, 90)],
        operations: vec![Operation::Burn {
            asset: own.asset,
            amount: 10,
        }],
    };
    let coins = [own.coin(0), OutPoint::new(split, 0)];
    let burn = fixture.carry(&coins, &[CARRIED], &burn, 0).await;
    fixture.submit(&burn).await.unwrap();
    // Nothing makes a miner take the burn first, so in a block the mint would break the cap.
    let mint = Envelope {
        allocations: vec![units(own.asset, 0, 10), right(own.asset, Rights::MINT, 1)],
        operations: vec![Operation::Mint {
            asset: own.asset,
            amount: 10,
        }],
    };
    let coins = [own.coin(1), OutPoint::new(split, 1)];
    let mint = fixture.carry(&coins, &[CARRIED, CARRIED], &mint, 0).await;
    assert_eq!(
        fixture.submit(&mint).await,
        Err("mip0003.cap_exceeded".to_owned())
    );
    fixture.mine(1).await;
    fixture.submit(&mint).await.unwrap();
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, []);
}

#[tokio::test]
async fn one_handle_waits_once() {
    let fixture = Fixture::with_coins(2).await;
    let mut rivals = Vec::new();
    for height in [1, 2] {
        let coin = fixture.coinbase(height).await;
        let wanted = register("somebody-known", u8::try_from(height).unwrap());
        rivals.push(fixture.announced(coin, &wanted).await);
    }
    let mut answers = Vec::new();
    for rival in &rivals {
        answers.push(fixture.submit(rival).await.map(|_| ()));
    }
    assert_eq!(answers, [Ok(()), Err("mip0002.handle_taken".to_owned())]);
}

/// The generator point, compressed: a key that everybody knows.
fn secp256k1_generator() -> [u8; 33] {
    let scalar = [&[0; 31][..], &[1]].concat();
    let key = bitcoin::secp256k1::SecretKey::from_slice(&scalar).unwrap();
    key.public_key(bitcoin::secp256k1::SECP256K1).serialize()
}

#[tokio::test]
async fn a_transaction_that_no_block_has_signature_checks_for_is_refused() {
    let fixture = Fixture::with_coins(1).await;
    let coin = fixture.coinbase(1).await;
    let mut tx = spend(&[coin], &[Amount::from_sat(1_000)]);
    // Each counts for 20 signatures, at 4 apiece.
    let key = secp256k1_generator();
    let multisig = [&[0x51, 0x21][..], &key, &[0x51, 0xae]].concat();
    let output = TxOut {
        value: Amount::from_sat(1_000),
        script_pubkey: ScriptBuf::from_bytes(multisig),
    };
    tx.output.extend(vec![output; 201]);
    assert_eq!(
        fixture.submit(&tx).await,
        Err("tx.too_many_sigops".to_owned())
    );
}

#[tokio::test]
async fn a_block_that_proves_no_work_is_refused_and_forgotten() {
    let (one, two) = (Fixture::with_coins(1).await, Fixture::fresh());
    two.follow(&one).await;
    let next = two.block(two.mine(1).await[0]).await;
    let height = two.height().await;
    let mut greedy = next.block.clone();
    greedy.txdata[0].output[0].value += Amount::from_sat(1);
    let greedy = resealed(greedy, height);
    let refused = one.node.submit_block(greedy.clone()).await.unwrap_err();
    assert_eq!(refused.code, "block.reward_too_high");

    let unsealed = |change: fn(&mut SealedBlock)| {
        let mut block = next.clone();
        block.seal = Seal::default();
        change(&mut block);
        block
    };
    let mut on_invalid = unsealed(|_| ());
    on_invalid.block.header.prev_blockhash = greedy.id();
    for (block, code) in [
        (
            unsealed(|block| block.block.header.time = 1),
            "header.time_too_old",
        ),
        (
            unsealed(|block| block.block.header.version = Version::ONE),
            "header.version_too_low",
        ),
        (on_invalid, "block.on_invalid"),
    ] {
        // Whoever makes such a block pays nothing for it, so nobody keeps a note of it.
        for _ in 0..2 {
            let refused = one.node.submit_block(block.clone()).await.unwrap_err();
            assert_eq!(refused.code, code);
        }
    }
    // One that took work is never judged twice.
    let refused = one.node.submit_block(greedy).await.unwrap_err();
    assert_eq!(refused.code, "block.known_invalid");
}

#[tokio::test]
async fn a_writer_that_panics_stops_the_node_even_if_nobody_waits_for_it() {
    let fixture = Fixture::with_coins(1).await;
    let tx = fixture.pay(&[fixture.coinbase(1).await], 1, 1_000).await;
    let core = Arc::clone(&fixture.node.core);
    let writer = std::thread::spawn(move || {
        let _turn = core.begin_write().unwrap();
        panic!("half way through a change");
    });
    assert!(writer.join().is_err());
    assert_eq!(fixture.submit(&tx).await, Err("node.stopped".to_owned()));
    assert_eq!(fixture.node.fatal().await, NodeError::Stopped);
}
