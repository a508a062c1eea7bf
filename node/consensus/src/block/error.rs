//! Why a block is refused.
use bitcoin::hex::DisplayHex;
use bitcoin::{Amount, OutPoint, TxMerkleNode, Txid};
use moneta_chain::Height;

use crate::{HeaderError, TransactionError};

/// One variant, one rule; errors of its header and its transactions keep their own codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// Its header or its seal breaks a rule.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// It holds nothing.
    #[error("the block has no transactions")]
    NoTransactions,
    /// Its body is not the one that the header commits to.
    #[error("the transactions hash to {got}, the header commits to {expected}")]
    BadMerkleRoot {
        /// What the header commits to.
        expected: TxMerkleNode,
        /// What the transactions hash to.
        got: TxMerkleNode,
    },
    /// Transactions at its end are repeated so that the merkle root stays the same (CVE-2012-2459).
    #[error("the block repeats transactions at the end of its merkle tree")]
    DuplicateTail,
    /// It has too many bytes without its witnesses.
    #[error("the block has {stripped_size} bytes without witnesses, at most {max} are allowed")]
    TooLarge {
        /// Its size without witnesses, in bytes.
        stripped_size: usize,
        /// The most there may be.
        max: usize,
    },
    /// It is too heavy.
    #[error("the block weighs {weight} units, at most {max} are allowed")]
    TooHeavy {
        /// Its weight in weight units.
        weight: u64,
        /// The most there may be.
        max: u64,
    },
    /// Its first transaction is no coinbase.
    #[error("the block's first transaction is no coinbase")]
    NoCoinbase,
    /// It has a second coinbase.
    #[error("transaction {index} is a second coinbase")]
    SecondCoinbase {
        /// Where it stands.
        index: usize,
    },
    /// Its scripts ask for too much signature checking.
    #[error("the block's scripts cost {cost} signature operations, at most {max} are allowed")]
    TooManySigops {
        /// What they cost.
        cost: u64,
        /// The most they may cost.
        max: u64,
    },
    /// Its coinbase does not begin with the height (BIP34).
    #[error("the coinbase's script does not begin with the height {height}")]
    BadCoinbaseHeight {
        /// The height it should begin with.
        height: Height,
    },
    /// Its coinbase commits to witnesses, and its own witness is not the one 32-byte value that goes in.
    #[error("the coinbase's witness must be one value of 32 bytes")]
    BadWitnessReservedValue,
    /// Its witnesses are not those that the coinbase commits to.
    #[error("the witnesses are not those that the coinbase commits to")]
    BadWitnessCommitment,
    /// It has witnesses that nothing commits to.
    #[error("transaction {index} has a witness, but the coinbase commits to none")]
    UnexpectedWitness {
        /// Where the first of them stands.
        index: usize,
    },
    /// It would make a coin that exists already (BIP30).
    #[error("the block makes {outpoint}, which exists already and is not spent")]
    DuplicateCoin {
        /// The coin.
        outpoint: OutPoint,
    },
    /// Its coinbase takes more than subsidy and fees.
    #[error("the coinbase takes {} grains, subsidy and fees are {}", .paid.to_sat(), .allowed.to_sat())]
    RewardTooHigh {
        /// What the coinbase pays.
        paid: Amount,
        /// What it may pay.
        allowed: Amount,
    },
    /// Its coinbase does not say what it commits to (MIP-7).
    #[error("no output of the coinbase carries the block's commitments")]
    MissingCommitments,
    /// Its coinbase says twice what it commits to.
    #[error("two outputs of the coinbase carry commitments, one is allowed")]
    SecondCommitments,
    /// Its coinbase commits to another filter, registry or history than the block's.
    #[error("the coinbase commits to {}, the block's commitments hash to {}", .got.as_hex(), .expected.as_hex())]
    BadCommitments {
        /// What the commitments of the block hash to.
        expected: [u8; 32],
        /// What the coinbase carries.
        got: [u8; 32],
    },
    /// One of its transactions breaks a rule.
    #[error("transaction {index} ({txid}): {error}")]
    Transaction {
        /// Where it stands.
        index: usize,
        /// Its id.
        txid: Txid,
        /// The rule.
        #[source]
        error: Box<TransactionError>,
    },
}

impl BlockError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Header(error) => error.code(),
            Self::NoTransactions => "block.no_transactions",
            Self::BadMerkleRoot { .. } => "block.bad_merkle_root",
            Self::DuplicateTail => "block.duplicate_tail",
            Self::TooLarge { .. } => "block.too_large",
            Self::TooHeavy { .. } => "block.too_heavy",
            Self::NoCoinbase => "block.no_coinbase",
            Self::SecondCoinbase { .. } => "block.second_coinbase",
            Self::TooManySigops { .. } => "block.too_many_sigops",
            Self::BadCoinbaseHeight { .. } => "block.bad_coinbase_height",
            Self::BadWitnessReservedValue => "block.bad_witness_reserved_value",
            Self::BadWitnessCommitment => "block.bad_witness_commitment",
            Self::UnexpectedWitness { .. } => "block.unexpected_witness",
            Self::DuplicateCoin { .. } => "block.duplicate_coin",
            Self::RewardTooHigh { .. } => "block.reward_too_high",
            Self::MissingCommitments => "block.missing_commitments",
            Self::SecondCommitments => "block.second_commitments",
            Self::BadCommitments { .. } => "block.bad_commitments",
            Self::Transaction { error, .. } => error.code(),
        }
    }

    /// Tells whether the id can be remembered as invalid for ever.
    ///
    /// Anybody can send a good header with another body or other witnesses. Only a rule that breaks in what
    /// the id commits to condemns it; the rest condemns the message.
    pub fn condemns_id(&self) -> bool {
        match self {
            Self::Header(error) => error.condemns_id(),
            Self::NoTransactions
            | Self::BadMerkleRoot { .. }
            | Self::DuplicateTail
            | Self::BadWitnessReservedValue
            | Self::BadWitnessCommitment
            | Self::UnexpectedWitness { .. } => false,
            // Two hashes of an honest block's tree can pose as one transaction of 64 bytes.
            Self::Transaction { error, .. } => **error != TransactionError::Is64Bytes,
            Self::TooLarge { .. }
            | Self::TooHeavy { .. }
            | Self::NoCoinbase
            | Self::SecondCoinbase { .. }
            | Self::TooManySigops { .. }
            | Self::BadCoinbaseHeight { .. }
            | Self::DuplicateCoin { .. }
            | Self::RewardTooHigh { .. }
            | Self::MissingCommitments
            | Self::SecondCommitments
            | Self::BadCommitments { .. } => true,
        }
    }
}

/// Says where the transaction stands that an error is about.
pub(super) fn in_transaction(index: usize, txid: Txid) -> impl Fn(TransactionError) -> BlockError {
    move |error| BlockError::Transaction {
        index,
        txid,
        error: Box::new(error),
    }
}
