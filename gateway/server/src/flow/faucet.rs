//! The sandbox's faucet: the one wallet that pays whoever asks.
use bitcoin::Amount;
use moneta_api_types::{NATIVE_DECIMALS, codes};
use moneta_chain::COIN;
use moneta_wallet::Request;

use super::{Answer, Errand, Intent, Ticket, execute};
use crate::error::ApiError;
use crate::references::{read_address, read_amount};
use crate::state::{AppState, Faucet};
use crate::store::Subject;

/// Most the faucet gives at a time, in grains.
const MOST: u64 = 4 * COIN;
/// What it gives where nobody says how much.
const USUAL: &str = "1";

/// Gives the usual amount to an address, as the explorer's form asks; goes on if the visitor leaves.
///
/// # Errors
/// This is no sandbox, the address is none, or the faucet is empty.
pub(crate) async fn give_usual(state: AppState, address: String) -> Result<Answer, ApiError> {
    let give = async move {
        let owner = faucet_of(&state)?.tenant;
        let ticket = Ticket::of_page(owner, state.now());
        give_from_faucet(&state, &ticket, address, None).await
    };
    let given = tokio::spawn(give).await;
    given.unwrap_or_else(|error| Err(ApiError::internal(&error)))
}

fn faucet_of(state: &AppState) -> Result<Faucet, ApiError> {
    state.faucet.clone().ok_or_else(|| {
        ApiError::new(
            codes::SANDBOX_ONLY,
            "this gateway is no sandbox: it has no such path",
        )
    })
}

/// Pays `amount` (in MTA; 1 if absent) from the faucet to `address`.
///
/// # Errors
/// This is no sandbox, the amount or address is wrong, or the faucet is empty.
pub(crate) async fn give_from_faucet(
    state: &AppState,
    ticket: &Ticket,
    address: String,
    amount: Option<&str>,
) -> Result<Answer, ApiError> {
    let faucet = faucet_of(state)?;
    let amount = read_amount(amount.unwrap_or(USUAL), NATIVE_DECIMALS, "/amount")?;
    if amount > MOST {
        let said = format!("the faucet gives at most {} MTA at a time", MOST / COIN);
        return Err(ApiError::new(codes::FAUCET_TOO_MUCH, said).at("/amount"));
    }
    let to = read_address(&address, state.network(), "/address")?;
    let decimals = NATIVE_DECIMALS;
    let subject = Subject::Payment {
        to: address,
        asset: None,
        amount,
        decimals,
        note: None,
    };
    let intent = Intent {
        request: Request::Pay {
            to,
            amount: Amount::from_sat(amount),
        },
        asset: None,
        identity: None,
        subject: Box::new(move |_| subject),
    };
    let errand = Errand {
        owner: faucet.tenant,
        wallet: faucet.wallet,
        prefix: "pay",
    };
    execute(state, ticket, errand, move |_| Ok(intent))
        .await
        .map_err(|error| {
            if error.code() == codes::WALLET_INSUFFICIENT_FUNDS {
                let said = "the faucet has given all it has for now; it fills with every block";
                return ApiError::new(codes::FAUCET_EMPTY, said);
            }
            error
        })
}
