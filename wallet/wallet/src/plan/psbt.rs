//! A built transaction as a PSBT that an offline signer can understand by itself.
use bitcoin::consensus::serialize;
use bitcoin::psbt::PsbtSighashType;
use bitcoin::{EcdsaSighashType, Psbt};

use super::build::Built;
use super::{PlanError, Terms};
use crate::WalletCoin;
use crate::named::Named;
use crate::proofs::{asset_key, identity_key};

/// Writes the PSBT: previous transactions whole, key origins of inputs and change, proofs.
pub(super) fn write(built: &Built<'_, '_>, terms: &Terms<'_>) -> Result<Psbt, PlanError> {
    let mut psbt = Psbt::from_unsigned_tx(built.transaction.clone())
        .expect("a transaction without scripts and witnesses is unsigned");
    for (input, coin) in psbt.inputs.iter_mut().zip(&built.inputs) {
        check_coin(coin)?;
        input.witness_utxo = Some(coin.coin.output.clone());
        input.non_witness_utxo = Some((*coin.previous).clone());
        input.sighash_type = Some(PsbtSighashType::from(EcdsaSighashType::All));
        let (keychain, index) = (coin.keychain, coin.index);
        let key = terms.account.public_key(keychain, index);
        let source = terms.account.key_source(keychain, index);
        input.bip32_derivation.insert(key, source);
    }
    for (output, ours) in psbt.outputs.iter_mut().zip(&built.outputs.ours) {
        if let Some((keychain, index)) = *ours {
            let key = terms.account.public_key(keychain, index);
            let source = terms.account.key_source(keychain, index);
            output.bip32_derivation.insert(key, source);
        }
    }
    let held = built.inputs.iter();
    let held = held.filter_map(|coin| coin.coin.attachment.as_ref());
    add_proofs(
        &mut psbt,
        Named::of(held, built.outputs.envelope.as_ref()),
        terms,
    );
    Ok(psbt)
}

/// A coin that is not what its transaction says would make a PSBT that every signer refuses.
fn check_coin(coin: &WalletCoin) -> Result<(), PlanError> {
    let made = coin.previous.output.get(coin.outpoint.vout as usize);
    let same = coin.previous.compute_txid() == coin.outpoint.txid;
    if !same || made != Some(&coin.coin.output) {
        let outpoint = coin.outpoint;
        return Err(PlanError::CoinMismatch { outpoint });
    }
    Ok(())
}

fn add_proofs(psbt: &mut Psbt, named: Named, terms: &Terms<'_>) {
    let proofs = terms.proofs;
    let mut identities = named.identities;
    for asset in &named.assets {
        if let Some(issue) = proofs.issues.get(asset) {
            psbt.proprietary
                .insert(asset_key(asset), serialize(&**issue));
            // The symbol lives under the issuer's handle, so that is proven as well.
            identities.extend(proofs.issuer(asset));
        }
    }
    for identity in &identities {
        if let Some(registration) = proofs.registrations.get(identity) {
            psbt.proprietary
                .insert(identity_key(identity), serialize(&**registration));
        }
    }
}
