//! Whether git leaves a file out of the repository that it lies in.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// No repository is nested deeper.
const MAX_FOLDERS: usize = 64;

/// What git's own files say of the files below them; each folder is read once.
#[derive(Debug, Default)]
pub struct Ignores {
    folders: Mutex<HashMap<PathBuf, Arc<Folder>>>,
}

/// What lies in one folder.
#[derive(Debug)]
struct Folder {
    /// Its `.gitignore`.
    rules: Option<Gitignore>,
    /// The folders of other repositories that its `.gitmodules` names.
    modules: Vec<PathBuf>,
    /// Whether it is the root of a repository.
    root: bool,
}

impl Ignores {
    /// Whether a `.gitignore` between the file and the root of its repository names it. The nearest one that says anything
    /// decides, as in git; without a repository none counts, not even one that stands there.
    pub fn by_git(&self, file: &Path) -> bool {
        let above: Vec<Arc<Folder>> =
            file.ancestors().skip(1).take(MAX_FOLDERS).map(|folder| self.folder(folder)).collect();
        if above.iter().flat_map(|f| &f.modules).any(|module| file.starts_with(module)) {
            return true;
        }
        let inside = above.iter().position(|f| f.root).map_or(above.len(), |root| root + 1);
        above.iter().take(inside).find_map(|folder| says(folder, file)).unwrap_or(false)
    }

    fn folder(&self, path: &Path) -> Arc<Folder> {
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folders.get(path) {
            return Arc::clone(known);
        }
        let read = Arc::new(Folder { rules: rules(path), modules: modules(path), root: path.join(".git").exists() });
        folders.insert(path.to_path_buf(), Arc::clone(&read));
        read
    }
}

/// The folders of other repositories that a `.gitmodules` in `folder` names.
fn modules(folder: &Path) -> Vec<PathBuf> {
    let listed = folder.join(".gitmodules");
    let text = if listed.is_file() { std::fs::read_to_string(listed).unwrap_or_default() } else { String::new() };
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
    paths.map(str::trim).filter(|path| !path.is_empty()).map(|path| folder.join(path)).collect()
}

fn rules(folder: &Path) -> Option<Gitignore> {
    let rules = folder.join(".gitignore");
    if !rules.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    // A line that is no pattern is left out, as git leaves it out.
    let _ = builder.add(rules);
    builder.build().ok()
}

/// What the `.gitignore` of a folder above the file says of it, if anything.
fn says(folder: &Folder, file: &Path) -> Option<bool> {
    match folder.rules.as_ref()?.matched_path_or_any_parents(file, false) {
        ignore::Match::None => None,
        ignore::Match::Ignore(_) => Some(true),
        ignore::Match::Whitelist(_) => Some(false),
    }
}
