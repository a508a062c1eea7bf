//! `GET /block/{id or height}`: a block of the best chain, or one that lost its place there.
use axum::extract::Path;
use axum::response::Response;
use bitcoin::block::Header;
use bitcoin::hex::DisplayHex;
use bitcoin::{Block as BitcoinBlock, BlockHash};
use moneta_chain::{Height, Seal, SealedHeader, seal_hash};
use moneta_index::BlockSummary;
use moneta_node_api::BlockInfo;
use moneta_pages::format::Moment;
use moneta_pages::parts::{Amount, Pager, Party, TransactionRow};
use moneta_pages::{Block, BlockPlace, HeaderFields, Problem, SealFields, render_block};

use super::super::answer::PageError;
use super::super::scene::Scene;
use super::super::visit::Visit;
use super::ROWS;
use super::home::work;

/// What a visitor may call a block.
enum Asked {
    Height(Height),
    Id(BlockHash),
}

/// Shows a block.
pub(crate) async fn show_block(visit: Visit, Path(asked): Path<String>) -> Response {
    let name = match read(&asked) {
        Some(name) => name,
        None => return visit.refuse(PageError::new(Problem::BadId, asked)),
    };
    // The index knows the best chain only; the node also knows what lost its place.
    let elsewhere = match &name {
        Asked::Id(id) => visit.state.node.block(*id).await.ok().flatten(),
        Asked::Height(_) => None,
    };
    let page = visit
        .query("page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(1)
        .max(1);
    visit
        .page(move |scene| {
            let height = match name {
                Asked::Height(height) => Some(height),
                Asked::Id(id) => scene.view.height_of(&id)?,
            };
            let summary = height
                .map(|height| scene.view.block(height))
                .transpose()?
                .flatten();
            let block = match (summary, elsewhere) {
                (Some(summary), _) => best(scene, &summary, page)?,
                (None, Some(info)) => orphan(scene, &info)?,
                (None, None) => return Err(PageError::new(Problem::UnknownBlock, asked)),
            };
            Ok(render_block(&scene.shell, &block))
        })
        .await
}

fn read(asked: &str) -> Option<Asked> {
    // An id may happen to be digits only, but a height never has as many.
    let digits = (1..=10).contains(&asked.len()) && asked.bytes().all(|byte| byte.is_ascii_digit());
    match asked.parse() {
        Ok(height) if digits => Some(Asked::Height(Height::new(height))),
        _ => asked.parse().ok().map(Asked::Id),
    }
}

fn best(scene: &Scene, summary: &BlockSummary, page: u32) -> Result<Block, PageError> {
    let next = scene.view.block(summary.height.next())?;
    let rows = u32::try_from(ROWS).expect("a page holds few rows");
    let first = (page - 1).saturating_mul(rows);
    if page > 1 && first >= summary.transactions {
        return Err(PageError::new(Problem::BadRequest, format!("page={page}")));
    }
    let mut transactions = Vec::new();
    for txid in scene.view.txids_of_block(summary.height, first, ROWS)? {
        if let Some(told) = scene.tell(&txid)? {
            transactions.push(TransactionRow {
                standing: None,
                ..scene.transaction_row(&told, None)?
            });
        }
    }
    let at = |page: u32| format!("/block/{}?page={page}", summary.id);
    let more = first.saturating_add(rows) < summary.transactions;
    Ok(Block {
        height: summary.height.to_u32(),
        id: summary.id.to_string(),
        place: BlockPlace::Best {
            confirmations: scene.confirmations(summary.height),
            next: next.map(|block| block.id.to_string()),
        },
        moment: Moment(u64::from(summary.header.time)),
        median: Moment(u64::from(summary.median_time)),
        previous: parent(summary.height, &summary.header),
        header: header_fields(&summary.header),
        seal: seal_fields(scene, summary.height, &summary.header, &summary.seal),
        size: summary.size,
        weight: summary.weight,
        transaction_count: usize::try_from(summary.transactions).unwrap_or(usize::MAX),
        reward: Amount::native(summary.reward.to_sat()),
        fees: Some(Amount::native(summary.fees.to_sat())),
        miner: scene.miner_at(summary.height)?,
        transactions,
        pager: Pager {
            newest: None,
            newer: (page > 1).then(|| at(page - 1)),
            older: more.then(|| at(page + 1)),
        },
    })
}

fn orphan(scene: &Scene, info: &BlockInfo) -> Result<Block, PageError> {
    let block: &BitcoinBlock = &info.block.block;
    let instead = scene.view.block(info.height)?;
    let coinbase = block.txdata.first();
    let paid = coinbase.and_then(|coinbase| coinbase.output.first());
    let reward = coinbase.map_or(0, |coinbase| {
        coinbase
            .output
            .iter()
            .map(|output| output.value.to_sat())
            .fold(0, u64::saturating_add)
    });
    Ok(Block {
        height: info.height.to_u32(),
        id: block.block_hash().to_string(),
        place: BlockPlace::Orphaned {
            instead: instead.map(|block| block.id.to_string()),
        },
        moment: Moment(u64::from(block.header.time)),
        median: Moment(u64::from(info.median_time)),
        previous: parent(info.height, &block.header),
        header: header_fields(&block.header),
        seal: seal_fields(scene, info.height, &block.header, &info.block.seal),
        size: u64::try_from(block.total_size()).unwrap_or(u64::MAX),
        weight: block.weight().to_wu(),
        transaction_count: block.txdata.len(),
        reward: Amount::native(reward),
        fees: None,
        miner: paid.map_or(Party::Unspendable, |output| {
            scene.party(&output.script_pubkey)
        }),
        transactions: block.txdata.iter().take(ROWS).map(bare_row).collect(),
        pager: Pager::default(),
    })
}

/// Of an orphan's transactions nothing but the id is sure.
fn bare_row(transaction: &bitcoin::Transaction) -> TransactionRow {
    TransactionRow {
        txid: transaction.compute_txid().to_string(),
        standing: None,
        deeds: Vec::new(),
        amounts: Vec::new(),
    }
}

fn parent(height: Height, header: &Header) -> Option<String> {
    height.previous().map(|_| header.prev_blockhash.to_string())
}

fn header_fields(header: &Header) -> HeaderFields {
    HeaderFields {
        version: format!("{:#010x}", header.version.to_consensus()),
        bits: format!("{:#010x}", header.bits.to_consensus()),
        work: work(header),
        nonce: header.nonce,
        merkle_root: header.merkle_root.to_string(),
    }
}

fn seal_fields(scene: &Scene, height: Height, header: &Header, seal: &Seal) -> Option<SealFields> {
    height.previous()?;
    let sealed = SealedHeader {
        header: *header,
        seal: *seal,
    };
    Some(SealFields {
        nonce: format!("{:#018x}", sealed.seal.nonce),
        mix_hash: sealed.seal.mix_hash.to_lower_hex_string(),
        seal_hash: seal_hash(&sealed.header).to_lower_hex_string(),
        epoch: scene.params().epoch(height),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_called_by_height_or_id_and_by_nothing_else() {
        assert!(matches!(read("0"), Some(Asked::Height(Height::GENESIS))));
        assert!(matches!(read(&"0f".repeat(32)), Some(Asked::Id(_))));
        // 64 digits without a letter are an id all the same.
        assert!(matches!(read(&"1".repeat(64)), Some(Asked::Id(_))));
        for nonsense in [
            "",
            "-1",
            "+1",
            "4294967296",
            "tip",
            "0x10",
            &"0f".repeat(31),
        ] {
            assert!(read(nonsense).is_none(), "{nonsense}");
        }
    }
}
