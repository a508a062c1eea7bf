//! Bytes out of bytes by chance that can be repeated: what the runner on the stable toolchain feeds targets.

/// Most bytes of an input.
const MAX_LEN: usize = 200_000;
/// Numbers at the edges of what formats hold.
const EDGES: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xfc,
    0xff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

/// Makes inputs from seeds, one after another, the same for the same number.
pub struct Mutator {
    seeds: Vec<Vec<u8>>,
    state: u64,
    input: Vec<u8>,
}

impl Mutator {
    /// Starts from seeds (the empty one at least) and a number.
    pub fn new(mut seeds: Vec<Vec<u8>>, number: u64) -> Self {
        seeds.push(Vec::new());
        Self {
            seeds,
            state: number ^ 0x9e37_79b9_7f4a_7c15,
            input: Vec::new(),
        }
    }

    /// Makes the next input: a seed with some changes, few as a rule.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> &[u8] {
        let seed = self.below(self.seeds.len());
        self.input.clone_from(&self.seeds[seed]);
        let changes = 1 << self.below(5);
        for _ in 0..self.below(changes + 1) {
            self.change();
        }
        self.input.truncate(MAX_LEN);
        &self.input
    }

    /// xorshift64*: no more is needed to pick among bytes.
    fn number(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        let number = self.number() >> 16;
        usize::try_from(number % (end.max(1) as u64)).expect("below a length")
    }

    fn change(&mut self) {
        let at = self.below(self.input.len() + 1);
        let len = 1 + self.below(8);
        match self.below(8) {
            0 => self.flip(at),
            1 => self.set_edge(at),
            2 => self.input.truncate(at),
            3 => {
                let end = (at + len).min(self.input.len());
                self.input.drain(at..end);
            }
            4 => {
                let bytes = self.number().to_le_bytes();
                self.input.splice(at..at, bytes.into_iter().take(len));
            }
            5 => self.repeat(at),
            6 => self.splice(at),
            _ => {
                let byte = self.number().to_le_bytes()[1];
                if let Some(place) = self.input.get_mut(at) {
                    *place = byte;
                }
            }
        }
    }

    fn flip(&mut self, at: usize) {
        let bit = self.below(8);
        if let Some(byte) = self.input.get_mut(at) {
            *byte ^= 1 << bit;
        }
    }

    fn set_edge(&mut self, at: usize) {
        let edge = EDGES[self.below(EDGES.len())].to_le_bytes();
        let len = 1 << self.below(4);
        let places = self.input.iter_mut().skip(at).take(len);
        places.zip(edge).for_each(|(place, byte)| *place = byte);
    }

    fn repeat(&mut self, at: usize) {
        let end = (at + self.below(64)).min(self.input.len());
        let piece = self.input[at..end].to_vec();
        self.input.splice(at..at, piece);
    }

    /// Puts a piece of another seed in.
    fn splice(&mut self, at: usize) {
        let other = self.below(self.seeds.len());
        let start = self.below(self.seeds[other].len() + 1);
        let len = self.below(256);
        let piece: Vec<u8> = self.seeds[other]
            .iter()
            .skip(start)
            .take(len)
            .copied()
            .collect();
        let end = (at + self.below(piece.len() + 1)).min(self.input.len());
        self.input.splice(at..end, piece);
    }
}
