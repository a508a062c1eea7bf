//! Bitcoin Core's own verifier, and the comparison with ours.
use std::collections::BTreeMap;

use bitcoin::consensus;
use bitcoinconsensus::{Error, Utxo, verify_with_flags};
use moneta_script::{
    PreparedTransaction, SaltedSignatureCache, ScriptError, VerifyFlags, verify_input,
    verify_input_with_cache,
};

use super::generator::Case;

/// How inputs were judged so far.
#[derive(Debug, Default)]
pub(crate) struct Score {
    /// Inputs that both verifiers judged alike.
    pub(crate) alike: usize,
    /// Inputs that were judged.
    pub(crate) inputs: usize,
    /// How often each verdict was ours, by code; `valid` for none.
    pub(crate) verdicts: BTreeMap<&'static str, usize>,
    /// What to tell about each difference.
    pub(crate) differences: Vec<String>,
}

impl Score {
    /// Judges the case with this number by both verifiers.
    pub(crate) fn judge(&mut self, seed: u64, number: u64) {
        self.judge_case(
            &Case::new(seed, number),
            &format!("seed {seed} case {number}"),
        );
    }

    /// Judges every input of a case by both verifiers; `name` tells which case it is.
    pub(crate) fn judge_case(&mut self, case: &Case, name: &str) {
        let bytes = consensus::serialize(&case.spend);
        let prepared = PreparedTransaction::new(&case.spend, &case.coins).unwrap();
        for index in 0..case.coins.len() {
            let ours = verify_input(&prepared, index, case.flags);
            let theirs = oracle_accepts(case, &bytes, index);
            let verdict = ours.map_or_else(ScriptError::code, |()| "valid");
            *self.verdicts.entry(verdict).or_default() += 1;
            self.inputs += 1;
            if ours.is_ok() == theirs && self.cache_agrees(case, &prepared, index, ours) {
                self.alike += 1;
            } else {
                self.differences.push(format!(
                    "{name} input {index} {:?}: ours {verdict}, theirs {theirs}\n{}",
                    case.flags,
                    consensus::encode::serialize_hex(&case.spend),
                ));
            }
        }
    }

    /// Every sixteenth input: a cache changes no verdict, and policy accepts nothing that consensus refuses.
    fn cache_agrees(
        &self,
        case: &Case,
        prepared: &PreparedTransaction<'_>,
        index: usize,
        ours: Result<(), ScriptError>,
    ) -> bool {
        if !self.inputs.is_multiple_of(16) {
            return true;
        }
        let cache = SaltedSignatureCache::new([1; 32], 1 << 12);
        let with_cache = || verify_input_with_cache(prepared, index, case.flags, &cache);
        let [cold, warm] = [with_cache(), with_cache()];
        let standard = verify_input(prepared, index, VerifyFlags::STANDARD);
        let consensus = verify_input(prepared, index, VerifyFlags::CONSENSUS);
        cold == ours && warm == ours && (standard.is_err() || consensus.is_ok())
    }
}

fn oracle_accepts(case: &Case, bytes: &[u8], index: usize) -> bool {
    let spent: Vec<Utxo> = case
        .coins
        .iter()
        .map(|coin| Utxo {
            script_pubkey: coin.script_pubkey.as_bytes().as_ptr(),
            script_pubkey_len: u32::try_from(coin.script_pubkey.len()).unwrap(),
            value: i64::try_from(coin.value.to_sat()).unwrap(),
        })
        .collect();
    let coin = &case.coins[index];
    let verdict = verify_with_flags(
        coin.script_pubkey.as_bytes(),
        coin.value.to_sat(),
        bytes,
        Some(&spent),
        index,
        case.flags.bits(),
    );
    match verdict {
        Ok(()) => true,
        Err(Error::ERR_SCRIPT) => false,
        Err(error) => panic!("the oracle did not judge: {error:?}"),
    }
}
