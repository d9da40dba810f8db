//! The names that LiteLLM reads, by measured version: `rules/knowledge/litellm-keys.json`.
//!
//! Says whether a name is known in a section, which section it belongs to, and which known name it resembles. Open
//! sections (`litellm_settings`, `litellm_params`, `model_info`) take any name: there only a resemblance means something.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::version::{Holds, Version};
use crate::text::slip;

/// The sections whose keys are settings.
pub(super) const SETTINGS: [&str; 3] = ["litellm_settings", "router_settings", "general_settings"];

/// Sections to names, of one version.
type Sections = BTreeMap<String, Vec<String>>;

/// What a release has more and less than the one before it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    came: Sections,
    gone: Sections,
}

#[derive(Debug, Default, Deserialize)]
struct Data {
    versions: BTreeMap<String, Sections>,
    changes: BTreeMap<String, Change>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A broken file would make every name unknown; the test below keeps it whole.
    serde_json::from_str(include_str!("../../../rules/knowledge/litellm-keys.json")).unwrap_or_default()
});

/// The names of one version, by section.
type Known = HashMap<&'static str, HashSet<&'static str>>;

/// The names of each measured version, oldest first.
static MEASURED: LazyLock<Vec<(Version, Known)>> = LazyLock::new(measured);

/// The names of all versions together, sorted, by section.
static NAMES: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Vec<&str>> = HashMap::new();
    let came = DATA.changes.values().flat_map(|c| &c.came);
    for (section, names) in DATA.versions.values().flatten().chain(came) {
        all.entry(section).or_default().extend(names.iter().map(String::as_str));
    }
    for names in all.values_mut() {
        names.sort_unstable();
        names.dedup();
    }
    all
});

/// Reads them: a whole list, or the list before with what changed.
fn measured() -> Vec<(Version, Known)> {
    let whole = DATA.versions.iter().map(|(version, sections)| (version, Some(sections), None));
    let changes = DATA.changes.iter().map(|(version, change)| (version, None, Some(change)));
    let mut releases: Vec<_> = whole.chain(changes).filter_map(|(v, s, c)| Some((Version::parse(v)?, s, c))).collect();
    releases.sort_by_key(|(version, ..)| *version);
    let mut known = Known::new();
    let mut all = Vec::new();
    for (version, sections, change) in releases {
        if let Some(sections) = sections {
            known = sections.iter().map(|(section, names)| (section.as_str(), set(names).collect())).collect();
        }
        for (section, names) in change.into_iter().flat_map(|c| &c.came) {
            known.entry(section).or_default().extend(set(names));
        }
        for (section, names) in change.into_iter().flat_map(|c| &c.gone) {
            known.entry(section).or_default().retain(|name| !names.iter().any(|n| n == name));
        }
        all.push((version, known.clone()));
    }
    all
}

fn set(names: &'static [String]) -> impl Iterator<Item = &'static str> {
    names.iter().map(String::as_str)
}

/// Whether `section` knows `name` in `version`, or in all measured versions where that is not known. Of a version
/// between two measured ones it is said where both agree.
pub(super) fn known(section: &str, name: &str, version: Option<Version>) -> Holds {
    let before = MEASURED.iter().rev().find(|(v, _)| version.is_some_and(|version| *v <= version));
    let after = MEASURED.iter().find(|(v, _)| version.is_some_and(|version| *v >= version));
    let all = MEASURED.iter().filter(|_| version.is_none());
    let mut known = before.into_iter().chain(after).chain(all).map(|(_, known)| knows(known, section, name));
    let Some(first) = known.next() else { return Holds::No };
    if known.all(|holds| holds == first) { Holds::of(first) } else { Holds::Varies }
}

fn knows(known: &Known, section: &str, name: &str) -> bool {
    known.get(section).is_some_and(|names| names.contains(name))
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

/// The known name of `section` that `name` is a slip of; none where `version` does not have it.
pub(super) fn nearest(section: &str, name: &str, version: Option<Version>) -> Option<&'static str> {
    nearest_of(names(section), name).filter(|near| known(section, near, version) != Holds::No)
}

/// The one of `names` that `name` is a slip of: one or two letters off, in a word long enough to tell.
pub(super) fn nearest_of<'a>(names: &[&'a str], name: &str) -> Option<&'a str> {
    let allowed = match name.chars().count() {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    let plain = name.to_ascii_lowercase().replace('-', "_");
    if let Some(same) = names.iter().find(|n| **n == plain && **n != name) {
        return Some(same);
    }
    slip::nearest(&plain, names.iter().copied().filter(|n| **n != plain), allowed)
}

#[cfg(test)]
mod tests {
    use super::super::version::{NEW, OLD};
    use super::*;

    #[test]
    fn the_key_lists_are_whole() {
        let measured: Vec<Version> = MEASURED.iter().map(|(version, _)| *version).collect();
        assert_eq!(measured, [OLD, NEW, Version(1, 110, 2)]);
        assert_eq!(known("top_level", "model_list", None), Holds::Yes);
        assert_eq!(known("routing_strategy", "lar1", None), Holds::Varies);
        assert_eq!(known("routing_strategy", "lar1", Some(OLD)), Holds::No);
        assert!(names("providers").len() > 100);
    }

    #[test]
    fn a_change_holds_from_its_release_on() {
        let at = |section, name, minor, patch| known(section, name, Some(Version(1, minor, patch)));
        assert_eq!(at("general_settings", "accounting_capture", 109, 1), Holds::Yes);
        assert_eq!(at("general_settings", "accounting_capture", 110, 2), Holds::No);
        assert_eq!(at("general_settings", "accounting_capture", 110, 0), Holds::Varies);
        assert_eq!(at("general_settings", "accounting_capture", 111, 0), Holds::No);
        assert_eq!(at("providers", "wally", 109, 1), Holds::No);
        assert_eq!(at("providers", "wally", 110, 2), Holds::Yes);
        assert_eq!(at("providers", "openai", 100, 0), Holds::Yes);
        assert_eq!(at("providers", "openai", 80, 0), Holds::Yes);
        assert_eq!(known("providers", "wally", None), Holds::Varies);
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
        assert_eq!(nearest("top_level", "genral_settings", None), Some("general_settings"));
        assert_eq!(nearest("litellm_settings", "service_callbacks", None), Some("service_callback"));
        assert_eq!(nearest("litellm_settings", "my_own_setting", None), None);
        assert_eq!(nearest("router_settings", "routing-strategy", None), Some("routing_strategy"));
    }
}
