//! What a refusal looks like: `application/problem+json` (RFC 9457).
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A refusal. Branch on `code`: it is stable; `detail` is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:moneta:problem:mip0001.coin_frozen",
    "title": "The coin is frozen",
    "status": 409,
    "detail": "2500 base units are needed, but only 0 are free; coin 5e..a1:0 (12500 base units) is frozen until height 1124",
    "code": "mip0001.coin_frozen",
    "retryable": false,
    "request_id": "req_1f0c6f0f3c9d4b7a",
    "errors": []
}))]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// A sentence about this very case.
    pub detail: String,
    /// Stable code of the rule that refused.
    pub code: String,
    /// Whether the same request may succeed later without being changed.
    pub retryable: bool,
    /// Names this request in the gateway's log; also in the header `X-Request-Id`.
    pub request_id: String,
    /// The fields that are wrong, where the problem lies in fields.
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the request body, or `?name` for a query parameter.
    #[schema(example = "/amount")]
    pub pointer: String,
    /// What is wrong with it.
    #[schema(example = "the amount has 4 decimal places, but this asset has only 3")]
    pub detail: String,
}
