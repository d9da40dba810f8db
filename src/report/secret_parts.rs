//! Texts to be found by their first six characters, at the cost of a few operations for each character of a message.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// The shortest part of a secret that is worth something.
pub(super) const PART: usize = 6;

/// How many bits tell at once that a part is none of those that are looked for, as a power of two.
const BITS: u32 = 18;

/// Values, and parts of values, by their first characters.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// A bit for each hash of what the maps hold. Empty where they are.
    seen: Vec<u64>,
    values: HashMap<u64, Vec<String>, Quick>,
    windows: HashSet<u64, Quick>,
}

type Quick = BuildHasherDefault<Mixed>;

/// Six bytes are drawn by lot already: one multiplication spreads them. An attacker who chooses them makes his own report
/// slow, and no more than by its length.
#[derive(Debug, Default, Clone, Copy)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u64(&mut self, part: u64) {
        self.0 = mixed(part);
    }
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
        if !known.iter().any(|v| v == value) {
            known.push(value.to_owned());
        }
    }

    /// Looks for six characters.
    pub(super) fn add_part(&mut self, bytes: &[u8]) {
        if let Some(part) = part(bytes) {
            self.mark(part);
            self.windows.insert(part);
        }
    }

    fn mark(&mut self, part: u64) {
        if self.seen.is_empty() {
            self.seen = vec![0; 1 << (BITS - 6)];
        }
        let (word, bit) = place(part);
        if let Some(word) = self.seen.get_mut(word) {
            *word |= bit;
        }
    }

    /// Calls `found` for each place of `text` at which something stands that is looked for: the values that may stand
    /// there, and whether the six characters there are a part.
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(usize, &[String], bool)) {
        if self.seen.is_empty() || text.len() < PART {
            return;
        }
        let mut window = 0;
        for (end, byte) in text.bytes().enumerate() {
            window = (window << 8 | u64::from(byte)) & 0xFFFF_FFFF_FFFF;
            let (word, bit) = place(window);
            if end + 1 < PART || self.seen.get(word).is_none_or(|word| word & bit == 0) {
                continue;
            }
            let values = self.values.get(&window).map(Vec::as_slice).unwrap_or_default();
            found(end + 1 - PART, values, self.windows.contains(&window));
        }
    }
}

/// The word and the bit of a part.
fn place(part: u64) -> (usize, u64) {
    let at = mixed(part) >> (64 - BITS);
    (usize::try_from(at >> 6).unwrap_or(0), 1 << (at & 63))
}
