//! Finding the seal: real Ethash over the whole dataset of the epoch.
use bitcoin::Block;
use moneta_chain::{Height, Network, Params, Seal, SealedBlock, seal_hash};
use moneta_consensus::{full_size, light_cache};
use moneta_ethash::{Dataset, full_hash};

/// Seals blocks, and keeps the dataset of the last epoch at hand.
pub(crate) struct Sealer {
    params: Params,
    dataset: Option<(u32, Dataset)>,
}

impl Sealer {
    /// Makes a sealer for a network. The dataset is computed when the first block needs it.
    pub(crate) fn new(params: &Params) -> Self {
        Self {
            params: params.clone(),
            dataset: None,
        }
    }

    /// Searches nonces until the block that will stand at `height` is sealed.
    pub(crate) fn seal(&mut self, mut block: Block, height: Height) -> SealedBlock {
        if self.params.network == Network::Dev {
            please_bitcoin_clients(&mut block);
        }
        let target = block.header.target().to_be_bytes();
        let hash = seal_hash(&block.header);
        let dataset = self.dataset(self.params.epoch(height));
        let seal = (0..=u64::MAX).find_map(|nonce| {
            let hashed = full_hash(dataset.as_bytes(), &hash, nonce);
            (hashed.result <= target).then_some(Seal {
                nonce,
                mix_hash: hashed.mix_hash,
            })
        });
        SealedBlock {
            block,
            seal: seal.expect("no difficulty outlasts 2^64 nonces"),
        }
    }

    fn dataset(&mut self, epoch: u32) -> &Dataset {
        match &mut self.dataset {
            Some((known, _)) if *known == epoch => {}
            other => {
                let cache = light_cache(&self.params, epoch);
                let size = full_size(&self.params, epoch);
                *other = Some((epoch, Dataset::new(&cache, size)));
            }
        }
        let (_, dataset) = self.dataset.as_ref().expect("made just above");
        dataset
    }
}

/// Grinds the header's own nonce so that the double SHA-256 meets the target too: stock Bitcoin clients
/// in regtest mode look at that. A courtesy, no rule; on the dev network two tries do.
fn please_bitcoin_clients(block: &mut Block) {
    let target = block.header.target();
    while !target.is_met_by(block.header.block_hash()) && block.header.nonce < u32::MAX {
        block.header.nonce += 1;
    }
}
