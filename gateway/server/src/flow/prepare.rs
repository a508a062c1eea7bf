//! From an intent to a planned transaction, on one moment of the chain.
use std::sync::Arc;

use bitcoin::{Amount, FeeRate};
use moneta_mips::{AssetId, IdentityId, Lang};
use moneta_wallet::{Plan, PlanError, Proofs, Request, Terms, plan, read_psbt};

use super::refusal::explain_refusal;
use crate::error::ApiError;
use crate::state::{Scene, Shared};
use crate::store::{Store, Subject, TenantId, WalletRecord};
use crate::wallets::{HeldCoin, WalletScripts, hydrate, pick};

/// Grains per virtual byte: twice what nodes relay.
const FEE_RATE: u32 = 2;
/// Coins of a kind that a plan looks at first, and if they do not reach.
const FEW: usize = 200;
const MANY: usize = 1_400;

/// Something a wallet shall do.
pub(crate) struct Intent {
    /// What.
    pub(crate) request: Request,
    /// Asset whose units or rights it needs.
    pub(crate) asset: Option<AssetId>,
    /// Identity it needs.
    pub(crate) identity: Option<IdentityId>,
    /// How the operation is noted, once the plan is there: ids of new things derive from its inputs.
    pub(crate) subject: Box<dyn FnOnce(&Plan) -> Subject + Send>,
}

/// A planned transaction.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    pub(super) request: Request,
    pub(super) subject: Subject,
    /// The PSBT in bytes, for whoever signs.
    pub(super) psbt: Vec<u8>,
    /// The PSBT of the transaction that has to be mined before, in bytes.
    pub(super) commitment: Option<Vec<u8>>,
    /// What it does, in sentences, as an offline signer reads it.
    pub(super) explanation: Vec<String>,
    /// First index of change that it leaves unused.
    pub(super) next_internal: u32,
}

/// Who pays, and what is known of their other payments.
pub(super) struct Payer {
    pub(super) wallet: WalletRecord,
    pub(super) tenant: TenantId,
    pub(super) store: Store,
    pub(super) shared: Arc<Shared>,
}

impl Payer {
    /// Lets coins be spent before they are in a block where this tenant's own operation made them: the
    /// gateway signs no second transaction that could take their place.
    fn trust_own_payments(&self, held: &mut [HeldCoin]) -> Result<(), ApiError> {
        self.store.read_here(|read| {
            for coin in held
                .iter_mut()
                .filter(|coin| !coin.confirmed && !coin.trusted)
            {
                let txid = &coin.outpoint.txid;
                coin.trusted = read.operation_of_txid(&self.tenant, txid)?.is_some();
            }
            Ok(())
        })
    }
}

/// Plans what `intent` says with the coins of `payer`.
pub(super) fn prepare(intent: Intent, payer: &Payer, scene: &Scene) -> Result<Prepared, ApiError> {
    let scripts = WalletScripts::find(&payer.wallet, scene, &payer.shared)?;
    let proofs = proofs(&intent, scene)?;
    let terms = Terms {
        account: &scripts.account,
        change_index: scripts.next_internal,
        fee_rate: FeeRate::from_sat_per_vb_u32(FEE_RATE),
        next_height: scene.view.tip().height.next(),
        params: &scene.params,
        proofs: &proofs,
    };
    let mut held = scripts.coins(scene)?;
    payer.trust_own_payments(&mut held)?;
    let plan = plan_with(&intent, held, &terms, scene)?;
    let psbt = plan.psbt.serialize();
    let commitment = plan.first.as_ref().map(|first| first.psbt.serialize());
    let mut explanation = Vec::new();
    for psbt in commitment.iter().chain([&psbt]) {
        let reading = read_psbt(psbt, scene.params.network, Some(&scripts.account))
            .map_err(|error| ApiError::internal(&error))?;
        explanation.extend(reading.explain(Lang::En));
    }
    Ok(Prepared {
        explanation,
        commitment,
        subject: (intent.subject)(&plan),
        request: intent.request,
        next_internal: scripts.next_internal.saturating_add(plan.change_used),
        plan,
        psbt,
    })
}

/// Plans with the biggest coins; with more of them if those do not reach.
fn plan_with(
    intent: &Intent,
    held: Vec<HeldCoin>,
    terms: &Terms<'_>,
    scene: &Scene,
) -> Result<Plan, ApiError> {
    let (coins, left_out) = pick(held.clone(), intent.asset, FEW, scene);
    let first = plan(&intent.request, &hydrate(coins, scene)?, terms);
    let result = match first {
        Err(error) if left_out && is_short(&error) => {
            let (coins, _) = pick(held, intent.asset, MANY, scene);
            plan(&intent.request, &hydrate(coins, scene)?, terms)
        }
        other => other,
    };
    result.map_err(|error| explain_refusal(error, scene))
}

const fn is_short(error: &PlanError) -> bool {
    matches!(
        error,
        PlanError::InsufficientGrains(_)
            | PlanError::InsufficientAsset { .. }
            | PlanError::CoinsFrozen { .. }
    )
}

/// Fetches what proves to a signer which asset and identity are meant.
fn proofs(intent: &Intent, scene: &Scene) -> Result<Proofs, ApiError> {
    let mut proofs = Proofs::default();
    let mut identity = intent.identity;
    if let Some(id) = intent.asset
        && let Some(asset) = scene.view.asset(&id)?
    {
        if let Some(issue) = scene.view.transaction(&asset.issued_in)? {
            proofs.issues.insert(id, Arc::new(issue.transaction));
        }
        identity = identity.or(asset.issuer);
    }
    if let Some(id) = identity
        && let Some(found) = scene.view.identity(&id)?
        && let Some(registration) = scene.view.transaction(&found.registered_in)?
    {
        proofs
            .registrations
            .insert(id, Arc::new(registration.transaction));
    }
    Ok(proofs)
}

impl Prepared {
    /// Returns what miners get and what is burned, for all transactions together.
    pub(super) fn cost(&self) -> (u64, u64) {
        let first = self.plan.first.as_deref();
        let plans = || first.into_iter().chain([&self.plan]);
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            amounts.map(Amount::to_sat).fold(0, u64::saturating_add)
        };
        (
            sum(&mut plans().map(|plan| plan.fee)),
            sum(&mut plans().map(|plan| plan.registry_price)),
        )
    }
}
