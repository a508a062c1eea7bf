//! The signer: one thread that holds the keys and answers jobs, one at a time.
use std::thread;

use bitcoin::Transaction;
use moneta_chain::Network;
use moneta_keys::{AccountPublic, finalise};
use moneta_wallet::{Request, read_psbt};
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use super::vault::Vault;
use super::{CustodyError, CustodyKey, mandate};
use crate::Random;
use crate::store::{Store, TenantId, WalletId};

/// Jobs that may wait before handlers have to.
const QUEUE: usize = 64;

/// A seed that was just made, for the store.
pub(crate) struct NewSeed {
    /// The sealed seed.
    pub(crate) sealed: Vec<u8>,
    /// The account it leads to.
    pub(crate) account: AccountPublic,
}

/// The web tier's end of the signer. Cheap to clone; it can ask and nothing else.
#[derive(Clone)]
pub(crate) struct Signer {
    jobs: mpsc::Sender<Job>,
    store: Store,
}

type Answer<T> = oneshot::Sender<Result<T, CustodyError>>;

enum Job {
    Make {
        tenant: TenantId,
        wallet: WalletId,
        answer: Answer<NewSeed>,
    },
    Sign {
        wallet: Sealed,
        request: Request,
        psbt: Vec<u8>,
        answer: Answer<Transaction>,
    },
    Phrase {
        wallet: Sealed,
        answer: Answer<Zeroizing<String>>,
    },
}

/// Whose seed, and the seed as it lies in the store.
struct Sealed {
    tenant: TenantId,
    wallet: WalletId,
    bytes: Vec<u8>,
}

impl Signer {
    /// Starts the signer. It ends when the last of its clones is dropped.
    pub(crate) fn start(key: CustodyKey, random: Random, store: Store, network: Network) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let vault = Vault { key, random };
        // A thread of its own: its stack, where keys pass through, is not the web tier's.
        thread::Builder::new()
            .name("moneta-signer".into())
            .spawn(move || serve(&vault, network, waiting))
            .expect("a thread can be started while the gateway opens");
        Self { jobs, store }
    }

    /// Makes a seed for a wallet.
    ///
    /// # Errors
    /// The signer has stopped.
    pub(crate) async fn make(
        &self,
        tenant: &TenantId,
        wallet: &WalletId,
    ) -> Result<NewSeed, CustodyError> {
        let (tenant, wallet) = (tenant.clone(), wallet.clone());
        self.ask(|answer| Job::Make {
            tenant,
            wallet,
            answer,
        })
        .await
    }

    /// Signs `psbt` if it does what `request` asks and nothing else.
    ///
    /// # Errors
    /// The wallet's keys are not here, or the PSBT does something that was not asked for.
    pub(crate) async fn sign(
        &self,
        tenant: &TenantId,
        wallet: &WalletId,
        request: Request,
        psbt: Vec<u8>,
    ) -> Result<Transaction, CustodyError> {
        let wallet = self.sealed(tenant, wallet).await?;
        self.ask(|answer| Job::Sign {
            wallet,
            request,
            psbt,
            answer,
        })
        .await
    }

    /// Returns the words of a wallet, for its owner.
    ///
    /// # Errors
    /// The wallet's keys are not here.
    pub(crate) async fn phrase(
        &self,
        tenant: &TenantId,
        wallet: &WalletId,
    ) -> Result<Zeroizing<String>, CustodyError> {
        let wallet = self.sealed(tenant, wallet).await?;
        self.ask(|answer| Job::Phrase { wallet, answer }).await
    }

    async fn sealed(&self, tenant: &TenantId, wallet: &WalletId) -> Result<Sealed, CustodyError> {
        let (tenant, wallet) = (tenant.clone(), wallet.clone());
        self.store
            .read(move |read| {
                let bytes = read
                    .sealed_seed(&tenant, &wallet)?
                    .ok_or(CustodyError::NoSeed)?;
                Ok(Sealed {
                    tenant,
                    wallet,
                    bytes,
                })
            })
            .await
    }

    async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, CustodyError> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .send(job(answer))
            .await
            .map_err(|_| CustodyError::Stopped)?;
        answered.await.map_err(|_| CustodyError::Stopped)?
    }
}

fn serve(vault: &Vault, network: Network, mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.blocking_recv() {
        // Whoever asked may be gone: then the answer goes nowhere.
        match job {
            Job::Make {
                tenant,
                wallet,
                answer,
            } => {
                let made = vault.make(&tenant, &wallet);
                let _ = answer.send(made.map(|(sealed, account)| NewSeed { sealed, account }));
            }
            Job::Sign {
                wallet,
                request,
                psbt,
                answer,
            } => {
                let _ = answer.send(sign(vault, network, &wallet, &request, &psbt));
            }
            Job::Phrase { wallet, answer } => {
                let opened = vault.open(&wallet.tenant, &wallet.wallet, &wallet.bytes);
                let _ = answer.send(opened.and_then(|seed| seed.phrase()));
            }
        }
    }
}

fn sign(
    vault: &Vault,
    network: Network,
    wallet: &Sealed,
    request: &Request,
    psbt: &[u8],
) -> Result<Transaction, CustodyError> {
    let account = vault
        .open(&wallet.tenant, &wallet.wallet, &wallet.bytes)?
        .account()?;
    let mut reading = read_psbt(psbt, network, Some(account.public()))?;
    mandate::check(&reading, request)?;
    account.sign(&mut reading.psbt)?;
    Ok(finalise(&reading.psbt)?)
}
