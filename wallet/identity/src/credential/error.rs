//! Why a credential, a presentation or a status list is not good.

/// Why a credential, a presentation or a status list is not good: one variant, one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// It is not written as an SD-JWT is.
    #[error("this is not written as a credential is")]
    Malformed,
    /// Longer than anything that is read here.
    #[error("this is longer than any credential that is read here")]
    TooLong,
    /// Another algorithm than ES256K, or another digest than SHA-256.
    #[error("only ES256K signatures and SHA-256 digests are read")]
    Algorithm,
    /// Its `typ` says that it is something else.
    #[error("this token is of another type")]
    Type,
    /// Nobody knows the key that is named.
    #[error("the issuer's DID document has no such key")]
    KeyUnknown,
    /// The signature is not by the key that is named.
    #[error("the signature is not by the key that is named")]
    Signature,
    /// A disclosure is not written as one, takes a name that it must not, or the name of a claim that is there.
    #[error("a disclosure is not written as one, or takes a name that it must not")]
    Disclosure,
    /// A disclosure belongs to no digest.
    #[error("a disclosure belongs to nothing in the credential")]
    DisclosureUnused,
    /// A digest stands twice.
    #[error("a digest stands twice in the credential")]
    DigestTwice,
    /// No claim has this name, or it can't be concealed.
    #[error("there is no claim of this name that can be concealed")]
    ClaimUnknown,
    /// It is of another kind than asked for.
    #[error("the credential is of another kind than asked for")]
    Kind,
    /// It is not valid yet.
    #[error("the credential is not valid yet")]
    NotYet,
    /// It has run out.
    #[error("the credential has run out")]
    Expired,
    /// The holder did not prove that it is his.
    #[error("the holder has not proven that the credential is his")]
    NotBound,
    /// The proof is for somebody else.
    #[error("the holder's proof is for another audience")]
    Audience,
    /// The proof answers another question.
    #[error("the holder's proof does not carry the nonce that was asked for")]
    Nonce,
    /// The proof is too old or from the future.
    #[error("the holder's proof is too old, or from the future")]
    ProofAge,
    /// The proof is over other disclosures.
    #[error("the holder's proof is over another presentation")]
    ProofDigest,
    /// The status list is not the one that the chain holds.
    #[error("the chain does not hold this status list")]
    ListNotAnchored,
    /// The status list is older than it may be.
    #[error("the status list is too old: a newer one has to be fetched")]
    ListStale,
    /// The list has no such entry, or is of another issuer.
    #[error("the status list does not cover this credential")]
    ListOther,
    /// The issuer took it back.
    #[error("the issuer has revoked the credential")]
    Revoked,
    /// The issuer has suspended it.
    #[error("the issuer has suspended the credential")]
    Suspended,
}

impl CredentialError {
    /// Returns the stable code of this error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "credential.malformed",
            Self::TooLong => "credential.too_long",
            Self::Algorithm => "credential.algorithm",
            Self::Type => "credential.type",
            Self::KeyUnknown => "credential.key_unknown",
            Self::Signature => "credential.signature",
            Self::Disclosure => "credential.disclosure",
            Self::DisclosureUnused => "credential.disclosure_unused",
            Self::DigestTwice => "credential.digest_twice",
            Self::ClaimUnknown => "credential.claim_unknown",
            Self::Kind => "credential.kind",
            Self::NotYet => "credential.not_yet",
            Self::Expired => "credential.expired",
            Self::NotBound => "credential.not_bound",
            Self::Audience => "credential.audience",
            Self::Nonce => "credential.nonce",
            Self::ProofAge => "credential.proof_age",
            Self::ProofDigest => "credential.proof_digest",
            Self::ListNotAnchored => "credential.list_not_anchored",
            Self::ListStale => "credential.list_stale",
            Self::ListOther => "credential.list_other",
            Self::Revoked => "credential.revoked",
            Self::Suspended => "credential.suspended",
        }
    }
}
