//! How people write an asset, and how many decimals it has.
use moneta_api_types::{AssetAmount, NATIVE_ASSET, NATIVE_DECIMALS};
use moneta_index::View;
use moneta_mips::{Asset, AssetId};

use crate::error::ApiError;
use crate::store::hex;

/// What it takes to write amounts of an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssetName {
    /// `MTA`, or the asset's id.
    pub(crate) asset: String,
    /// `MTA`, `handle/SYMBOL`, or the id of a bare asset.
    pub(crate) label: String,
    /// Decimal places.
    pub(crate) decimals: u8,
}

impl AssetName {
    /// Returns the native asset's.
    pub(crate) fn native() -> Self {
        Self {
            asset: NATIVE_ASSET.into(),
            label: NATIVE_ASSET.into(),
            decimals: NATIVE_DECIMALS,
        }
    }

    /// Returns that of an asset; of one the chain does not know (yet), its id and base units.
    ///
    /// # Errors
    /// The index fails.
    pub(crate) fn find(id: &AssetId, view: &View) -> Result<Self, ApiError> {
        match view.asset(id)? {
            Some(asset) => Self::of(&asset, view),
            None => Ok(Self {
                asset: id.to_string(),
                label: id.to_string(),
                decimals: 0,
            }),
        }
    }

    /// Returns that of an asset.
    ///
    /// # Errors
    /// The index fails.
    pub(crate) fn of(asset: &Asset, view: &View) -> Result<Self, ApiError> {
        let issuer = match &asset.issuer {
            Some(issuer) => view.identity(issuer)?,
            None => None,
        };
        let id = asset.id.to_string();
        let label = match issuer {
            Some(issuer) => format!("{}/{}", issuer.handle, asset.symbol),
            None => id.clone(),
        };
        Ok(Self {
            asset: id,
            label,
            decimals: asset.decimals,
        })
    }

    /// Writes an amount.
    pub(crate) fn amount(&self, units: u64) -> AssetAmount {
        AssetAmount::new(units, self.decimals)
    }
}

/// Writes a hash, unless it is all zero, which means that there is none.
pub(crate) fn hash_or_none(hash: &[u8; 32]) -> Option<String> {
    (*hash != [0; 32]).then(|| hex(hash))
}
