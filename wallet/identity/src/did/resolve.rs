//! DID resolution (DID Core 7.1) and dereferencing (7.2) over the versions that the chain keeps.
use bitcoin::Txid;
use moneta_mips::IdentityId;
use serde_json::{Map, Value, json};

use super::syntax::PREFIX;
use super::{DidUrl, Moment, did_of, document, is_did};

/// What an identity was from one block on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Transaction that made it; its text is the `versionId`.
    pub made_in: Txid,
    /// Height of its block.
    pub height: u32,
    /// Time of its block.
    pub time: Moment,
    /// The handle then.
    pub handle: String,
    /// What the owner wrote.
    pub document: String,
    /// Whether the identity was revoked with it.
    pub deactivated: bool,
}

/// Whoever knows the versions of identities: an index, or a node that walks back.
pub trait Versions {
    /// Returns the versions of an identity, oldest first; none if there is no such identity.
    fn versions(&self, id: &IdentityId) -> Vec<Version>;
}

/// Why a DID does not resolve (DID Core 7.1.2, and DID Resolution), or a DID URL leads nowhere (7.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResolutionError {
    /// What is to be resolved is no DID, or asks for a version in no way that this method gives a meaning.
    #[error("this is not a did:moneta URL")]
    InvalidDid,
    /// The same of what is to be dereferenced.
    #[error("this is not a did:moneta URL")]
    InvalidDidUrl,
    /// It is a DID URL of another method.
    #[error("only DIDs of the method `moneta` are resolved here")]
    MethodNotSupported,
    /// There is no such identity, or no such version of it.
    #[error("there is no such identity, or no such version of it")]
    NotFound,
    /// The resolver itself failed.
    #[error("the resolver failed")]
    InternalError,
    /// The document is asked for in a form that is not known here.
    #[error("a document is written as application/did+json or application/did+ld+json")]
    RepresentationNotSupported,
}

impl ResolutionError {
    /// Returns the name that DID Core gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidDid => "invalidDid",
            Self::InvalidDidUrl => "invalidDidUrl",
            Self::MethodNotSupported => "methodNotSupported",
            Self::NotFound => "notFound",
            Self::InternalError => "internalError",
            Self::RepresentationNotSupported => "representationNotSupported",
        }
    }
}

/// The answer of a resolution: three parts, as DID Core has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// `didResolutionMetadata`.
    pub resolution_metadata: Value,
    /// `didDocument`; nothing after an error.
    pub document: Option<Value>,
    /// `didDocumentMetadata`.
    pub document_metadata: Value,
}

impl From<ResolutionError> for Resolution {
    fn from(error: ResolutionError) -> Self {
        Self {
            resolution_metadata: json!({"error": error.name()}),
            document: None,
            document_metadata: json!({}),
        }
    }
}

impl Resolution {
    /// Returns the answer as one object, as HTTP resolvers give it.
    pub fn to_json(&self) -> Value {
        json!({
            "@context": "https://w3id.org/did-resolution/v1",
            "didResolutionMetadata": self.resolution_metadata,
            "didDocument": self.document,
            "didDocumentMetadata": self.document_metadata,
        })
    }
}

const LD_JSON: &str = "application/did+ld+json";
const JSON: &str = "application/did+json";

/// Resolves a DID, or a DID URL that asks for a version. `accept` is a media type; without one it is
/// `application/did+ld+json`.
pub fn resolve(url: &str, accept: Option<&str>, source: &dyn Versions) -> Resolution {
    find(url, accept, source).unwrap_or_else(Resolution::from)
}

fn find(
    url: &str,
    accept: Option<&str>,
    source: &dyn Versions,
) -> Result<Resolution, ResolutionError> {
    let url = DidUrl::parse(url).ok_or_else(|| unread(url))?;
    let content_type = match accept {
        None | Some(LD_JSON | "*/*") => LD_JSON,
        Some(JSON) => JSON,
        Some(_) => return Err(ResolutionError::RepresentationNotSupported),
    };
    let versions = source.versions(&url.id);
    let at = choose(&url, &versions)?;
    let version = versions.get(at).ok_or(ResolutionError::NotFound)?;
    let mut document = match version.deactivated {
        // What was revoked has no keys any more.
        true => json!({"@context": ["https://www.w3.org/ns/did/v1"], "id": did_of(&url.id)}),
        false => document(&url.id, &version.handle, &version.document),
    };
    if content_type == JSON {
        document
            .as_object_mut()
            .map(|fields| fields.remove("@context"));
    }
    Ok(Resolution {
        resolution_metadata: json!({"contentType": content_type}),
        document: Some(document),
        document_metadata: metadata(&url.id, &versions, at),
    })
}

/// Says why a text is no DID URL of this method.
fn unread(url: &str) -> ResolutionError {
    let did = url.split(['/', '?', '#']).next().unwrap_or_default();
    match is_did(did) && !did.starts_with(PREFIX) {
        true => ResolutionError::MethodNotSupported,
        false => ResolutionError::InvalidDid,
    }
}

/// Returns which version is asked for.
fn choose(url: &DidUrl, versions: &[Version]) -> Result<usize, ResolutionError> {
    let last = |test: &dyn Fn(&Version) -> bool| versions.iter().rposition(test);
    let found = if let Some(id) = &url.version {
        last(&|version| version.made_in.to_string() == *id)
    } else if let Some(time) = &url.time {
        let time: Moment = time.parse().map_err(|_| ResolutionError::InvalidDid)?;
        last(&|version| version.time <= time)
    } else if let Some(height) = url.height {
        last(&|version| version.height <= height)
    } else {
        versions.len().checked_sub(1)
    };
    found.ok_or(ResolutionError::NotFound)
}

fn metadata(id: &IdentityId, versions: &[Version], at: usize) -> Value {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.into(), value);
    if let (Some(first), Some(version)) = (versions.first(), versions.get(at)) {
        put("created", json!(first.time.to_string()));
        if at > 0 {
            put("updated", json!(version.time.to_string()));
        }
        put("versionId", json!(version.made_in.to_string()));
        put("height", json!(version.height));
        if version.deactivated {
            put("deactivated", json!(true));
        }
    }
    if let Some(next) = versions.get(at.saturating_add(1)) {
        put("nextUpdate", json!(next.time.to_string()));
        put("nextVersionId", json!(next.made_in.to_string()));
    }
    put("canonicalId", json!(did_of(id)));
    Value::Object(fields)
}

/// Finds what a DID URL points to: the document, or the key or service that its fragment names.
///
/// # Errors
/// The DID does not resolve, or nothing in the document has that id.
pub fn dereference(url: &str, source: &dyn Versions) -> Result<Value, ResolutionError> {
    let of_url = |error| match error {
        ResolutionError::InvalidDid => ResolutionError::InvalidDidUrl,
        error => error,
    };
    let parsed = DidUrl::parse(url).ok_or_else(|| of_url(unread(url)))?;
    let resolution = find(url, None, source).map_err(of_url)?;
    let document = resolution.document.ok_or(ResolutionError::NotFound)?;
    let Some(fragment) = parsed.fragment else {
        return Ok(document);
    };
    let wanted = format!("{}#{fragment}", did_of(&parsed.id));
    let lists = document.as_object().into_iter().flat_map(Map::values);
    let mut entries = lists.filter_map(Value::as_array).flatten();
    entries
        .find(|entry| entry["id"].as_str() == Some(&wanted))
        .cloned()
        .ok_or(ResolutionError::NotFound)
}
