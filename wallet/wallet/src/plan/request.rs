//! What somebody wants, and the terms under which it is done.
use std::collections::BTreeMap;

use bitcoin::{Amount, FeeRate, OutPoint, ScriptBuf};
use moneta_chain::{Height, Params};
use moneta_keys::AccountPublic;
use moneta_mips::{AssetId, Freeze, IssueAsset, RegisterIdentity, Rights, Targets};

use crate::Proofs;

/// What somebody wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Pay grains to a script.
    Pay {
        /// To whom.
        to: ScriptBuf,
        /// How many grains.
        amount: Amount,
    },
    /// Send units of an asset to a script.
    Send {
        /// Which asset.
        asset: AssetId,
        /// To whom.
        to: ScriptBuf,
        /// How many base units.
        amount: u64,
    },
    /// Create an asset. Its rights go to the wallet's own change.
    Issue {
        /// The asset. If it names an issuer, the wallet must hold that identity.
        asset: IssueAsset,
        /// Who gets the first units; the wallet itself if `None`.
        to: Option<ScriptBuf>,
    },
    /// Create more units of an asset.
    Mint {
        /// Which asset.
        asset: AssetId,
        /// How many base units.
        amount: u64,
        /// Who gets them; the wallet itself if `None`.
        to: Option<ScriptBuf>,
    },
    /// Destroy units of an asset.
    Burn {
        /// Which asset.
        asset: AssetId,
        /// How many base units.
        amount: u64,
    },
    /// Freeze coins.
    Freeze(Freeze),
    /// Lift freezes.
    Unfreeze {
        /// Which asset.
        asset: AssetId,
        /// Of what, in any order.
        targets: Targets,
        /// With which rights: FREEZE, and COMPLIANCE where an ORDER stands, unless it has been renounced. They may
        /// sit on several coins.
        rights: Rights,
    },
    /// Take the units of coins that have long stood under an ORDER; the coins themselves stay where they are.
    ForceTransfer {
        /// Units of which asset.
        asset: AssetId,
        /// Which coins, in any order, and how many base units each holds.
        from: BTreeMap<OutPoint, u64>,
        /// Who gets them.
        to: ScriptBuf,
    },
    /// Register an identity; it goes to the wallet itself. Its salt must be random and used once.
    Register(RegisterIdentity),
    /// Notarise a digest.
    Anchor {
        /// SHA-256 of the document, or a merkle root of many.
        digest: [u8; 32],
    },
}

/// The terms of a plan: everything that is neither wanted nor owned.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Whose coins these are, and where change goes.
    pub account: &'a AccountPublic,
    /// First index of [`Keychain::Internal`](moneta_keys::Keychain::Internal) that was never used.
    pub change_index: u32,
    /// What a miner gets per virtual byte.
    pub fee_rate: FeeRate,
    /// Height of the next block.
    pub next_height: Height,
    /// Constants of the network.
    pub params: &'a Params,
    /// What proves to the signer which assets and identities these are. What is missing is left out,
    /// and the signer then shows the id alone.
    pub proofs: &'a Proofs,
}
