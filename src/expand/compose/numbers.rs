//! Values without quotes that YAML takes for numbers or dates, and that reach the container as other characters.

use super::tree;
use crate::yaml::Entry;

/// Words of the names whose values are no quantities: each of their characters counts.
const NAMES: &[&str] = &[
    "version", "ver", "tag", "release", "id", "code", "pin", "zip", "phone", "branch", "revision", "python", "node",
    "nodejs", "go", "golang", "php", "ruby", "java", "jdk", "rust", "postgres", "pg", "mysql", "mariadb", "mongo",
    "redis", "alpine", "debian", "ubuntu", "password", "secret", "token", "key", "hash", "sha", "commit",
];

/// The characters of an entry's value as written and as docker compose passes them on, where that harms.
pub(super) fn rewritten(entry: &Entry) -> Option<(String, String)> {
    let written = entry.value.text().filter(|t| t.is_literal())?.known()?.to_owned();
    let shown = tree::text(&entry.value)?.known()?.to_owned();
    if written == shown || matches!(shown.as_str(), "true" | "false") {
        return None;
    }
    let name = entry.key.known()?.to_ascii_lowercase();
    let named = name.split(['_', '-', '.']).any(|word| NAMES.contains(&word));
    let octal = written.trim_start_matches(['+', '-']).starts_with('0')
        && written.len() > 1
        && written.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | 'o'));
    // The program reads either as octal, and `2` says what `002` says.
    let mask = name.split(['_', '-', '.']).any(|word| matches!(word, "umask" | "mask"));
    let same = mask && shown.len() == 1 && written.trim_start_matches('0') == shown.trim_start_matches('0');
    ((named || octal) && !same || date(&shown)).then_some((written, shown))
}

/// What a value is to YAML, by what becomes of it.
pub(super) fn what(shown: &str) -> &'static str {
    if date(shown) { "a date" } else { "a number" }
}

fn date(shown: &str) -> bool {
    shown.ends_with(" 00:00:00 +0000 UTC")
}
