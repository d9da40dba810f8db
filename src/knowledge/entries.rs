//! Entries about images that are found by their names and read when somebody asks for one.

use std::sync::OnceLock;

use serde::de::DeserializeOwned;

use super::{names, short};

/// The program's own entries of one kind, as the build leaves them.
#[derive(Debug)]
pub(super) struct Table {
    /// The names of each, and its content as JSON.
    pub(super) entries: &'static [(&'static [&'static str], &'static str)],
    /// For the last part of each name, in order: the entries that have such a name.
    pub(super) ends: &'static [(&'static str, &'static [usize])],
}

/// The entries of one kind: the user's, which win, and the program's own.
#[derive(Debug, Clone)]
pub struct Entries<T> {
    users: Vec<T>,
    own: &'static Table,
    /// What was read of the program's own.
    read: Vec<OnceLock<Option<Box<T>>>>,
}

/// No entries.
static NONE: Table = Table { entries: &[], ends: &[] };

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self { users: Vec::new(), own: &NONE, read: Vec::new() }
    }
}

/// What has names.
pub trait Named {
    /// The repositories that it is about.
    fn names(&self) -> &[String];
}

impl<T: Named + DeserializeOwned> Entries<T> {
    pub(super) fn new(own: &'static Table) -> Self {
        Self { users: Vec::new(), own, read: own.entries.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Adds what the user says.
    pub(super) fn add(&mut self, users: Vec<T>) {
        self.users.extend(users);
    }

    /// The entries about a repository (`docker.io/library/redis`, `redis`), without tag or digest, in order.
    pub(super) fn of(&self, repository: &str) -> impl Iterator<Item = &T> {
        let name = short(repository);
        let users = self.users.iter().filter(move |entry| entry.names().iter().any(|n| names(n, name)));
        let end = name.rsplit('/').next().unwrap_or(name);
        let ends = self.own.ends;
        let at = ends.binary_search_by(|(other, _)| (*other).cmp(end)).ok();
        let candidates = at.and_then(|at| ends.get(at)).map_or(&[][..], |(_, entries)| entries);
        let fits =
            move |at: &&usize| self.own.entries.get(**at).is_some_and(|(all, _)| all.iter().any(|n| names(n, name)));
        users.chain(candidates.iter().filter(fits).filter_map(|at| self.read(*at)))
    }

    /// All entries, in order.
    #[cfg(test)]
    fn all(&self) -> impl Iterator<Item = &T> {
        self.users.iter().chain((0..self.own.entries.len()).filter_map(|at| self.read(at)))
    }

    fn read(&self, at: usize) -> Option<&T> {
        let (_, json) = self.own.entries.get(at)?;
        self.read.get(at)?.get_or_init(|| serde_json::from_str(json).ok()).as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{IMAGES, Image, LISTENERS, Listeners, STORES, Store};
    use super::*;

    /// Each entry can be read, has the names that the table says, and is found by each.
    fn agrees<T: Named + DeserializeOwned>(table: &'static Table) {
        let entries: Entries<T> = Entries::new(table);
        assert_eq!(entries.all().count(), table.entries.len());
        for (entry, (listed, _)) in entries.all().zip(table.entries) {
            assert_eq!(entry.names(), *listed);
            for name in *listed {
                let name = name.strip_prefix("*/").unwrap_or(name);
                assert!(entries.of(name).any(|found| found.names() == entry.names()), "{name}");
            }
        }
    }

    #[test]
    fn entries_are_found_by_their_names() {
        agrees::<Image>(&IMAGES);
        agrees::<Store>(&STORES);
        agrees::<Listeners>(&LISTENERS);
    }
}
