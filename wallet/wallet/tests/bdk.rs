//! Stock software, unpatched: BDK reads our descriptor and gives our addresses; a stock signer signs our
//! PSBTs.
use std::sync::Arc;

use bdk_wallet::{KeychainKind, Wallet};
use bitcoin::absolute::LockTime;
use bitcoin::bip32::Xpriv;
use bitcoin::secp256k1::Secp256k1;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, FeeRate, Network, NetworkKind, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut,
    Witness,
};
use moneta_chain::{Height, Params};
use moneta_keys::{AccountKey, AccountPath, Keychain, Mnemonic, finalise};
use moneta_mips::Coin;
use moneta_wallet::{Proofs, Request, Terms, WalletCoin, plan};

const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

fn account() -> AccountKey {
    let seed = Mnemonic::parse(PHRASE).expect("a phrase").to_seed("");
    AccountKey::derive(&seed, AccountPath::TEST)
}

#[test]
fn bdk_derives_the_addresses_of_our_descriptor() {
    let account = account();
    let descriptor = account.public().to_string();
    let wallet = Wallet::create_from_two_path_descriptor(descriptor)
        .network(Network::Regtest)
        .create_wallet_no_persist()
        .expect("BDK reads the descriptor");
    for index in [0, 1, 19] {
        for (theirs, ours) in [
            (KeychainKind::External, Keychain::External),
            (KeychainKind::Internal, Keychain::Internal),
        ] {
            let address = wallet.peek_address(theirs, index);
            let script = account.public().script(ours, index);
            assert_eq!(address.script_pubkey(), script);
        }
    }
}

/// A notarisation: it has an envelope that the signer, the one BDK wallets use, knows nothing about.
#[test]
fn a_stock_signer_signs_a_plan_and_we_finish_it() {
    let account = account();
    let output = TxOut {
        value: Amount::from_sat(100_000),
        script_pubkey: account.public().script(Keychain::External, 0),
    };
    let previous = Transaction {
        version: Version::TWO,
        lock_time: LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint::null(),
            script_sig: ScriptBuf::from_bytes(vec![1, 2]),
            sequence: Sequence::MAX,
            witness: Witness::new(),
        }],
        output: vec![output.clone()],
    };
    let coin = WalletCoin {
        outpoint: OutPoint::new(previous.compute_txid(), 0),
        coin: Coin {
            output,
            height: Height::new(5),
            coinbase: true,
            attachment: None,
        },
        keychain: Keychain::External,
        index: 0,
        previous: Arc::new(previous),
        confirmed: true,
        frozen: None,
    };
    let terms = Terms {
        account: account.public(),
        change_index: 0,
        fee_rate: FeeRate::from_sat_per_vb_u32(2),
        next_height: Height::new(200),
        params: &Params::dev(),
        proofs: &Proofs::default(),
    };
    let request = Request::Anchor { digest: [9; 32] };
    let planned = plan(&request, &[coin], &terms).expect("a plan");

    let seed = Mnemonic::parse(PHRASE).expect("a phrase").to_seed("");
    let master = Xpriv::new_master(NetworkKind::Test, seed.expose()).expect("a master");
    let mut psbt = planned.psbt.clone();
    let signed = psbt.sign(&master, &Secp256k1::new());
    assert_eq!(signed.expect("signed").len(), 1);
    let transaction = finalise(&psbt).expect("signed by the owner");
    assert_eq!(transaction.compute_txid(), planned.txid);
}
