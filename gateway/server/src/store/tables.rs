//! The tables of `gateway.redb`. Values are JSON unless said otherwise.
use redb::TableDefinition;

/// What a file is: `format`, `network` (genesis id), `custody` (a mark that only the right key makes).
pub(super) const STAMP: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("stamp");
/// SHA-256 of an API key -> its tenant.
pub(super) const API_KEYS: TableDefinition<'_, &[u8; 32], &str> = TableDefinition::new("api_keys");
/// (tenant, wallet) -> wallet.
pub(super) const WALLETS: TableDefinition<'_, (&str, &str), &[u8]> =
    TableDefinition::new("wallets");
/// (tenant, wallet) -> sealed seed of a hosted wallet, in the bytes of a sealed secret.
pub(super) const SEEDS: TableDefinition<'_, (&str, &str), &[u8]> = TableDefinition::new("seeds");
/// (tenant, wallet, index) -> address handed out.
pub(super) const ADDRESSES: TableDefinition<'_, (&str, &str, u32), &[u8]> =
    TableDefinition::new("addresses");
/// (tenant, operation) -> operation.
pub(super) const OPERATIONS: TableDefinition<'_, (&str, &str), &[u8]> =
    TableDefinition::new("operations");
/// (tenant, transaction id) -> operation that made it.
pub(super) const OPERATIONS_BY_TXID: TableDefinition<'_, (&str, &[u8; 32]), &str> =
    TableDefinition::new("operations_by_txid");
/// (tenant, operation): signed and not yet buried under enough blocks; resubmitted at start.
pub(super) const UNSETTLED: TableDefinition<'_, (&str, &str), ()> =
    TableDefinition::new("unsettled");
/// (tenant, operation): those of the unsettled that open a commitment; sent at each new tip.
pub(super) const UNOPENED: TableDefinition<'_, (&str, &str), ()> = TableDefinition::new("unopened");
/// (tenant, Idempotency-Key) -> the answer that was given.
pub(super) const ANSWERS: TableDefinition<'_, (&str, &str), &[u8]> =
    TableDefinition::new("answers");
/// (second since 1970, tenant, Idempotency-Key): the answers by age, for forgetting.
pub(super) const ANSWERS_BY_AGE: TableDefinition<'_, (u64, &str, &str), ()> =
    TableDefinition::new("answers_by_age");
