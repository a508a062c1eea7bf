//! `GET /identity/{handle or id}`: an identity.
use axum::extract::Path;
use axum::response::Response;
use moneta_index::{IndexError, Subject};
use moneta_mips::IdentityId;
use moneta_pages::parts::IdentityRef;
use moneta_pages::{Field, Identity, Problem, render_identity};
use serde_json::Value;

use super::super::answer::PageError;
use super::super::scene::{Scene, digest};
use super::super::visit::Visit;
use super::assets::asset_row;

const MAX_ASSETS: usize = 100;
const MAX_FIELDS: usize = 64;

/// Shows an identity; `@handle` and `did:moneta:<id>` are understood too.
pub(crate) async fn show_identity(visit: Visit, Path(asked): Path<String>) -> Response {
    visit
        .page(move |scene| {
            let name = asked.strip_prefix("did:moneta:").unwrap_or(&asked);
            let name = name.strip_prefix('@').unwrap_or(name);
            let id = match name.parse::<IdentityId>() {
                Ok(id) => Some(id),
                Err(_) => scene.view.identity_of_handle(name)?,
            };
            let identity = id.map(|id| scene.view.identity(&id)).transpose()?.flatten();
            let unknown = || PageError::new(Problem::UnknownIdentity, &asked);
            let page = page(scene, &identity.ok_or_else(unknown)?)?;
            Ok(render_identity(&scene.shell, &page))
        })
        .await
}

fn page(scene: &Scene, identity: &moneta_mips::Identity) -> Result<Identity, IndexError> {
    let coins = scene.view.role_coins(&Subject::Identity(identity.id), 1)?;
    let assets = scene.view.assets_of_issuer(&identity.id, MAX_ASSETS)?;
    let assets = assets.iter().map(|asset| asset_row(scene, asset));
    Ok(Identity {
        identity: IdentityRef {
            id: identity.id.to_string(),
            handle: identity.handle.clone(),
        },
        controller: coins.first().map(|coin| scene.party(&coin.script)),
        registered_in: identity.registered_in.to_string(),
        registered_at: identity.registered_at.to_u32(),
        moment: scene.moment_at(identity.registered_at)?,
        recovery: digest(&identity.recovery),
        fields: fields(&identity.document),
        document: identity.document.clone(),
        assets: assets.collect::<Result<_, _>>()?,
    })
}

/// Returns the leaves of a JSON document with their paths; none if it is no JSON.
fn fields(document: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Ok(value) = serde_json::from_str(document) {
        collect(&value, String::new(), &mut fields);
    }
    fields.truncate(MAX_FIELDS);
    fields
}

/// Walks a value. Its depth is bounded: documents hold 1,024 bytes, and the reader stops at 128 levels.
fn collect(value: &Value, path: String, fields: &mut Vec<Field>) {
    let under = |name: &str| match path.as_str() {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                collect(value, under(name), fields);
            }
        }
        Value::Array(values) => {
            for (index, value) in (1..).zip(values) {
                collect(value, under(&index.to_string()), fields);
            }
        }
        Value::String(text) => fields.push(Field {
            path,
            value: text.clone(),
        }),
        other => fields.push(Field {
            path,
            value: other.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leaves_of_a_document_are_listed_with_their_paths() {
        let document = r#"{"name":"Acme","keys":{"sign":["z6Mk"]},"age":7,"none":null}"#;
        let shown: Vec<_> = fields(document)
            .into_iter()
            .map(|field| format!("{}={}", field.path, field.value))
            .collect();
        assert_eq!(
            shown,
            ["age=7", "keys.sign.1=z6Mk", "name=Acme", "none=null"]
        );
    }

    #[test]
    fn a_document_that_is_no_json_has_no_fields_and_a_deep_one_does_no_harm() {
        assert!(fields("hello").is_empty());
        assert!(fields("").is_empty());
        assert!(fields(&"[".repeat(1_024)).is_empty());
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(fields(&deep).len(), 1);
    }
}
