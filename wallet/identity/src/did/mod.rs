//! `did:moneta`: documents from identities of the registry, their resolution, and what DID Core asks of any
//! document. The method is specified in MIP-2 (`did-method.md`).
mod conformance;
mod document;
mod moment;
mod resolve;
mod syntax;
#[cfg(test)]
mod tests;

pub use conformance::{NotConformant, check_document};
pub use document::{assertion_key, document, multikey, verification_key};
pub use moment::Moment;
pub use resolve::{Resolution, ResolutionError, Version, Versions, dereference, resolve};
pub use syntax::{DidUrl, did_of, is_did, is_did_url};
