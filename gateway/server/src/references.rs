//! What clients write, and what it names: assets, identities, addresses, coins, hashes, texts.
use bitcoin::hashes::hex::FromHex;
use bitcoin::{OutPoint, ScriptBuf};
use moneta_api_types::{NATIVE_ASSET, codes, parse_units};
use moneta_chain::{Height, Network, parse_address};
use moneta_index::{Place, View};
use moneta_mips::{Asset, AssetId, Attachment, Identity, IdentityId};

use crate::error::ApiError;
use crate::state::Scene;
use crate::views::AssetName;

/// An asset that a request names.
pub(crate) enum AssetRef {
    /// MTA.
    Native,
    /// An issued one.
    Issued(Box<Asset>),
}

impl AssetRef {
    /// Finds what `text` names: `MTA`, an id, or `handle/SYMBOL`.
    ///
    /// # Errors
    /// It names nothing.
    pub(crate) fn find(text: &str, view: &View) -> Result<Self, ApiError> {
        if text == NATIVE_ASSET {
            return Ok(Self::Native);
        }
        let id = match text.split_once('/') {
            Some((handle, symbol)) => view.asset_named(handle, symbol)?,
            None => text.parse::<AssetId>().ok(),
        };
        let asset = match id {
            Some(id) => view.asset(&id)?,
            None => None,
        };
        let asset = asset.ok_or_else(|| {
            ApiError::new(
                codes::ASSET_UNKNOWN,
                "no asset of this name is in the chain; write `MTA`, an asset's id (64 hexadecimal digits), or `handle/SYMBOL`",
            )
        })?;
        Ok(Self::Issued(Box::new(asset)))
    }

    /// Returns the issued asset.
    ///
    /// # Errors
    /// It is MTA, which nobody issues, mints, burns or freezes.
    pub(crate) fn issued(self) -> Result<Asset, ApiError> {
        match self {
            Self::Issued(asset) => Ok(*asset),
            Self::Native => Err(ApiError::new(
                codes::REQUEST_INVALID_FIELD,
                "this can be done with issued assets only: nobody issues, mints, burns or freezes MTA",
            )),
        }
    }

    /// Returns its decimals.
    pub(crate) fn decimals(&self) -> u8 {
        match self {
            Self::Native => AssetName::native().decimals,
            Self::Issued(asset) => asset.decimals,
        }
    }
}

/// Finds the identity that `text` names: a handle, an id, or `did:moneta:<id>`.
///
/// # Errors
/// It names none.
pub(crate) fn find_identity(text: &str, view: &View) -> Result<Identity, ApiError> {
    let id = text.strip_prefix("did:moneta:").unwrap_or(text);
    let id = match id.parse::<IdentityId>() {
        Ok(id) => Some(id),
        Err(_) => view.identity_of_handle(text)?,
    };
    let identity = match id {
        Some(id) => view.identity(&id)?,
        None => None,
    };
    identity.ok_or_else(|| {
        ApiError::new(
            codes::IDENTITY_UNKNOWN,
            "no identity of this name is in the chain; write a handle, an id (64 hexadecimal digits), or `did:moneta:<id>`",
        )
    })
}

/// Reads an amount of an asset.
///
/// # Errors
/// It is no amount, zero, too large, or has too many decimals.
pub(crate) fn read_amount(text: &str, decimals: u8, pointer: &str) -> Result<u64, ApiError> {
    parse_units(text, decimals).map_err(|error| ApiError::from(error).at(pointer))
}

/// Reads an address of this network.
///
/// # Errors
/// It is none.
pub(crate) fn read_address(
    text: &str,
    network: Network,
    pointer: &str,
) -> Result<ScriptBuf, ApiError> {
    parse_address(text, network).map_err(|error| ApiError::from(error).at(pointer))
}

/// Reads 32 bytes in hexadecimal.
///
/// # Errors
/// They are none.
pub(crate) fn read_hash(text: &str, pointer: &str) -> Result<[u8; 32], ApiError> {
    <[u8; 32]>::from_hex(text).map_err(|_| {
        let said = "a SHA-256 is 64 hexadecimal digits";
        ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(pointer)
    })
}

/// Reads the names of coins.
///
/// # Errors
/// There are none or more than 64, or one is not `txid:index`.
pub(crate) fn read_coins(texts: &[String], pointer: &str) -> Result<Vec<OutPoint>, ApiError> {
    if !(1..=64).contains(&texts.len()) {
        let said = format!("1 to 64 coins can be named at once, not {}", texts.len());
        return Err(ApiError::new(codes::WALLET_TARGET_COUNT, said).at(pointer));
    }
    let coins = texts.iter().enumerate().map(|(index, text)| {
        text.parse().map_err(|_| {
            let said = "a coin is written `txid:index`";
            ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(format!("{pointer}/{index}"))
        })
    });
    coins.collect()
}

/// Checks that every coin is there and holds units of `asset`: a freeze of anything else would be a
/// mistyped one.
///
/// # Errors
/// One is spent, never was, or holds something else.
pub(crate) fn check_held(coins: &[OutPoint], asset: &Asset, scene: &Scene) -> Result<(), ApiError> {
    for (index, outpoint) in coins.iter().enumerate() {
        let found = scene.view.coin(outpoint)?;
        let holds = found.is_some_and(|found| {
            matches!(found.coin.attachment, Some(Attachment::Asset { id, .. }) if id == asset.id)
        });
        if !holds {
            return Err(coin_unknown(outpoint).at(format!("/coins/{index}")));
        }
    }
    Ok(())
}

/// Refuses a coin that holds no units of the asset that is meant.
pub(crate) fn coin_unknown(outpoint: &OutPoint) -> ApiError {
    let said = format!("no unspent coin {outpoint} in a block holds units of this asset");
    ApiError::new(codes::COIN_UNKNOWN, said)
}

/// Reads the cursor of a list in the order of the chain: `height-position`.
///
/// # Errors
/// It is none.
pub(crate) fn read_place(cursor: Option<&str>) -> Result<Option<Place>, ApiError> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let place = cursor.split_once('-').and_then(|(height, position)| {
        Some(Place {
            height: Height::new(height.parse().ok()?),
            position: position.parse().ok()?,
        })
    });
    place.map(Some).ok_or_else(foreign_cursor)
}

/// Writes the cursor of a list in the order of the chain.
pub(crate) fn write_place(place: Place) -> String {
    format!("{}-{}", place.height, place.position)
}

/// Refuses a cursor that no list gave.
pub(crate) fn foreign_cursor() -> ApiError {
    let said = "this cursor is none that this list gave";
    ApiError::new(codes::REQUEST_INVALID_FIELD, said).at("?cursor")
}

/// Checks a text for people: 1 to `most` characters, none of them a control character.
///
/// # Errors
/// It is empty, too long, or has a control character.
pub(crate) fn check_text(text: &str, most: usize, pointer: &str) -> Result<(), ApiError> {
    let refuse = |said: String| ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(pointer);
    if text.trim().is_empty() {
        return Err(refuse("this text is empty".into()));
    }
    // Four bytes make a character at most; this bounds the work of counting.
    if text.len() > most * 4 || text.chars().count() > most {
        return Err(refuse(format!("this text has more than {most} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(refuse(
            "this text has a control character, such as a line break".into(),
        ));
    }
    Ok(())
}
