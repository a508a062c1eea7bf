//! Memory for what is read at random: huge pages where the system gives them, and never a line in two halves.
//!
//! One dependent read of a 16 MiB cache took 85 ns on 2 MiB pages and 135 ns on 4 KiB pages (a virtual machine
//! walks two page tables for each miss), so a whole cache, and a whole dataset, ask for huge pages.
use memmap2::MmapMut;

/// Huge pages begin at multiples of this; so does what is stored here.
const ALIGN: usize = 2 << 20;

/// Bytes of a fixed number, zero at first.
pub(crate) struct Memory {
    place: Place,
    start: usize,
    len: usize,
}

enum Place {
    Mapped(MmapMut),
    /// Where there are no anonymous maps (a browser).
    Heap(Vec<u8>),
}

impl Memory {
    /// Takes `len` zero bytes.
    ///
    /// # Panics
    /// There is not that much memory.
    pub(crate) fn zeroed(len: usize) -> Self {
        let room = len
            .checked_add(ALIGN)
            .expect("a cache or dataset is far smaller than the address space");
        let place = match MmapMut::map_anon(room) {
            Ok(map) => {
                // Refused on systems without huge pages: then small ones have to do.
                #[cfg(target_os = "linux")]
                let _ = map.advise(memmap2::Advice::HugePage);
                Place::Mapped(map)
            }
            Err(_) => Place::Heap(vec![0; room]),
        };
        let mut memory = Self {
            place,
            start: 0,
            len,
        };
        memory.start = memory.all().as_ptr().align_offset(ALIGN).min(ALIGN);
        memory
    }

    fn all(&self) -> &[u8] {
        match &self.place {
            Place::Mapped(map) => map,
            Place::Heap(bytes) => bytes,
        }
    }

    /// Returns the bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.all()[self.start..self.start + self.len]
    }

    /// Returns the bytes for writing.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        let range = self.start..self.start + self.len;
        match &mut self.place {
            Place::Mapped(map) => &mut map[range],
            Place::Heap(bytes) => &mut bytes[range],
        }
    }
}
