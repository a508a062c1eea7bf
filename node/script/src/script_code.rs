//! What of a script a legacy signature signs: not the signature itself, not the code separators.
use bitcoin::opcodes::all::{OP_CODESEPARATOR, OP_PUSHDATA1, OP_PUSHDATA2, OP_PUSHDATA4};

use crate::instruction::Instructions;

/// Removes each push of `signature`, in the very form in which Bitcoin would write that push.
///
/// Returns `None` if there is none, which is nearly always so: a signature can't sign itself. The rule
/// is as old as Bitcoin and ended with segwit.
pub(crate) fn without_signature(script: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    let push = push_of(signature);
    let mut instructions = Instructions::new(script);
    let mut kept: Option<Vec<u8>> = None;
    loop {
        while instructions.rest().starts_with(&push) {
            if kept.is_none() {
                let read = script.len().saturating_sub(instructions.rest().len());
                kept = Some(script.get(..read).unwrap_or_default().to_vec());
            }
            instructions.skip_bytes(push.len());
        }
        let before = instructions.rest();
        let more = matches!(instructions.next(), Some(Ok(_)));
        if let Some(kept) = &mut kept {
            // What is cut off at the end stays as it is.
            let left = if more { instructions.rest().len() } else { 0 };
            let read = before.len().saturating_sub(left);
            kept.extend_from_slice(before.get(..read).unwrap_or_default());
        }
        if !more {
            return kept;
        }
    }
}

/// Returns the parts of the script between its `OP_CODESEPARATOR`s.
pub(crate) fn without_separators(script: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut instructions = Instructions::new(script);
    let mut part = script;
    while let Some(Ok(instruction)) = instructions.next() {
        if instruction.opcode == OP_CODESEPARATOR {
            let rest = instructions.rest();
            let size = part.len().saturating_sub(rest.len()).saturating_sub(1);
            parts.push(part.get(..size).unwrap_or_default());
            part = rest;
        }
    }
    parts.push(part);
    parts
}

/// Writes a push as Bitcoin Core serialises one: by its length only, never as `OP_1` and the like.
pub(crate) fn push_of(data: &[u8]) -> Vec<u8> {
    let size = data.len().to_le_bytes();
    let mut push = Vec::with_capacity(data.len().saturating_add(5));
    match data.len() {
        0..=75 => push.extend_from_slice(&size[..1]),
        76..=0xff => {
            push.push(OP_PUSHDATA1.to_u8());
            push.extend_from_slice(&size[..1]);
        }
        0x100..=0xffff => {
            push.push(OP_PUSHDATA2.to_u8());
            push.extend_from_slice(&size[..2]);
        }
        _ => {
            push.push(OP_PUSHDATA4.to_u8());
            push.extend_from_slice(&size[..4]);
        }
    }
    push.extend_from_slice(data);
    push
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_removed_only_where_an_instruction_starts() {
        // push "51", then the same two bytes inside a longer push, then twice in a row.
        let script = [0x01, 0x51, 0x02, 0x01, 0x51, 0x01, 0x51, 0x01, 0x51, 0xac];
        let kept = without_signature(&script, &[0x51]);
        assert_eq!(kept, Some(vec![0x02, 0x01, 0x51, 0xac]));
    }

    #[test]
    fn an_empty_signature_removes_every_empty_push() {
        assert_eq!(without_signature(&[0, 0x51, 0, 0], &[]), Some(vec![0x51]));
    }

    #[test]
    fn a_script_without_the_signature_is_not_copied() {
        assert_eq!(without_signature(&[0x51, 0x02, 0x01], &[0x52]), None);
    }

    #[test]
    fn what_is_cut_off_at_the_end_stays() {
        let kept = without_signature(&[0x01, 0x51, 0x05, 0x01], &[0x51]);
        assert_eq!(kept, Some(vec![0x05, 0x01]));
    }

    #[test]
    fn code_separators_are_cut_out_but_not_from_pushes() {
        let script = [0xab, 0x51, 0xab, 0xab, 0x01, 0xab, 0xac, 0xab];
        let parts = without_separators(&script).concat();
        assert_eq!(parts, [0x51, 0x01, 0xab, 0xac]);
    }

    #[test]
    fn a_push_is_as_long_as_its_data_asks() {
        for (size, head) in [
            (0, 1),
            (75, 1),
            (76, 2),
            (255, 2),
            (256, 3),
            (520, 3),
            (65_536, 5),
        ] {
            assert_eq!(push_of(&vec![0; size]).len(), size + head, "{size}");
        }
    }
}
