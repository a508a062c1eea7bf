//! Who speaks, and what both sides agreed on.
use bitcoin::p2p::ServiceFlags;
use bitcoin::p2p::message_network::VersionMessage;
use moneta_chain::Height;

/// The version of the protocol that we speak.
pub const VERSION: u32 = 70_016;
/// The oldest version we speak with: the first that announces blocks by headers (BIP130).
pub(crate) const MIN_VERSION: u32 = 70_012;

/// Who opened the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The peer did.
    Inbound,
    /// We did.
    Outbound,
}

/// What we say of ourselves.
#[derive(Debug, Clone)]
pub struct Identity {
    /// What we offer.
    pub services: ServiceFlags,
    /// Drawn once for each run of the node: who receives it speaks with itself.
    pub nonce: u64,
    /// Our name and version, as BIP14 has it.
    pub user_agent: String,
    /// Height of our tip.
    pub height: Height,
    /// Seconds since 1970 at the beginning of the conversation.
    pub unix_seconds: i64,
    /// Whether we want to hear of transactions: not over connections that carry blocks only.
    pub wants_transactions: bool,
}

/// What a peer told of itself, and what was agreed on before `verack`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Its `version`.
    pub version: VersionMessage,
    /// Headers go with their seals (`sendseals`).
    pub has_seals: bool,
    /// Transactions are announced by wtxid (BIP339).
    pub has_wtxid_relay: bool,
    /// Addresses go as `addrv2` (BIP155).
    pub has_addr_v2: bool,
}
