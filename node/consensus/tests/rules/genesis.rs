//! The genesis blocks of main and test are sealed: Ethash says so, not a note that exempts them.
use moneta_chain::{Network, Params, seal_hash};
use moneta_consensus::{ParentBlock, full_size, light_cache, required_bits};
use moneta_ethash::{SealError, check_seal};

#[test]
fn the_genesis_of_main_and_of_test_is_really_sealed() {
    // One cache for both: they stand in the same epoch of the same Ethash.
    let light = light_cache(&Params::main(), 0);
    for network in [Network::Main, Network::Test] {
        let params = Params::of(network);
        let header = &params.genesis.header;
        let (hash, target) = (seal_hash(header), header.target().to_be_bytes());
        let (nonce, mut mix) = (params.genesis_seal.nonce, params.genesis_seal.mix_hash);
        let judge =
            |mix: &[u8; 32]| check_seal(&light, full_size(&params, 0), &hash, nonce, mix, &target);
        assert_eq!(judge(&mix), Ok(()), "{}", network.name());
        mix[31] ^= 1;
        assert_eq!(judge(&mix), Err(SealError::AboveTarget));
    }
}

#[test]
fn the_first_block_is_as_hard_as_genesis() {
    for params in Network::ALL.map(Params::of) {
        let genesis = ParentBlock::genesis(&params);
        assert_eq!(required_bits(&genesis, &params), params.genesis.header.bits);
    }
}
