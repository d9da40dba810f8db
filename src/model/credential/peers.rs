//! Words beside a value that make it easy to guess: the user, the database, the folder that it is called after.

use std::collections::HashSet;

use crate::model::secret::is_readable;

/// Ends of names of users, of databases and of what is called like one.
const ENDS: [&str; 8] = ["user", "username", "usr", "login", "db", "database", "dbname", "_name"];

/// Ends of names that say which environment it is: `NODE_ENV`, `APP_ENVIRONMENT`.
const ENVIRONMENTS: [&str; 3] = ["_env", "environment", "app_stage"];

/// What they say on a developer's own machine.
const DEVELOPMENT: [&str; 4] = ["development", "dev", "develop", "local"];

/// The values of those names among `pairs` that say who logs in and where, or that this is development, in small letters.
pub(super) fn peers<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> HashSet<String> {
    let ends = |name: &str, ends: &[&str]| ends.iter().any(|end| ends_with(name, end));
    let developed = |name: &str, lower: &str| ends(name, &ENVIRONMENTS) && DEVELOPMENT.contains(&lower);
    pairs
        .map(|(name, value)| (name, value.to_ascii_lowercase()))
        .filter(|(name, lower)| !lower.is_empty() && (ends(name, &ENDS) || developed(name, lower)))
        .map(|(_, lower)| lower)
        .collect()
}

/// Whether a value is made of words that say development, as the environment beside it does.
pub(super) fn of_development(value: &str, peers: &HashSet<String>) -> bool {
    let says = |word: &str| DEVELOPMENT.iter().any(|d| d.eq_ignore_ascii_case(word));
    is_readable(value) && value.split(['-', '_', '.', ' ']).any(says) && DEVELOPMENT.iter().any(|d| peers.contains(*d))
}

/// Whether a value says by two words that it is for a developer's own machine, and is made of words: `orbit-local-dev-secret`.
pub(super) fn says_development(value: &str) -> bool {
    let says = |word: &&str| [&DEVELOPMENT[..], &["only"]].concat().iter().any(|d| d.eq_ignore_ascii_case(word));
    is_readable(value) && value.split(['-', '_', '.', ' ']).filter(says).count() > 1
}

/// Whether a folder of `path`, or the file without its ending, is called `value`.
pub(super) fn of_path(path: &str, value: &str) -> bool {
    path.split('/').any(|part| {
        part.eq_ignore_ascii_case(value)
            || part.split_once('.').is_some_and(|(stem, _)| !stem.is_empty() && stem.eq_ignore_ascii_case(value))
    })
}

fn ends_with(name: &str, end: &str) -> bool {
    let at = name.len().checked_sub(end.len());
    at.and_then(|at| name.get(at..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_and_databases_are_names() {
        let found = peers([("POSTGRES_USER", "Till"), ("DB_HOST", "db"), ("é", "x"), ("app_db", "")].into_iter());
        assert_eq!(found, HashSet::from(["till".to_owned()]));
    }

    #[test]
    fn a_value_says_that_it_is_for_development() {
        assert!(says_development("orbit-local-dev-secret") && says_development("dev_only_key"));
        assert!(!says_development("local-secret") && !says_development("local-dev-7f3a9c1be04d"));
    }

    #[test]
    fn words_of_development_are_easy_to_guess_beside_such_an_environment() {
        let here = peers([("NODE_ENV", "Development")].into_iter());
        assert!(of_development("development-secret-key-change-in-production", &here));
        assert!(!of_development("development-7f3a9c1be04d", &here) && !of_development("secret-key-of-ours", &here));
        let live = peers([("NODE_ENV", "production"), ("NODE_ENVY", "development")].into_iter());
        assert!(!of_development("development-secret-key-change-in-production", &live));
    }

    #[test]
    fn folders_are_names() {
        assert!(of_path("apps/yamtrack.yml", "yamtrack") && of_path("Yamtrack/compose.yml", "yamtrack"));
        assert!(!of_path("apps/yamtrack2.yml", "yamtrack") && !of_path(".env", "env"));
    }
}
