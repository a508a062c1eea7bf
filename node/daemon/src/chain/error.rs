//! Why a block is not taken.
use bitcoin::BlockHash;
use moneta_chain::Height;
use moneta_consensus::BlockError;
use moneta_node_api::Rejection;

/// Stable code of a block on a branch that can't be followed.
pub(crate) const OUT_OF_REACH: &str = "block.out_of_reach";

/// One variant, one reason.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChainError {
    /// It breaks a rule.
    #[error(transparent)]
    Rule(#[from] BlockError),
    /// The node does not know the block it stands on.
    #[error("its parent {0} is not known: send that first")]
    UnknownParent(BlockHash),
    /// It stands on a block that breaks a rule.
    #[error("it stands on {0}, which is invalid")]
    OnInvalid(BlockHash),
    /// Its branch leaves the best chain where the node can't go back to.
    #[error(
        "its branch leaves the best chain below height {bedrock}, and this node can't take back what stands there: it was pruned, or came as a snapshot"
    )]
    OutOfReach {
        /// The lowest block that a branch may leave the best chain at.
        bedrock: Height,
    },
    /// It was judged before.
    #[error("{0} was found invalid before")]
    KnownInvalid(BlockHash),
}

impl ChainError {
    /// Tells whether to keep a note that the block can never become valid, so that it is not judged again.
    ///
    /// An id says nothing about seal or body that came with it, and the clock moves on: neither condemns it.
    /// What is found before the seal is looked at is cheap to find again, and cost its sender no work: notes
    /// of it would let anybody fill our memory.
    pub(crate) fn condemns(&self) -> bool {
        match self {
            Self::Rule(BlockError::Header(_)) => false,
            Self::Rule(error) => error.condemns_id(),
            Self::OnInvalid(_)
            | Self::OutOfReach { .. }
            | Self::UnknownParent(_)
            | Self::KnownInvalid(_) => false,
        }
    }

    /// Returns the stable code of this reason.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Rule(error) => error.code(),
            Self::UnknownParent(_) => "block.unknown_parent",
            Self::OnInvalid(_) => "block.on_invalid",
            Self::OutOfReach { .. } => OUT_OF_REACH,
            Self::KnownInvalid(_) => "block.known_invalid",
        }
    }
}

impl From<ChainError> for Rejection {
    fn from(error: ChainError) -> Self {
        Self {
            code: error.code().to_owned(),
            detail: error.to_string(),
        }
    }
}
