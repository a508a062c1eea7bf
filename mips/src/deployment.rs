//! How miners bring a new MIP into force: a bit of the header's version, counted period by period.
use moneta_chain::{Height, Network};

/// A MIP that comes into force once miners signal for it (MIP-0000, rules 0.6 to 0.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// The MIP's number; 0 for a rehearsal that changes no rule.
    pub mip: u16,
    /// Bit of the header's version that signals for it, 0 to 28.
    pub bit: u8,
    /// Signals count in periods that begin at this height or later.
    pub start: Height,
    /// If it is not locked in by a period that begins at this height or later, it has failed.
    pub timeout: Height,
    /// It does not come into force below this height, however early it is locked in.
    pub earliest: Height,
}

/// Periods in which signals are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// Blocks in a period.
    pub length: u32,
    /// Signals in one period that lock a deployment in.
    pub threshold: u32,
}

/// Two weeks, and 95 of 100 blocks.
const MAIN: Periods = Periods {
    length: 20_160,
    threshold: 19_152,
};

/// As short as Bitcoin's regtest has it, and 75 of 100 blocks.
const DEV: Periods = Periods {
    length: 144,
    threshold: 108,
};

/// What is being deployed on the main and on the test network: nothing so far.
const ON_MAIN: &[Deployment] = &[];
const ON_TEST: &[Deployment] = &[];

/// A rehearsal, as Bitcoin's regtest has one: it goes through all states and changes nothing.
const ON_DEV: &[Deployment] = &[Deployment {
    mip: 0,
    bit: 28,
    start: Height::GENESIS,
    timeout: Height::new(u32::MAX),
    earliest: Height::GENESIS,
}];

/// Returns what is being deployed on a network.
pub const fn deployments(network: Network) -> &'static [Deployment] {
    match network {
        Network::Main => ON_MAIN,
        Network::Test => ON_TEST,
        Network::Dev => ON_DEV,
    }
}

/// Returns the periods of a network.
pub const fn periods(network: Network) -> Periods {
    match network {
        Network::Main | Network::Test => MAIN,
        Network::Dev => DEV,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_deployments_of_a_network_share_a_bit_and_each_can_succeed() {
        for network in Network::ALL {
            let (all, periods) = (deployments(network), periods(network));
            assert!(periods.threshold <= periods.length && periods.threshold > periods.length / 2);
            for (at, one) in all.iter().enumerate() {
                assert!(
                    one.bit <= 28,
                    "the three bits above say that the others are signals"
                );
                assert!(one.timeout.blocks_since(one.start) > 2 * periods.length);
                assert!(all[at + 1..].iter().all(|other| other.bit != one.bit));
            }
        }
    }
}
