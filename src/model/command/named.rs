//! Words that name a secret of a store and are none themselves: `podman run --secret NAME`, `kubectl delete secret/NAME`.

use super::Run;

/// Programs whose `--secret` names a secret that they keep.
const ENGINES: [&str; 5] = ["docker", "podman", "nerdctl", "buildah", "docker-compose"];

/// Options of `kubectl` whose values are secrets.
const VALUES: [&str; 5] = ["--from-literal", "--token", "--password", "--docker-password", "--client-key-data"];

/// Whether the word at `at` names a secret of a store.
pub(super) fn of_store(run: &Run, at: usize) -> bool {
    let Some(word) = run.words.get(at).map(|w| w.text.value()) else { return false };
    let before = at.checked_sub(1).and_then(|b| run.words.get(b)).map_or("", |w| w.text.value());
    if ENGINES.contains(&run.program()) && (before == "--secret" || word.starts_with("--secret=")) {
        return true;
    }
    let client = matches!(run.program(), "kubectl" | "oc") || run.known().contains(&"kubectl");
    client && !word.contains("://") && !VALUES.iter().any(|option| before == *option || word.starts_with(option))
}
