//! Credentials: SD-JWT VC (RFC 9901 for selective disclosure), signed with ES256K by a key of the issuer's DID
//! document, bound to a key of the holder's, and revocable through a status list that the chain anchors.
#[cfg(test)]
mod cases;
mod disclosure;
mod error;
mod issue;
mod jws;
mod present;
mod status;
#[cfg(test)]
mod tests;
mod verify;

pub use disclosure::{Disclosure, Salt};
pub use error::CredentialError;
pub use issue::{Claims, StatusPointer, issue};
pub use jws::{jwk, read_jwk};
pub use present::{Audience, present};
pub use status::{Anchored, Status, StatusList, check_status};
pub use verify::{Expectation, Verified, verify};
