//! Every rule with a block or a transaction that breaks it, and those that break none.

mod accepts;
mod assets;
mod block_scenarios;
mod codes;
mod commitments;
mod genesis;
mod header_runs;
mod header_scenarios;
mod histories;
mod meter;
mod regressions;
mod scenario;
mod seals;
mod sigops;
mod targets;
mod transaction_scenarios;
