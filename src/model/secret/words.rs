//! The lists of words behind the judgement, which are data: `rules/knowledge/_secrets.yaml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// All lists.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) names: Names,
    pub(super) values: Values,
}

/// Words of names; the file says what each list is for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) nouns: BTreeSet<String>,
    pub(super) ends: Vec<String>,
    pub(super) secret_keys: BTreeSet<String>,
    pub(super) other_keys: BTreeSet<String>,
    pub(super) text_tokens: BTreeSet<String>,
    pub(super) verbs: BTreeSet<String>,
    pub(super) plain: BTreeSet<String>,
    pub(super) hidden: BTreeSet<String>,
    pub(super) hidden_ends: Vec<String>,
    pub(super) about: BTreeSet<String>,
    pub(super) open_keys: BTreeSet<String>,
    pub(super) counted: BTreeSet<String>,
    pub(super) said: Vec<String>,
    pub(super) vendors: BTreeSet<String>,
}

/// Values and parts of them; the file says what each list is for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    pub(super) none: BTreeSet<String>,
    pub(super) elsewhere: Vec<String>,
    pub(super) hashes: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) placeholder: BTreeSet<String>,
    pub(super) placeholder_starts: Vec<String>,
    pub(super) placeholder_parts: Vec<String>,
    pub(super) weak: BTreeSet<String>,
    pub(super) weak_starts: Vec<String>,
    pub(super) weak_parts: Vec<String>,
    pub(super) weak_rows: Vec<String>,
    pub(super) asks: Vec<String>,
}

/// The lists that are part of the program. A test makes sure that they can be read.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<Words, serde_json::Error> {
    // `rules/knowledge/_secrets.yaml`, as the build has it.
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/_secrets.json")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_can_be_read() {
        let words = read().expect("lists that can be read");
        let lists =
            [&words.names.nouns, &words.names.hidden, &words.names.about, &words.values.none, &words.values.weak];
        for word in lists.into_iter().flatten() {
            assert_eq!(*word, word.to_lowercase(), "words are in small letters");
        }
    }
}
