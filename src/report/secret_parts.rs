//! Texts to be found by their first six characters, at the cost of a few operations for each character of a message.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// The shortest part of a secret that is worth something.
pub(super) const PART: usize = 6;

/// How many bits tell at once that a part is none of those that are looked for, as a power of two: at first, and at most.
const FIRST_BITS: u32 = 16;
const MOST_BITS: u32 = 23;

/// How many bits there are for each part, so that few others meet one: with more parts there are more bits.
const BITS_OF_PART: usize = 16;

/// Values, and parts of values, by their first characters.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// A bit for each hash of what the maps hold, asked before them. Empty where they are.
    seen: Vec<u64>,
    bits: u32,
    values: HashMap<u64, Values, BuildHasherDefault<OfParts>>,
    windows: HashSet<u64, BuildHasherDefault<OfParts>>,
}

/// Spreads six characters over a map, as [`mixed`] does: nobody gains from secrets that fall together, which are their own.
#[derive(Debug, Default)]
struct OfParts(u64);

impl Hasher for OfParts {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 << 8 | u64::from(*byte));
        }
    }

    fn write_u64(&mut self, part: u64) {
        self.0 = mixed(part);
    }
}

/// Values that begin alike, and how long they are: each length is one look, however many values there are.
#[derive(Debug, Default)]
struct Values {
    all: HashSet<String>,
    lengths: BTreeSet<usize>,
}

fn mixed(part: u64) -> u64 {
    let spread = part.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    spread ^ (spread >> 29)
}

/// The six bytes at the start of `bytes` as a number.
fn part(bytes: &[u8]) -> Option<u64> {
    let first = bytes.get(..PART)?;
    Some(first.iter().fold(0, |part, byte| part << 8 | u64::from(*byte)))
}

impl Parts {
    /// Looks for `value` as a whole.
    pub(super) fn add_value(&mut self, value: &str) {
        let Some(first) = part(value.as_bytes()) else { return };
        self.mark(first);
        let known = self.values.entry(first).or_default();
        known.lengths.insert(value.len());
        known.all.insert(value.to_owned());
    }

    /// Looks for six characters.
    pub(super) fn add_part(&mut self, bytes: &[u8]) {
        if let Some(part) = part(bytes) {
            self.mark(part);
            self.windows.insert(part);
        }
    }

    /// Whether these six characters are looked for.
    pub(super) fn has_part(&self, bytes: &[u8]) -> bool {
        part(bytes).is_some_and(|part| self.windows.contains(&part))
    }

    fn mark(&mut self, part: u64) {
        let parts = self.values.len() + self.windows.len();
        if self.seen.is_empty() || self.bits < MOST_BITS && parts * BITS_OF_PART > 1 << self.bits {
            self.bits = if self.seen.is_empty() { FIRST_BITS } else { self.bits + 2 }.min(MOST_BITS);
            self.seen = vec![0; 1 << (self.bits - 6)];
            let known: Vec<u64> = self.values.keys().chain(&self.windows).copied().collect();
            for part in known {
                self.set(part);
            }
        }
        self.set(part);
    }

    fn set(&mut self, part: u64) {
        let (word, bit) = self.place(part);
        if let Some(word) = self.seen.get_mut(word) {
            *word |= bit;
        }
    }

    /// The word and the bit of a part.
    fn place(&self, part: u64) -> (usize, u64) {
        let at = mixed(part) >> (64 - self.bits);
        (usize::try_from(at >> 6).unwrap_or(0), 1 << (at & 63))
    }

    /// Calls `found` for each place of `text` at which something stands that is looked for: where the values end that
    /// begin there, and whether the six characters there are a part.
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(usize, &[usize], bool)) {
        if self.seen.is_empty() || text.len() < PART {
            return;
        }
        let mut window = 0;
        let mut ends = Vec::new();
        for (last, byte) in text.bytes().enumerate() {
            window = (window << 8 | u64::from(byte)) & 0xFFFF_FFFF_FFFF;
            let (word, bit) = self.place(window);
            if last + 1 < PART || self.seen.get(word).is_none_or(|word| word & bit == 0) {
                continue;
            }
            let at = last + 1 - PART;
            ends.clear();
            if let Some(values) = self.values.get(&window) {
                let lengths = values.lengths.range(..=text.len() - at).map(|length| at + length);
                ends.extend(lengths.filter(|end| text.get(at..*end).is_some_and(|value| values.all.contains(value))));
            }
            found(at, &ends, self.windows.contains(&window));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn many_parts_are_found_as_few_are() {
        let mut parts = Parts::default();
        let names: Vec<String> = (0..40_000).map(|n| format!("p{n:05}")).collect();
        for name in &names {
            parts.add_part(name.as_bytes());
        }
        for name in names.iter().step_by(997) {
            let mut seen = 0;
            parts.each(&format!("a {name} b"), |_, _, part| seen += usize::from(part));
            assert_eq!(seen, 1, "{name}");
        }
    }

    #[test]
    fn values_that_begin_alike_are_told_by_their_lengths() {
        let mut parts = Parts::default();
        for value in ["abcdef1", "abcdef12345", "ab"] {
            parts.add_value(value);
        }
        parts.add_part(b"zyxwvu");
        let mut seen = Vec::new();
        parts.each("abcdef12345 äzyxwvu abcdef2", |at, ends, part| seen.push((at, ends.to_vec(), part)));
        // One place that holds two values, one that holds a part, one that begins like values and holds none.
        assert_eq!(seen, [(0, vec![7, 11], false), (14, vec![], true), (21, vec![], false)]);
    }
}
