//! What a gateway is started with.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use moneta_keys::os_random;

/// Tells the time in seconds since 1970.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Fills a buffer with unpredictable bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What a gateway is started with.
#[derive(Clone)]
pub struct GatewayConfig {
    /// The folder that holds `gateway.redb`, `index.redb`, `search.sled/` and `custody.key`.
    pub data_dir: PathBuf,
    /// Where users reach this gateway, without a slash at the end; links in answers begin with it.
    pub public_url: String,
    /// Whether this is a sandbox: with a faucet, a demo key and blocks on demand.
    pub sandbox: bool,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where secrets come from.
    pub random: Random,
}

impl GatewayConfig {
    /// Returns the configuration of a sandbox: the machine's clock, the system's randomness.
    pub fn sandbox(data_dir: PathBuf, public_url: String) -> Self {
        Self {
            data_dir,
            public_url,
            sandbox: true,
            clock: Arc::new(machine_clock),
            random: Arc::new(os_random),
        }
    }
}

fn machine_clock() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
