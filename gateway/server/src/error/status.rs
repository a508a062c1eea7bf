//! HTTP status of the codes that rules of the chain and of the wallet give.

/// Rules that say no because of how things stand now, not because of what was written.
const CONFLICTS: &[&str] = &[
    "mip0001.coin_frozen",
    "mip0001.emergency_used",
    "mip0001.nothing_to_transfer",
    "mip0001.order_stands",
    "mip0002.handle_taken",
    "mip0003.cap_exceeded",
    "mip0003.right_missing",
    "mip0003.symbol_taken",
    "policy.replacement_fee_too_low",
    "policy.replacement_new_parent",
    "policy.replacement_rate_too_low",
    "policy.replacement_too_many",
    "tx.already_confirmed",
    "tx.freeze_lapsed",
    "tx.mempool_conflict",
    "tx.missing_input",
];

/// Rules that say no now and may say yes after a block.
const LATER: &[&str] = &[
    "mip0001.order_too_young",
    "mip0003.role_immature",
    "tx.chain_too_long",
    "tx.immature_coinbase",
    "tx.locked_until_height",
    "tx.locked_until_time",
    "tx.mempool_full",
    "tx.not_final",
];

/// Returns status, whether to retry, and a title.
pub(super) fn of_rule(code: &str) -> (u16, bool, &'static str) {
    if CONFLICTS.contains(&code) {
        (409, false, "The chain says no as things stand")
    } else if LATER.contains(&code) {
        (409, true, "The chain says not yet")
    } else if code.starts_with("descriptor.") {
        (400, false, "That is no descriptor of a wallet")
    } else if code.starts_with("psbt.")
        || code.starts_with("finalise.")
        || code.starts_with("sign.")
    {
        (400, false, "The PSBT can't be used")
    } else if code.starts_with("node.too_far_ahead") {
        (409, true, "The chain's clock is ahead")
    } else {
        (422, false, "A rule of the chain says no")
    }
}

/// Returns the field of a write that a rule speaks of.
pub(super) fn field_of_rule(code: &str) -> Option<&'static str> {
    Some(match code {
        "mip0001.jurisdiction_malformed" => "/jurisdiction",
        "mip0001.stop_too_far" => "/blocks",
        "mip0002.handle_malformed" | "mip0002.handle_taken" => "/handle",
        "mip0002.document_too_long" => "/document",
        "mip0003.symbol_malformed" | "mip0003.symbol_taken" => "/symbol",
        "mip0003.name_malformed" => "/name",
        "mip0003.initial_over_cap" | "mip0003.never_any_unit" => "/supply",
        "mip0003.cap_exceeded" => "/amount",
        "mip0006.digest_zero" => "/digest",
        "wallet.unknown" => "/wallet_id",
        "wallet.insufficient_funds" | "wallet.below_dust" | "mip0001.coin_frozen" => "/amount",
        _ => return None,
    })
}
