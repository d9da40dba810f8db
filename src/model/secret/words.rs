//! The lists of words behind the judgement, which are data: `rules/knowledge/_secrets.yaml`.

use std::collections::HashSet;
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
    pub(super) nouns: Set,
    pub(super) ends: Vec<String>,
    pub(super) secret_keys: Set,
    pub(super) other_keys: Set,
    pub(super) text_tokens: Set,
    pub(super) named_tokens: Set,
    pub(super) about_passwords: Set,
    pub(super) nginx_modules: Set,
    pub(super) forms: Set,
    pub(super) tests: Set,
    pub(super) verbs: Set,
    pub(super) plain: Set,
    pub(super) hidden: Set,
    pub(super) hidden_ends: Vec<String>,
    pub(super) about: Set,
    pub(super) open_keys: Set,
    pub(super) counted: Set,
    pub(super) said: Vec<String>,
    pub(super) vendors: Set,
}

/// Values and parts of them; the file says what each list is for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Values {
    pub(super) none: Set,
    pub(super) elsewhere: Beginnings,
    pub(super) hashes: Beginnings,
    pub(super) public: Beginnings,
    pub(super) files: Vec<String>,
    pub(super) placeholder: Set,
    pub(super) placeholder_starts: Beginnings,
    pub(super) placeholder_parts: Parts,
    pub(super) weak: Set,
    pub(super) weak_starts: Beginnings,
    pub(super) weak_parts: Parts,
    pub(super) weak_rows: Parts,
    pub(super) asks: Parts,
}

/// Words, with what most texts already differ in: how long they are, and what they begin with.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Set {
    /// A bit for each length below 64.
    lengths: u64,
    first: Bytes,
    all: HashSet<String>,
}

impl Set {
    /// Whether `text` is one of them.
    pub(super) fn contains(&self, text: &str) -> bool {
        let first = text.as_bytes().first().is_none_or(|first| self.first.has(*first));
        first && self.lengths & bit(text.len()) != 0 && self.all.contains(text)
    }

    /// All of them, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &String> {
        self.all.iter()
    }

    /// Whether one of them has as many bytes.
    pub(super) fn has_as_long(&self, text: &str) -> bool {
        self.lengths & bit(text.len()) != 0
    }
}

/// The bit of a length; those of 63 bytes and more share the last one.
fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

impl From<Vec<String>> for Set {
    fn from(all: Vec<String>) -> Self {
        let first: String = all.iter().filter_map(|text| text.chars().next()).collect();
        let lengths = all.iter().fold(0, |lengths, text| lengths | bit(text.len()));
        Self { lengths, first: Bytes::of(&first), all: all.into_iter().collect() }
    }
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
        let Some(first) = text.as_bytes().first().filter(|first| self.first.has(**first)) else { return false };
        self.all.iter().any(|s| s.as_bytes().first() == Some(first) && text.starts_with(s))
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
    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, part)| part.as_str())
    }

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
        for list in lists {
            assert!(!list.all.is_empty());
            for word in &list.all {
                assert_eq!(*word, word.to_lowercase(), "words are in small letters");
                assert!(list.contains(word), "`{word}` is found");
                assert!(!list.contains(&format!("{word} ")), "`{word} ` is none");
            }
        }
    }
}
