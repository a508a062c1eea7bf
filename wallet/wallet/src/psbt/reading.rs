//! The reading of a PSBT.
use bitcoin::{Amount, OutPoint, Psbt, TxOut, Txid};
use moneta_chain::Network;
use moneta_keys::{AccountPublic, Keychain};
use moneta_mips::{Attachment, Envelope};

use super::{PsbtError, Warning};

/// An input, proven from the transaction that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadInput {
    /// What it spends.
    pub outpoint: OutPoint,
    /// Grains and script.
    pub output: TxOut,
    /// What it holds beside its grains.
    pub attachment: Option<Attachment>,
    /// Which key of the reader's account it pays, if it does.
    pub ours: Option<(Keychain, u32)>,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOutput {
    /// Grains and script.
    pub output: TxOut,
    /// What it will hold beside its grains.
    pub attachment: Option<Attachment>,
    /// Which key of the reader's account it pays, if it does.
    pub ours: Option<(Keychain, u32)>,
}

/// What a PSBT does.
#[derive(Debug, Clone)]
pub struct PsbtReading {
    /// The PSBT itself, ready to be signed.
    pub psbt: Psbt,
    /// Id of the transaction.
    pub txid: Txid,
    /// What goes in.
    pub inputs: Vec<ReadInput>,
    /// What comes out.
    pub outputs: Vec<ReadOutput>,
    /// What the transaction says about assets, rights and identities.
    pub envelope: Option<Envelope>,
    /// What the miner gets.
    pub fee: Amount,
    /// What to look at twice.
    pub warnings: Vec<Warning>,
}

/// Reads a PSBT (binary or base64) and proves what it does. `account` tells which keys are the reader's.
///
/// # Errors
/// The bytes are no PSBT, it lies about an input, or it would lose an asset, a right or an identity.
pub fn read_psbt(
    _bytes: &[u8],
    _network: Network,
    _account: Option<&AccountPublic>,
) -> Result<PsbtReading, PsbtError> {
    unimplemented!("read_psbt")
}
