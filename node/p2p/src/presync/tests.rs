//! Long chains of little work: nothing of them is kept, and a chain with enough is handed on whole and unchanged.
use bitcoin::block::{Header, Version};
use bitcoin::hashes::Hash;
use bitcoin::{BlockHash, TxMerkleNode};
use moneta_chain::{ChainWork, Params, Seal, SealedHeader};
use moneta_consensus::ParentBlock;

use super::{HELD_BACK, Presync, PresyncError, Step};

const LATER: u64 = 4_000_000_000;

fn chain(length: u32, salt: u32) -> Vec<SealedHeader> {
    let genesis = Params::dev().genesis.header;
    let mut parent = genesis;
    (1..=length)
        .map(|height| {
            parent = Header {
                version: Version::from_consensus(4),
                prev_blockhash: parent.block_hash(),
                merkle_root: TxMerkleNode::all_zeros(),
                time: genesis.time + height * 60,
                bits: genesis.bits,
                nonce: salt,
            };
            SealedHeader {
                header: parent,
                seal: Seal::default(),
            }
        })
        .collect()
}

fn begin(blocks_wanted: u32) -> Presync {
    let params = Params::dev();
    let one = ChainWork::of(&params.genesis.header);
    let wanted = (0..=blocks_wanted).fold(ChainWork::default(), |work, _| work.saturating_add(one));
    let parent = ParentBlock::genesis(&params);
    Presync::new(parent, one, wanted, [7; 32], LATER, &params)
}

/// Plays a peer with this chain until nothing more is asked; returns what was handed on.
fn play(
    presync: &mut Presync,
    first: &[SealedHeader],
    second: &[SealedHeader],
) -> Result<Vec<SealedHeader>, PresyncError> {
    let params = Params::dev();
    let mut handed = Vec::new();
    let mut after = params.genesis.block_hash();
    let mut asked_again = false;
    loop {
        let mine = if asked_again { second } else { first };
        let at = mine
            .iter()
            .position(|sealed| sealed.header.prev_blockhash == after);
        let rest = at.map_or(&[][..], |at| &mine[at..]);
        let batch = &rest[..rest.len().min(2_000)];
        let step = presync.take(batch, batch.len() == 2_000, LATER, &params)?;
        after = match step {
            Step::Ask(id) => {
                asked_again |= id == params.genesis.block_hash();
                id
            }
            Step::VerifyAndAsk(headers, id) => {
                handed.extend(headers);
                id
            }
            Step::Verify(headers) => {
                handed.extend(headers);
                return Ok(handed);
            }
            Step::TooLittle => return Ok(handed),
        };
    }
}

#[test]
fn a_chain_with_enough_work_is_handed_on_whole() {
    for length in [2_000, 2_001, 20_000] {
        let chain = chain(length, 0);
        let handed = play(&mut begin(length), &chain, &chain).unwrap();
        assert_eq!(handed, chain);
    }
}

#[test]
fn of_a_chain_with_too_little_work_nothing_is_handed_on() {
    let chain = chain(19_999, 0);
    let mut presync = begin(20_000);
    assert_eq!(play(&mut presync, &chain, &chain).unwrap(), []);
    assert!(presync.bits.words.len() <= 1, "a bit for 624 headers");
}

#[test]
fn whoever_shows_another_chain_the_second_time_gets_nothing_verified() {
    let (first, second) = (chain(20_000, 0), chain(20_000, 1));
    let mut presync = begin(20_000);
    assert_eq!(
        play(&mut presync, &first, &second),
        Err(PresyncError::AnotherChain)
    );
    // It was caught long before the first header would have been handed on.
    assert!(presync.at.headers < u64::try_from(HELD_BACK).unwrap());
}

#[test]
fn a_header_that_breaks_a_cheap_rule_is_an_offence() {
    let params = Params::dev();
    let mut chain = chain(10, 0);
    chain[5].header.bits = bitcoin::CompactTarget::from_consensus(0x207f_fffe);
    let error = begin(2_000)
        .take(&chain, false, LATER, &params)
        .unwrap_err();
    assert!(error.is_offence());
    chain[5].header.prev_blockhash = BlockHash::all_zeros();
    let error = begin(2_000)
        .take(&chain, false, LATER, &params)
        .unwrap_err();
    assert_eq!(error.code(), "header.wrong_parent");
}

#[test]
fn more_headers_than_the_time_allows_are_refused() {
    let params = Params::dev();
    let now = u64::from(params.genesis.header.time) + 300;
    let one = ChainWork::of(&params.genesis.header);
    let most = ChainWork::from_be_bytes([0xff; 32]);
    let parent = ParentBlock::genesis(&params);
    let mut presync = Presync::new(parent, one, most, [7; 32], now, &params);
    // As quick as the median allows: eleven blocks of one second, then six of each.
    let mut last = parent;
    let mut refused = None;
    for _ in 0..10_000 {
        let header = Header {
            version: Version::from_consensus(4),
            prev_blockhash: last.id,
            merkle_root: TxMerkleNode::all_zeros(),
            time: last.median_time() + 1,
            bits: params.genesis.header.bits,
            nonce: 0,
        };
        last = last.child(&header);
        let sealed = SealedHeader {
            header,
            seal: Seal::default(),
        };
        if let Err(error) = presync.take(&[sealed], true, now, &params) {
            refused = Some(error);
            break;
        }
    }
    let refused = refused.unwrap();
    assert!(
        matches!(refused, PresyncError::TooLong | PresyncError::Header(_)),
        "{refused}"
    );
}
