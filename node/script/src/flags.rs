//! Which rules apply: the soft forks of consensus, and the stricter ones of relay policy.
use std::fmt;
use std::ops::BitOr;

/// A set of script rules. Bits are Bitcoin Core's, so a set can be handed to another engine as it is.
///
/// Consensus uses [`VerifyFlags::CONSENSUS`] for every block of every Moneta network. The mempool adds
/// policy with [`VerifyFlags::STANDARD`]: what policy accepts, consensus accepts too.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct VerifyFlags(u32);

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl VerifyFlags {
            $($(#[$doc])* pub const $name: Self = Self(1 << $bit);)*

            /// Every flag beside its name in Bitcoin Core's test vectors.
            pub const NAMES: &[(&'static str, Self)] = &[$((stringify!($name), Self::$name),)*];
        }
    };
}

flags! {
    /// Evaluates pay-to-script-hash (BIP16).
    P2SH = 0;
    /// Policy: signatures have a defined hash type, public keys a plain encoding.
    STRICTENC = 1;
    /// Requires strict DER (BIP66).
    DERSIG = 2;
    /// Policy: the S of a signature is at most half the order (BIP62 rule 5).
    LOW_S = 3;
    /// Requires the extra element of `OP_CHECKMULTISIG` to be empty (BIP147).
    NULLDUMMY = 4;
    /// Policy: the input script only pushes (BIP62 rule 2).
    SIGPUSHONLY = 5;
    /// Policy: pushes and numbers take as few bytes as they can (BIP62 rules 3 and 4).
    MINIMALDATA = 6;
    /// Policy: opcodes kept for soft forks are refused.
    DISCOURAGE_UPGRADABLE_NOPS = 7;
    /// Policy: exactly one element is left (BIP62 rule 6). Asks for `P2SH` and `WITNESS` too.
    CLEANSTACK = 8;
    /// Gives `OP_CHECKLOCKTIMEVERIFY` its meaning (BIP65).
    CHECKLOCKTIMEVERIFY = 9;
    /// Gives `OP_CHECKSEQUENCEVERIFY` its meaning (BIP112).
    CHECKSEQUENCEVERIFY = 10;
    /// Evaluates witness programs (BIP141). Asks for `P2SH` too.
    WITNESS = 11;
    /// Policy: witness versions kept for soft forks are refused.
    DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM = 12;
    /// Policy in witness v0 (a rule in tapscript): `OP_IF` takes nothing or 0x01.
    MINIMALIF = 13;
    /// Policy: a signature that does not verify is empty (BIP146).
    NULLFAIL = 14;
    /// Policy: public keys in witness v0 are compressed.
    WITNESS_PUBKEYTYPE = 15;
    /// Policy: no `OP_CODESEPARATOR` and no signature inside the script it signs, before segwit.
    CONST_SCRIPTCODE = 16;
    /// Evaluates taproot and tapscript (BIP341, BIP342).
    TAPROOT = 17;
    /// Policy: leaf versions kept for soft forks are refused.
    DISCOURAGE_UPGRADABLE_TAPROOT_VERSION = 18;
    /// Policy: `OP_SUCCESSx` is refused.
    DISCOURAGE_OP_SUCCESS = 19;
    /// Policy: public key types kept for soft forks are refused.
    DISCOURAGE_UPGRADABLE_PUBKEYTYPE = 20;
}

impl VerifyFlags {
    /// No rule beyond Bitcoin's first ones.
    pub const NONE: Self = Self(0);

    /// The rules of a block: every soft fork up to taproot.
    pub const CONSENSUS: Self = Self(
        Self::P2SH.0
            | Self::DERSIG.0
            | Self::NULLDUMMY.0
            | Self::CHECKLOCKTIMEVERIFY.0
            | Self::CHECKSEQUENCEVERIFY.0
            | Self::WITNESS.0
            | Self::TAPROOT.0,
    );

    /// The rules of the mempool: every flag there is.
    pub const STANDARD: Self = Self((1 << 21) - 1);

    /// Returns whether every flag of `other` is set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether any flag of `other` is set.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the set without the flags of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Returns the bits, as Bitcoin Core numbers them.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns the flag of that name in Bitcoin Core's test vectors (`P2SH`, `DERSIG`, ...).
    pub fn from_name(name: &str) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, flag)| *flag)
    }
}

impl BitOr for VerifyFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Debug for VerifyFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = Self::NAMES.iter().filter(|(_, flag)| self.contains(*flag));
        f.debug_set().entries(set.map(|(name, _)| name)).finish()
    }
}
