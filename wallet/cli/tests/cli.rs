//! The real binary, driven as a script drives it: files, exit codes, and what it says.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use bitcoin::absolute::LockTime;
use bitcoin::transaction::Version;
use bitcoin::{
    Amount, FeeRate, OutPoint, Psbt, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness,
};
use moneta_chain::{Height, Network, Params, parse_address};
use moneta_keys::{AccountPublic, Keychain, finalise};
use moneta_mips::{Coin, RegisterIdentity};
use moneta_wallet::{Plan, Proofs, Request, Terms, WalletCoin, plan};
use tempfile::TempDir;

const PASSPHRASE: &str = "a passphrase for tests";
const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
const TO: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

/// A folder with what a script needs.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let desk = Self { folder };
        desk.write("passphrase", PASSPHRASE.as_bytes());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("readable")
    }

    /// Runs the program in the folder with the passphrase file.
    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moneta-wallet"));
        command
            .current_dir(self.folder.path())
            .env_remove("MONETA_WALLET")
            .env_remove("MONETA_WALLET_PASSPHRASE")
            .stdin(std::process::Stdio::null())
            .args(line.split_whitespace())
            .args(["--passphrase-file", "passphrase"]);
        command.output().expect("it runs")
    }

    fn succeed(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", said(&output));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Runs, and expects a refusal with this code.
    fn refuse(&self, line: &str, code: &str) -> String {
        let output = self.run(line);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(said.contains(&format!("code: {code}")), "{line}: {said}");
        said
    }

    /// A wallet from the known phrase, and its descriptor.
    fn restored(&self) -> AccountPublic {
        self.write("phrase", PHRASE.as_bytes());
        self.succeed("restore --phrase-file phrase --out w.wallet");
        let text = self.succeed("descriptor --wallet w.wallet");
        text.parse().expect("a descriptor")
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A plan that pays from a coin of `account`.
fn paying(account: &AccountPublic, holds: u64, pays: u64) -> Psbt {
    let request = Request::Pay {
        to: parse_address(TO, Network::Dev).expect("an address"),
        amount: Amount::from_sat(pays),
    };
    planned(account, holds, &request).psbt
}

/// A coin of `account` with so many grains, and a plan that does this with it.
fn planned(account: &AccountPublic, holds: u64, request: &Request) -> Plan {
    let output = TxOut {
        value: Amount::from_sat(holds),
        script_pubkey: account.script(Keychain::External, 2),
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
        index: 2,
        previous: Arc::new(previous),
        confirmed: true,
        frozen: None,
    };
    let terms = Terms {
        account,
        change_index: 0,
        fee_rate: FeeRate::from_sat_per_vb_u32(2),
        next_height: Height::new(200),
        params: &Params::dev(),
        proofs: &Proofs::default(),
    };
    plan(request, &[coin], &terms).expect("a plan")
}

#[test]
fn a_new_wallet_restores_from_its_phrase_to_the_same_descriptor() {
    let desk = Desk::new();
    for (words, count) in [("12", 12), ("24", 24)] {
        let made = desk.succeed(&format!(
            "new --words {words} --print-phrase --out new{words}.wallet"
        ));
        assert_eq!(made.split_whitespace().count(), count);
        desk.write("phrase", made.as_bytes());
        desk.succeed(&format!(
            "restore --phrase-file phrase --out again{words}.wallet"
        ));
        let first = desk.succeed(&format!("descriptor --wallet new{words}.wallet"));
        let second = desk.succeed(&format!("descriptor --wallet again{words}.wallet"));
        assert_eq!(first, second);
        first.trim().parse::<AccountPublic>().expect("a descriptor");
    }
}

#[test]
fn a_new_wallet_keeps_its_phrase_from_logs_and_from_the_file() {
    let desk = Desk::new();
    let output = desk.run("new --out w.wallet");
    assert!(output.status.success() && output.stdout.is_empty());
    let file = String::from_utf8(desk.read("w.wallet")).expect("JSON");
    assert!(!file.contains("tpub") && !file.contains(PASSPHRASE));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = desk.path("w.wallet");
        let mode = std::fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn addresses_are_those_of_the_phrase() {
    let desk = Desk::new();
    let account = desk.restored();
    for index in [0, 7] {
        let line = format!("address --wallet w.wallet --index {index}");
        let script = parse_address(desk.succeed(&line).trim(), Network::Dev);
        assert_eq!(script, Ok(account.script(Keychain::External, index)));
    }
}

#[test]
fn nothing_is_overwritten_without_force() {
    let desk = Desk::new();
    desk.write("w.wallet", b"precious");
    desk.refuse("new --out w.wallet", "file.exists");
    assert_eq!(desk.read("w.wallet"), b"precious");
    desk.succeed("new --out w.wallet --force");
    desk.succeed("descriptor --wallet w.wallet");
    let left: Vec<_> = std::fs::read_dir(desk.folder.path())
        .expect("readable")
        .collect();
    assert_eq!(left.len(), 2, "no temporary file is left: {left:?}");
}

#[test]
fn a_wrong_passphrase_file_or_network_is_refused() {
    let desk = Desk::new();
    desk.restored();
    desk.refuse(
        "--network test descriptor --wallet w.wallet",
        "wallet_file.wrong_network",
    );
    desk.write("passphrase", b"another passphrase");
    desk.refuse("descriptor --wallet w.wallet", "seal.wrong_key");
    desk.write("passphrase", b"short");
    desk.refuse("new --out other.wallet", "passphrase.weak");
    desk.refuse("descriptor --wallet none.wallet", "file.unreadable");
    desk.refuse("descriptor --wallet passphrase", "wallet_file.malformed");
    desk.write("huge", &vec![b' '; 20_000]);
    desk.refuse("descriptor --wallet huge", "file.too_long");
}

#[test]
fn a_phrase_with_a_mistyped_word_names_its_place_but_not_the_word() {
    let desk = Desk::new();
    desk.write("phrase", PHRASE.replace("sausage", "sausige").as_bytes());
    let said = desk.refuse(
        "restore --phrase-file phrase --out w.wallet",
        "mnemonic.unknown_word",
    );
    assert!(
        said.contains("word 6") && !said.contains("sausige"),
        "{said}"
    );
    assert!(!desk.path("w.wallet").exists());
}

#[test]
fn wrong_usage_ends_with_two() {
    let desk = Desk::new();
    for line in [
        "",
        "sing x",
        "new",
        "new --out x --words 13",
        "address --wallet w --index -1",
    ] {
        assert_eq!(desk.run(line).status.code(), Some(2), "{line}");
    }
}

#[test]
fn a_payment_is_shown_and_signed_offline() {
    let desk = Desk::new();
    let account = desk.restored();
    let psbt = paying(&account, 1_000_000, 250_000);
    desk.write("p.psbt", psbt.to_string().as_bytes());
    let shown = desk.succeed("show p.psbt --wallet w.wallet");
    assert!(shown.contains(TO) && shown.contains("0.0025"), "{shown}");
    let said = desk.succeed("sign p.psbt --wallet w.wallet --out signed.psbt --yes");
    assert_eq!(said, shown, "what is signed is what is shown");
    let signed = String::from_utf8(desk.read("signed.psbt")).expect("base64 stays base64");
    let signed: Psbt = signed.trim().parse().expect("a PSBT");
    assert_eq!(signed.unsigned_tx, psbt.unsigned_tx);
    finalise(&signed).expect("signed whole");
}

#[test]
fn both_transactions_of_an_identity_are_explained_and_signed_before_either_is_sent() {
    let desk = Desk::new();
    let account = desk.restored();
    let request = Request::Register(RegisterIdentity {
        handle: "acme-vault".into(),
        document: "{}".into(),
        recovery: [0; 32],
        salt: [7; 32],
    });
    let register = planned(&account, 100_000_000, &request);
    let commit = register.first.as_ref().expect("the first transaction");
    desk.write("commit.psbt", commit.psbt.to_string().as_bytes());
    desk.write("register.psbt", register.psbt.to_string().as_bytes());

    // The commitment hides the handle, from whoever looks over the shoulder too.
    for (lang, name, says, handle) in [
        ("en", "commit", "a handle that it does not show yet", false),
        ("zh", "commit", "尚未公开的名称", false),
        ("en", "register", "registers the identity acme-vault", true),
        ("zh", "register", "登记身份 acme-vault", true),
    ] {
        let shown = desk.succeed(&format!("--lang {lang} show {name}.psbt --wallet w.wallet"));
        assert!(shown.contains(says), "{lang} {name}: {shown}");
        assert_eq!(shown.contains("acme-vault"), handle, "{shown}");
    }
    let mut signed = Vec::new();
    for name in ["commit", "register"] {
        desk.succeed(&format!(
            "sign {name}.psbt --wallet w.wallet --out {name}.signed --yes"
        ));
        let text = String::from_utf8(desk.read(&format!("{name}.signed"))).expect("base64");
        let psbt: Psbt = text.trim().parse().expect("a PSBT");
        signed.push(finalise(&psbt).expect("signed whole"));
    }
    let [commit, register] = &signed[..] else {
        panic!("two")
    };
    let spent = register.input[0].previous_output;
    assert_eq!(spent, OutPoint::new(commit.compute_txid(), 0));
}

#[test]
fn a_binary_psbt_stays_binary() {
    let desk = Desk::new();
    let account = desk.restored();
    desk.write("p.psbt", &paying(&account, 1_000_000, 250_000).serialize());
    desk.succeed("sign p.psbt --wallet w.wallet --out signed.psbt --yes");
    let signed = Psbt::deserialize(&desk.read("signed.psbt")).expect("binary");
    finalise(&signed).expect("signed whole");
}

#[test]
fn chinese_is_spoken_too() {
    let desk = Desk::new();
    let account = desk.restored();
    desk.write("p.psbt", &paying(&account, 1_000_000, 250_000).serialize());
    let shown = desk.succeed("--lang zh show p.psbt --wallet w.wallet");
    assert!(shown.contains("手续费") && shown.contains(TO), "{shown}");
}

#[test]
fn without_a_person_or_consent_nothing_is_signed() {
    let desk = Desk::new();
    let account = desk.restored();
    desk.write("p.psbt", &paying(&account, 1_000_000, 250_000).serialize());
    let line = "sign p.psbt --wallet w.wallet --out signed.psbt";
    desk.refuse(line, "terminal.unavailable");
    assert!(!desk.path("signed.psbt").exists());
}

#[test]
fn a_high_fee_needs_a_person_or_a_word_more() {
    let desk = Desk::new();
    let account = desk.restored();
    let mut psbt = paying(&account, 1_000_000, 250_000);
    psbt.unsigned_tx.output[1].value = Amount::from_sat(100_000);
    desk.write("p.psbt", &psbt.serialize());
    let line = "sign p.psbt --wallet w.wallet --out signed.psbt --yes";
    desk.refuse(line, "sign.warned");
    assert!(!desk.path("signed.psbt").exists());
    desk.succeed(&format!("{line} --despite-warnings"));
    assert!(desk.path("signed.psbt").exists());
}

#[test]
fn psbts_of_others_and_psbts_that_lie_are_refused() {
    let desk = Desk::new();
    let account = desk.restored();
    desk.succeed("new --out other.wallet");
    let mut psbt = paying(&account, 1_000_000, 250_000);
    desk.write("p.psbt", &psbt.serialize());
    let line = "sign p.psbt --wallet other.wallet --out signed.psbt --yes --despite-warnings";
    desk.refuse(line, "sign.nothing_to_sign");
    let claimed = psbt.inputs[0].witness_utxo.as_mut().expect("there");
    claimed.value = Amount::from_sat(5_000_000);
    desk.write("p.psbt", &psbt.serialize());
    desk.refuse("show p.psbt", "psbt.utxo_mismatch");
    desk.write("p.psbt", b"cHNidP8=");
    desk.refuse("show p.psbt", "psbt.malformed");
    assert!(!Path::new(&desk.path("signed.psbt")).exists());
}
