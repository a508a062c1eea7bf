//! Memory that grows by pieces of one size: nothing in it moves, all of it is counted, and what one table lets go
//! fits the next. Vectors that double would take up to twice what is in them.

/// Things of one size, by their number.
#[derive(Debug)]
pub(super) struct Pieces<T> {
    pieces: Vec<Vec<T>>,
    /// Things to a piece: two to this power.
    power: u32,
    len: u32,
}

impl<T> Pieces<T> {
    /// Starts with nothing, to grow by pieces of about `bytes`.
    pub(super) fn new(bytes: usize) -> Self {
        let things = (bytes / size_of::<T>()).max(1);
        Self {
            pieces: Vec::new(),
            power: things.ilog2(),
            len: 0,
        }
    }

    /// Adds a thing and returns its number.
    pub(super) fn push(&mut self, thing: T) -> u32 {
        let number = self.len;
        let (piece, _) = self.place(number);
        if piece == self.pieces.len() {
            self.pieces.push(Vec::with_capacity(1 << self.power));
        }
        self.pieces[piece].push(thing);
        self.len = number
            .checked_add(1)
            .expect("memory ends far below 4 billion versions");
        number
    }

    /// Returns the thing of that number.
    pub(super) fn get(&self, number: u32) -> &T {
        let (piece, at) = self.place(number);
        &self.pieces[piece][at]
    }

    /// Returns the bytes that this takes.
    pub(super) fn memory(&self) -> usize {
        (self.pieces.len() << self.power) * size_of::<T>()
    }

    const fn place(&self, number: u32) -> (usize, usize) {
        let number = number as usize;
        (number >> self.power, number & ((1 << self.power) - 1))
    }
}

/// Runs of bytes, each in one piece.
#[derive(Debug)]
pub(super) struct Runs {
    pieces: Vec<Vec<u8>>,
    piece: usize,
    memory: usize,
}

/// Where a run begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) piece: u16,
    pub(super) at: u32,
}

impl Runs {
    /// Starts with nothing, to grow by pieces of so many bytes, or of one run if that is longer.
    pub(super) const fn new(piece: usize) -> Self {
        Self {
            pieces: Vec::new(),
            piece,
            memory: 0,
        }
    }

    /// Adds a run.
    pub(super) fn push(&mut self, run: &[u8]) -> Place {
        let has_room = |piece: &Vec<u8>| piece.capacity() - piece.len() >= run.len();
        if !self.pieces.last().is_some_and(has_room) {
            let piece = Vec::with_capacity(self.piece.max(run.len()));
            self.memory += piece.capacity();
            self.pieces.push(piece);
        }
        let number = self.pieces.len() - 1;
        let piece = &mut self.pieces[number];
        let place = Place {
            piece: u16::try_from(number).expect("a table has about a hundred pieces"),
            at: u32::try_from(piece.len()).expect("values are bounded"),
        };
        piece.extend_from_slice(run);
        place
    }

    /// Returns what begins at `place`: the run, and whatever follows it.
    pub(super) fn at(&self, place: Place) -> &[u8] {
        &self.pieces[usize::from(place.piece)][place.at as usize..]
    }

    /// Returns the bytes that this takes.
    pub(super) const fn memory(&self) -> usize {
        self.memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_and_runs_are_found_where_they_were_put_and_every_byte_is_counted() {
        let mut pieces = Pieces::new(64);
        let numbers: Vec<u32> = (0..1_000_u64).map(|thing| pieces.push(thing * 3)).collect();
        for (thing, number) in (0..).zip(numbers) {
            assert_eq!(*pieces.get(number), thing * 3);
        }
        assert_eq!(pieces.memory(), 125 * 64);

        let mut runs = Runs::new(100);
        let run = |number: u8| vec![number; usize::from(number)];
        let places: Vec<Place> = (0..=255).map(|number| runs.push(&run(number))).collect();
        for (number, place) in (0..=255).zip(places) {
            assert!(runs.at(place).starts_with(&run(number)));
        }
        let held: usize = runs.pieces.iter().map(Vec::capacity).sum();
        assert_eq!(runs.memory(), held);
    }
}
