//! Handles are committed to and then registered: nobody takes one that he reads in the mempool.
use bitcoin::{OutPoint, Transaction};
use moneta_mips::{
    Allocation, Attachment, COMMITMENT_PRICE, Commitment, Envelope, IdentityId, Operation,
    RegisterIdentity,
};
use moneta_node_api::NodeApi;

use super::assets::CARRIED;
use super::fixture::{Fixture, anyone, anyone_else};

/// Grains beside a commitment: what a handle of six to eight characters costs, and fees.
const ASIDE: u64 = 2_000_000;

pub(super) fn register(handle: &str, salt: u8) -> RegisterIdentity {
    RegisterIdentity {
        handle: handle.into(),
        document: String::new(),
        recovery: [0; 32],
        salt: [salt; 32],
    }
}

/// Says that output 0 holds this.
fn holding(attachment: Attachment, operations: Vec<Operation>) -> Envelope {
    let vout = 0;
    Envelope {
        allocations: vec![Allocation { vout, attachment }],
        operations,
    }
}

impl Fixture {
    /// A transaction that commits to a registration for the script of the fixture's coins.
    pub(super) async fn commit(&self, coin: OutPoint, register: &RegisterIdentity) -> Transaction {
        let digest = Commitment::to(register, &anyone());
        let said = holding(Attachment::Commitment { digest }, Vec::new());
        self.carry(&[coin], &[ASIDE], &said, COMMITMENT_PRICE.to_sat())
            .await
    }

    /// The registration that opens the commitment of `coin`.
    pub(super) async fn open(&self, coin: OutPoint, register: &RegisterIdentity) -> Transaction {
        let id = IdentityId::derive(&coin, 0, register);
        let operations = vec![Operation::RegisterIdentity(register.clone())];
        let said = holding(Attachment::Identity { id }, operations);
        self.carry(&[coin], &[CARRIED], &said, 1_000_000).await
    }

    /// Commits in a block and returns the registration, which can be mined in the next.
    pub(super) async fn announced(&self, coin: OutPoint, of: &RegisterIdentity) -> Transaction {
        let commit = self.commit(coin, of).await;
        let txid = self.submit(&commit).await.unwrap();
        self.mine(1).await;
        self.open(OutPoint::new(txid, 0), of).await
    }
}

#[tokio::test]
async fn a_handle_is_not_sniped_by_who_reads_the_registration_in_the_mempool() {
    let fixture = Fixture::with_coins(4).await;
    let wanted = register("acmecorp", 1);
    let commit = fixture.commit(fixture.coinbase(1).await, &wanted).await;
    fixture.submit(&commit).await.unwrap();
    // A thief who sees the commitment can copy it, and no more.
    let copied = fixture.commit(fixture.coinbase(2).await, &wanted).await;
    let copied = OutPoint::new(fixture.submit(&copied).await.unwrap(), 0);
    fixture.mine(1).await;
    let honest = OutPoint::new(commit.compute_txid(), 0);
    let registration = fixture.open(honest, &wanted).await;
    fixture.submit(&registration).await.unwrap();

    // He reads handle and salt. Without a commitment of his own:
    let unannounced = fixture.open(fixture.coinbase(3).await, &wanted).await;
    let refused = Err("mip0002.not_committed".to_owned());
    assert_eq!(
        fixture.check(&unannounced).await,
        Err("mip0002.handle_taken".to_owned())
    );
    // With the copy, and the identity for himself; in a block of his own, which asks no pool:
    let mut stolen = fixture.open(copied, &wanted).await;
    stolen.output[0].script_pubkey = anyone_else();
    let alone = Fixture::fresh();
    alone.follow(&fixture).await;
    assert_eq!(alone.check(&unannounced).await, refused);
    assert_eq!(alone.check(&stolen).await, refused);
    // Committing now: it can be opened when the handle is gone.
    let mine = register("acmecorp", 9);
    let late = fixture.commit(fixture.coinbase(4).await, &mine).await;
    let late = OutPoint::new(fixture.submit(&late).await.unwrap(), 0);
    fixture.mine(1).await;
    let late = fixture.open(late, &mine).await;
    let taken = Err("mip0002.handle_taken".to_owned());
    assert_eq!(fixture.check(&late).await, taken);
    let owner = fixture.node.identity_of_handle("acmecorp").await;
    assert_eq!(owner, Some(IdentityId::derive(&honest, 0, &wanted)));
}

#[tokio::test]
async fn a_registration_waits_for_the_block_after_its_commitment_and_comes_back_after_a_reorganisation()
 {
    let fixture = Fixture::with_coins(1).await;
    let wanted = register("acmecorp", 1);
    let commit = fixture.commit(fixture.coinbase(1).await, &wanted).await;
    let coin = OutPoint::new(fixture.submit(&commit).await.unwrap(), 0);
    let other = Fixture::fresh();
    other.follow(&fixture).await;
    fixture.mine(1).await;
    let registration = fixture.open(coin, &wanted).await;
    fixture.submit(&registration).await.unwrap();
    fixture.mine(1).await;
    assert!(fixture.node.identity_of_handle("acmecorp").await.is_some());

    // Three blocks without either: the commitment waits again, and the registration rests until it is mined.
    other.clock.advance(60);
    for _ in 0..3 {
        let id = other.node.mine(1, anyone_else()).await.unwrap()[0];
        let block = other.block(id).await;
        fixture.clock.advance(60);
        fixture.node.submit_block(block).await.unwrap();
    }
    assert_eq!(fixture.node.identity_of_handle("acmecorp").await, None);
    assert_eq!(fixture.pooled().await, [commit.compute_txid()]);
    let young = Err("mip0002.commitment_young".to_owned());
    assert_eq!(fixture.submit(&registration).await.map(|_| ()), young);
    fixture.mine(1).await;
    assert_eq!(fixture.pooled().await, [registration.compute_txid()]);
    fixture.mine(1).await;
    assert!(fixture.node.identity_of_handle("acmecorp").await.is_some());
}
