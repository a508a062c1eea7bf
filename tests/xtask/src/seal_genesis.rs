//! Finds the seals of the main and the test network's genesis again: the lowest nonce that proves them.
use anyhow::{Context, bail};
use moneta_chain::{Network, Params, Seal, seal_hash};
use moneta_consensus::{full_size, light_cache};
use moneta_ethash::light_hashes;

/// Nonces that are tried side by side.
const BATCH: u64 = 4_096;

/// Seals the genesis of the networks named, or of main and test.
pub(crate) fn run(args: &[String]) -> anyhow::Result<()> {
    let named = |network: &Network| args.is_empty() || args.iter().any(|arg| arg == network.name());
    let networks = [Network::Main, Network::Test];
    for network in networks.iter().filter(|network| named(network)) {
        let params = Params::of(*network);
        let seal = find(&params)?;
        let mix: String = seal
            .mix_hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        println!("{}: id {}", network.name(), params.genesis.block_hash());
        println!("  nonce {}\n  mix   {mix}", seal.nonce);
        if seal != params.genesis_seal {
            bail!("this is not the seal that node/chain/src/genesis.rs holds");
        }
    }
    Ok(())
}

fn find(params: &Params) -> anyhow::Result<Seal> {
    let cache = light_cache(params, 0);
    let dataset_size = full_size(params, 0);
    let header = &params.genesis.header;
    let (hash, target) = (seal_hash(header), header.target().to_be_bytes());
    let mut batches = (0_u64..).step_by(usize::try_from(BATCH)?);
    batches
        .find_map(|first| {
            let jobs: Vec<_> = (first..first + BATCH).map(|nonce| (hash, nonce)).collect();
            let hashed = light_hashes(&cache, dataset_size, &jobs);
            let mut found = jobs.iter().zip(hashed);
            found.find_map(|((_, nonce), hashed)| {
                (hashed.result <= target).then_some(Seal {
                    nonce: *nonce,
                    mix_hash: hashed.mix_hash,
                })
            })
        })
        .context("no nonce seals it")
}
