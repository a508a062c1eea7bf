//! The rules of MIP-3 about the creation of an asset.
use super::AssetError;
use crate::case::Case;
use crate::ledger::Thing;
use crate::{Asset, AssetId, Change, Holders, IssueAsset, MTA_SYMBOL, RegistryView, Rights};

/// Most characters of a symbol.
pub const MAX_SYMBOL_LEN: usize = 12;
/// Most bytes of an asset's name.
pub const MAX_NAME_LEN: usize = 64;
/// Most decimal places of an asset.
pub const MAX_DECIMALS: u8 = 12;

/// Checks the creation of an asset and returns it.
pub(crate) fn check_issue(
    case: &Case<'_>,
    index: u32,
    issue: &IssueAsset,
) -> Result<Change, AssetError> {
    check_symbol(issue)?;
    check_name(issue)?;
    check_decimals(issue)?;
    check_cap(issue)?;
    check_any_unit(issue)?;
    check_holders(issue)?;
    check_issuer(case, issue)?;
    check_symbol_free(case, issue)?;
    let asset = Asset {
        id: AssetId::derive(&case.first_input(), index, issue),
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
        issued_in: case.txid,
        issued_at: case.height,
    };
    Ok(Change::Asset {
        before: None,
        after: Box::new(asset),
    })
}

/// Tells whether `text` can be a symbol: 1 to 12 characters of `A-Z0-9`, the first a letter, and not the
/// native coin's own.
pub fn is_symbol(text: &str) -> bool {
    text.len() <= MAX_SYMBOL_LEN
        && text != MTA_SYMBOL
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Tells whether `text` can be an asset's name: at most 64 bytes, no character that can't be seen.
pub fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME_LEN && !text.chars().any(is_invisible)
}

/// Tells whether a character can't be seen. The list is closed, so that a newer Unicode never changes a verdict: controls, and the marks that
/// join, hide or turn round what a reader sees.
pub(crate) const fn is_invisible(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// # Consensus
/// > 3.13 A symbol MUST have 1 to 12 characters of `A-Z` and `0-9`, MUST begin with a letter, and MUST NOT
/// > be `MTA`.
fn check_symbol(issue: &IssueAsset) -> Result<(), AssetError> {
    if !is_symbol(&issue.symbol) {
        return Err(AssetError::SymbolMalformed);
    }
    Ok(())
}

/// # Consensus
/// > 3.14 A name MUST NOT be longer than 64 bytes and MUST NOT hold a character of the list below.
fn check_name(issue: &IssueAsset) -> Result<(), AssetError> {
    if !is_name(&issue.name) {
        return Err(AssetError::NameMalformed);
    }
    Ok(())
}

/// # Consensus
/// > 3.15 Decimals MUST NOT be more than 12.
const fn check_decimals(issue: &IssueAsset) -> Result<(), AssetError> {
    let got = issue.decimals;
    if got > MAX_DECIMALS {
        return Err(AssetError::DecimalsTooMany { got });
    }
    Ok(())
}

/// # Consensus
/// > 3.16 The initial amount MUST NOT be more than the cap.
const fn check_cap(issue: &IssueAsset) -> Result<(), AssetError> {
    let (initial, cap) = (issue.initial, issue.cap);
    if initial > cap {
        return Err(AssetError::InitialOverCap { initial, cap });
    }
    Ok(())
}

/// # Consensus
/// > 3.17 If the initial amount is zero, the powers MUST hold MINT and the cap MUST be more than zero.
const fn check_any_unit(issue: &IssueAsset) -> Result<(), AssetError> {
    let mintable = issue.powers.contains(Rights::MINT) && issue.cap > 0;
    if issue.initial == 0 && !mintable {
        return Err(AssetError::NeverAnyUnit);
    }
    Ok(())
}

/// # Consensus
/// > 3.18 If holders are enrolled, the powers MUST hold ENROL.
const fn check_holders(issue: &IssueAsset) -> Result<(), AssetError> {
    match issue.holders {
        Holders::Enrolled if !issue.powers.contains(Rights::ENROL) => {
            Err(AssetError::HoldersWithoutEnrol)
        }
        Holders::Open | Holders::Enrolled => Ok(()),
    }
}

/// # Consensus
/// > 3.19 If an issuer is named, its identity MUST be held by an input.
fn check_issuer(case: &Case<'_>, issue: &IssueAsset) -> Result<(), AssetError> {
    match issue.issuer {
        Some(issuer) if case.ledger.sides(&Thing::Identity(issuer)).held == 0 => {
            Err(AssetError::IssuerNotSpent { issuer })
        }
        _ => Ok(()),
    }
}

/// # Consensus
/// > 3.20 The issuer MUST NOT have an asset of this symbol already, by an earlier operation of the same
/// > transaction included.
fn check_symbol_free(case: &Case<'_>, issue: &IssueAsset) -> Result<(), AssetError> {
    let taken = issue
        .issuer
        .and_then(|issuer| case.registry.asset_of_symbol(&issuer, &issue.symbol));
    match taken {
        Some(by) => Err(AssetError::SymbolTaken { by }),
        None => Ok(()),
    }
}
