//! What a person should look at twice before signing.
use moneta_keys::AccountPublic;

use super::reading::total;
use super::{PsbtReading, Warning};
use crate::named::Named;

/// Returns the warnings of a reading, in a fixed order.
pub(super) fn of(reading: &PsbtReading, account: Option<&AccountPublic>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    warnings.extend(high_fee(reading));
    if let Some(account) = account {
        warnings.extend(false_change(reading, account));
        let foreign = reading.inputs.iter().filter(|input| input.ours.is_none());
        match foreign.count() {
            0 => {}
            count => warnings.push(Warning::ForeignInputs { count }),
        }
    }
    let named = named(reading);
    for asset in named.assets {
        if !reading.facts.assets.contains_key(&asset) {
            warnings.push(Warning::UnprovenAsset { asset });
        }
    }
    for identity in named.identities {
        if !reading.facts.identities.contains_key(&identity) {
            warnings.push(Warning::UnprovenIdentity { identity });
        }
    }
    warnings
}

/// As hardware signers have it: more than a tenth of what comes out.
fn high_fee(reading: &PsbtReading) -> Option<Warning> {
    let outputs = total(reading.outputs.iter().map(|output| output.output.value)).ok()?;
    let fee = reading.fee;
    let high = fee.to_sat().saturating_mul(10) > outputs.to_sat();
    high.then_some(Warning::HighFee { fee, outputs })
}

/// An output that claims to be change of this wallet, and is not.
fn false_change(reading: &PsbtReading, account: &AccountPublic) -> Vec<Warning> {
    let outputs = reading.outputs.iter().zip(&reading.psbt.outputs);
    (0_u32..)
        .zip(outputs)
        .filter(|(_, (output, said))| {
            let mut claims = said.bip32_derivation.values();
            output.ours.is_none()
                && claims.any(|(fingerprint, _)| *fingerprint == account.fingerprint())
        })
        .map(|(output, _)| Warning::FalseChange { output })
        .collect()
}

/// Every asset and identity that a person is shown, issuers included.
fn named(reading: &PsbtReading) -> Named {
    let held = reading.inputs.iter();
    let held = held.filter_map(|input| input.attachment.as_ref());
    let mut named = Named::of(held, reading.envelope.as_ref());
    let issues = named.assets.iter();
    let issues = issues.filter_map(|asset| reading.facts.assets.get(asset));
    named
        .identities
        .extend(issues.filter_map(|issue| issue.issuer));
    named
}
