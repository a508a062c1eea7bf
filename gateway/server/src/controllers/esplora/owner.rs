//! `/address/{a}` and `/scripthash/{h}`: totals, history and coins of a script.
use axum::Json;
use axum::extract::{Path, State};
use bitcoin::Txid;
use moneta_chain::{ScriptId, address_of};
use moneta_index::{Place, UnspentCoin};

use super::Chain;
use super::moment::Moment;
use super::params::OwnerPath;
use super::refusal::Refusal;
use super::shapes::{Owner, Status, Tx, Utxo};
use super::{params, render};

/// Confirmed transactions on one page. Clients take a shorter page for the last one: never change it.
const PAGE: usize = 25;
/// Waiting transactions in one answer.
const MAX_WAITING: usize = 50;
/// Coins in one answer.
const MAX_COINS: usize = 5_000;

pub(super) async fn of_address(
    State(chain): State<Chain>,
    Path(address): Path<String>,
) -> Result<Json<Owner>, Refusal> {
    let network = chain.node.params().network;
    let script = params::address(&address, network)?;
    let id = ScriptId::of(&script);
    Moment::read(chain, move |moment| {
        let mut owner = moment.owner(&id)?;
        owner.address = address_of(&script, network);
        Ok(Json(owner))
    })
    .await
}

pub(super) async fn of_script_hash(
    State(chain): State<Chain>,
    Path(hash): Path<String>,
) -> Result<Json<Owner>, Refusal> {
    let id = params::script_hash(&hash)?;
    Moment::read(chain, move |moment| {
        let mut owner = moment.owner(&id)?;
        owner.scripthash = Some(id.to_string());
        Ok(Json(owner))
    })
    .await
}

/// What waits, and the first page of what is confirmed.
pub(super) async fn newest(
    State(chain): State<Chain>,
    Path(path): Path<OwnerPath>,
) -> Result<Json<Vec<Tx>>, Refusal> {
    let id = path.id(chain.node.params().network)?;
    Moment::read(chain, move |moment| {
        let mut transactions = moment.waiting_of(&id);
        transactions.extend(moment.page_of(&id, None)?);
        Ok(Json(transactions))
    })
    .await
}

pub(super) async fn confirmed(
    State(chain): State<Chain>,
    Path(path): Path<OwnerPath>,
) -> Result<Json<Vec<Tx>>, Refusal> {
    let id = path.id(chain.node.params().network)?;
    Moment::read(chain, move |moment| moment.page_of(&id, None).map(Json)).await
}

pub(super) async fn confirmed_before(
    State(chain): State<Chain>,
    Path(path): Path<OwnerPath>,
) -> Result<Json<Vec<Tx>>, Refusal> {
    let id = path.id(chain.node.params().network)?;
    let last = path.last()?;
    Moment::read(chain, move |moment| {
        // An empty page would tell the client that it has seen everything.
        let before = moment.view.place_of(&last)?.ok_or(Refusal::StalePage)?;
        moment.page_of(&id, Some(before)).map(Json)
    })
    .await
}

pub(super) async fn waiting(
    State(chain): State<Chain>,
    Path(path): Path<OwnerPath>,
) -> Result<Json<Vec<Tx>>, Refusal> {
    let id = path.id(chain.node.params().network)?;
    Moment::read(chain, move |moment| Ok(Json(moment.waiting_of(&id)))).await
}

pub(super) async fn coins(
    State(chain): State<Chain>,
    Path(path): Path<OwnerPath>,
) -> Result<Json<Vec<Utxo>>, Refusal> {
    let id = path.id(chain.node.params().network)?;
    Moment::read(chain, move |moment| moment.coins_of(&id).map(Json)).await
}

impl Moment {
    fn owner(&self, id: &ScriptId) -> Result<Owner, Refusal> {
        let pending = self.pending.script(id);
        let pending = pending.map(|pending| pending.totals).unwrap_or_default();
        Ok(Owner {
            address: None,
            scripthash: None,
            chain_stats: render::stats(&self.view.script_totals(id)?),
            mempool_stats: render::stats(&pending),
        })
    }

    fn page_of(&self, id: &ScriptId, before: Option<Place>) -> Result<Vec<Tx>, Refusal> {
        let history = self.view.script_history(id, before, PAGE)?;
        let txids: Vec<Txid> = history.iter().map(|entry| entry.txid).collect();
        self.confirmed(&txids)
    }

    /// Newest first, as the confirmed ones.
    fn waiting_of(&self, id: &ScriptId) -> Vec<Tx> {
        let network = self.chain.node.params().network;
        let Some(pending) = self.pending.script(id) else {
            return Vec::new();
        };
        let newest = pending.transactions.iter().rev();
        newest
            .filter_map(|txid| self.pending.transaction(txid))
            .take(MAX_WAITING)
            .map(|entry| render::waiting(entry, network))
            .collect()
    }

    fn coins_of(&self, id: &ScriptId) -> Result<Vec<Utxo>, Refusal> {
        let pending = self.pending.script(id);
        let mut coins = Vec::new();
        for coin in self.view.script_coins(id, None, MAX_COINS + 1)? {
            let leaving = pending.is_some_and(|pending| pending.spent.contains_key(&coin.outpoint));
            if !leaving {
                let position = self.view.place_of(&coin.outpoint.txid)?;
                let status = match position {
                    Some(place) => render::status_at(&self.view, place)?,
                    None => Status::WAITING,
                };
                coins.push(utxo(&coin, status));
            }
        }
        let coming = pending.map_or(&[][..], |pending| &pending.created);
        coins.extend(coming.iter().map(|coin| utxo(coin, Status::WAITING)));
        if coins.len() > MAX_COINS {
            return Err(Refusal::TooManyCoins(MAX_COINS));
        }
        Ok(coins)
    }
}

fn utxo(unspent: &UnspentCoin, status: Status) -> Utxo {
    Utxo {
        txid: unspent.outpoint.txid.to_string(),
        vout: unspent.outpoint.vout,
        status,
        value: unspent.coin.output.value.to_sat(),
        attachment: unspent.coin.attachment.as_ref().map(render::attached),
    }
}
