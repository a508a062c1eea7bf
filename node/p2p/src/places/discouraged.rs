//! Addresses that did what no honest peer does.
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use crate::addresses::host;

/// How long such an address is not spoken with.
const SPAN: Duration = Duration::from_secs(24 * 60 * 60);
/// How many are remembered (Zebra); the one that was noted first is forgotten first.
const MAX: usize = 20_000;

/// Addresses that did what no honest peer does, for a day each. Not kept over a restart.
#[derive(Debug, Default)]
pub(crate) struct Discouraged {
    until: BTreeMap<IpAddr, Duration>,
    order: BTreeSet<(Duration, IpAddr)>,
}

impl Discouraged {
    /// Notes that somebody there did what no honest peer does. `now` never goes back.
    pub(crate) fn note(&mut self, ip: IpAddr, now: Duration) {
        let host = host(ip);
        let until = now + SPAN;
        if let Some(before) = self.until.insert(host, until) {
            self.order.remove(&(before, host));
        }
        self.order.insert((until, host));
        if self.order.len() > MAX
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.until.remove(&oldest);
        }
    }

    /// Tells whether an address had better not be spoken with.
    pub(crate) fn contains(&self, ip: IpAddr, now: Duration) -> bool {
        let until = self.until.get(&host(ip));
        until.is_some_and(|until| now < *until)
    }

    /// Returns how many are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.until.len()
    }
}
