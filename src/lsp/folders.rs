//! The folders of a workspace: what is audited together, and what the last audit said of it.

use std::path::{Path, PathBuf};

use super::diagnostics::Said;
use super::view::View;
use crate::load::Kept;

/// What is audited together.
#[derive(Debug)]
pub(super) struct Folder {
    /// The folder, links resolved.
    pub(super) root: PathBuf,
    /// The folder as the client names it.
    pub(super) given: PathBuf,
    /// What to audit, from there.
    pub(super) paths: Vec<PathBuf>,
    /// Whether something changed since the last audit.
    pub(super) stale: bool,
    /// The last audit.
    pub(super) view: Option<View>,
    /// What it kept for the next one.
    pub(super) kept: Kept,
    /// What it said, by file.
    pub(super) said: Said,
    /// Why the last audit could not be done.
    pub(super) failure: Option<String>,
}

impl Folder {
    pub(super) fn new(root: PathBuf, given: PathBuf, paths: Vec<PathBuf>) -> Self {
        Self {
            root,
            given,
            paths,
            stale: true,
            view: None,
            kept: Kept::default(),
            said: Said::default(),
            failure: None,
        }
    }

    /// Whether everything in it is audited.
    pub(super) fn is_whole(&self) -> bool {
        self.paths == [Path::new(".")]
    }

    /// Whether it is this one file.
    pub(super) fn is_file(&self, disk: &Path) -> bool {
        !self.is_whole() && self.paths.iter().any(|path| self.root.join(path) == disk)
    }

    /// Whether what stands in the file at `disk` may count here.
    pub(super) fn reads(&self, disk: &Path) -> bool {
        let read = self.view.as_ref().is_some_and(|v| v.snapshot.audit.sources.find(disk).is_some());
        read || self.view.is_none() || self.is_whole() && disk.starts_with(&self.root) || self.is_file(disk)
    }

    /// Whether the last audit read the file at `disk`.
    pub(super) fn knows(&self, disk: &Path) -> bool {
        self.view.as_ref().is_some_and(|view| view.snapshot.audit.sources.find(disk).is_some())
    }
}
