//! Whether a name holds one of a few words, at the cost of a few operations for each of its characters.

/// How many rows of three letters there are.
const ROWS: usize = 26 * 26 * 26;

/// Words of at least three small letters, and a bit for each three letters that one of them begins with.
#[derive(Debug)]
pub(super) struct Stems {
    begin: Vec<u64>,
    words: Vec<&'static str>,
}

impl Stems {
    /// These words; `None` where one of them is shorter or has other characters.
    pub(super) fn of(words: impl Iterator<Item = &'static str>) -> Option<Self> {
        let mut stems = Self { begin: vec![0; ROWS.div_ceil(64)], words: Vec::new() };
        for word in words {
            let mut rows = Rows::default();
            let first = word.bytes().take(3).map(|byte| rows.next(byte)).last().flatten()?;
            *stems.begin.get_mut(first / 64)? |= 1 << (first % 64);
            stems.words.push(word);
        }
        Some(stems)
    }

    /// Whether one of them stands in `name`, in whatever case.
    pub(super) fn are_in(&self, name: &str) -> bool {
        let mut rows = Rows::default();
        let bytes = name.as_bytes();
        bytes.iter().enumerate().any(|(last, byte)| {
            let begins = |row: usize| self.begin.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1);
            rows.next(*byte).is_some_and(begins) && self.word_at(bytes.get(last - 2..).unwrap_or_default())
        })
    }

    fn word_at(&self, rest: &[u8]) -> bool {
        let begins = |word: &str| rest.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        self.words.iter().any(|word| begins(word))
    }
}

/// The last three letters as a number, while a text is read.
#[derive(Debug, Default)]
struct Rows {
    row: usize,
    /// How many letters stand in a row.
    letters: usize,
}

impl Rows {
    /// With one more byte: the number, where the last three are letters.
    fn next(&mut self, byte: u8) -> Option<usize> {
        if !byte.is_ascii_alphabetic() {
            self.letters = 0;
            return None;
        }
        self.row = (self.row * 26 + usize::from(byte.to_ascii_lowercase() - b'a')) % ROWS;
        self.letters += 1;
        (self.letters >= 3).then_some(self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::Stems;
    use proptest::prelude::*;

    const WORDS: [&str; 5] = ["key", "token", "pass", "password", "pat"];

    fn stems() -> Stems {
        Stems::of(WORDS.into_iter()).expect("words of letters")
    }

    #[test]
    fn words_are_letters() {
        assert!(Stems::of(["no"].into_iter()).is_none());
        assert!(Stems::of(["n_o"].into_iter()).is_none());
        assert!(
            stems().are_in("API_KEY") && stems().are_in("compat") && !stems().are_in("ke_y") && !stems().are_in("")
        );
    }

    proptest! {
        #[test]
        fn they_are_found_wherever_they_stand(name in "[ketokpasswordTOKENPAS_0é]{0,12}") {
            let lower = name.to_ascii_lowercase();
            prop_assert_eq!(stems().are_in(&name), WORDS.iter().any(|word| lower.contains(word)));
        }
    }
}
