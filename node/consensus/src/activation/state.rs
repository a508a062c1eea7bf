//! The states of a deployment, one for each period of blocks.
use std::collections::BTreeMap;

use bitcoin::BlockHash;
use bitcoin::block::Version;
use moneta_chain::Height;
use moneta_mips::{Deployment, Periods};

/// The top three bits of a version whose other bits are signals (BIP9).
const TOP_MASK: u32 = 0xe000_0000;
const TOP_BITS: u32 = 0x2000_0000;

/// How far a deployment is. All blocks of a period are in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeploymentState {
    /// Its start has not come.
    Defined,
    /// Signals count.
    Started,
    /// Enough miners signalled in one period: it comes into force.
    LockedIn,
    /// In force.
    Active,
    /// Its time ran out.
    Failed,
}

/// The chain that a block stands on, as far as versions go.
pub trait VersionView {
    /// Returns id and version of the block at `height`; answers for every height below the block in question.
    fn version_at(&self, height: Height) -> Option<(BlockHash, Version)>;
}

/// Tells whether a version signals with `bit`.
pub fn signals(version: Version, bit: u8) -> bool {
    let version = u32::from_le_bytes(version.to_consensus().to_le_bytes());
    version & TOP_MASK == TOP_BITS && version.checked_shr(u32::from(bit)).unwrap_or(0) & 1 == 1
}

/// States that were computed before: a period's state follows from the block before its first, so it is
/// found again by that block's id on whatever branch.
#[derive(Debug, Clone, Default)]
pub struct KnownStates {
    by_last_block: BTreeMap<(u8, BlockHash), DeploymentState>,
}

impl KnownStates {
    /// Returns the state of `deployment` for the block at `height` over the chain below it.
    ///
    /// # Consensus
    /// > States change with the first block of a period only, whose height is a multiple of the network's
    /// > period. DEFINED becomes STARTED at a period that begins at the start height or later; STARTED becomes
    /// > LOCKED_IN after a period with at least the threshold of signals, otherwise FAILED at a period that
    /// > begins at the timeout height or later; LOCKED_IN becomes ACTIVE at a period that begins at the
    /// > earliest height or later. (MIP-0000, rule 0.7)
    pub fn state(
        &mut self,
        deployment: &Deployment,
        periods: Periods,
        view: &dyn VersionView,
        height: Height,
    ) -> DeploymentState {
        // Back to a period whose state is known, then forth from there.
        let mut unknown = Vec::new();
        let mut first = first_of_period(height, periods);
        let mut state = loop {
            let Some(last_before) = first.previous() else {
                break DeploymentState::Defined;
            };
            let Some((id, _)) = view.version_at(last_before) else {
                break DeploymentState::Defined;
            };
            if let Some(known) = self.by_last_block.get(&(deployment.bit, id)) {
                break *known;
            }
            unknown.push((first, id));
            first = first_of_period(last_before, periods);
        };
        for (first, id) in unknown.into_iter().rev() {
            state = after(state, deployment, periods, view, first);
            self.by_last_block.insert((deployment.bit, id), state);
        }
        state
    }

    /// Returns the version of a block at `height`, which signals for all that is to be signalled for.
    pub fn version(
        &mut self,
        deployments: &[Deployment],
        periods: Periods,
        view: &dyn VersionView,
        height: Height,
    ) -> Version {
        let signalled = deployments.iter().filter(|deployment| {
            let state = self.state(deployment, periods, view, height);
            matches!(state, DeploymentState::Started | DeploymentState::LockedIn)
        });
        let bits = signalled
            .filter_map(|deployment| 1_u32.checked_shl(u32::from(deployment.bit)))
            .fold(TOP_BITS, |bits, one| bits | one);
        Version::from_consensus(i32::from_le_bytes(bits.to_le_bytes()))
    }
}

/// Returns the state in the period that begins at `first`, where the one before was in `state`.
fn after(
    state: DeploymentState,
    deployment: &Deployment,
    periods: Periods,
    view: &dyn VersionView,
    first: Height,
) -> DeploymentState {
    match state {
        DeploymentState::Defined if first >= deployment.start => DeploymentState::Started,
        DeploymentState::Started if has_threshold(deployment, periods, view, first) => {
            DeploymentState::LockedIn
        }
        DeploymentState::Started if first >= deployment.timeout => DeploymentState::Failed,
        DeploymentState::LockedIn if first >= deployment.earliest => DeploymentState::Active,
        same => same,
    }
}

/// Tells whether enough blocks of the period that ends before `first` signal.
fn has_threshold(
    deployment: &Deployment,
    periods: Periods,
    view: &dyn VersionView,
    first: Height,
) -> bool {
    let begin = first.to_u32().saturating_sub(periods.length);
    let signalling = (begin..first.to_u32()).filter(|height| {
        view.version_at(Height::new(*height))
            .is_some_and(|(_, version)| signals(version, deployment.bit))
    });
    signalling.count() >= usize::try_from(periods.threshold).unwrap_or(usize::MAX)
}

fn first_of_period(height: Height, periods: Periods) -> Height {
    let into = height.to_u32().checked_rem(periods.length).unwrap_or(0);
    Height::new(height.to_u32().saturating_sub(into))
}
