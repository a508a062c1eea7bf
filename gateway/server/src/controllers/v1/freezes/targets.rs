//! What a request to freeze or to lift names: coins, addresses, or the whole asset.
use moneta_api_types::codes;
use moneta_mips::{Asset, ScriptDigest, Targets};

use crate::error::ApiError;
use crate::references::{check_held, read_address, read_coins};
use crate::state::Scene;
use crate::store::Named;

/// Reads what is named. Coins must be there and hold units of `asset`: anything else would be a mistyped one.
/// Addresses need not hold any yet.
///
/// # Errors
/// Nothing is named, or things of two kinds; more than 64; or one of them is none.
pub(crate) fn read_targets(
    coins: &[String],
    addresses: &[String],
    whole_asset: bool,
    asset: &Asset,
    scene: &Scene,
) -> Result<(Targets, Named), ApiError> {
    match (coins.is_empty(), addresses.is_empty(), whole_asset) {
        (_, true, false) => {
            let coins = read_coins(coins, "/coins")?;
            check_held(&coins, asset, scene)?;
            let named = Named {
                coins: coins.clone(),
                ..Named::default()
            };
            Ok((coins.into(), named))
        }
        (true, false, false) => {
            let scripts = read_scripts(addresses, scene)?;
            let named = Named {
                addresses: addresses.to_vec(),
                ..Named::default()
            };
            Ok((Targets::Scripts(scripts), named))
        }
        (true, true, true) => {
            let named = Named {
                whole_asset,
                ..Named::default()
            };
            Ok((Targets::All, named))
        }
        _ => Err(ApiError::new(
            codes::REQUEST_INVALID_FIELD,
            "name coins, addresses or the whole asset: one of the three",
        )),
    }
}

fn read_scripts(addresses: &[String], scene: &Scene) -> Result<Vec<ScriptDigest>, ApiError> {
    if addresses.len() > 64 {
        let said = format!(
            "1 to 64 addresses can be named at once, not {}",
            addresses.len()
        );
        return Err(ApiError::new(codes::WALLET_TARGET_COUNT, said).at("/addresses"));
    }
    let read = addresses.iter().enumerate().map(|(index, address)| {
        let at = format!("/addresses/{index}");
        let script = read_address(address, scene.params.network, &at)?;
        Ok(ScriptDigest::of(&script))
    });
    read.collect()
}
