//! Addresses of wallets.

mod create;
mod list;

pub(crate) use create::{__path_create, create};
pub(crate) use list::{__path_list, list};
use moneta_api_types::{Address, rfc3339};

use crate::store::AddressRecord;

/// Writes an address.
fn render_address(address: &AddressRecord) -> Address {
    Address {
        address: address.address.clone(),
        index: address.index,
        label: address.label.clone(),
        created_at: rfc3339(address.created),
    }
}
