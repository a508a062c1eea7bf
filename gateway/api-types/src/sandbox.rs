//! What only a sandbox has.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Asks the faucet for MTA: to an address or to a wallet, exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Faucet {
    /// Address that is paid.
    #[schema(example = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080")]
    pub address: Option<String>,
    /// Wallet that is paid, at its first address.
    pub wallet_id: Option<String>,
    /// How much, in MTA; 1 if absent, at most 4.
    #[schema(example = "1")]
    pub amount: Option<String>,
}

/// Asks for blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MineBlocks {
    /// How many, 1 to 100.
    #[schema(example = 1)]
    pub count: u32,
}

/// Blocks that were just mined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MinedBlocks {
    /// Their ids, lowest first.
    pub blocks: Vec<String>,
    /// Height of the best block now.
    pub height: u32,
}
