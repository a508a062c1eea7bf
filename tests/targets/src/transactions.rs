//! Transactions by themselves, and their scripts.
use bitcoin::consensus::{deserialize, deserialize_partial, serialize};
use bitcoin::{Amount, ScriptBuf, Transaction, TxOut};
use moneta_chain::{Height, Params};
use moneta_consensus::{check_transaction_alone, sigop_cost};
use moneta_mips::{Coin, check_coinbase, find_envelope, freezes_of};
use moneta_script::{PreparedTransaction, VerifyFlags, verify_input};

/// Inputs of which the scripts are run.
const MAX_RUN: usize = 4;

/// A transaction in bytes: the same bytes again, and a verdict without a panic.
pub fn transaction(data: &[u8]) {
    let Ok(tx) = deserialize::<Transaction>(data) else {
        return;
    };
    assert_eq!(serialize(&tx), data);
    let _ = check_transaction_alone(&tx, &Params::main());
    let _ = check_coinbase(&tx);
    let _ = find_envelope(&tx);
    let _ = freezes_of(&tx);
    let coins = vec![coin(ScriptBuf::new()); tx.input.len()];
    let _ = sigop_cost(&tx, &coins);
}

/// A transaction, and behind it the script of the coins that it spends: each verdict under fewer rules is that
/// under more, or milder.
pub fn spend(data: &[u8]) {
    let Ok((tx, used)) = deserialize_partial::<Transaction>(data) else {
        return;
    };
    let script = ScriptBuf::from_bytes(data.get(used..).unwrap_or_default().to_vec());
    let coins = vec![coin(script); tx.input.len()];
    let _ = sigop_cost(&tx, &coins);
    let outputs = coins.iter().map(|coin| &coin.output);
    let prepared = PreparedTransaction::new(&tx, outputs).expect("one coin an input");
    for index in 0..tx.input.len().min(MAX_RUN) {
        let strict = verify_input(&prepared, index, VerifyFlags::STANDARD);
        let rules = verify_input(&prepared, index, VerifyFlags::CONSENSUS);
        assert!(
            strict.is_err() || rules.is_ok(),
            "policy takes what consensus refuses: {rules:?}"
        );
    }
}

fn coin(script_pubkey: ScriptBuf) -> Coin {
    Coin {
        output: TxOut {
            value: Amount::from_sat(1_000),
            script_pubkey,
        },
        height: Height::new(1),
        coinbase: false,
        attachment: None,
    }
}
