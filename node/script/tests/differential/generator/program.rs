//! Scripts that can be satisfied: fragments, each with the arguments it takes, in the order it takes them.
use bitcoin::hashes::{Hash, hash160, ripemd160, sha1, sha256, sha256d};
use bitcoin::opcodes::Opcode;
use bitcoin::opcodes::all::*;
use bitcoin::script::{Builder, PushBytes};

use super::rng::Rng;
use super::{keys, soup};

/// Where a script will stand: what signs it, and which opcodes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Legacy,
    WitnessV0,
    Tapscript,
}

/// What a script takes from the stack.
#[derive(Debug, Clone)]
pub(crate) enum Argument {
    Bytes(Vec<u8>),
    /// A signature by one of our keys over the script from `code_start` on.
    Signature {
        key: usize,
        code_start: usize,
        code_separator: u32,
        hash_type: u8,
    },
    /// The key that makes `signature`, which stands in the script itself, a valid one.
    RecoveredKey {
        code_start: usize,
        signature: Vec<u8>,
    },
}

/// A script and its arguments, the first one taken in front.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) place: Place,
    pub(crate) script: Vec<u8>,
    pub(crate) arguments: Vec<Argument>,
    opcodes: u32,
    code_start: usize,
    code_separator: u32,
}

impl Program {
    pub(crate) const fn new(place: Place) -> Self {
        Self {
            place,
            script: Vec::new(),
            arguments: Vec::new(),
            opcodes: 0,
            code_start: 0,
            code_separator: u32::MAX,
        }
    }

    pub(crate) fn random(rng: &mut Rng, place: Place) -> Self {
        let mut program = Self::new(place);
        for _ in 0..rng.range(0, 5) {
            program.fragment(rng, 0);
        }
        if rng.one_in(2) {
            program.check_signature(rng, OP_CHECKSIG);
        } else {
            program.op(OP_PUSHNUM_1);
        }
        program
    }

    pub(crate) fn op(&mut self, opcode: Opcode) {
        self.script.push(opcode.to_u8());
        self.opcodes += 1;
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let bytes = <&PushBytes>::try_from(bytes).unwrap();
        self.script
            .extend(Builder::new().push_slice(bytes).into_bytes());
        self.opcodes += 1;
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.script
            .extend(Builder::new().push_int(number).into_bytes());
        self.opcodes += 1;
    }

    fn fragment(&mut self, rng: &mut Rng, depth: usize) {
        match rng.below(15) {
            0 | 1 => self.check_signature(rng, OP_CHECKSIGVERIFY),
            2 => self.refused_signatures(rng),
            3 | 4 if self.place == Place::Tapscript => self.check_signatures_added(rng),
            3 | 4 => self.check_multisig(rng),
            5 => self.separate_code(),
            6 | 7 if depth < 3 => self.condition(rng, depth),
            8 => self.hash(rng),
            9 => self.lock_time(rng),
            10 => self.constant_signature(rng),
            11 | 12 => soup::neutral(self, rng),
            _ => self.no_operation(rng),
        }
    }

    fn separate_code(&mut self) {
        self.code_separator = self.opcodes;
        self.op(OP_CODESEPARATOR);
        self.code_start = self.script.len();
    }

    fn signature(&self, rng: &mut Rng, key: usize) -> Argument {
        let hash_type = if self.place == Place::Tapscript {
            rng.pick(&[0, 0, 1, 2, 3, 0x81, 0x82, 0x83])
        } else {
            rng.pick(&[
                1, 1, 1, 2, 3, 0x81, 0x82, 0x83, 0, 0x80, 4, 0x1f, 0x22, 0x43, 0xe2, 0xff,
            ])
        };
        Argument::Signature {
            key,
            code_start: self.code_start,
            code_separator: self.code_separator,
            hash_type,
        }
    }

    fn key(&mut self, rng: &mut Rng, key: usize) {
        let bytes = match (self.place, rng.below(12)) {
            (Place::Tapscript, _) => keys::x_only(key).to_vec(),
            (_, 0) => keys::public(key).serialize_uncompressed().to_vec(),
            (_, 1) => keys::hybrid(key),
            _ => keys::public(key).serialize().to_vec(),
        };
        self.push(&bytes);
    }

    fn check_signature(&mut self, rng: &mut Rng, opcode: Opcode) {
        let key = rng.below(keys::COUNT);
        let signature = self.signature(rng, key);
        if self.place == Place::Tapscript && rng.one_in(10) {
            // A kind of key that is not known yet: any signature will do.
            let size = rng.pick(&[0, 1, 31, 33, 65]);
            self.push(&rng.bytes(size));
            self.arguments.push(Argument::Bytes(vec![rng.byte()]));
        } else {
            self.key(rng, key);
            self.arguments.push(signature);
        }
        self.op(opcode);
    }

    fn check_multisig(&mut self, rng: &mut Rng) {
        let most = if rng.one_in(10) { 20 } else { 4 };
        let keys = rng.range(0, most);
        let needed = rng.range(0, keys);
        let first = rng.below(keys::COUNT);
        // Which keys sign: any selection keeps the order.
        let mut signing: Vec<usize> = (0..keys).collect();
        while signing.len() > needed {
            signing.remove(rng.below(signing.len()));
        }
        for key in signing.iter().rev() {
            let signature = self.signature(rng, first + key);
            self.arguments.push(signature);
        }
        self.arguments.push(Argument::Bytes(Vec::new()));
        self.number(i64::try_from(needed).unwrap());
        for key in 0..keys {
            self.key(rng, first + key);
        }
        self.number(i64::try_from(keys).unwrap());
        self.op(OP_CHECKMULTISIGVERIFY);
    }

    /// Signatures that do not verify, well formed or not: the script goes on with false.
    fn refused_signatures(&mut self, rng: &mut Rng) {
        let well_formed = [0x30, 6, 2, 1, 1, 2, 1, 1, 1];
        let wrong = |rng: &mut Rng| match rng.below(5) {
            0 | 1 => Vec::new(),
            2 | 3 => well_formed.to_vec(),
            _ => vec![0x30, 1],
        };
        let keys = rng.range(1, 3);
        let most = if rng.one_in(8) { keys + 1 } else { keys };
        let signatures = rng.range(1, most);
        if self.place == Place::Tapscript || rng.one_in(3) {
            self.arguments.push(Argument::Bytes(wrong(rng)));
            self.key(rng, keys);
            self.op(OP_CHECKSIG);
        } else {
            for _ in 0..=signatures {
                self.arguments.push(Argument::Bytes(wrong(rng)));
            }
            self.number(i64::try_from(signatures).unwrap());
            for key in 0..keys {
                self.key(rng, key);
            }
            self.number(i64::try_from(keys).unwrap());
            self.op(OP_CHECKMULTISIG);
        }
        self.op(OP_NOT);
        self.op(OP_VERIFY);
    }

    fn check_signatures_added(&mut self, rng: &mut Rng) {
        let count = rng.range(1, 4);
        let mut signed = 0;
        self.number(0);
        for _ in 0..count {
            let key = rng.below(keys::COUNT);
            if rng.one_in(3) {
                self.arguments.push(Argument::Bytes(Vec::new()));
            } else {
                signed += 1;
                let signature = self.signature(rng, key);
                self.arguments.push(signature);
            }
            self.op(OP_SWAP);
            self.key(rng, key);
            self.op(OP_CHECKSIGADD);
        }
        self.number(signed);
        self.op(OP_NUMEQUALVERIFY);
    }

    fn condition(&mut self, rng: &mut Rng, depth: usize) {
        let taken = rng.one_in(2);
        let opcode = rng.pick(&[OP_IF, OP_NOTIF]);
        let argument: &[u8] = match (taken == (opcode == OP_IF), rng.one_in(4)) {
            (true, false) => &[1],
            (true, true) => rng.pick(&[&[2][..], &[0, 1], &[0x81], &[0x80, 0]]),
            (false, false) => &[],
            (false, true) => rng.pick(&[&[0][..], &[0x80], &[0, 0], &[0, 0x80]]),
        };
        let argument = argument.to_vec();
        self.arguments.push(Argument::Bytes(argument));
        self.op(opcode);
        self.branch(rng, depth, taken);
        if rng.one_in(2) {
            self.op(OP_ELSE);
            self.branch(rng, depth, !taken);
        }
        self.op(OP_ENDIF);
    }

    /// Writes a branch; one that is not taken takes no arguments and separates no code.
    fn branch(&mut self, rng: &mut Rng, depth: usize, taken: bool) {
        let before = (self.arguments.len(), self.code_start, self.code_separator);
        for _ in 0..rng.range(0, 2) {
            self.fragment(rng, depth + 1);
        }
        if !taken {
            if rng.one_in(3) {
                self.op(rng.pick(&[
                    OP_RETURN,
                    OP_VER,
                    OP_RESERVED,
                    OP_VERIFY,
                    OP_ADD,
                    OP_2MUL,
                    OP_CAT,
                    OP_VERIF,
                ]));
            }
            self.arguments.truncate(before.0);
            (_, self.code_start, self.code_separator) = before;
        }
    }

    fn hash(&mut self, rng: &mut Rng) {
        let size = rng.pick(&[0, 1, 20, 32, 33, 64, 80, 200]);
        let secret = rng.bytes(size);
        let (opcode, hash) = match rng.below(5) {
            0 => (
                OP_RIPEMD160,
                ripemd160::Hash::hash(&secret).to_byte_array().to_vec(),
            ),
            1 => (OP_SHA1, sha1::Hash::hash(&secret).to_byte_array().to_vec()),
            2 => (
                OP_SHA256,
                sha256::Hash::hash(&secret).to_byte_array().to_vec(),
            ),
            3 => (
                OP_HASH160,
                hash160::Hash::hash(&secret).to_byte_array().to_vec(),
            ),
            _ => (
                OP_HASH256,
                sha256d::Hash::hash(&secret).to_byte_array().to_vec(),
            ),
        };
        self.arguments.push(Argument::Bytes(secret));
        if rng.one_in(3) {
            self.op(OP_SIZE);
            self.number(i64::try_from(size).unwrap());
            self.op(OP_EQUALVERIFY);
        }
        self.op(opcode);
        self.push(&hash);
        self.op(OP_EQUALVERIFY);
    }

    fn lock_time(&mut self, rng: &mut Rng) {
        let absolute = [
            0,
            1,
            100,
            499_999_999,
            500_000_000,
            1_700_000_000,
            -1,
            1 << 32,
        ];
        let relative = [
            0,
            1,
            10,
            0xffff,
            1 << 22,
            (1 << 22) + 10,
            1 << 31,
            1 << 16,
            -1,
        ];
        if rng.one_in(2) {
            self.number(rng.pick(&absolute));
            self.op(OP_CLTV);
        } else {
            self.number(rng.pick(&relative));
            self.op(OP_CSV);
        }
        self.op(OP_DROP);
    }

    /// A signature inside the script that it signs: legacy cuts it out, segwit does not.
    fn constant_signature(&mut self, rng: &mut Rng) {
        if self.place == Place::Tapscript {
            return self.no_operation(rng);
        }
        // Any r that is on the curve and any s, both positive: strict DER.
        let on_curve = (0..keys::COUNT)
            .map(keys::x_only)
            .find(|x| x[0] & 0x80 == 0);
        let mut signature = vec![0x30, 0x44, 2, 32];
        signature.extend(on_curve.unwrap());
        signature.extend([2, 32]);
        signature.extend([rng.range(1, 0x60).to_le_bytes()[0]; 32]);
        signature.push(1);
        self.arguments.push(Argument::RecoveredKey {
            code_start: self.code_start,
            signature: signature.clone(),
        });
        self.arguments.push(Argument::Bytes(signature.clone()));
        self.op(OP_CHECKSIGVERIFY);
        self.push(&signature);
        self.op(OP_DROP);
    }

    fn no_operation(&mut self, rng: &mut Rng) {
        match rng.below(6) {
            0 => {
                self.op(OP_DEPTH);
                self.op(OP_DROP);
            }
            1 => {
                let element = rng.pick(&[&[][..], &[0], &[0x80], &[0, 0x80], &[1], &[0x80, 0]]);
                let is_true = matches!(element, [1] | [0x80, 0]);
                self.push(element);
                self.op(OP_IFDUP);
                self.op(if is_true { OP_2DROP } else { OP_DROP });
            }
            _ => self.op(rng.pick(&[OP_NOP, OP_NOP1, OP_NOP4, OP_NOP7, OP_NOP10])),
        }
    }
}
