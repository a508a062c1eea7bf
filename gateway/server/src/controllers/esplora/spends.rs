//! `/tx/{txid}/outspend/{vout}` and `/outspends`: who spent the outputs, in a block or waiting.
use axum::Json;
use axum::extract::{Path, State};
use bitcoin::OutPoint;

use super::Chain;
use super::moment::Moment;
use super::refusal::Refusal;
use super::shapes::{Outspend, Status};
use super::{params, render};

const NO_OUTPUT: Refusal = Refusal::NotFound("the transaction has no output with this number");

pub(super) async fn of_output(
    State(chain): State<Chain>,
    Path((txid, vout)): Path<(String, String)>,
) -> Result<Json<Outspend>, Refusal> {
    let txid = params::txid(&txid)?;
    let vout: u32 = params::number(&vout)?;
    Moment::read(chain, move |moment| {
        let transaction = moment.bare(&txid)?;
        let index = usize::try_from(vout).map_err(|_| NO_OUTPUT)?;
        transaction.output.get(index).ok_or(NO_OUTPUT)?;
        moment.outspend(&OutPoint::new(txid, vout)).map(Json)
    })
    .await
}

pub(super) async fn of_transaction(
    State(chain): State<Chain>,
    Path(txid): Path<String>,
) -> Result<Json<Vec<Outspend>>, Refusal> {
    let txid = params::txid(&txid)?;
    Moment::read(chain, move |moment| {
        let transaction = moment.bare(&txid)?;
        let outputs = (0u32..).zip(&transaction.output);
        let outspends = outputs.map(|(vout, _)| moment.outspend(&OutPoint::new(txid, vout)));
        outspends.collect::<Result<_, _>>().map(Json)
    })
    .await
}

impl Moment {
    fn outspend(&self, coin: &OutPoint) -> Result<Outspend, Refusal> {
        if let Some(spend) = self.view.spend_of(coin)? {
            return Ok(Outspend {
                spent: true,
                txid: Some(spend.txid.to_string()),
                vin: Some(spend.vin),
                status: Some(render::status_at(&self.view, spend.place)?),
            });
        }
        let waiting = self.pending.spender(coin);
        Ok(Outspend {
            spent: waiting.is_some(),
            txid: waiting.map(|(txid, _)| txid.to_string()),
            vin: waiting.map(|(_, vin)| vin),
            status: waiting.map(|_| Status::WAITING),
        })
    }
}
