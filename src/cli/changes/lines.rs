//! Which lines of a file are those of another version of it.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The most lines of both versions, multiplied, that are compared one by one.
const MAX_WORK: usize = 25_000_000;

/// The lines of a file that another version has as well.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// For each line the number that it has there, both from 1; 0 where it is not there.
    before: Vec<u32>,
}

impl Lines {
    /// Compares the text before with the one after. How lines end does not matter.
    pub(super) fn new(before: &str, after: &str) -> Self {
        let (before, after): (Vec<&str>, Vec<&str>) = (split(before), split(after));
        let mut found = vec![0; after.len()];
        let same = |(a, b): &(&&str, &&str)| a == b;
        let head = before.iter().zip(&after).take_while(same).count();
        let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(same).count();
        for (n, line) in found.iter_mut().enumerate().take(head) {
            *line = number(n);
        }
        for n in 0..tail {
            found[after.len() - 1 - n] = number(before.len() - 1 - n);
        }
        let (old, new) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);
        if old.len().saturating_mul(new.len()) <= MAX_WORK {
            for op in capture_diff_slices(Algorithm::Myers, old, new) {
                let DiffOp::Equal { old_index, new_index, len } = op else { continue };
                for n in 0..len {
                    found[head + new_index + n] = number(head + old_index + n);
                }
            }
        }
        Self { before: found }
    }

    /// The number that line `line` had before; `None` where it is new or changed.
    pub(super) fn before(&self, line: u32) -> Option<u32> {
        self.before.get(line.checked_sub(1)? as usize).copied().filter(|n| *n > 0)
    }
}

/// How much of the longer text is in the other one, in percent of its lines.
pub(super) fn likeness(one: &str, other: &str) -> usize {
    let (one, other) = (split(one), split(other));
    let longer = one.len().max(other.len()).max(1);
    let mut count: HashMap<&str, usize> = HashMap::new();
    for line in &one {
        *count.entry(line).or_default() += 1;
    }
    let shared = other.iter().filter(|line| {
        let left = count.get_mut(**line).filter(|n| **n > 0);
        left.map(|n| *n -= 1).is_some()
    });
    shared.count() * 100 / longer
}

fn split(text: &str) -> Vec<&str> {
    text.split('\n').map(|line| line.trim_end_matches('\r')).collect()
}

fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_their_numbers_of_before() {
        let lines = Lines::new("a\nb\nc\nd\n", "a\r\nnew\nb\nC\nd\n");
        let all: Vec<_> = (0..8).map(|n| lines.before(n)).collect();
        assert_eq!(all, [None, Some(1), None, Some(2), None, Some(4), Some(5), None]);
        assert_eq!(Lines::new("", "a\n").before(1), None);
        assert_eq!(Lines::new("a", "a\n").before(1), Some(1));
    }

    #[test]
    fn likeness_is_a_share_of_the_longer_text() {
        assert_eq!(likeness("a\nb\nc\nd", "a\nb\nx\nd"), 75);
        assert_eq!(likeness("a\na", "a\nb"), 50);
        assert_eq!(likeness("a", "b\nc"), 0);
    }
}
