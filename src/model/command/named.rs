//! Words that name a secret of a store and are none themselves: `podman run --secret NAME`, `kubectl delete secret/NAME`.

use super::Run;

/// Programs whose `--secret` names a secret that they keep.
const ENGINES: [&str; 5] = ["docker", "podman", "nerdctl", "buildah", "docker-compose"];

/// Options of `kubectl` whose values are secrets.
const VALUES: [&str; 5] = ["--from-literal", "--token", "--password", "--docker-password", "--client-key-data"];

/// What a command's program keeps in a store.
#[derive(Clone, Copy)]
pub(super) struct Store {
    engine: bool,
    client: bool,
}

impl Store {
    pub(super) fn of(run: &Run) -> Self {
        let client = || run.effective().iter().skip(1).any(|word| word.text.known() == Some("kubectl"));
        Self { engine: ENGINES.contains(&run.program()), client: matches!(run.program(), "kubectl" | "oc") || client() }
    }

    /// Whether the word at `at` names a secret of the store.
    pub(super) fn names(self, run: &Run, at: usize) -> bool {
        let Some(word) = run.words.get(at).map(|w| w.text.value()) else { return false };
        let before = at.checked_sub(1).and_then(|b| run.words.get(b)).map_or("", |w| w.text.value());
        if self.engine && (before == "--secret" || word.starts_with("--secret=")) {
            return true;
        }
        let value = || VALUES.iter().any(|option| before == *option || word.starts_with(option));
        self.client && !word.contains("://") && !value()
    }
}
