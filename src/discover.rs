//! Which files there are.
//!
//! Walks the given paths (hidden files too: `.env` matters), follows no links. In a git repository it respects `.gitignore`
//! for files that git does not track; elsewhere every file that is there belongs to the tree. Whatever is met
//! and can't be a candidate is kept with the reason, so that a report can account for it. Opening files is left to
//! `load`.

mod tracked;

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder};

/// A file that may be audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The path on disk; `None` for standard input.
    pub disk: Option<PathBuf>,
    /// The path that reports print, with `/`.
    pub path: String,
    /// The content, where it does not come from disk.
    pub content: Option<Vec<u8>>,
    /// Whether it may be executed, where git or whoever gives the content says so.
    pub executable: Option<bool>,
}

/// What the walk met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The files, sorted by path, each once.
    pub candidates: Vec<Candidate>,
    /// What can't be opened as a file, sorted by path.
    pub skipped: Vec<Skipped>,
}

/// Something that was met and not taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path that reports print, with `/`; a folder ends in `/`.
    pub path: String,
    /// Why.
    pub reason: String,
    /// Whether something may be missing from the audit because of it.
    pub failed: bool,
}

/// All files below `paths`. Files named outright are taken even when ignored.
///
/// # Errors
/// A path that does not exist or can't be read: the caller could not run.
pub fn discover(paths: &[PathBuf]) -> Result<Found, String> {
    let current = std::env::current_dir().unwrap_or_default();
    let mut found = Found::default();
    for path in paths {
        let failed = |e: std::io::Error| format!("{}: {}", path.display(), reason(&e));
        let meta = std::fs::metadata(path).map_err(failed)?;
        let root = rooted(path).map_err(failed)?;
        if meta.is_dir() {
            std::fs::read_dir(&root).map_err(failed)?;
            walk(&root, &current, &mut found);
            take_tracked(&root, &current, &mut found);
        } else if meta.is_file() {
            std::fs::File::open(&root).map_err(failed)?;
            found.candidates.push(candidate(&root, &current));
        } else {
            return Err(format!("{}: not a regular file; to read a stream, use `-`", path.display()));
        }
    }
    found.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    found.candidates.dedup_by(|a, b| a.path == b.path);
    found.skipped.sort();
    found.skipped.dedup();
    Ok(found)
}

/// A path as reports print it: relative to the current directory, with `/`.
pub fn display(path: &Path) -> String {
    relative(path, &std::env::current_dir().unwrap_or_default())
}

/// `path` without `.` and, as far as the names alone allow, without `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir if out.has_root() => {}
            part => out.push(part),
        }
    }
    out
}

/// The absolute path; links are resolved only where `..` makes that necessary.
fn rooted(path: &Path) -> std::io::Result<PathBuf> {
    if path.components().any(|c| matches!(c, Component::ParentDir)) {
        return std::fs::canonicalize(path);
    }
    std::path::absolute(path)
}

/// An absolute path as one from the folder `current` on, with `/`.
pub fn relative(path: &Path, current: &Path) -> String {
    if let Some(below) = below(path, current) {
        return below.to_owned();
    }
    let path = normal(path);
    let shared = path.components().zip(current.components()).take_while(|(a, b)| a == b).count();
    // Nothing shared: another drive, or a path that was relative already.
    let up = if shared == 0 { 0 } else { current.components().count() - shared };
    let skip = if shared == 0 { 0 } else { shared };
    let down = path.components().skip(skip).map(|c| c.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = std::iter::repeat_n("..".to_owned(), up).chain(down).collect();
    let text = parts.join("/");
    if text.is_empty() { ".".to_owned() } else { text }
}

/// What follows `current` in a path that is written as one below it, with nothing to make simpler.
fn below<'p>(path: &'p Path, current: &Path) -> Option<&'p str> {
    let (path, current) = (path.to_str()?, current.to_str()?);
    let below = path.strip_prefix(current)?.strip_prefix('/')?;
    let plain = |path: &str| !path.split('/').any(|part| matches!(part, "" | "." | ".."));
    (cfg!(unix) && plain(current.strip_prefix('/')?) && plain(below)).then_some(below)
}

fn walk(root: &Path, current: &Path, found: &mut Found) {
    // The filter has to be shareable between threads, though this walk uses one.
    let pruned = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&pruned);
    let mut walk = WalkBuilder::new(root);
    if root.ancestors().any(|folder| odd_rules(folder).is_some()) {
        walk.parents(false).ignore(false).git_ignore(false);
    }
    walk.hidden(false).follow_links(false).git_global(false).filter_entry(move |entry| {
        let Some(reason) = prune(entry) else { return true };
        note.lock().unwrap_or_else(PoisonError::into_inner).push((entry.path().to_owned(), reason));
        false
    });
    for entry in walk.build() {
        match entry {
            Ok(entry) => take(&entry, current, found),
            Err(error) => found.skipped.push(unreadable(&error, root, current)),
        }
    }
    let pruned = pruned.lock().unwrap_or_else(PoisonError::into_inner);
    found.skipped.extend(pruned.iter().map(|(path, reason)| Skipped {
        path: relative(path, current) + "/",
        reason: (*reason).to_owned(),
        failed: *reason == ODD_RULES,
    }));
}

/// Why a folder is not entered: it belongs to a tool or holds dependencies, no deployment of its own.
fn prune(entry: &DirEntry) -> Option<&'static str> {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|t| t.is_dir()) {
        return None;
    }
    not_entered(entry.path()).or_else(|| odd_rules(entry.path()))
}

/// The largest `.gitignore` that is read, in bytes.
const MAX_RULES: u64 = 1024 * 1024;

const ODD_RULES: &str = "its `.gitignore` or `.ignore` is no file, or is larger than 1 MiB";

/// Why nobody may read what `folder` says of ignored files: a pipe is waited for, and a link to a device has no end.
fn odd_rules(folder: &Path) -> Option<&'static str> {
    let odd = |name: &str| {
        let meta = std::fs::metadata(folder.join(name)).ok();
        meta.is_some_and(|meta| !meta.is_dir() && (!meta.is_file() || meta.len() > MAX_RULES))
    };
    [".gitignore", ".ignore", ".git/info/exclude"].into_iter().any(odd).then_some(ODD_RULES)
}

/// The same, of a folder's path.
pub(crate) fn not_entered(folder: &Path) -> Option<&'static str> {
    let has = |name: &str| folder.join(name).exists();
    match folder.file_name()?.to_str()? {
        ".git" => Some("git's own folder"),
        "node_modules" | "__pycache__" | ".tox" | ".terraform" => Some("a folder of dependencies or caches"),
        "venv" | ".venv" if has("pyvenv.cfg") => Some("a folder of dependencies or caches"),
        "target" if has("CACHEDIR.TAG") => Some("a folder of dependencies or caches"),
        _ => None,
    }
}

/// Takes what git says of the files that it tracks: their modes, and those that the walk left out, of which `.gitignore` says nothing.
fn take_tracked(root: &Path, current: &Path, found: &mut Found) {
    let tracked = tracked::below(root);
    if tracked.is_empty() {
        return;
    }
    let disk = |(at, c): (usize, &Candidate)| c.disk.clone().map(|disk| (disk, at));
    let met: HashMap<PathBuf, usize> = found.candidates.iter().enumerate().filter_map(disk).collect();
    let mut hidden = tracked::Hidden::default();
    for (path, executable) in tracked {
        if let Some(known) = met.get(&path).and_then(|at| found.candidates.get_mut(*at)) {
            known.executable = Some(executable);
            continue;
        }
        let inside = path.ancestors().skip(1).take_while(|dir| dir.starts_with(root) && *dir != root);
        let entered = |dir: &Path| dir.symlink_metadata().is_ok_and(|m| m.is_dir()) && not_entered(dir).is_none();
        let there = path.symlink_metadata().is_ok_and(|m| m.is_file());
        if there && inside.into_iter().all(entered) && !hidden.hides(root, &path) {
            found.candidates.push(Candidate { executable: Some(executable), ..candidate(&path, current) });
        }
    }
}

fn take(entry: &DirEntry, current: &Path, found: &mut Found) {
    let Some(kind) = entry.file_type() else { return };
    if kind.is_file() {
        found.candidates.push(candidate(entry.path(), current));
        return;
    }
    if kind.is_dir() {
        return;
    }
    let reason = if kind.is_symlink() { link(entry.path()) } else { "not a regular file".to_owned() };
    found.skipped.push(Skipped { path: relative(entry.path(), current), reason, failed: false });
}

/// What to say of a link: its target is audited where it stands, if it stands in the tree.
fn link(path: &Path) -> String {
    match std::fs::metadata(path) {
        Ok(_) => "a symbolic link; its target is audited where it stands".to_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => "a symbolic link to nothing".to_owned(),
        Err(error) => format!("a symbolic link that can't be followed: {}", reason(&error)),
    }
}

fn unreadable(error: &ignore::Error, root: &Path, current: &Path) -> Skipped {
    let path = path_of(error).unwrap_or(root);
    let why = error.io_error().map_or_else(|| error.to_string(), reason);
    Skipped { path: relative(path, current), reason: format!("can't be read: {why}"), failed: true }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

/// The error in the system's words, without its number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    let mut letters = text[..end].chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn candidate(path: &Path, current: &Path) -> Candidate {
    Candidate { path: relative(path, current), disk: Some(path.to_owned()), content: None, executable: None }
}
