//! Which files git tracks: those belong to a project, whatever its `.gitignore` says.
//!
//! Reads the index of the repository and nothing else of it. An index that can't be read, or that is of another form,
//! tracks nothing; the walk alone decides then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

/// The largest index that is read, in bytes.
const MAX_INDEX: u64 = 256 << 20;

/// The largest file that says where the repository's folder is.
const MAX_LINK: u64 = 64 << 10;

/// The bytes of an index entry before its flags: times, numbers, mode, owner, size, and the object's name.
const FIXED: usize = 60;

/// The files below `root` that git tracks, absolute, each with whether it may be executed, in the index's order (sorted by name).
pub(super) fn below(root: &Path) -> Vec<(PathBuf, bool)> {
    let Some(top) = root.ancestors().find(|dir| dir.join(".git").exists()) else { return Vec::new() };
    let Some(index) = index(top) else { return Vec::new() };
    let paths = names(&index).into_iter().map(|(name, executable)| (top.join(name), executable));
    paths.filter(|(path, _)| path.starts_with(root)).collect()
}

/// The bytes of the index of the repository at `top`, which may be a worktree of another one.
fn index(top: &Path) -> Option<Vec<u8>> {
    let git = top.join(".git");
    let folder = if git.is_dir() {
        git
    } else {
        // A pipe would be waited for.
        let small = std::fs::metadata(&git).ok()?;
        let small = small.is_file() && small.len() <= MAX_LINK;
        let named = small.then(|| std::fs::read_to_string(&git).ok())??;
        top.join(named.strip_prefix("gitdir:")?.trim())
    };
    let path = folder.join("index");
    let small = std::fs::metadata(&path).ok().is_some_and(|m| m.is_file() && m.len() <= MAX_INDEX);
    if small { std::fs::read(path).ok() } else { None }
}

/// The names of the regular files in an index of version 2, 3 or 4, as many as can be read; git keeps one bit of the mode.
fn names(index: &[u8]) -> Vec<(String, bool)> {
    let number = |at: usize| index.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    let (Some(b"DIRC"), Some(version), Some(count)) = (index.get(..4), number(4), number(8)) else { return Vec::new() };
    let mut found = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    let mut at = 12;
    for _ in 0..count {
        let Some(mode) = number(at + 24) else { break };
        let Some(flags) = index.get(at + FIXED..at + FIXED + 2) else { break };
        let extended = version >= 3 && flags.first().is_some_and(|f| f & 0x40 != 0);
        let mut begin = at + FIXED + if extended { 4 } else { 2 };
        let mut kept = 0;
        if version == 4 {
            let Some((cut, next)) = varint(index, begin) else { break };
            let Some(rest) = last.len().checked_sub(cut) else { break };
            (kept, begin) = (rest, next);
        }
        let Some(length) = index.get(begin..).and_then(|rest| rest.iter().position(|b| *b == 0)) else { break };
        last.truncate(kept);
        last.extend_from_slice(index.get(begin..begin + length).unwrap_or_default());
        let end = begin + length;
        // Before version 4, an entry is padded with NULs to a multiple of eight bytes.
        at = if version == 4 { end + 1 } else { at + (end - at + 8) / 8 * 8 };
        let safe = |name: &&str| !name.starts_with('/') && !name.split('/').any(|part| part == "..");
        if mode >> 12 == 0o10
            && let Some(name) = std::str::from_utf8(&last).ok().filter(safe)
        {
            found.push((name.to_owned(), mode & 0o100 != 0));
        }
    }
    found
}

/// A number as git packs it, and where the next byte is.
fn varint(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

/// The `.ignore` files of a tree: what they name is left out, tracked or not.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    files: BTreeMap<PathBuf, Option<Gitignore>>,
}

impl Hidden {
    /// Whether a `.ignore` between `root` and the file at `path` hides it.
    pub(super) fn hides(&mut self, root: &Path, path: &Path) -> bool {
        path.ancestors().skip(1).take_while(|dir| dir.starts_with(root)).any(|dir| {
            let rules = self.files.entry(dir.to_owned()).or_insert_with(|| {
                let file = dir.join(".ignore");
                file.is_file().then(|| Gitignore::new(file).0)
            });
            rules.as_ref().is_some_and(|rules| rules.matched_path_or_any_parents(path, false).is_ignore())
        })
    }
}

#[cfg(test)]
#[path = "tracked_tests.rs"]
mod tests;
