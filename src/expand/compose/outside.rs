//! Files that are read although nobody asked for their audit: an audited one names them.
//!
//! Each is read once, however many stacks name it, and every one of them is told in the report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::document::{Document, Kind};
use crate::expand::Reading;
use crate::load::{self, Reach};
use crate::source::{Sources, Span};

/// The files that were read on the way.
pub(super) struct Outside<'a> {
    sources: &'a Sources,
    reach: &'a Reach,
    found: Mutex<BTreeMap<(PathBuf, Kind), Found>>,
}

struct Found {
    read: Result<Arc<Document>, String>,
    by: Vec<Span>,
}

impl<'a> Outside<'a> {
    /// Nothing read yet.
    pub(super) fn new(sources: &'a Sources, reach: &'a Reach) -> Self {
        Self { sources, reach, found: Mutex::default() }
    }

    /// All texts.
    pub(super) fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// Whether the file at `disk` may be read because another one names it.
    pub(super) fn reaches(&self, disk: &Path) -> bool {
        self.reach.holds(disk)
    }

    /// The file at `disk` as `kind`; `by` is where it is named, `None` where the user named it outright.
    ///
    /// # Errors
    /// The reason in words where it can't be read.
    pub(super) fn read(&self, disk: &Path, kind: Kind, by: Option<Span>) -> Result<Arc<Document>, String> {
        let audited = self.sources.find(&crate::discover::normal(disk)).is_some();
        if by.is_some() && !audited && !self.reaches(disk) {
            return Err("it lies outside of the repository and the folders that are audited".to_owned());
        }
        // Held while reading: two threads that both read one file would make two sources of it.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = found
            .entry((disk.to_owned(), kind))
            .or_insert_with(|| Found { read: self.open(disk, kind), by: Vec::new() });
        entry.by.extend(by);
        entry.read.clone()
    }

    fn open(&self, disk: &Path, kind: Kind) -> Result<Arc<Document>, String> {
        let (source, text) = load::load_one(disk, self.sources)?;
        let parsed = load::parse(kind, &text);
        let path = self.sources.get(source).path.clone();
        Ok(Arc::new(Document::plain(path, Some(disk.to_owned()), kind, text, parsed)))
    }

    /// What was read, by path, each with the first place that names it.
    pub(super) fn readings(self) -> Vec<Reading> {
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let reading = |one: Found| {
            let by = one.by.into_iter().min_by(|a, b| self.sources.compare(*a, *b))?;
            Some(Reading { document: one.read.ok()?, by })
        };
        found.into_values().filter_map(reading).collect()
    }
}
