//! Words beside a value that make it easy to guess: the user, the database, the folder that it is called after.

use std::collections::HashSet;

/// Ends of names of users, of databases and of what is called like one.
const ENDS: [&str; 8] = ["user", "username", "usr", "login", "db", "database", "dbname", "_name"];

/// The values of those names among `pairs` that say who logs in and where, in small letters.
pub(super) fn peers<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> HashSet<String> {
    let named = |name: &str| ENDS.iter().any(|end| ends_with(name, end));
    pairs
        .filter(|(name, value)| !value.is_empty() && named(name))
        .map(|(_, value)| value.to_ascii_lowercase())
        .collect()
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
    fn folders_are_names() {
        assert!(of_path("apps/yamtrack.yml", "yamtrack") && of_path("Yamtrack/compose.yml", "yamtrack"));
        assert!(!of_path("apps/yamtrack2.yml", "yamtrack") && !of_path(".env", "env"));
    }
}
