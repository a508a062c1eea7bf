//! The signer signs what was asked, and nothing that was not.
