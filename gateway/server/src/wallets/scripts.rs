//! The scripts of a wallet: those handed out, those the chain has seen used, and some beyond.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bitcoin::ScriptBuf;
use moneta_chain::ScriptId;
use moneta_keys::{AccountPublic, Keychain};

use crate::error::ApiError;
use crate::state::{Scene, Shared};
use crate::store::WalletRecord;

/// Unused addresses in a row after which nobody looks further (BIP44).
const GAP: u32 = 20;
/// Wallets whose scripts are kept in memory.
const CACHED: usize = 1_024;

/// Scripts that were derived already, by descriptor.
#[derive(Default)]
pub(crate) struct ScriptCache(Mutex<BTreeMap<String, Chains>>);

/// Scripts of both chains of keys of one account, from index 0 on.
type Chains = Arc<Mutex<[Vec<ScriptBuf>; 2]>>;

impl ScriptCache {
    /// Returns the script at `index` of `keychain`, derived at most once.
    fn script(&self, wallet: &Derived<'_>, keychain: Keychain, index: u32) -> ScriptBuf {
        let chains = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= CACHED && !all.contains_key(wallet.descriptor) {
                // Rare and cheap to make again; nothing cleverer is worth its lines.
                all.clear();
            }
            all.entry(wallet.descriptor.to_owned()).or_default().clone()
        };
        let mut chains = chains.lock().unwrap_or_else(PoisonError::into_inner);
        let known = &mut chains[usize::from(keychain == Keychain::Internal)];
        while known.len() <= index as usize {
            let next = u32::try_from(known.len()).unwrap_or(index);
            known.push(wallet.account.script(keychain, next));
        }
        known[index as usize].clone()
    }
}

struct Derived<'a> {
    descriptor: &'a str,
    account: &'a AccountPublic,
}

/// The scripts of a wallet at one moment.
pub(crate) struct WalletScripts {
    /// The account they derive from.
    pub(crate) account: AccountPublic,
    /// Which script stands where.
    pub(crate) by_id: BTreeMap<ScriptId, (Keychain, u32, ScriptBuf)>,
    /// First index of addresses for others that is neither handed out nor used.
    pub(crate) next_external: u32,
    /// First index of change that is neither planned with nor used.
    pub(crate) next_internal: u32,
}

impl WalletScripts {
    /// Finds the scripts of `wallet`.
    ///
    /// # Errors
    /// The index fails, or the stored descriptor is damaged.
    pub(crate) fn find(
        wallet: &WalletRecord,
        scene: &Scene,
        shared: &Shared,
    ) -> Result<Self, ApiError> {
        let account: AccountPublic = wallet
            .descriptor
            .parse()
            .map_err(|error| ApiError::internal(&error))?;
        let derived = Derived {
            descriptor: &wallet.descriptor,
            account: &account,
        };
        let mut by_id = BTreeMap::new();
        let mut next = [wallet.next_external, wallet.next_internal];
        for (keychain, next) in Keychain::ALL.into_iter().zip(&mut next) {
            let mut index = 0;
            while index < next.saturating_add(GAP) {
                let script = shared.scripts.script(&derived, keychain, index);
                let id = ScriptId::of(&script);
                if index >= *next && is_used(scene, &id)? {
                    *next = index + 1;
                }
                by_id.insert(id, (keychain, index, script));
                index += 1;
            }
        }
        let [next_external, next_internal] = next;
        Ok(Self {
            account,
            by_id,
            next_external,
            next_internal,
        })
    }

    /// Tells which key of the wallet a script pays.
    pub(crate) fn locate(&self, script: &ScriptBuf) -> Option<(Keychain, u32)> {
        let (keychain, index, _) = self.by_id.get(&ScriptId::of(script))?;
        Some((*keychain, *index))
    }
}

fn is_used(scene: &Scene, id: &ScriptId) -> Result<bool, ApiError> {
    if scene.pending.script(id).is_some() {
        return Ok(true);
    }
    Ok(scene.view.script_totals(id)?.transactions > 0)
}
