//! The names that LiteLLM reads, by measured version: `rules/knowledge/litellm-keys.json`.
//!
//! Says whether a name is known in a section, which section it belongs to, and which known name it resembles. Open
//! sections (`litellm_settings`, `litellm_params`, `model_info`) take any name: there only a resemblance means something.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::version::{Holds, NEW, OLD, Version};

/// The sections whose keys are settings.
pub(super) const SETTINGS: [&str; 3] = ["litellm_settings", "router_settings", "general_settings"];

/// Sections to names, of one version.
type Sections = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, Deserialize)]
struct Data {
    versions: BTreeMap<String, Sections>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A broken file would make every name unknown; the test below keeps it whole.
    serde_json::from_str(include_str!("../../../rules/knowledge/litellm-keys.json")).unwrap_or_default()
});

/// The names of one version, by section.
type Known = HashMap<&'static str, HashSet<&'static str>>;

static OLD_NAMES: LazyLock<Known> = LazyLock::new(|| of_version(OLD));
static NEW_NAMES: LazyLock<Known> = LazyLock::new(|| of_version(NEW));

/// The names of all versions together, sorted, by section.
static NAMES: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Vec<&str>> = HashMap::new();
    for (section, names) in DATA.versions.values().flatten() {
        all.entry(section).or_default().extend(names.iter().map(String::as_str));
    }
    for names in all.values_mut() {
        names.sort_unstable();
        names.dedup();
    }
    all
});

fn of_version(version: Version) -> Known {
    let sections = DATA.versions.get(version.to_string().as_str());
    let names = |names: &'static Vec<String>| names.iter().map(String::as_str).collect();
    sections.into_iter().flatten().map(|(section, all)| (section.as_str(), names(all))).collect()
}

/// Whether `section` knows `name` in `version`, or in all measured versions where that is not known.
pub(super) fn known(section: &str, name: &str, version: Option<Version>) -> Holds {
    let knows = |known: &Known| known.get(section).is_some_and(|names| names.contains(name));
    let (old, new) = (knows(&OLD_NAMES), knows(&NEW_NAMES));
    match version {
        _ if old == new => Holds::of(old),
        Some(v) if v <= OLD => Holds::of(old),
        Some(v) if v >= NEW => Holds::of(new),
        _ => Holds::Varies,
    }
}

/// The known names of `section` in all measured versions together, sorted.
pub(super) fn names(section: &str) -> &'static [&'static str] {
    NAMES.get(section).map_or(&[], Vec::as_slice)
}

/// The settings section that `name` belongs to, where it is another one than `section` and no measured version reads
/// the name in `section`.
pub(super) fn home(section: &str, name: &str, version: Option<Version>) -> Option<&'static str> {
    if known(section, name, version) != Holds::No {
        return None;
    }
    // A name that two sections know is at home in the more special one.
    ["router_settings", "general_settings", "litellm_settings"]
        .into_iter()
        .find(|s| *s != section && known(s, name, version) == Holds::Yes)
}

/// The known name of `section` that `name` is a slip of.
pub(super) fn nearest(section: &str, name: &str) -> Option<&'static str> {
    nearest_of(names(section), name)
}

/// The one of `names` that `name` is a slip of: one or two letters off, in a word long enough to tell.
pub(super) fn nearest_of<'a>(names: &[&'a str], name: &str) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = match length {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    let plain = name.to_ascii_lowercase().replace('-', "_");
    if let Some(same) = names.iter().find(|n| **n == plain && **n != name) {
        return Some(same);
    }
    // One slip changes at most two of the letters that a word has; to count slips costs many times as much.
    let letters = letters(&plain);
    let near = |n: &&&str| {
        n.chars().count().abs_diff(length) <= allowed
            && (self::letters(n) ^ letters).count_ones() as usize <= 2 * allowed
    };
    let scored = names.iter().filter(near).map(|n| (strsim::damerau_levenshtein(n, &plain), *n));
    scored.filter(|(d, _)| (1..=allowed).contains(d)).min().map(|(_, n)| n)
}

/// A bit for each letter that a word has.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_lists_are_whole() {
        assert_eq!(known("top_level", "model_list", None), Holds::Yes);
        assert_eq!(known("routing_strategy", "lar1", None), Holds::Varies);
        assert_eq!(known("routing_strategy", "lar1", Some(OLD)), Holds::No);
        assert!(names("providers").len() > 100);
    }

    #[test]
    fn a_setting_has_a_home() {
        assert_eq!(home("litellm_settings", "routing_strategy", None), Some("router_settings"));
        assert_eq!(home("litellm_settings", "master_key", None), Some("general_settings"));
        assert_eq!(home("general_settings", "drop_params", None), Some("litellm_settings"));
        assert_eq!(home("litellm_settings", "num_retries", None), None);
    }

    #[test]
    fn only_near_misses_resemble() {
        assert_eq!(nearest("top_level", "genral_settings"), Some("general_settings"));
        assert_eq!(nearest("litellm_settings", "service_callbacks"), Some("service_callback"));
        assert_eq!(nearest("litellm_settings", "my_own_setting"), None);
        assert_eq!(nearest("router_settings", "routing-strategy"), Some("routing_strategy"));
    }
}
