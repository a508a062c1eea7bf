//! The gateway's own error codes. Rules of the chain have codes of their own (`mip000N.*`, `tx.*`,
//! `envelope.*`), which are passed through as the rule states them.

/// A stable code and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The code.
    pub code: &'static str,
    /// HTTP status it is answered with.
    pub status: u16,
    /// Whether the same request may succeed later without being changed.
    pub retryable: bool,
    /// The kind of problem in a few words.
    pub title: &'static str,
}

/// The codes by name.
pub mod codes {
    /// The body is not JSON.
    pub const REQUEST_MALFORMED_JSON: &str = "request.malformed_json";
    /// The body has a field that is not known.
    pub const REQUEST_UNKNOWN_FIELD: &str = "request.unknown_field";
    /// A field has a wrong value.
    pub const REQUEST_INVALID_FIELD: &str = "request.invalid_field";
    /// The body is too large.
    pub const REQUEST_TOO_LARGE: &str = "request.too_large";
    /// The body must be application/json.
    pub const REQUEST_UNSUPPORTED_MEDIA_TYPE: &str = "request.unsupported_media_type";
    /// There is nothing at this path.
    pub const REQUEST_NOT_FOUND: &str = "request.not_found";
    /// This path does not know the method.
    pub const REQUEST_METHOD_NOT_ALLOWED: &str = "request.method_not_allowed";
    /// The answer took too long.
    pub const REQUEST_TIMEOUT: &str = "request.timeout";
    /// Too many requests at once.
    pub const REQUEST_BUSY: &str = "request.busy";
    /// An API key is needed.
    pub const AUTH_MISSING: &str = "auth.missing";
    /// The API key is not known.
    pub const AUTH_INVALID: &str = "auth.invalid";
    /// An Idempotency-Key is needed.
    pub const IDEMPOTENCY_KEY_MISSING: &str = "idempotency.key_missing";
    /// The Idempotency-Key is malformed.
    pub const IDEMPOTENCY_KEY_INVALID: &str = "idempotency.key_invalid";
    /// The Idempotency-Key was used for another request.
    pub const IDEMPOTENCY_KEY_CONFLICT: &str = "idempotency.key_conflict";
    /// The first request with this Idempotency-Key is still under way.
    pub const IDEMPOTENCY_IN_FLIGHT: &str = "idempotency.in_flight";
    /// That is no address.
    pub const ADDRESS_MALFORMED: &str = "address.malformed";
    /// The address is for another network.
    pub const ADDRESS_WRONG_NETWORK: &str = "address.wrong_network";
    /// The address is of the kind that came before segwit.
    pub const ADDRESS_BASE58: &str = "address.base58";
    /// The address names an unknown kind of output.
    pub const ADDRESS_UNKNOWN_PROGRAM: &str = "address.unknown_program";
    /// That is no amount.
    pub const AMOUNT_MALFORMED: &str = "amount.malformed";
    /// The amount is zero.
    pub const AMOUNT_ZERO: &str = "amount.zero";
    /// The amount has too many decimal places.
    pub const AMOUNT_TOO_MANY_DECIMALS: &str = "amount.too_many_decimals";
    /// The amount is too large.
    pub const AMOUNT_OVERFLOW: &str = "amount.overflow";
    /// No such asset.
    pub const ASSET_UNKNOWN: &str = "asset.unknown";
    /// No such identity.
    pub const IDENTITY_UNKNOWN: &str = "identity.unknown";
    /// No such wallet.
    pub const WALLET_UNKNOWN: &str = "wallet.unknown";
    /// No such payment.
    pub const PAYMENT_UNKNOWN: &str = "payment.unknown";
    /// No such notarisation.
    pub const NOTARISATION_UNKNOWN: &str = "notarisation.unknown";
    /// No such transaction.
    pub const TRANSACTION_UNKNOWN: &str = "transaction.unknown";
    /// The notarisation is not in a block yet.
    pub const NOTARISATION_NOT_CONFIRMED: &str = "notarisation.not_confirmed";
    /// The wallet has too little.
    pub const WALLET_INSUFFICIENT_FUNDS: &str = "wallet.insufficient_funds";
    /// The amount is too little for one output.
    pub const WALLET_BELOW_DUST: &str = "wallet.below_dust";
    /// The wallet lacks a right.
    pub const WALLET_MISSING_RIGHT: &str = "wallet.missing_right";
    /// The wallet does not hold the identity.
    pub const WALLET_MISSING_IDENTITY: &str = "wallet.missing_identity";
    /// The right or identity waits for the next block.
    pub const WALLET_ROLE_IMMATURE: &str = "wallet.role_immature";
    /// Too few or too many coins are named.
    pub const WALLET_TARGET_COUNT: &str = "wallet.target_count";
    /// The transaction would be too large.
    pub const WALLET_TOO_HEAVY: &str = "wallet.too_heavy";
    /// The envelope would be too large.
    pub const WALLET_ENVELOPE_TOO_LONG: &str = "wallet.envelope_too_long";
    /// Nobody could spend what is sent there.
    pub const WALLET_UNSPENDABLE: &str = "wallet.unspendable";
    /// The wallet's keys are not here.
    pub const WALLET_NOT_HOSTED: &str = "wallet.not_hosted";
    /// The wallet has handed out all its addresses.
    pub const WALLET_NO_MORE_ADDRESSES: &str = "wallet.no_more_addresses";
    /// No such coin.
    pub const COIN_UNKNOWN: &str = "coin.unknown";
    /// The coin is frozen.
    pub const MIP0001_COIN_FROZEN: &str = "mip0001.coin_frozen";
    /// The payment waits for no signature.
    pub const PAYMENT_NOT_AWAITING_SIGNATURE: &str = "payment.not_awaiting_signature";
    /// The signature is for another transaction.
    pub const PAYMENT_OTHER_TRANSACTION: &str = "payment.other_transaction";
    /// The signer refused.
    pub const CUSTODY_REFUSED: &str = "custody.refused";
    /// The faucet is empty for now.
    pub const FAUCET_EMPTY: &str = "faucet.empty";
    /// The faucet gives less at a time.
    pub const FAUCET_TOO_MUCH: &str = "faucet.too_much";
    /// Only a sandbox has this.
    pub const SANDBOX_ONLY: &str = "sandbox.only";
    /// The gateway's index is catching up.
    pub const GATEWAY_BEHIND: &str = "gateway.behind";
    /// Something broke in the gateway.
    pub const GATEWAY_INTERNAL: &str = "gateway.internal";
}

const fn code(code: &'static str, status: u16, retryable: bool, title: &'static str) -> Code {
    Code {
        code,
        status,
        retryable,
        title,
    }
}

/// Every code of the gateway's own.
pub const CODES: &[Code] = &[
    code(
        codes::REQUEST_MALFORMED_JSON,
        400,
        false,
        "The body is not JSON",
    ),
    code(
        codes::REQUEST_UNKNOWN_FIELD,
        400,
        false,
        "The body has a field that is not known",
    ),
    code(
        codes::REQUEST_INVALID_FIELD,
        400,
        false,
        "A field has a wrong value",
    ),
    code(
        codes::REQUEST_TOO_LARGE,
        413,
        false,
        "The body is too large",
    ),
    code(
        codes::REQUEST_UNSUPPORTED_MEDIA_TYPE,
        415,
        false,
        "The body must be application/json",
    ),
    code(
        codes::REQUEST_NOT_FOUND,
        404,
        false,
        "There is nothing at this path",
    ),
    code(
        codes::REQUEST_METHOD_NOT_ALLOWED,
        405,
        false,
        "This path does not know the method",
    ),
    code(
        codes::REQUEST_TIMEOUT,
        503,
        true,
        "The answer took too long",
    ),
    code(codes::REQUEST_BUSY, 503, true, "Too many requests at once"),
    code(codes::AUTH_MISSING, 401, false, "An API key is needed"),
    code(codes::AUTH_INVALID, 401, false, "The API key is not known"),
    code(
        codes::IDEMPOTENCY_KEY_MISSING,
        400,
        false,
        "An Idempotency-Key is needed",
    ),
    code(
        codes::IDEMPOTENCY_KEY_INVALID,
        400,
        false,
        "The Idempotency-Key is malformed",
    ),
    code(
        codes::IDEMPOTENCY_KEY_CONFLICT,
        422,
        false,
        "The Idempotency-Key was used for another request",
    ),
    code(
        codes::IDEMPOTENCY_IN_FLIGHT,
        409,
        true,
        "The first request with this Idempotency-Key is still under way",
    ),
    code(codes::ADDRESS_MALFORMED, 400, false, "That is no address"),
    code(
        codes::ADDRESS_WRONG_NETWORK,
        400,
        false,
        "The address is for another network",
    ),
    code(
        codes::ADDRESS_BASE58,
        400,
        false,
        "Base58 addresses are not used here",
    ),
    code(
        codes::ADDRESS_UNKNOWN_PROGRAM,
        400,
        false,
        "The address names an unknown kind of output",
    ),
    code(codes::AMOUNT_MALFORMED, 400, false, "That is no amount"),
    code(codes::AMOUNT_ZERO, 400, false, "The amount is zero"),
    code(
        codes::AMOUNT_TOO_MANY_DECIMALS,
        400,
        false,
        "The amount has too many decimal places",
    ),
    code(
        codes::AMOUNT_OVERFLOW,
        400,
        false,
        "The amount is too large",
    ),
    code(codes::ASSET_UNKNOWN, 404, false, "No such asset"),
    code(codes::IDENTITY_UNKNOWN, 404, false, "No such identity"),
    code(codes::WALLET_UNKNOWN, 404, false, "No such wallet"),
    code(codes::PAYMENT_UNKNOWN, 404, false, "No such payment"),
    code(
        codes::NOTARISATION_UNKNOWN,
        404,
        false,
        "No such notarisation",
    ),
    code(
        codes::TRANSACTION_UNKNOWN,
        404,
        false,
        "No such transaction",
    ),
    code(
        codes::NOTARISATION_NOT_CONFIRMED,
        409,
        true,
        "The notarisation is not in a block yet",
    ),
    code(
        codes::WALLET_INSUFFICIENT_FUNDS,
        409,
        true,
        "The wallet has too little",
    ),
    code(
        codes::WALLET_BELOW_DUST,
        400,
        false,
        "The amount is too little for one output",
    ),
    code(
        codes::WALLET_MISSING_RIGHT,
        409,
        false,
        "The wallet lacks a right",
    ),
    code(
        codes::WALLET_MISSING_IDENTITY,
        409,
        false,
        "The wallet does not hold the identity",
    ),
    code(
        codes::WALLET_ROLE_IMMATURE,
        409,
        true,
        "The right or identity waits for the next block",
    ),
    code(
        codes::WALLET_TARGET_COUNT,
        400,
        false,
        "Too few or too many coins are named",
    ),
    code(
        codes::WALLET_TOO_HEAVY,
        409,
        false,
        "The transaction would be too large",
    ),
    code(
        codes::WALLET_ENVELOPE_TOO_LONG,
        400,
        false,
        "The envelope would be too large",
    ),
    code(
        codes::WALLET_UNSPENDABLE,
        400,
        false,
        "Nobody could spend what is sent there",
    ),
    code(
        codes::WALLET_NOT_HOSTED,
        409,
        false,
        "The wallet's keys are not here",
    ),
    code(
        codes::WALLET_NO_MORE_ADDRESSES,
        409,
        false,
        "The wallet has handed out all its addresses",
    ),
    code(codes::COIN_UNKNOWN, 404, false, "No such coin"),
    code(codes::MIP0001_COIN_FROZEN, 409, false, "The coin is frozen"),
    code(
        codes::PAYMENT_NOT_AWAITING_SIGNATURE,
        409,
        false,
        "The payment waits for no signature",
    ),
    code(
        codes::PAYMENT_OTHER_TRANSACTION,
        409,
        false,
        "The signature is for another transaction",
    ),
    code(codes::CUSTODY_REFUSED, 500, false, "The signer refused"),
    code(
        codes::FAUCET_EMPTY,
        503,
        true,
        "The faucet is empty for now",
    ),
    code(
        codes::FAUCET_TOO_MUCH,
        400,
        false,
        "The faucet gives less at a time",
    ),
    code(codes::SANDBOX_ONLY, 404, false, "Only a sandbox has this"),
    code(
        codes::GATEWAY_BEHIND,
        503,
        true,
        "The gateway's index is catching up",
    ),
    code(
        codes::GATEWAY_INTERNAL,
        500,
        true,
        "Something broke in the gateway",
    ),
];

/// Returns what goes with a code of the gateway's own.
pub fn find_code(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn no_code_stands_twice_and_every_status_is_a_refusal() {
        for (at, code) in CODES.iter().enumerate() {
            assert!(
                CODES[..at].iter().all(|other| other.code != code.code),
                "{}",
                code.code
            );
            assert!((400..600).contains(&code.status), "{}", code.code);
        }
    }
}
