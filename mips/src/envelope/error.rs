//! Why bytes are not an envelope.
/// One variant, one rule of `docs/formats/envelope.md`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The payload ends in the middle of a field.
    #[error("the envelope ends in the middle of a field")]
    Truncated,
}

impl EnvelopeError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Truncated => "envelope.truncated",
        }
    }
}
