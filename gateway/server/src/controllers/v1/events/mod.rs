//! What happens, as it happens.

mod stream;

pub(crate) use stream::{__path_stream, stream};
