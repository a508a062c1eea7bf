//! Peers that say what no honest node says.
use std::net::SocketAddr;

use moneta_p2p::Input;

use crate::violation::Violation;
use crate::world::World;

/// A peer that lies.
pub(crate) struct Liar {
    pub(crate) address: SocketAddr,
}

impl World<'_> {
    pub(crate) fn lie(&mut self, _liar: usize) -> Result<(), Violation> {
        Ok(())
    }

    pub(crate) fn tell_liar(&mut self, _liar: usize, _input: Input) -> Result<(), Violation> {
        Ok(())
    }
}
