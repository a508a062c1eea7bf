//! The output that carries an envelope: `OP_RETURN <one push: tag || payload>`.
use bitcoin::opcodes::all::{OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4, OP_RETURN};
use bitcoin::script::PushBytesBuf;
use bitcoin::{ScriptBuf, Transaction};

use super::{ENVELOPE_TAG, Envelope, EnvelopeError, MAX_PAYLOAD};

/// An envelope and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEnvelope {
    /// Index of the output that carries it.
    pub vout: u32,
    /// What it says.
    pub envelope: Envelope,
}

/// Finds and reads the one envelope of `tx`; `None` if no output carries the tag.
///
/// # Errors
/// There are two envelopes, or the one there is not canonical.
pub fn find_envelope(tx: &Transaction) -> Result<Option<FoundEnvelope>, EnvelopeError> {
    let mut carriers = carriers(tx);
    let Some((vout, push)) = carriers.next() else {
        return Ok(None);
    };
    if let Some((second, _)) = carriers.next() {
        return Err(EnvelopeError::Duplicate {
            first: vout,
            second,
        });
    }
    let payload = push.payload().ok_or(EnvelopeError::NotOnePush { vout })?;
    let envelope = Envelope::decode(payload)?;
    Ok(Some(FoundEnvelope { vout, envelope }))
}

/// Returns the index of the first output that shows the tag, whether or not an envelope can be read there.
pub(crate) fn first_carrier(tx: &Transaction) -> Option<u32> {
    carriers(tx).next().map(|(vout, _)| vout)
}

fn carriers(tx: &Transaction) -> impl Iterator<Item = (u32, Push<'_>)> {
    (0_u32..)
        .zip(&tx.output)
        .filter_map(|(vout, output)| Some((vout, Push::of(output.script_pubkey.as_bytes())?)))
        .filter(|(_, push)| push.data.starts_with(&ENVELOPE_TAG))
}

impl Envelope {
    /// Returns the script of the output that carries this envelope: `OP_RETURN <tag || payload>`.
    /// Like [`Self::encode`] it does not judge: see [`Self::to_script_checked`].
    pub fn to_script(&self) -> ScriptBuf {
        script_of(&self.encode())
    }

    /// Returns the script of the output that carries this envelope, and makes sure that it reads back.
    ///
    /// # Errors
    /// The envelope has no canonical encoding: too large, empty, or something is not sorted.
    pub fn to_script_checked(&self) -> Result<ScriptBuf, EnvelopeError> {
        self.encode_checked().map(|payload| script_of(&payload))
    }
}

fn script_of(payload: &[u8]) -> ScriptBuf {
    let bytes = [&ENVELOPE_TAG[..], payload].concat();
    let push = PushBytesBuf::try_from(bytes).expect("an envelope is far shorter than 4 GiB");
    ScriptBuf::new_op_return(push)
}

/// What follows `OP_RETURN` and the head of a push, up to the end of the script.
///
/// Whether the push ends where the script ends is asked later: a script that shows the tag but breaks off
/// or goes on is a broken envelope, not a script that happens to carry none.
struct Push<'a> {
    /// Length that the push claims.
    length: usize,
    /// Whether the head is the shortest for that length.
    minimal: bool,
    data: &'a [u8],
}

impl<'a> Push<'a> {
    fn of(script: &'a [u8]) -> Option<Self> {
        let rest = script.strip_prefix(&[OP_RETURN.to_u8()])?;
        let (&head, rest) = rest.split_first()?;
        let (length, least, data) = if head < OP_PUSHDATA1.to_u8() {
            (usize::from(head), 0, rest)
        } else if head == OP_PUSHDATA1.to_u8() {
            let (bytes, data) = rest.split_first_chunk()?;
            (usize::from(u8::from_le_bytes(*bytes)), 76, data)
        } else if head == OP_PUSHDATA2.to_u8() {
            let (bytes, data) = rest.split_first_chunk()?;
            (usize::from(u16::from_le_bytes(*bytes)), 0x100, data)
        } else if head == OP_PUSHDATA4.to_u8() {
            let (bytes, data) = rest.split_first_chunk()?;
            let length = usize::try_from(u32::from_le_bytes(*bytes)).ok()?;
            (length, 0x1_0000, data)
        } else {
            return None;
        };
        Some(Self {
            length,
            minimal: length >= least,
            data,
        })
    }

    /// Returns what follows the tag, if the push is the whole rest of the script in its shortest form.
    fn payload(&self) -> Option<&'a [u8]> {
        if !self.minimal || self.length != self.data.len() {
            return None;
        }
        self.data.strip_prefix(&ENVELOPE_TAG)
    }
}

// The longest envelope must fit a script push of two length bytes.
const _: () = assert!(MAX_PAYLOAD < 0xffff);
