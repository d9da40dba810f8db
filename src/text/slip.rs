//! Words that are other words with slips in them: a letter put in, left out, replaced, or swapped with the next one.
//!
//! Names come from files of any size. Two words are compared in a time that grows with their length alone, and an
//! [`Index`] finds the few names that a word may stand for without a look at the others.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};

/// The longest words that are compared, in bytes: nobody types a longer name.
const LONGEST: usize = 128;

/// How many names of an index are compared with one word; where more are that near, it stands for none of them.
const MOST: usize = 64;

/// How many slips make one word of the other, where they are `most` or fewer.
pub(crate) fn slips(one: &str, other: &str, most: usize) -> Option<usize> {
    if one == other {
        return Some(0);
    }
    // One slip changes at most two of the letters that a word has, and four bytes; to count slips costs many times as much.
    let far = one.len().abs_diff(other.len()) > 4 * most
        || one.len().max(other.len()) > LONGEST
        || (letters(one) ^ letters(other)).count_ones() as usize > 2 * most;
    if far {
        return None;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (one, other) = differing(&one, &other);
    (one.len().abs_diff(other.len()) <= most).then(|| count(one, other, most)).filter(|slips| *slips <= most)
}

/// The one of `names` that is fewest slips away from `word`, `most` or fewer; of several the first in the alphabet.
pub(crate) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>, most: usize) -> Option<&'n str> {
    let scored = names.into_iter().filter_map(|name| Some((slips(word, name, most)?, name)));
    scored.min().map(|(_, name)| name)
}

/// A bit for each letter that a word has.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) & 63))
}

/// Two words without the beginning and the end that they share.
fn differing<'w>(one: &'w [char], other: &'w [char]) -> (&'w [char], &'w [char]) {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(start..).unwrap_or_default(), other.get(start..).unwrap_or_default());
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    (one.get(..one.len() - end).unwrap_or_default(), other.get(..other.len() - end).unwrap_or_default())
}

/// The slips between two words, row by row of the usual table; what lies further from its diagonal than `most` needs more.
fn count(one: &[char], other: &[char], most: usize) -> usize {
    let width = other.len() + 1;
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(most + 1);
    let mut older = Vec::new();
    let mut old: Vec<usize> = (0..width).collect();
    let mut before = None;
    for (line, letter) in (1..).zip(one) {
        let mut row = vec![most + 1; width];
        if let Some(first) = row.first_mut() {
            *first = line;
        }
        let from = line.saturating_sub(most).max(1);
        let mut left = other.get(from.wrapping_sub(2)).copied();
        for (at, own) in (from..).zip(other.iter().skip(from - 1)).take(2 * most + 1) {
            let replaced = cell(&old, at - 1) + usize::from(letter != own);
            let mut least = replaced.min(cell(&old, at) + 1).min(cell(&row, at - 1) + 1);
            if before == Some(own) && left == Some(*letter) && at > 1 {
                least = least.min(cell(&older, at - 2) + 1);
            }
            if let Some(cell) = row.get_mut(at) {
                *cell = least;
            }
            left = Some(*own);
        }
        older = std::mem::replace(&mut old, row);
        before = Some(letter);
    }
    cell(&old, width - 1)
}

/// Names by what is left of them when something is taken out.
#[derive(Debug)]
pub(crate) struct Index<'n> {
    names: Vec<&'n str>,
    /// Sorted: what is left, and whose it is.
    left: Vec<(u64, usize)>,
}

impl<'n> Index<'n> {
    /// The index of `names` in which each has some keys.
    pub(crate) fn new(names: impl IntoIterator<Item = &'n str>, keys: fn(&str) -> Vec<u64>) -> Self {
        let names: Vec<&str> = names.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let mut left: Vec<(u64, usize)> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| name.len() <= LONGEST)
            .flat_map(|(at, name)| keys(name).into_iter().map(move |key| (key, at)))
            .collect();
        left.sort_unstable();
        left.dedup();
        Self { names, left }
    }

    /// The index in which [`Index::one_slip`] looks.
    pub(crate) fn of_slips(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self::new(names, without_a_letter)
    }

    /// The names that have one of `keys`, each once; none where there are too many to look at.
    pub(crate) fn with(&self, keys: &[u64]) -> BTreeSet<&'n str> {
        let mut found = BTreeSet::new();
        for key in keys {
            let at = self.left.partition_point(|(own, _)| own < key);
            let own = self.left.get(at..).unwrap_or_default().iter().take_while(|(own, _)| own == key);
            for (_, at) in own {
                found.extend(self.names.get(*at).copied());
                if found.len() > MOST {
                    return BTreeSet::new();
                }
            }
        }
        found
    }

    /// The names that are one slip away from `word`.
    pub(crate) fn one_slip(&self, word: &str) -> BTreeSet<&'n str> {
        if word.len() > LONGEST {
            return BTreeSet::new();
        }
        let mut found = self.with(&without_a_letter(word));
        found.retain(|name| slips(word, name, 1) == Some(1));
        found
    }
}

/// What stands for two parts of a word in an index.
pub(crate) fn key(start: &str, end: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write([start, end].concat().as_bytes());
    hasher.finish()
}

/// The word, and what is left of it without each of its letters: two words that are one slip apart share one of these.
fn without_a_letter(word: &str) -> Vec<u64> {
    let shorter = word.char_indices().map(|(at, letter)| {
        key(word.get(..at).unwrap_or_default(), word.get(at + letter.len_utf8()..).unwrap_or_default())
    });
    std::iter::once(key(word, "")).chain(shorter).collect()
}

#[cfg(test)]
mod tests {
    use super::{Index, LONGEST, MOST, nearest, slips};

    /// All words of up to four letters out of three.
    fn words() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..4 {
            last = last.iter().flat_map(|word| ["a", "b", "c"].map(|c| format!("{word}{c}"))).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn slips_are_those_that_all_others_count() {
        let all = words();
        for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
            let distance = strsim::osa_distance(one, other);
            for most in 0..4 {
                assert_eq!(slips(one, other, most), Some(distance).filter(|d| *d <= most), "{one} {other} {most}");
            }
            // What both share changes nothing.
            let (long, longer) = (format!("x-{one}é-{one}y"), format!("x-{other}é-{one}y"));
            assert_eq!(slips(&long, &longer, 2), Some(distance).filter(|d| *d <= 2), "{long} {longer}");
        }
    }

    #[test]
    fn words_that_nobody_types_are_not_compared() {
        let long = "a".repeat(LONGEST);
        assert_eq!(slips(&long, &long[1..], 1), Some(1));
        assert_eq!(slips(&format!("{long}b"), &long, 1), None);
        assert!(Index::of_slips([long.as_str()]).one_slip(&format!("{long}b")).is_empty());
    }

    #[test]
    fn the_nearest_name_is_the_first_of_those_with_fewest_slips() {
        assert_eq!(nearest("volums", ["volumes", "columns"], 2), Some("volumes"));
        assert_eq!(nearest("port", ["ports", "part", "fort"], 2), Some("fort"));
        assert_eq!(nearest("port", ["expose"], 2), None);
    }

    #[test]
    fn an_index_finds_what_one_slip_leads_to() {
        let all = words();
        let index = Index::of_slips(all.iter().map(String::as_str).filter(|w| w.len() < 4));
        for word in &all {
            let near = all.iter().filter(|name| name.len() < 4 && strsim::osa_distance(name, word) == 1);
            let near: Vec<&str> = near.map(String::as_str).collect();
            let mut found: Vec<&str> = index.one_slip(word).into_iter().collect();
            found.sort_by_key(|name| (name.len(), *name));
            assert_eq!(found, near, "{word}");
        }
    }

    #[test]
    fn an_index_compares_few_names_whatever_they_are() {
        // All of them are one slip away from the word, and from each other.
        let many: Vec<String> = ('\u{4e00}'..).take(MOST + 1).map(|c| format!("app_{c}_name")).collect();
        let index = Index::of_slips(many.iter().map(String::as_str));
        assert!(index.one_slip("app__name").is_empty());
        let few = Index::of_slips(many.iter().map(String::as_str).take(2));
        assert_eq!(few.one_slip("app__name").len(), 2);
        // Names that are like no other are not looked at.
        let apart: Vec<String> = (0..1000).map(|n| format!("name_{n:03}_{n:03}")).collect();
        let index = Index::of_slips(apart.iter().map(String::as_str));
        let keys = super::without_a_letter("name_500_50");
        assert_eq!(index.with(&keys).into_iter().collect::<Vec<_>>(), ["name_500_500"]);
    }
}
