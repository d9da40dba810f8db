//! The lists of words behind the judgement, which are data: `rules/knowledge/_secrets.yaml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::bytes::Bytes;

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
    pub(super) named_tokens: BTreeSet<String>,
    pub(super) about_passwords: BTreeSet<String>,
    pub(super) nginx_modules: BTreeSet<String>,
    pub(super) forms: BTreeSet<String>,
    pub(super) tests: BTreeSet<String>,
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
    pub(super) elsewhere: Beginnings,
    pub(super) hashes: Beginnings,
    pub(super) public: Beginnings,
    pub(super) files: Vec<String>,
    pub(super) placeholder: BTreeSet<String>,
    pub(super) placeholder_starts: Beginnings,
    pub(super) placeholder_parts: Parts,
    pub(super) weak: BTreeSet<String>,
    pub(super) weak_starts: Beginnings,
    pub(super) weak_parts: Parts,
    pub(super) weak_rows: Parts,
    pub(super) asks: Vec<String>,
}

/// Beginnings of values, and what they begin with: most values begin with none of that.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Beginnings {
    first: Bytes,
    all: Vec<String>,
}

impl Beginnings {
    /// Whether `text` begins with one of them.
    pub(super) fn begin(&self, text: &str) -> bool {
        text.bytes().next().is_some_and(|first| self.first.has(first)) && self.all.iter().any(|s| text.starts_with(s))
    }
}

impl From<Vec<String>> for Beginnings {
    fn from(all: Vec<String>) -> Self {
        let first: String = all.iter().filter_map(|text| text.chars().next()).collect();
        Self { first: Bytes::of(&first), all }
    }
}

/// Parts of values, each with its bytes.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Parts(Vec<(Bytes, String)>);

impl Parts {
    /// Those that stand in `text`, which has these bytes.
    pub(super) fn within(&self, text: &str, bytes: Bytes) -> impl Iterator<Item = &str> {
        let there = move |(own, part): &&(Bytes, String)| bytes.hold(own) && text.contains(part.as_str());
        self.0.iter().filter(there).map(|(_, part)| part.as_str())
    }
}

impl From<Vec<String>> for Parts {
    fn from(all: Vec<String>) -> Self {
        Self(all.into_iter().map(|part| (Bytes::of(&part), part)).collect())
    }
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
