//! Which files there are.
//!
//! Walks the given paths (hidden files too: `.env` matters), respects `.gitignore`, follows no links. Opening files is
//! left to `load`.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// A file that may be audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The path on disk; `None` for standard input.
    pub disk: Option<PathBuf>,
    /// The path that reports print, with `/`.
    pub path: String,
    /// The content, where it does not come from disk.
    pub content: Option<Vec<u8>>,
}

/// All files below `paths`, sorted by path, each once. Files named outright are taken even when ignored.
///
/// # Errors
/// A path that does not exist or can't be read: the caller could not run.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<Candidate>, String> {
    let mut found = Vec::new();
    for path in paths {
        let meta = std::fs::metadata(path).map_err(|e| format!("{}: {e}", path.display()))?;
        if meta.is_dir() {
            walk(path, &mut found);
        } else {
            found.push(candidate(path));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

/// A path as reports print it: relative to the current directory where it is below it, with `/`.
pub fn display(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(&current).unwrap_or(path);
    let parts: Vec<_> = shown.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect();
    let joined: PathBuf = parts.iter().collect();
    let text = joined.to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}

fn walk(root: &Path, found: &mut Vec<Candidate>) {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false).require_git(false).follow_links(false).filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        !matches!(name.as_ref(), ".git" | "node_modules" | ".venv" | "__pycache__" | "target")
            || !entry.file_type().is_some_and(|t| t.is_dir())
            || entry.depth() == 0
    });
    let entries = walk.build().filter_map(Result::ok);
    found.extend(entries.filter(|e| e.file_type().is_some_and(|t| t.is_file())).map(|e| candidate(e.path())));
}

fn candidate(path: &Path) -> Candidate {
    let disk = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    Candidate { path: display(&disk), disk: Some(disk), content: None }
}
