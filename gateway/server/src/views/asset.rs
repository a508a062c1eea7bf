//! Assets.
use moneta_api_types as api;
use moneta_chain::Height;
use moneta_index::View;
use moneta_mips::{Asset, AssetId, Holders, IssueAsset};

use super::{AssetName, hash_or_none};
use crate::error::ApiError;

/// Writes an asset.
///
/// # Errors
/// The index fails.
pub(crate) fn render_asset(
    asset: &Asset,
    issued_at: Option<u32>,
    view: &View,
) -> Result<api::Asset, ApiError> {
    let name = AssetName::of(asset, view)?;
    let issuer = match &asset.issuer {
        Some(issuer) => view.identity(issuer)?,
        None => None,
    };
    Ok(api::Asset {
        supply: name.amount(asset.supply),
        burned: name.amount(asset.burned),
        cap: name.amount(asset.cap),
        id: name.asset,
        label: name.label,
        symbol: asset.symbol.clone(),
        name: asset.name.clone(),
        issuer: asset.issuer.map(|issuer| issuer.to_string()),
        issuer_handle: issuer.map(|issuer| issuer.handle),
        decimals: asset.decimals,
        powers: asset
            .powers
            .names()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        holders: match asset.holders {
            Holders::Open => "open".into(),
            Holders::Enrolled => "enrolled".into(),
        },
        document_hash: hash_or_none(&asset.contract_hash),
        issued_in: asset.issued_in.to_string(),
        issued_at,
    })
}

/// Returns the asset that an issue makes, before any block holds it.
pub(crate) fn asset_of_issue(id: AssetId, issue: &IssueAsset, txid: bitcoin::Txid) -> Asset {
    Asset {
        id,
        symbol: issue.symbol.clone(),
        issuer: issue.issuer,
        decimals: issue.decimals,
        supply: issue.initial,
        burned: 0,
        cap: issue.cap,
        powers: issue.powers,
        holders: issue.holders,
        name: issue.name.clone(),
        contract_hash: issue.contract_hash,
        issued_in: txid,
        issued_at: Height::GENESIS,
    }
}
