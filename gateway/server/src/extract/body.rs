//! JSON bodies: malformed, unknown field and wrong type are told apart, with the pointer to the place.
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use moneta_api_types::codes;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::ApiError;

/// A JSON body of type `T`.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = read_body(request, state).await?;
        parse(&bytes).map(Self)
    }
}

/// Reads the body of a JSON request, up to the limit of the route.
pub(super) async fn read_body<S: Send + Sync>(
    request: Request,
    state: &S,
) -> Result<Bytes, ApiError> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let essence = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    if !essence.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return Err(ApiError::new(
            codes::REQUEST_UNSUPPORTED_MEDIA_TYPE,
            "send the body as JSON, with the header `Content-Type: application/json`",
        ));
    }
    Bytes::from_request(request, state)
        .await
        .map_err(|refused| {
            if refused.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(
                    codes::REQUEST_TOO_LARGE,
                    "the body is larger than this path takes",
                )
            } else {
                ApiError::new(
                    codes::REQUEST_MALFORMED_JSON,
                    "the body broke off before its end",
                )
            }
        })
}

/// Reads JSON as `T`.
///
/// # Errors
/// It is not JSON, has a field that `T` does not know, or one of another type.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let malformed = |detail: String| ApiError::new(codes::REQUEST_MALFORMED_JSON, detail);
    let text = std::str::from_utf8(bytes)
        .map_err(|error| malformed(format!("the body is not UTF-8: {error}")))?;
    if text.trim().is_empty() {
        return Err(malformed("the body is empty; JSON is expected".into()));
    }
    // The whole body must be JSON before anything is said about its fields.
    serde_json::from_str::<IgnoredAny>(text)
        .map_err(|error| malformed(format!("the body is not JSON: {error}")))?;
    // serde would take the values of an array for the fields in their order: money would move by position.
    if !text.trim_start().starts_with('{') {
        let said = "the body must be a JSON object: field names with their values";
        return Err(ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(""));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        let said = error.inner().to_string();
        // serde_json adds "at line 1 column 20"; the pointer says it better.
        let said = said
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        if said.starts_with("unknown field") {
            ApiError::new(codes::REQUEST_UNKNOWN_FIELD, said).at(pointer)
        } else {
            ApiError::new(codes::REQUEST_INVALID_FIELD, said).at(pointer)
        }
    })
}

/// Writes a path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.clone(),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => return pointer,
        };
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        pointer
    })
}

#[cfg(test)]
mod tests {
    use moneta_api_types::{CreatePayment, MineBlocks};

    use super::parse;

    fn refused<T: serde::de::DeserializeOwned>(body: &str) -> (String, Option<String>) {
        let error = parse::<T>(body.as_bytes()).err().expect("refused");
        let problem = error.problem("req_0");
        let pointer = problem.errors.first().map(|field| field.pointer.clone());
        (problem.code, pointer)
    }

    #[test]
    fn what_is_wrong_with_a_body_is_told_by_code_and_place() {
        let unknown = refused::<MineBlocks>(r#"{"count":1,"cuont":2}"#);
        assert_eq!(
            unknown,
            ("request.unknown_field".into(), Some("/cuont".into()))
        );
        let wrong = refused::<MineBlocks>(r#"{"count":"1"}"#);
        assert_eq!(
            wrong,
            ("request.invalid_field".into(), Some("/count".into()))
        );
        let number =
            refused::<CreatePayment>(r#"{"wallet_id":"w","to":"a","asset":"MTA","amount":12.5}"#);
        assert_eq!(
            number,
            ("request.invalid_field".into(), Some("/amount".into()))
        );
        for text in [
            "",
            " ",
            "{",
            "{'count':1}",
            "{\"count\":1}}",
            "[1,]",
            "\u{feff}{}",
        ] {
            assert_eq!(
                refused::<MineBlocks>(text).0,
                "request.malformed_json",
                "{text:?}"
            );
        }
        assert_eq!(
            refused::<MineBlocks>(r#"{"count":1,"count":2}"#).0,
            "request.invalid_field"
        );
    }

    #[test]
    fn values_without_the_names_of_their_fields_are_no_request() {
        for body in ["[1]", "[]", " [1]", "1", "null", r#""count""#] {
            let told = refused::<MineBlocks>(body);
            assert_eq!(told, ("request.invalid_field".into(), Some(String::new())));
        }
        let payment = refused::<CreatePayment>(r#"["w","a","MTA","12.5",null,false]"#);
        assert_eq!(
            payment,
            ("request.invalid_field".into(), Some(String::new()))
        );
    }
}
