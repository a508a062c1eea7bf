//! The index of script rules: one variant for each way in which a script can fail.
use thiserror::Error;

/// Writes each rule once: what it says, its variant, its stable code, its message.
macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident: $code:literal, $message:literal;)*) => {
        /// Why an input may not spend its coin. One variant per `ScriptError` of Bitcoin Core.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
        pub enum ScriptError {
            $($(#[$doc])* #[error($message)] $rule,)*
        }

        impl ScriptError {
            /// Every rule there is.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// Returns the stable code of the rule, the same in specification, vectors, logs and API.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$rule => $code,)*
                }
            }
        }
    };
}

rules! {
    /// The stack is empty or its top is false at the end.
    EvalFalse: "script.eval_false", "the script ended without a true value on top of the stack";
    /// `OP_RETURN` was executed.
    OpReturn: "script.op_return", "OP_RETURN was executed";
    /// A number is too long, or not minimal where it must be.
    Number: "script.number", "a number on the stack is too long or not minimally encoded";
    /// The script is longer than 10,000 bytes.
    ScriptSize: "script.script_size", "the script is longer than 10,000 bytes";
    /// An element is longer than 520 bytes.
    PushSize: "script.push_size", "a stack element is longer than 520 bytes";
    /// More than 201 opcodes.
    OpCount: "script.op_count", "the script has more than 201 opcodes";
    /// More than 1,000 elements.
    StackSize: "script.stack_size", "the stacks hold more than 1,000 elements";
    /// A signature count that is negative or above the number of keys.
    SigCount: "script.sig_count", "the number of signatures is negative or above the number of public keys";
    /// A key count that is negative or above 20.
    PubkeyCount: "script.pubkey_count", "the number of public keys is negative or above 20";
    /// `OP_VERIFY` found false.
    Verify: "script.verify", "OP_VERIFY found a false value";
    /// `OP_EQUALVERIFY` found a difference.
    EqualVerify: "script.equalverify", "OP_EQUALVERIFY found two different values";
    /// `OP_CHECKMULTISIGVERIFY` failed.
    CheckMultisigVerify: "script.checkmultisigverify", "OP_CHECKMULTISIGVERIFY found that the signatures do not match the keys";
    /// `OP_CHECKSIGVERIFY` failed.
    CheckSigVerify: "script.checksigverify", "OP_CHECKSIGVERIFY found that the signature does not match the key";
    /// `OP_NUMEQUALVERIFY` found a difference.
    NumEqualVerify: "script.numequalverify", "OP_NUMEQUALVERIFY found two different numbers";
    /// An opcode without a meaning, or a push that runs past the end.
    BadOpcode: "script.bad_opcode", "an opcode is unknown, reserved or cut off";
    /// An opcode that was switched off in 2010.
    DisabledOpcode: "script.disabled_opcode", "an opcode is disabled";
    /// An opcode found fewer elements than it takes, or an index that is out of range.
    InvalidStackOperation: "script.invalid_stack_operation", "the stack holds fewer elements than the opcode takes";
    /// `OP_FROMALTSTACK` found nothing.
    InvalidAltstackOperation: "script.invalid_altstack_operation", "the alternative stack is empty";
    /// `OP_IF`, `OP_ELSE` and `OP_ENDIF` do not match.
    UnbalancedConditional: "script.unbalanced_conditional", "OP_IF, OP_ELSE and OP_ENDIF do not match";
    /// A lock time below zero.
    NegativeLocktime: "script.negative_locktime", "the lock time on the stack is negative";
    /// The transaction's lock time or sequence does not meet the one that the script asks for.
    UnsatisfiedLocktime: "script.unsatisfied_locktime", "the lock time that the script asks for has not been reached";
    /// Policy: the hash type is not defined.
    SigHashType: "script.sig_hashtype", "the signature's hash type is not defined";
    /// The signature is not strict DER.
    SigDer: "script.sig_der", "the signature is not strict DER";
    /// Policy: a push is longer than it must be.
    MinimalData: "script.minimaldata", "a push takes more bytes than it must";
    /// The input script does more than push.
    SigPushOnly: "script.sig_pushonly", "the input script may only push data";
    /// Policy: the S of a signature is in the upper half.
    SigHighS: "script.sig_high_s", "the S value of the signature is not the low one";
    /// The extra element of `OP_CHECKMULTISIG` is not empty.
    SigNullDummy: "script.sig_nulldummy", "the extra element that OP_CHECKMULTISIG takes is not empty";
    /// The public key has an encoding that is not allowed.
    PubkeyType: "script.pubkeytype", "the public key's encoding is not allowed here";
    /// More than one element is left.
    CleanStack: "script.cleanstack", "more than one element is left on the stack";
    /// Policy: `OP_IF` in witness v0 takes nothing or 0x01.
    MinimalIf: "script.minimalif", "the argument of OP_IF or OP_NOTIF is neither empty nor 0x01";
    /// Policy: a signature that does not verify is not empty.
    SigNullFail: "script.sig_nullfail", "a signature that does not verify must be empty";
    /// Policy: an opcode kept for soft forks.
    DiscourageUpgradableNops: "script.discourage_upgradable_nops", "an opcode that is kept for upgrades is used";
    /// Policy: a witness version kept for soft forks.
    DiscourageUpgradableWitnessProgram: "script.discourage_upgradable_witness_program", "a witness version that is kept for upgrades is used";
    /// Policy: a leaf version kept for soft forks.
    DiscourageUpgradableTaprootVersion: "script.discourage_upgradable_taproot_version", "a taproot leaf version that is kept for upgrades is used";
    /// Policy: an `OP_SUCCESSx`.
    DiscourageOpSuccess: "script.discourage_op_success", "an OP_SUCCESS opcode is used";
    /// Policy: a public key type kept for soft forks.
    DiscourageUpgradablePubkeyType: "script.discourage_upgradable_pubkeytype", "a public key type that is kept for upgrades is used";
    /// A version 0 program that is neither 20 nor 32 bytes long.
    WitnessProgramWrongLength: "script.witness_program_wrong_length", "a version 0 witness program must have 20 or 32 bytes";
    /// A witness program without a witness.
    WitnessProgramWitnessEmpty: "script.witness_program_witness_empty", "the witness program is given an empty witness";
    /// The witness does not hash to the program.
    WitnessProgramMismatch: "script.witness_program_mismatch", "the witness does not match the witness program";
    /// A native witness program with an input script.
    WitnessMalleated: "script.witness_malleated", "a witness program is spent with a non-empty input script";
    /// A nested witness program with more than one push.
    WitnessMalleatedP2sh: "script.witness_malleated_p2sh", "the input script of a nested witness program must be one push of it";
    /// A witness where none belongs.
    WitnessUnexpected: "script.witness_unexpected", "a coin without a witness program is given a witness";
    /// Policy: an uncompressed key in witness v0.
    WitnessPubkeyType: "script.witness_pubkeytype", "a public key in a version 0 witness must be compressed";
    /// A Schnorr signature that is neither 64 nor 65 bytes long.
    SchnorrSigSize: "script.schnorr_sig_size", "a Schnorr signature must have 64 or 65 bytes";
    /// A hash type that BIP341 does not define.
    SchnorrSigHashType: "script.schnorr_sig_hashtype", "the Schnorr signature's hash type is not defined";
    /// The Schnorr signature does not verify.
    SchnorrSig: "script.schnorr_sig", "the Schnorr signature does not match the key";
    /// A control block whose length is not 33 + 32 n, n <= 128.
    TaprootWrongControlSize: "script.taproot_wrong_control_size", "the taproot control block has a wrong size";
    /// More signature checks than the witness pays for.
    TapscriptValidationWeight: "script.tapscript_validation_weight", "the tapscript checks more signatures than its witness weight allows";
    /// `OP_CHECKMULTISIG` in tapscript.
    TapscriptCheckMultisig: "script.tapscript_checkmultisig", "OP_CHECKMULTISIG is not available in tapscript";
    /// The argument of `OP_IF` in tapscript is neither empty nor 0x01.
    TapscriptMinimalIf: "script.tapscript_minimalif", "the argument of OP_IF or OP_NOTIF in tapscript is neither empty nor 0x01";
    /// Policy: `OP_CODESEPARATOR` before segwit.
    OpCodeSeparator: "script.op_codeseparator", "OP_CODESEPARATOR is used outside a witness";
    /// Policy: the signature stands inside the script that it signs.
    SigFindAndDelete: "script.sig_findanddelete", "a signature stands inside the script that it signs";
    /// The caller asked for an input that the transaction does not have.
    NoSuchInput: "script.no_such_input", "the transaction has no input at this index";
}

/// The spent coins are not one for each input, so nothing about them can be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("the transaction has {inputs} inputs, but {coins} spent coins were given")]
pub struct SpentCoinsMismatch {
    /// Inputs of the transaction.
    pub inputs: usize,
    /// Spent coins that were given.
    pub coins: usize,
}

impl SpentCoinsMismatch {
    /// Returns the stable code of the rule.
    pub const fn code(self) -> &'static str {
        "script.spent_coins_mismatch"
    }
}
