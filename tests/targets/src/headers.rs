//! Headers and the seals beside them.
use std::sync::{Arc, LazyLock};

use bitcoin::block::Header;
use bitcoin::consensus::{deserialize, serialize};
use moneta_chain::{Params, SEAL_LEN, Seal, SealedHeader, seal_hash};
use moneta_consensus::{ParentBlock, check_header, check_headers, light_cache};
use moneta_ethash::LightCache;

/// Headers that one message may hold.
const MAX_HEADERS: usize = 32;

/// A header and its seal in bytes: the same bytes again, and a verdict without a panic.
pub fn header(data: &[u8]) {
    let Some(sealed) = read(data) else { return };
    let _ = seal_hash(&sealed.header);
    judge(std::slice::from_ref(&sealed));
}

/// Headers with their seals, one behind the other, as a run on the genesis.
pub fn seals(data: &[u8]) {
    let run: Vec<SealedHeader> = data
        .chunks_exact(Header::SIZE + SEAL_LEN)
        .take(MAX_HEADERS)
        .filter_map(read)
        .collect();
    judge(&run);
}

fn read(data: &[u8]) -> Option<SealedHeader> {
    let (header, rest) = data.split_at_checked(Header::SIZE)?;
    let (seal, _) = rest.split_first_chunk::<SEAL_LEN>()?;
    let decoded: Header = deserialize(header).expect("any 80 bytes are a header");
    assert_eq!(serialize(&decoded), header);
    let seal_read = Seal::decode(seal);
    assert_eq!(&seal_read.encode(), seal);
    Some(SealedHeader {
        header: decoded,
        seal: seal_read,
    })
}

fn judge(run: &[SealedHeader]) {
    static PARAMS: LazyLock<[Params; 3]> =
        LazyLock::new(|| [Params::dev(), Params::test(), Params::main()]);
    // The smallest there is, for every network: what matters here is the way to it.
    static CACHE: LazyLock<Arc<LightCache>> =
        LazyLock::new(|| Arc::new(light_cache(&Params::dev(), 0)));
    let Some(first) = run.first() else { return };
    for params in &*PARAMS {
        let parent = ParentBlock {
            id: first.header.prev_blockhash,
            ..ParentBlock::genesis(params)
        };
        let now = u64::from(first.header.time);
        let _ = check_headers(run, &parent, now, params, &*CACHE);
        let _ = check_header(first, &parent, now, params, &*CACHE);
    }
}
