//! The keys that OpenClaw's configuration knows, by measured version: `rules/knowledge/openclaw-keys.json`.
//!
//! Answers for one path: known, retired (and what took its place), or unknown (and what it resembles). Between the two
//! measured versions a key is known where either knows it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// The older measured version, as [`super::version::release`] counts.
pub(super) const OLD: i64 = 20_260_223;

/// The newer measured version.
pub(super) const NEW: i64 = 20_260_906;

/// What is known of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The schema has it, or takes any key there.
    Yes,
    /// The older schema has it, the newer one has not.
    Retired,
    /// The newer schema has it, the older one has not.
    Later,
    /// Neither has it, but both have the path above it.
    No,
    /// The older one has it not; of the newer one that part was not measured.
    Unmeasured,
}

#[derive(Debug, Default, Deserialize)]
struct Data {
    gateway_options: BTreeSet<String>,
    gateway_values: BTreeSet<String>,
    replaced: BTreeMap<String, String>,
    versions: BTreeMap<String, BTreeSet<String>>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A broken file would make every key unknown; the test below keeps it whole.
    serde_json::from_str(include_str!("../../../rules/knowledge/openclaw-keys.json")).unwrap_or_default()
});

/// What the schemas say of a path, as its parts (an item of a list is `[]`).
pub(super) fn known(path: &[&str]) -> Known {
    if is_open(path) {
        return Known::Yes;
    }
    match (has("2026.2.23", path), has("2026.9.6", path)) {
        (true, true) => Known::Yes,
        (true, false) => Known::Retired,
        (false, true) if unmeasured(path) => Known::Unmeasured,
        (false, true) => Known::Later,
        (false, false) => Known::No,
    }
}

/// Whether a gateway of `release` refuses the path for certain.
pub(super) fn refused(known: Known, release: Option<i64>) -> Option<bool> {
    match (known, release) {
        (Known::Yes, _) => Some(false),
        (Known::No, None) => Some(true),
        // A key may have come and gone between the two.
        (Known::No, Some(r)) => (r <= OLD || r == NEW).then_some(true),
        (Known::Retired, Some(r)) if r >= NEW => Some(true),
        (Known::Later | Known::Unmeasured, Some(r)) if r <= OLD => Some(true),
        (Known::Retired, Some(r)) if r <= OLD => Some(false),
        (Known::Later, Some(r)) if r >= NEW => Some(false),
        (Known::Retired | Known::Later | Known::Unmeasured, _) => None,
    }
}

/// Whether a release of the gateway knows this option of its command line, those of the whole program included.
pub(super) fn is_option(name: &str) -> bool {
    DATA.gateway_options.is_empty() || DATA.gateway_options.contains(name)
}

/// Whether this option of a gateway's command line takes the word that follows as its value.
pub(super) fn takes_value(name: &str) -> bool {
    DATA.gateway_values.contains(name)
}

/// What took a retired key's place.
pub(super) fn replaced(path: &str) -> Option<&'static str> {
    DATA.replaced.get(path).map(String::as_str)
}

/// The known key beside `path` that its last part resembles.
pub(super) fn resembles(path: &[&str]) -> Option<String> {
    let (last, above) = path.split_last()?;
    let known: BTreeSet<&str> = DATA.versions.values().flat_map(|keys| beside(keys, above)).collect();
    // `token` for `botToken`: a word that is left out is more common than a wrong letter.
    let score = |name: &str| {
        let (last, name) = (last.to_lowercase(), name.to_lowercase());
        let part = last.len() >= 4 && name.ends_with(&last) || name.len() >= 4 && last.ends_with(&name);
        // `imageGenerationModel` is no misspelt `model`.
        let part = part && last.len().abs_diff(name.len()) <= 8;
        strsim::jaro_winkler(&last, &name) + if part { 1.0 } else { 0.0 }
    };
    let best = known.into_iter().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) > 0.88).then(|| best.to_owned())
}

/// The keys that any measured release knows directly below a path, sorted.
pub(crate) fn below(path: &[String]) -> Vec<&'static str> {
    let above: Vec<&str> = path.iter().map(String::as_str).collect();
    let all: BTreeSet<&str> = DATA.versions.values().flat_map(|keys| beside(keys, &above)).collect();
    all.into_iter().collect()
}

/// Whether any key is taken there: other channels and plugins bring their own schemas, `env` any variable.
fn is_open(path: &[&str]) -> bool {
    let first = path.first().copied().unwrap_or("");
    matches!(first, "$schema" | "env" | "meta")
        || matches!(path, ["channels", name, ..] if !is_channel(name))
        || matches!(path, ["plugins", "entries", ..])
        || path.contains(&"$include")
}

/// Whether the newer listing ends above the path: it names a channel without its keys.
fn unmeasured(path: &[&str]) -> bool {
    let ["channels", name, _, ..] = path else { return false };
    let channel = format!("channels.{name}");
    DATA.versions.get("2026.9.6").is_some_and(|keys| keys.contains(&channel) && !has_children(keys, &channel))
}

/// Whether the channel's schema was measured.
fn is_channel(name: &str) -> bool {
    let start = format!("channels.{name}");
    DATA.versions.values().any(|keys| keys.contains(&start) || has_children(keys, &start))
}

fn has(version: &str, path: &[&str]) -> bool {
    DATA.versions.get(version).is_some_and(|keys| matches(keys, path, ""))
}

/// Whether the schema knows a path: each part by its name or by `*`; below a leaf nothing is said.
fn matches(keys: &BTreeSet<String>, path: &[&str], above: &str) -> bool {
    let Some((part, rest)) = path.split_first() else { return true };
    let below = |part: &str| match part {
        "[]" => format!("{above}[]"),
        _ if above.is_empty() => part.to_owned(),
        _ => format!("{above}.{part}"),
    };
    let next = [below(part), below("*")];
    let listed = |path: &String| keys.contains(path) || has_children(keys, path);
    if next.iter().any(|p| listed(p) && matches(keys, rest, p)) {
        return true;
    }
    // A leaf of the listing may hold a value that the listing does not describe.
    !above.is_empty() && !has_children(keys, above)
}

fn has_children(keys: &BTreeSet<String>, path: &str) -> bool {
    let starts = |mark: &str| {
        let prefix = format!("{path}{mark}");
        keys.range(prefix.clone()..).next().is_some_and(|k| k.starts_with(&prefix))
    };
    starts(".") || starts("[]")
}

/// The names that the schema has directly below a path.
fn beside<'k>(keys: &'k BTreeSet<String>, above: &[&str]) -> Vec<&'k str> {
    let prefix = if above.is_empty() { String::new() } else { format!("{}.", above.join(".").replace(".[]", "[]")) };
    let names = keys.range(prefix.clone()..).take_while(|k| k.starts_with(&prefix));
    names
        .filter_map(|k| k.get(prefix.len()..)?.split(['.', '[']).next())
        .filter(|n| !n.is_empty() && *n != "*")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_known_by_version() {
        assert!(DATA.versions.values().all(|keys| keys.len() > 1000));
        assert!(!DATA.gateway_values.is_empty() && DATA.gateway_values.is_subset(&DATA.gateway_options));
        assert_eq!(known(&["gateway", "bind"]), Known::Yes);
        assert_eq!(known(&["gateway", "controlUi", "allowInsecureAuth"]), Known::Retired);
        assert_eq!(known(&["agents", "entries"]), Known::Later);
        assert_eq!(known(&["gateway", "trustedProxy"]), Known::No);
        assert_eq!(known(&["models", "providers", "litellm", "baseUrl"]), Known::Yes);
        assert_eq!(known(&["channels", "anything", "goes"]), Known::Yes);
        assert_eq!(known(&["channels", "defaults", "groupPolicy"]), Known::Yes);
        assert_eq!(known(&["channels", "telegram", "botToken"]), Known::Yes);
        assert_eq!(known(&["channels", "telegram", "token"]), Known::No);
        assert_eq!(known(&["channels", "telegram", "accounts", "work", "token"]), Known::No);
        assert_eq!(known(&["channels", "telegram", "groups", "-100", "anything"]), Known::Yes);
        assert_eq!(known(&["channels", "telegram", "errorPolicy"]), Known::Later);
        // Of the newer version only one channel was measured.
        assert_eq!(known(&["channels", "discord", "botToken"]), Known::Unmeasured);
        assert_eq!(known(&["channels", "discord"]), Known::Yes);
        assert_eq!(resembles(&["channels", "telegram", "token"]).as_deref(), Some("botToken"));
        assert_eq!(resembles(&["channels", "discord", "botToken"]).as_deref(), Some("token"));
        assert_eq!(resembles(&["gateway", "trustedProxy"]).as_deref(), Some("trustedProxies"));
    }

    #[test]
    fn a_version_between_the_measured_ones_decides_nothing() {
        assert_eq!(refused(Known::Retired, Some(20_260_501)), None);
        assert_eq!(refused(Known::Retired, Some(NEW)), Some(true));
        assert_eq!(refused(Known::No, None), Some(true));
        assert_eq!(refused(Known::No, Some(20_260_501)), None);
        assert_eq!(refused(Known::No, Some(NEW)), Some(true));
        assert_eq!(refused(Known::No, Some(OLD)), Some(true));
        assert_eq!(resembles(&["agents", "defaults", "imageGenerationModel"]).as_deref(), None);
    }
}
