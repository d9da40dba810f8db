//! Whether a name holds one of a few words, at the cost of a few operations for each of its characters.

/// How many numbers rows of three letters have, of five bits each.
const ROWS: usize = 1 << 15;

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
            let first = word.as_bytes().get(..3).filter(|first| first.iter().all(u8::is_ascii_alphabetic))?;
            let first = first.iter().fold(0, |row, byte| with(row, *byte));
            *stems.begin.get_mut(first / 64)? |= 1 << (first % 64);
            stems.words.push(word);
        }
        Some(stems)
    }

    /// Whether one of them stands in `name`, in whatever case.
    pub(super) fn are_in(&self, name: &str) -> bool {
        let mut row = 0;
        let bytes = name.as_bytes();
        bytes.iter().enumerate().any(|(last, byte)| {
            row = with(row, *byte);
            // No word begins with a row that has something else than letters in it.
            let begins = self.begin.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1);
            begins && self.word_at(bytes.get(last.saturating_sub(2)..).unwrap_or_default())
        })
    }

    fn word_at(&self, rest: &[u8]) -> bool {
        let begins = |word: &str| rest.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        self.words.iter().any(|word| begins(word))
    }
}

/// The row of the last two bytes of `row` and one more: five bits for each, which are nought where it is no letter.
fn with(row: usize, byte: u8) -> usize {
    let letter = LETTERS.get(usize::from(byte)).copied().unwrap_or_default();
    (row << 5 | usize::from(letter)) % ROWS
}

/// For each byte the number of its letter, in whatever case, from 1.
const LETTERS: [u8; 256] = {
    let mut letters = [0; 256];
    let mut letter = 1;
    // Constants are made in a `while`.
    while letter <= 26 {
        letters[(b'a' - 1 + letter) as usize] = letter;
        letters[(b'A' - 1 + letter) as usize] = letter;
        letter += 1;
    }
    letters
};

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
