//! Tests of the envelope.
mod round_trips;
mod scenarios;

pub(crate) use scenarios::vectors;
