//! Addresses: segwit programs in bech32 and bech32m under the network's own prefix (BIP173, BIP350).
use bech32::segwit;
use bitcoin::{Script, ScriptBuf, WitnessProgram, WitnessVersion, base58};

use crate::Network;

/// Why a string is not an address of this network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The string is no segwit address at all, or a character in it is wrong.
    #[error("this is not an address: check for a missing or mistyped character")]
    Malformed,
    /// The address belongs to another network.
    #[error(
        "this address is for another network (it starts with `{got}1`, here they start with `{expected}1`)"
    )]
    WrongNetwork {
        /// Prefix of this network.
        expected: &'static str,
        /// Prefix the string carries.
        got: String,
    },
    /// The string is an address of the kind that came before segwit; it names its network by a number only.
    #[error(
        "this is a base58 address, which no network here uses: ask for one that starts with `{expected}1`"
    )]
    Base58 {
        /// Prefix of this network.
        expected: &'static str,
    },
    /// The witness version and the program's length do not go together.
    #[error("this address names a kind of output that does not exist")]
    UnknownProgram,
}

impl AddressError {
    /// Returns the stable code of this error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "address.malformed",
            Self::WrongNetwork { .. } => "address.wrong_network",
            Self::Base58 { .. } => "address.base58",
            Self::UnknownProgram => "address.unknown_program",
        }
    }
}

/// Reads an address and returns the output script it stands for.
///
/// # Errors
/// The string is malformed, of another network, or names no known kind of output.
pub fn parse_address(text: &str, network: Network) -> Result<ScriptBuf, AddressError> {
    // Longest address there can be is 90 characters (BIP173): refuse before decoding.
    if text.len() > 90 {
        return Err(AddressError::Malformed);
    }
    let expected = network.hrp();
    let (hrp, version, program) = segwit::decode(text).map_err(|_| not_segwit(text, expected))?;
    let got = hrp.to_lowercase();
    if got != expected {
        return Err(AddressError::WrongNetwork { expected, got });
    }
    let version =
        WitnessVersion::try_from(version.to_u8()).map_err(|_| AddressError::UnknownProgram)?;
    let program =
        WitnessProgram::new(version, &program).map_err(|_| AddressError::UnknownProgram)?;
    Ok(ScriptBuf::new_witness_program(&program))
}

fn not_segwit(text: &str, expected: &'static str) -> AddressError {
    // Version byte and 20 bytes of hash; the checksum has been looked at and taken away.
    match base58::decode_check(text) {
        Ok(payload) if payload.len() == 21 => AddressError::Base58 { expected },
        _ => AddressError::Malformed,
    }
}

/// Returns the address of an output script, or `None` if the script is no segwit program.
pub fn address_of(script: &Script, network: Network) -> Option<String> {
    let version = script.witness_version()?;
    let program = script.as_bytes().get(2..)?;
    let hrp = bech32::Hrp::parse(network.hrp()).ok()?;
    segwit::encode(hrp, bech32::Fe32::try_from(version.to_num()).ok()?, program).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_as_its_script_on_every_network() {
        let program = WitnessProgram::new(WitnessVersion::V0, &[7; 20]).expect("20 bytes");
        let script = ScriptBuf::new_witness_program(&program);
        for network in Network::ALL {
            let text = address_of(&script, network).expect("segwit");
            assert!(text.starts_with(network.hrp()));
            assert_eq!(parse_address(&text, network), Ok(script.clone()));
        }
    }

    #[test]
    fn an_address_of_another_network_names_both_prefixes() {
        let err = parse_address("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", Network::Dev);
        assert_eq!(
            err,
            Err(AddressError::WrongNetwork {
                expected: "bcrt",
                got: "bc".into()
            })
        );
    }

    #[test]
    fn a_mistyped_character_is_malformed() {
        let err = parse_address("bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081", Network::Dev);
        assert_eq!(err, Err(AddressError::Malformed));
    }

    #[test]
    fn a_base58_address_is_told_from_a_mistyped_one() {
        // The address of Bitcoin's genesis coinbase, and the same with its last character altered.
        let known = parse_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Network::Main);
        assert_eq!(known, Err(AddressError::Base58 { expected: "mta" }));
        let altered = parse_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", Network::Main);
        assert_eq!(altered, Err(AddressError::Malformed));
    }
}
