//! The offline signer as a library, so that `moneta wallet` runs the same program.
