//! Stable codes of errors: one list gives the code of each variant and all codes there are.

/// Gives an error enum `code()` and `CODES`. A variant that is left out does not compile.
macro_rules! codes {
    ($error:ident { $($variant:ident => $code:literal),+ $(,)? }) => {
        impl $error {
            /// Every code there is, so that a test can ask for a vector of each.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// Returns the stable code of this error.
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }
        }
    };
}
