//! Sets of bytes: a text that lacks one of a literal's bytes does not hold the literal, and to see that costs a few operations
//! where a search costs hundreds.

/// Which bytes a text has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bytes([u64; 4]);

impl Bytes {
    /// The bytes of `text`.
    pub(crate) const fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut set = [0; 4];
        let mut at = 0;
        // Constants are made of it, in which there is no `for`.
        while at < bytes.len() {
            let byte = bytes[at] as usize;
            set[byte >> 6] |= 1 << (byte & 63);
            at += 1;
        }
        Self(set)
    }

    /// Whether all of `other` are among these.
    pub(crate) fn hold(&self, other: &Self) -> bool {
        other.0.iter().zip(self.0).all(|(theirs, ours)| theirs & !ours == 0)
    }

    /// Whether they are among these, for each byte.
    pub(crate) const fn table(&self) -> [bool; 256] {
        let mut table = [false; 256];
        let mut at = 0;
        while at < table.len() {
            table[at] = self.0[at >> 6] >> (at & 63) & 1 == 1;
            at += 1;
        }
        table
    }

    /// How many different bytes there are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether one of `byte` is among these.
    pub(crate) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }
}
