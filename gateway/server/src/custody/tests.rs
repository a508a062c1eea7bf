//! The signer signs what was asked, and nothing that was not.
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::hashes::Hash;
use bitcoin::transaction::Version;
use bitcoin::{Amount, FeeRate, OutPoint, Psbt, ScriptBuf, Transaction, TxIn, TxOut, Txid};
use moneta_chain::{Height, Network, Params};
use moneta_keys::{AccountPublic, Keychain, os_random};
use moneta_mips::{AssetId, Attachment, Coin, Envelope};
use moneta_wallet::{Proofs, Request, Terms, WalletCoin, plan};
use tempfile::TempDir;

use super::{CustodyError, CustodyKey, Signer};
use crate::store::{Store, TenantId, WalletId};
use crate::{OpenError, Random};

/// A signer with one wallet that holds two coins.
struct Desk {
    signer: Signer,
    tenant: TenantId,
    wallet: WalletId,
    account: AccountPublic,
    dir: TempDir,
}

fn random() -> Random {
    Arc::new(os_random)
}

impl Desk {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = CustodyKey::open(dir.path(), &random()).unwrap();
        let store = Store::open(dir.path(), &[]).unwrap();
        let signer = Signer::start(key, random(), store.clone(), Network::Dev);
        let (tenant, wallet) = (TenantId::from_text("tnt_a"), WalletId::from_text("wal_a"));
        let seed = signer.make(&tenant, &wallet).await.unwrap();
        let (owner, id) = (tenant.clone(), wallet.clone());
        store
            .write::<_, crate::store::StoreError>(move |write| {
                // The same sealed bytes under another wallet's name must not open.
                write.put_sealed_seed(&owner, &WalletId::from_text("wal_b"), &seed.sealed)?;
                write.put_sealed_seed(&owner, &id, &seed.sealed)
            })
            .await
            .unwrap();
        Self {
            signer,
            tenant,
            wallet,
            account: seed.account,
            dir,
        }
    }

    async fn sign(&self, asked: &Request, psbt: &Psbt) -> Result<Transaction, CustodyError> {
        let psbt = psbt.serialize();
        self.signer
            .sign(&self.tenant, &self.wallet, asked.clone(), psbt)
            .await
    }

    /// Plans with a coin of one MTA and a coin of 100 units of an asset.
    fn plan(&self, request: &Request) -> Psbt {
        let plain = self.coin(0, None);
        let held = Attachment::Asset {
            id: AssetId([7; 32]),
            amount: 100,
        };
        let units = self.coin(1, Some(held));
        let terms = Terms {
            account: &self.account,
            change_index: 0,
            fee_rate: FeeRate::from_sat_per_vb_u32(2),
            next_height: Height::new(200),
            params: &Params::dev(),
            proofs: &Proofs::default(),
        };
        plan(request, &[plain, units], &terms).expect("a plan").psbt
    }

    fn coin(&self, index: u32, attachment: Option<Attachment>) -> WalletCoin {
        let script_pubkey = self.account.script(Keychain::External, index);
        let value = Amount::from_sat(if attachment.is_some() {
            1_000
        } else {
            100_000_000
        });
        let mut output = vec![TxOut {
            value,
            script_pubkey,
        }];
        if let Some(attachment) = &attachment {
            let allocations = vec![moneta_mips::Allocation {
                vout: 0,
                attachment: attachment.clone(),
            }];
            let envelope = Envelope {
                allocations,
                operations: Vec::new(),
            };
            output.push(TxOut {
                value: Amount::ZERO,
                script_pubkey: envelope.to_script(),
            });
        }
        let spent = OutPoint::new(Txid::from_byte_array([u8::try_from(index).unwrap(); 32]), 0);
        let previous = Transaction {
            version: Version::TWO,
            lock_time: LockTime::ZERO,
            input: vec![TxIn {
                previous_output: spent,
                ..TxIn::default()
            }],
            output: output.clone(),
        };
        WalletCoin {
            outpoint: OutPoint::new(previous.compute_txid(), 0),
            coin: Coin {
                output: output[0].clone(),
                height: Height::new(10),
                coinbase: false,
                attachment,
            },
            keychain: Keychain::External,
            index,
            previous: Arc::new(previous),
            confirmed: true,
            frozen: None,
        }
    }
}

fn somebody(byte: u8) -> ScriptBuf {
    ScriptBuf::new_p2wpkh(&bitcoin::WPubkeyHash::from_byte_array([byte; 20]))
}

fn pay(to: ScriptBuf, grains: u64) -> Request {
    Request::Pay {
        to,
        amount: Amount::from_sat(grains),
    }
}

fn send(to: ScriptBuf, amount: u64) -> Request {
    Request::Send {
        asset: AssetId([7; 32]),
        to,
        amount,
    }
}

#[tokio::test]
async fn what_was_asked_is_signed() {
    let desk = Desk::new().await;
    let own = desk.account.script(Keychain::External, 5);
    let digest = [9; 32];
    for request in [
        pay(somebody(1), 50_000),
        pay(own, 50_000),
        send(somebody(1), 40),
        send(somebody(1), 100),
        Request::Anchor { digest },
        Request::Burn {
            asset: AssetId([7; 32]),
            amount: 1,
        },
    ] {
        let psbt = desk.plan(&request);
        let signed = desk.sign(&request, &psbt).await.expect("signed");
        assert_eq!(signed.compute_txid(), psbt.unsigned_tx.compute_txid());
    }
}

#[tokio::test]
async fn what_was_not_asked_is_not_signed() {
    let desk = Desk::new().await;
    let asked = pay(somebody(1), 50_000);
    let refused = |other: Request| {
        let (psbt, asked, desk) = (desk.plan(&other), asked.clone(), &desk);
        async move { desk.sign(&asked, &psbt).await.expect_err("refused") }
    };
    let other_payee = refused(pay(somebody(2), 50_000)).await;
    assert!(
        matches!(other_payee, CustodyError::UnaskedOutput { .. }),
        "{other_payee}"
    );
    let other_amount = refused(pay(somebody(1), 50_001)).await;
    assert!(
        matches!(other_amount, CustodyError::UnaskedOutput { .. }),
        "{other_amount}"
    );
    let units = refused(send(somebody(1), 40)).await;
    assert!(
        matches!(units, CustodyError::UnaskedOutput { .. }),
        "{units}"
    );
    let operation = refused(Request::Anchor { digest: [9; 32] }).await;
    assert!(
        matches!(operation, CustodyError::UnaskedOperations),
        "{operation}"
    );
    let burn = refused(Request::Burn {
        asset: AssetId([7; 32]),
        amount: 1,
    })
    .await;
    assert!(matches!(burn, CustodyError::UnaskedOperations), "{burn}");
}

#[tokio::test]
async fn units_of_an_asset_go_to_whom_they_were_meant_and_in_that_number() {
    let desk = Desk::new().await;
    let asked = send(somebody(1), 40);
    for other in [send(somebody(2), 40), send(somebody(1), 41)] {
        let refused = desk
            .sign(&asked, &desk.plan(&other))
            .await
            .expect_err("refused");
        assert!(
            matches!(refused, CustodyError::UnaskedOutput { .. }),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_second_output_or_a_fee_that_eats_the_change_is_refused() {
    let desk = Desk::new().await;
    let asked = pay(somebody(1), 50_000);
    let honest = desk.plan(&asked);
    let change = honest
        .unsigned_tx
        .output
        .iter()
        .position(|out| out.script_pubkey != somebody(1));
    let change = change.expect("change");

    let mut greedy = honest.clone();
    greedy.unsigned_tx.output[change].value = Amount::from_sat(1_000);
    let refused = desk.sign(&asked, &greedy).await.expect_err("refused");
    assert!(
        matches!(refused, CustodyError::FeeAboveCap { .. }),
        "{refused}"
    );

    let mut diverted = honest.clone();
    diverted.unsigned_tx.output[change].script_pubkey = somebody(3);
    let refused = desk.sign(&asked, &diverted).await.expect_err("refused");
    assert!(
        matches!(refused, CustodyError::UnaskedOutput { .. }),
        "{refused}"
    );

    let mut twice = honest;
    twice.unsigned_tx.output[change] = twice.unsigned_tx.output[1 - change].clone();
    let refused = desk.sign(&asked, &twice).await.expect_err("refused");
    assert!(
        matches!(refused, CustodyError::UnaskedOutput { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn nothing_is_burned_beyond_the_price_of_what_was_asked() {
    let desk = Desk::new().await;
    let asked = Request::Anchor { digest: [9; 32] };
    let mut psbt = desk.plan(&asked);
    let outputs = &mut psbt.unsigned_tx.output;
    let envelope = outputs
        .iter()
        .position(|out| out.script_pubkey.is_op_return())
        .unwrap();
    outputs[envelope].value = Amount::from_sat(1);
    outputs[1 - envelope].value -= Amount::from_sat(1);
    let refused = desk.sign(&asked, &psbt).await.expect_err("refused");
    assert!(
        matches!(refused, CustodyError::BurnAboveCap { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_seed_opens_for_its_own_wallet_only() {
    let desk = Desk::new().await;
    let asked = pay(somebody(1), 50_000);
    let psbt = desk.plan(&asked).serialize();
    let sign = |wallet: &str| {
        let (wallet, psbt) = (WalletId::from_text(wallet), psbt.clone());
        let (asked, desk) = (asked.clone(), &desk);
        async move { desk.signer.sign(&desk.tenant, &wallet, asked, psbt).await }
    };
    assert!(sign("wal_a").await.is_ok());
    assert!(matches!(sign("wal_b").await, Err(CustodyError::Seal(_))));
    assert!(matches!(sign("wal_c").await, Err(CustodyError::NoSeed)));
}

#[tokio::test]
async fn wallets_without_their_key_are_not_given_a_new_one() {
    let desk = Desk::new().await;
    let path = desk.dir.path().join("custody.key");
    let mark = CustodyKey::open(desk.dir.path(), &random())
        .unwrap()
        .derive("mark");
    assert_eq!(
        CustodyKey::open(desk.dir.path(), &random())
            .unwrap()
            .derive("mark"),
        mark
    );
    std::fs::remove_file(&path).unwrap();
    let refused = CustodyKey::open(desk.dir.path(), &random())
        .err()
        .expect("refused");
    assert!(matches!(refused, OpenError::CustodyKeyMissing(_)));
    std::fs::write(&path, [1; 31]).unwrap();
    let refused = CustodyKey::open(desk.dir.path(), &random())
        .err()
        .expect("refused");
    assert!(matches!(refused, OpenError::File { .. }));
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().await;
    let meta = std::fs::metadata(desk.dir.path().join("custody.key")).unwrap();
    assert_eq!((meta.permissions().mode() & 0o777, meta.len()), (0o600, 32));
}
