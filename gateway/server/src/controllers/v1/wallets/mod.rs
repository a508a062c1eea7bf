//! Wallets.

mod balances;
mod coins;
mod create;
mod list;
mod recovery_phrase;
mod show;
mod transactions;

pub(crate) use balances::{__path_balances, balances};
pub(crate) use coins::{__path_coins, coins};
pub(crate) use create::{__path_create, create};
pub(crate) use list::{__path_list, list};
use moneta_api_types::{Wallet, rfc3339};
pub(crate) use recovery_phrase::{__path_recovery_phrase, recovery_phrase};
pub(crate) use show::{__path_show, show};
pub(crate) use transactions::{__path_transactions, transactions};

use crate::store::WalletRecord;

/// Writes a wallet.
fn render_wallet(wallet: &WalletRecord) -> Wallet {
    Wallet {
        id: wallet.id.to_string(),
        name: wallet.name.clone(),
        kind: wallet.kind,
        descriptor: wallet.descriptor.clone(),
        created_at: rfc3339(wallet.created),
    }
}
