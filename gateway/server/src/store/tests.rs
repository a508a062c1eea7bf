//! The store keeps tenants apart, forgets answers by age, and refuses files that are not its own.
use moneta_api_types::WalletKind;

use super::{Given, Store, StoreError, TenantId, WalletId, WalletRecord};
use crate::OpenError;

fn store(dir: &std::path::Path) -> Store {
    Store::open(dir, &[("network", b"dev")]).expect("a fresh folder")
}

fn wallet(id: &str) -> WalletRecord {
    WalletRecord {
        id: WalletId::from_text(id),
        name: "Acme".into(),
        kind: WalletKind::Watch,
        descriptor: "wpkh(...)".into(),
        created: 7,
        next_external: 0,
        next_internal: 0,
    }
}

#[tokio::test]
async fn one_tenants_wallet_is_nothing_to_another() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let (alice, bob) = (TenantId::from_text("tnt_a"), TenantId::from_text("tnt_b"));
    let made = wallet("wal_1");
    store
        .write::<_, StoreError>({
            let (alice, made) = (alice.clone(), made.clone());
            move |write| write.put_wallet(&alice, &made)
        })
        .await
        .unwrap();
    let (of_alice, of_bob, listed) = store
        .read::<_, StoreError>(move |read| {
            let id = WalletId::from_text("wal_1");
            Ok((
                read.wallet(&alice, &id)?,
                read.wallet(&bob, &id)?,
                read.wallets(&bob, "", 10)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(of_alice, Some(made));
    assert_eq!((of_bob, listed), (None, Vec::new()));
}

#[tokio::test]
async fn a_refused_change_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let tenant = TenantId::from_text("tnt_a");
    let result = store
        .write::<(), StoreError>({
            let tenant = tenant.clone();
            move |write| {
                write.put_wallet(&tenant, &wallet("wal_1"))?;
                Err(StoreError::Interrupted)
            }
        })
        .await;
    assert!(result.is_err());
    let listed = store
        .read::<_, StoreError>(move |read| read.wallets(&tenant, "", 10))
        .await
        .unwrap();
    assert_eq!(listed, Vec::new());
}

#[tokio::test]
async fn answers_are_forgotten_by_age() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let tenant = TenantId::from_text("tnt_a");
    let left = store
        .write::<_, StoreError>({
            let tenant = tenant.clone();
            move |write| {
                for at in [10, 20, 30] {
                    let given = Given {
                        request: [0; 32],
                        status: 201,
                        body: "{}".into(),
                        at,
                    };
                    write.put_given(&tenant, &format!("key-{at}"), &given)?;
                }
                write.forget_given_before(25)
            }
        })
        .await
        .unwrap();
    assert_eq!(left, 2);
    let found = store
        .read::<_, StoreError>(move |read| {
            let mut found = Vec::new();
            for at in [10, 20, 30] {
                found.push(read.given(&tenant, &format!("key-{at}"))?.is_some());
            }
            Ok(found)
        })
        .await
        .unwrap();
    assert_eq!(found, [false, false, true]);
}

#[test]
fn a_file_of_another_network_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    drop(store(dir.path()));
    let refused = Store::open(dir.path(), &[("network", b"main")])
        .err()
        .expect("refused");
    assert!(matches!(refused, OpenError::ForeignStore { what, .. } if what == "network"));
}

#[test]
fn a_file_in_use_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let _open = store(dir.path());
    let refused = Store::open(dir.path(), &[("network", b"dev")])
        .err()
        .expect("refused");
    assert!(matches!(refused, OpenError::InUse(_)));
}
