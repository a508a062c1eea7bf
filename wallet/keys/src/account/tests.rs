//! Published vectors and refusals.
