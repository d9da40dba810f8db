//! What holds for some tags of an image only, and which versions a tag may mean.

use schemars::JsonSchema;
use serde::Deserialize;

/// What holds for some tags of an image only.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Variant {
    /// The first version that it holds for; a tag such as `latest` or `11` is the newest it can be.
    pub from: Option<String>,
    /// The first version that it does not hold for any more.
    pub before: Option<String>,
    /// A word of the tags that it does not hold for: `alpine`.
    pub except: Option<String>,
    /// Programs that these have not.
    pub lacks: Vec<String>,
    /// Programs that these have.
    pub has: Vec<String>,
    /// Directories that these must be able to write, beside those of all.
    pub writes: Vec<String>,
    /// Files that these write in folders of the image that they read as well, so that nothing empty may cover them.
    pub writes_beside: Vec<String>,
}

impl Variant {
    pub(super) fn holds(&self, tag: &str) -> bool {
        let excepted = self.except.as_ref().is_some_and(|word| tag.contains(word.as_str()));
        !excepted && between(tag, self.from.as_deref(), self.before.as_deref())
    }
}

/// Whether a tag's version is `from` or newer, and older than `before`.
pub(super) fn between(tag: &str, from: Option<&str>, before: Option<&str>) -> bool {
    let older = |before: &str| at_least(tag, "0") && !at_least(tag, before);
    from.is_none_or(|from| at_least(tag, from)) && before.is_none_or(older)
}

/// Whether a tag's version is `from` or newer. What a tag leaves open is as new as it can be.
pub(crate) fn at_least(tag: &str, from: &str) -> bool {
    const NEWEST: &[&str] = &["latest", "lts", "stable"];
    let numbers = |version: &str| -> Vec<u64> {
        let version = version.strip_prefix('v').unwrap_or(version);
        // A branch may stand before the version: `main-v1.81.3-stable`.
        let branch = |part: &&str| part.chars().all(|c| c.is_ascii_alphabetic());
        let version = version.split_once('-').filter(|(first, _)| branch(first)).map_or(version, |(_, rest)| rest);
        let version = version.strip_prefix('v').unwrap_or(version);
        version.split(['.', '-', '+', '_']).map_while(|part| part.parse().ok()).collect()
    };
    // `main-v1.81.3-stable`: the version stands behind a word.
    let version =
        |part: &&str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let behind = tag.split('-').skip(1).find(version).filter(|_| numbers(tag).is_empty());
    let (own, from) = (numbers(behind.unwrap_or(tag)), numbers(from));
    if own.is_empty() {
        return tag.split('-').any(|word| NEWEST.contains(&word));
    }
    own.iter().zip(&from).find(|(a, b)| a != b).is_none_or(|(a, b)| a > b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_leaves_open_what_it_does_not_say() {
        for (tag, from, holds) in [
            ("11.4.2", "11", true),
            ("10.11-jammy", "11", false),
            ("11-jammy", "11", true),
            ("v3.6.0", "3.6", true),
            ("3.5.7", "3.6", false),
            ("3", "3.6", true),
            ("latest", "3.6", true),
            ("lts-noble", "11", true),
            ("main", "3.6", false),
            ("main-v1.81.3-stable", "1.80", true),
            ("main-v1.65.4-stable", "1.80", false),
            ("nightly", "1", false),
            ("main-v1.81.3-stable", "1.80.5", true),
            ("main-v1.65.4-stable", "1.80.5", false),
            ("main-stable", "1.80.5", true),
        ] {
            assert_eq!(at_least(tag, from), holds, "{tag} {from}");
        }
    }

    #[test]
    fn what_ended_with_a_version_holds_for_older_ones_alone() {
        let variant = Variant { before: Some("2026".to_owned()), ..Variant::default() };
        for (tag, holds) in [("2024.10.1", true), ("v2025.1", true), ("2026.2.0", false), ("latest", false)] {
            assert_eq!(variant.holds(tag), holds, "{tag}");
        }
    }
}
