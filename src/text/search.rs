//! Whether a text holds one of a few words, at the cost of a few operations for each of its characters: what is asked before
//! a pattern is built, which costs millions.

/// Whether `text` holds one of `words`, which are in small letters of ASCII, in whatever case. Letters that fold to ASCII
/// without being of it (`ſ`, the sign of Kelvin) are not looked for: the words have no `s` and no `k` where that matters.
pub(crate) fn holds(text: &str, words: &[&str]) -> bool {
    let text = text.as_bytes();
    // Most characters begin no word, and a look into a table says so.
    let mut first = [false; 256];
    for word in words {
        let Some(byte) = word.bytes().next() else { return true };
        for byte in [byte, byte.to_ascii_uppercase()] {
            if let Some(first) = first.get_mut(usize::from(byte)) {
                *first = true;
            }
        }
    }
    let here = |at: usize| {
        let begins =
            |word: &&str| text.get(at..at + word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word.as_bytes()));
        words.iter().any(begins)
    };
    let begins = |byte: u8| first.get(usize::from(byte)) == Some(&true);
    text.iter().enumerate().any(|(at, byte)| begins(*byte) && here(at))
}

#[cfg(test)]
mod tests {
    use super::holds;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_are_found_wherever_they_stand(text in "[aAbBcC é]{0,9}", word in "[abc]{0,3}") {
            prop_assert_eq!(holds(&text, &[&word, "abba"]), text.to_lowercase().contains(&word) || text.to_lowercase().contains("abba"));
        }
    }
}
