//! When a transaction may stand in a block: absolute and relative locks.
use bitcoin::absolute::LockTime;
use bitcoin::{Transaction, relative};
use moneta_chain::Height;
use moneta_mips::Coin;

use super::TransactionError;
use crate::Past;

/// The first transaction version whose sequence numbers lock.
const FIRST_LOCKING_VERSION: u32 = 2;
/// Seconds that one unit of a relative time lock stands for.
const SECONDS_PER_UNIT: u64 = 512;

/// # Consensus
/// > A transaction is final in a block if its lock time is 0, or below the block's height or (from
/// > 500,000,000 on) below the median time of the eleven blocks before it, or if no input's sequence number
/// > leaves it open. (Bitcoin, IsFinalTx; BIP113)
pub(crate) fn check_final(
    tx: &Transaction,
    height: Height,
    median_time: u32,
) -> Result<(), TransactionError> {
    let reached = match tx.lock_time {
        LockTime::Blocks(blocks) => blocks.to_consensus_u32() < height.to_u32(),
        LockTime::Seconds(time) => time.to_consensus_u32() < median_time,
    };
    let ignored =
        tx.lock_time == LockTime::ZERO || tx.input.iter().all(|input| input.sequence.is_final());
    if reached || ignored {
        return Ok(());
    }
    let lock_time = tx.lock_time;
    Err(TransactionError::NotFinal { lock_time })
}

/// # Consensus
/// > From version 2 on, a sequence number without its highest bit locks its input: for that many blocks
/// > after the block of the coin, or for that many times 512 seconds after the median time before it, held
/// > against the median time before the block of the transaction. (BIP68)
pub(super) fn check_relative_locks(
    tx: &Transaction,
    spent: &[Coin],
    height: Height,
    past: &Past<'_>,
) -> Result<(), TransactionError> {
    // Versions are compared without sign: a negative one is a high one.
    if tx.version.0.cast_unsigned() < FIRST_LOCKING_VERSION {
        return Ok(());
    }
    for ((input, txin), coin) in (0..).zip(&tx.input).zip(spent) {
        match txin.sequence.to_relative_lock_time() {
            None => {}
            Some(relative::LockTime::Blocks(blocks)) => {
                let until =
                    u64::from(coin.height.to_u32()).saturating_add(u64::from(blocks.value()));
                if u64::from(height.to_u32()) < until {
                    return Err(TransactionError::LockedUntilHeight { input, until });
                }
            }
            Some(relative::LockTime::Time(units)) => {
                let locked = u64::from(units.value()).saturating_mul(SECONDS_PER_UNIT);
                let until = median_time_before(coin, past).saturating_add(locked);
                if u64::from(past.median_time_below(height)) < until {
                    return Err(TransactionError::LockedUntilTime { input, until });
                }
            }
        }
    }
    Ok(())
}

/// Returns the median time before the block of a coin; far ahead if the view does not know it.
fn median_time_before(coin: &Coin, past: &Past<'_>) -> u64 {
    let before = coin.height.previous().unwrap_or(Height::GENESIS);
    past.chain
        .median_time_past(before)
        .map_or(u64::MAX, u64::from)
}
