//! Whether a text holds one of a few words, at the cost of a few operations for each of its characters: what is asked before
//! a pattern is built, which costs millions.

/// Whether `text` holds one of `words`, which are in small letters of ASCII, in whatever case. Letters that fold to ASCII
/// without being of it (`ſ`, the sign of Kelvin) are not looked for: the words have no `s` and no `k` where that matters.
pub(crate) fn holds(text: &str, words: &[&str]) -> bool {
    let text = text.as_bytes();
    // Most characters begin no word, or are followed by another one than in a word: a look into a table says so.
    let (mut first, mut second) = ([false; 256], [false; 256]);
    let note = |table: &mut [bool; 256], byte: u8| {
        for byte in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
            if let Some(known) = table.get_mut(usize::from(byte)) {
                *known = true;
            }
        }
    };
    for word in words {
        match word.as_bytes() {
            [] => return true,
            [one] => {
                note(&mut first, *one);
                second.fill(true);
            }
            [one, two, ..] => {
                note(&mut first, *one);
                note(&mut second, *two);
            }
        }
    }
    let here = |at: usize| {
        let begins =
            |word: &&str| text.get(at..at + word.len()).is_some_and(|t| t.eq_ignore_ascii_case(word.as_bytes()));
        words.iter().any(begins)
    };
    let is = |table: &[bool; 256], byte: u8| table.get(usize::from(byte)) == Some(&true);
    let begins = |at: usize, byte: u8| is(&first, byte) && text.get(at + 1).is_none_or(|next| is(&second, *next));
    text.iter().enumerate().any(|(at, byte)| begins(at, *byte) && here(at))
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
