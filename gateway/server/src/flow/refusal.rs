//! A plan's refusal in words: amounts as people write them, coins by name.
use std::borrow::Cow;

use moneta_api_types::{NATIVE_DECIMALS, format_units};
use moneta_mips::AssetId;
use moneta_wallet::{FrozenCoin, Missing, PlanError};

use crate::error::ApiError;
use crate::state::Scene;
use crate::views::{AssetName, reason_name};

/// Says why there is no plan.
pub(super) fn explain_refusal(error: PlanError, scene: &Scene) -> ApiError {
    let code = error.code();
    let detail = match &error {
        PlanError::InsufficientGrains(missing) => short(missing, "MTA", NATIVE_DECIMALS),
        PlanError::InsufficientAsset { asset, missing } => match name(*asset, scene) {
            Some(name) => short(missing, &name.label, name.decimals),
            None => return error.into(),
        },
        PlanError::CoinsFrozen {
            asset,
            need,
            free,
            coins,
        } => match name(*asset, scene) {
            Some(name) => frozen(&name, *need, *free, coins),
            None => return error.into(),
        },
        _ => return error.into(),
    };
    ApiError::of(Cow::Borrowed(code), detail)
}

fn name(asset: AssetId, scene: &Scene) -> Option<AssetName> {
    AssetName::find(&asset, &scene.view).ok()
}

fn short(missing: &Missing, label: &str, decimals: u8) -> String {
    let write = |units| format_units(units, decimals);
    let mut parts = vec![format!("{} confirmed", write(missing.confirmed))];
    if missing.pending > 0 {
        parts.push(format!("{} pending", write(missing.pending)));
    }
    let mut said = format!(
        "{} {label} are needed, fee included where it is paid in {label}; the wallet can spend {} now ({})",
        write(missing.need),
        write(missing.have()),
        parts.join(", "),
    );
    if missing.immature > 0 {
        said.push_str(&format!(
            "; {} more are mined too recently",
            write(missing.immature)
        ));
    }
    said
}

fn frozen(name: &AssetName, need: u64, free: u64, coins: &[FrozenCoin]) -> String {
    let write = |units| format_units(units, name.decimals);
    let coins: Vec<String> = coins
        .iter()
        .map(|coin| {
            format!(
                "coin {} with {} is frozen until height {} (reason {}, jurisdiction {})",
                coin.outpoint,
                write(coin.amount),
                coin.stop,
                reason_name(coin.reason),
                String::from_utf8_lossy(&coin.jurisdiction),
            )
        })
        .collect();
    format!(
        "{} {} are needed, but only {} are free: {}",
        write(need),
        name.label,
        write(free),
        coins.join("; "),
    )
}
