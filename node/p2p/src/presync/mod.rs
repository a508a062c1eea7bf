//! Chains of headers that claim too little work: counted before they are kept, so that a long worthless chain costs a
//! node no memory (CVE-2024-52916).
//!
//! The peer is asked twice. The first time its headers are checked for what costs nothing and forgotten; one bit in
//! 624, under a salt of ours, is kept. Once they claim enough work they are asked for again, compared with those bits,
//! and handed on for their seals to be verified only when so many bits have matched that another chain can't be
//! behind them.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use bitcoin::BlockHash;
use bitcoin::hashes::{Hash, HashEngine, sha256};
use moneta_chain::{ChainWork, Params, SealedHeader};
use moneta_consensus::{HeaderError, ParentBlock, check_unsealed_header};

/// Headers for each bit that is kept (Bitcoin Core's figure for 80-byte headers; ours are checked for more).
const HEADERS_PER_BIT: u64 = 624;
/// Headers that are held back, so that at least 23 bits stand behind the first of them.
pub(crate) const HELD_BACK: usize = 14_827;
/// Blocks that fit into a second of chain time: the median of eleven must grow.
const MAX_BLOCKS_PER_SECOND: u64 = 6;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Ask for what follows this header.
    Ask(BlockHash),
    /// Have these verified, then ask for what follows this header.
    VerifyAndAsk(Vec<SealedHeader>, BlockHash),
    /// Have these verified; that was all, and from here on the chain is one like any other.
    Verify(Vec<SealedHeader>),
    /// The chain ended and has too little work: forget it.
    TooLittle,
}

/// Why a peer is not heard any further about its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PresyncError {
    /// A header breaks a rule that needs no seal to see.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The chain is longer than the time since its first block allows.
    #[error("more headers than fit into the time since their first")]
    TooLong,
    /// The second time it sent another chain than the first.
    #[error("another chain than the one it sent before")]
    AnotherChain,
}

impl PresyncError {
    /// Returns the rule's stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Header(error) => error.code(),
            Self::TooLong => "headers.too_long",
            Self::AnotherChain => "headers.another_chain",
        }
    }

    /// Tells whether no honest peer does this. A reorganisation between the two times is no offence, nor is a
    /// header that is merely early.
    pub const fn is_offence(&self) -> bool {
        match self {
            Self::Header(HeaderError::TimeTooNew { .. }) | Self::AnotherChain => false,
            Self::Header(_) | Self::TooLong => true,
        }
    }
}

/// One peer's chain while its work is counted. It takes four megabytes at most.
#[derive(Debug)]
pub struct Presync {
    start: Place,
    at: Place,
    wanted: ChainWork,
    salt: [u8; 32],
    bits: Bits,
    phase: Phase,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    parent: ParentBlock,
    work: ChainWork,
    headers: u64,
}

#[derive(Debug)]
enum Phase {
    Counting { most_bits: u64 },
    Comparing { held: VecDeque<SealedHeader> },
}

impl Presync {
    /// Begins to count headers that stand on a verified one. `now` is the reader's time in seconds since 1970.
    pub fn new(
        parent: ParentBlock,
        work: ChainWork,
        wanted: ChainWork,
        salt: [u8; 32],
        now: u64,
        params: &Params,
    ) -> Self {
        let start = Place {
            parent,
            work,
            headers: 0,
        };
        let latest = now.saturating_add(u64::from(params.max_future_seconds));
        let seconds = latest.saturating_sub(u64::from(parent.median_time()));
        let most_bits = seconds.saturating_mul(MAX_BLOCKS_PER_SECOND) / HEADERS_PER_BIT;
        Self {
            start,
            at: start,
            wanted,
            salt,
            bits: Bits::default(),
            phase: Phase::Counting { most_bits },
        }
    }

    /// Returns the header after which the next ones are to come.
    pub const fn expects_after(&self) -> BlockHash {
        self.at.parent.id
    }

    /// Returns the verified header on which it all stands.
    pub const fn start(&self) -> BlockHash {
        self.start.parent.id
    }

    /// Takes the next headers; `is_full` when the peer may have more.
    ///
    /// # Errors
    /// The chain is not worth hearing any more of.
    pub fn take(
        &mut self,
        headers: &[SealedHeader],
        is_full: bool,
        now: u64,
        params: &Params,
    ) -> Result<Step, PresyncError> {
        for sealed in headers {
            self.step(sealed, now, params)?;
        }
        if let Phase::Counting { .. } = self.phase {
            if self.at.work >= self.wanted {
                self.at = self.start;
                self.phase = Phase::Comparing {
                    held: VecDeque::new(),
                };
                return Ok(Step::Ask(self.start.parent.id));
            }
            return Ok(if is_full {
                Step::Ask(self.at.parent.id)
            } else {
                Step::TooLittle
            });
        }
        Ok(self.release(is_full))
    }

    fn step(
        &mut self,
        sealed: &SealedHeader,
        now: u64,
        params: &Params,
    ) -> Result<(), PresyncError> {
        check_unsealed_header(&sealed.header, &self.at.parent, now, params)?;
        self.at.parent = self.at.parent.child(&sealed.header);
        let work = ChainWork::of(&sealed.header);
        self.at.work = self.at.work.saturating_add(work);
        self.at.headers = self.at.headers.saturating_add(1);
        let bit = self
            .at
            .headers
            .is_multiple_of(HEADERS_PER_BIT)
            .then(|| self.bit());
        match &mut self.phase {
            Phase::Counting { most_bits } => {
                if let Some(bit) = bit {
                    if self.bits.count >= *most_bits {
                        return Err(PresyncError::TooLong);
                    }
                    self.bits.push(bit);
                }
            }
            Phase::Comparing { held } => {
                let index = (self.at.headers / HEADERS_PER_BIT).saturating_sub(1);
                if let (Some(bit), Some(expected)) = (bit, self.bits.get(index))
                    && bit != expected
                {
                    return Err(PresyncError::AnotherChain);
                }
                held.push_back(*sealed);
            }
        }
        Ok(())
    }

    /// Returns what may be verified: all, once the work is there; else what enough bits stand behind.
    fn release(&mut self, is_full: bool) -> Step {
        let (last, is_enough) = (self.at.parent.id, self.at.work >= self.wanted);
        let Phase::Comparing { held } = &mut self.phase else {
            return Step::TooLittle;
        };
        if is_enough {
            return Step::Verify(held.drain(..).collect());
        }
        if !is_full {
            return Step::TooLittle;
        }
        let free = held.len().saturating_sub(HELD_BACK);
        if free == 0 {
            return Step::Ask(last);
        }
        Step::VerifyAndAsk(held.drain(..free).collect(), last)
    }

    /// Returns what is remembered of the header at hand.
    fn bit(&self) -> bool {
        let mut engine = sha256::Hash::engine();
        engine.input(&self.salt);
        engine.input(&self.at.parent.id.to_byte_array());
        let [first, ..] = sha256::Hash::from_engine(engine).to_byte_array();
        first & 1 == 1
    }
}

/// A list of bits.
#[derive(Debug, Default)]
struct Bits {
    words: Vec<u64>,
    count: u64,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        let at = self.count % 64;
        if at == 0 {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << at;
        }
        self.count = self.count.saturating_add(1);
    }

    fn get(&self, index: u64) -> Option<bool> {
        let word = self.words.get(usize::try_from(index / 64).ok()?)?;
        (index < self.count).then_some(word >> (index % 64) & 1 == 1)
    }
}
