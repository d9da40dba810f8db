//! A version of a repository, written to a temporary folder where an audit reads it like any other tree.
//!
//! The copy lies to its current folder as the repository lies to ours, so that reports show the same paths.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::git::{Entry, Kind, Repository};
use super::unwritten;
use crate::cli::Failure;
use crate::load::MAX_BYTES;
use crate::load::classify::{Wanted, wanted};

/// The most files that are copied of what git ignores.
const MAX_IGNORED: usize = 2000;

/// How deep folders of it are entered.
const MAX_DEPTH: usize = 4;

/// A version on disk; it goes away when this is dropped.
pub(super) struct Copy {
    #[allow(dead_code)] // Holds the folder.
    folder: TempDir,
    real: PathBuf,
    top: PathBuf,
    current: PathBuf,
}

impl Copy {
    /// An empty copy of the repository at `top`.
    pub(super) fn new(top: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("deploylint-").tempdir()?;
        let here = std::env::current_dir()?;
        let shared = top.components().zip(here.components()).take_while(|(a, b)| a == b).count();
        let below = |path: &Path| path.components().skip(shared).collect::<PathBuf>();
        let root = fs::canonicalize(folder.path())?;
        let copy = Self { real: top.to_owned(), top: root.join(below(top)), current: root.join(below(&here)), folder };
        fs::create_dir_all(copy.top.join(".git"))?;
        fs::create_dir_all(&copy.current)?;
        Ok(copy)
    }

    /// The root of the copy.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// The folder that lies to the copy as the current one lies to the repository.
    pub(super) fn current(&self) -> &Path {
        &self.current
    }

    /// Does `run` with [`Self::current`] as the current folder.
    pub(super) fn within<T>(&self, run: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let here = std::env::current_dir().map_err(unwritten)?;
        std::env::set_current_dir(&self.current).map_err(unwritten)?;
        let done = run();
        std::env::set_current_dir(here).map_err(unwritten)?;
        done
    }

    /// Writes the entries of a version, and the index that says which files git tracks.
    pub(super) fn write(&self, repository: &Repository, entries: &[Entry]) -> Result<(), Failure> {
        write(repository, entries, &self.top)?;
        let git = self.top.join(".git");
        fs::write(git.join("index"), index(entries)).map_err(unwritten)?;
        if let Some(excludes) = repository.excludes().filter(|file| file.is_file()) {
            fs::create_dir_all(git.join("info")).map_err(unwritten)?;
            fs::copy(excludes, git.join("info/exclude")).map_err(unwritten)?;
        }
        Ok(())
    }

    /// Adds files that git ignores, as they are in the working tree: they are in each version alike.
    pub(super) fn add(&self, ignored: &[PathBuf]) -> io::Result<()> {
        let mut left = MAX_IGNORED;
        ignored.iter().try_for_each(|path| self.add_one(path, 0, &mut left))
    }

    fn add_one(&self, path: &Path, depth: usize, left: &mut usize) -> io::Result<()> {
        let from = self.real.join(path);
        let Ok(meta) = fs::symlink_metadata(&from) else { return Ok(()) };
        if meta.is_dir() {
            if depth == MAX_DEPTH || crate::discover::not_entered(&from).is_some() || from.join(".git").exists() {
                return Ok(());
            }
            let Ok(entries) = fs::read_dir(&from) else { return Ok(()) };
            let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
            names.sort();
            return names.iter().try_for_each(|name| self.add_one(&path.join(name), depth + 1, left));
        }
        let of_use = !matches!(wanted(&path.to_string_lossy()), Wanted::Nothing);
        let to = self.top.join(path);
        if !meta.is_file() || meta.len() > MAX_BYTES || !of_use || *left == 0 || to.symlink_metadata().is_ok() {
            return Ok(());
        }
        *left -= 1;
        folder_of(&to)?;
        // What this user can't read, the audit could not read either.
        let _ = fs::copy(from, to);
        Ok(())
    }
}

/// Writes `entries` below `top`. Links come last, so that no file is written through one.
fn write(repository: &Repository, entries: &[Entry], top: &Path) -> Result<(), Failure> {
    let files: Vec<&Entry> = entries.iter().filter(|e| e.kind == Kind::File).collect();
    let (needed, others): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|e| !matches!(wanted(&e.path.to_string_lossy()), Wanted::Nothing));
    for entry in others {
        create(&top.join(&entry.path)).map_err(unwritten)?;
    }
    let objects: Vec<&str> = needed.iter().map(|e| e.object.as_str()).collect();
    repository.contents(&objects, |n, size, bytes| {
        let Some(entry) = needed.get(n) else { return Ok(()) };
        let Some(mut file) = create(&top.join(&entry.path))? else { return Ok(()) };
        // One that is too large to be read has to be as large, no more.
        if size > MAX_BYTES {
            file.set_len(size)?;
        } else {
            io::copy(bytes, &mut file)?;
        }
        if entry.executable { allow(&file) } else { Ok(()) }
    })?;
    for entry in entries.iter().filter(|e| e.kind == Kind::Submodule) {
        let to = top.join(&entry.path);
        fs::create_dir_all(&to).map_err(unwritten)?;
        let Some(submodule) = repository.submodule(&entry.path) else { continue };
        fs::create_dir_all(to.join(".git")).map_err(unwritten)?;
        let inside = submodule
            .tree(&entry.object)
            .map_err(|Failure(why)| Failure(format!("the submodule {}: {why}", entry.path.display())))?;
        write(&submodule, &inside, &to)?;
    }
    let links: Vec<&Entry> = entries.iter().filter(|e| e.kind == Kind::Link).collect();
    let objects: Vec<&str> = links.iter().map(|e| e.object.as_str()).collect();
    repository.contents(&objects, |n, _, bytes| {
        let mut target = String::new();
        io::Read::read_to_string(bytes, &mut target)?;
        links.get(n).map_or(Ok(()), |entry| link(&target, &top.join(&entry.path)))
    })
}

/// A new file; `None` where something is there already, as in a tree that names it twice.
fn create(path: &Path) -> io::Result<Option<File>> {
    folder_of(path)?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lets a file be executed.
#[cfg(unix)]
fn allow(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o755))
}

/// Elsewhere a file has no such mode.
#[cfg(not(unix))]
fn allow(_: &File) -> io::Result<()> {
    Ok(())
}

fn folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> io::Result<()> {
    folder_of(path)?;
    match std::os::unix::fs::symlink(target, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Elsewhere git writes a file that holds the target.
#[cfg(not(unix))]
fn link(target: &str, path: &Path) -> io::Result<()> {
    create(path)?.map_or(Ok(()), |mut file| io::Write::write_all(&mut file, target.as_bytes()))
}

/// An index of version 2 that names the files and whether they may be executed, with nothing else in it.
fn index(entries: &[Entry]) -> Vec<u8> {
    let files: Vec<&Entry> = entries.iter().filter(|e| e.kind == Kind::File).collect();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
    let mut out = [&b"DIRC"[..], &number(2), &number(files.len())].concat();
    for entry in files {
        let start = out.len();
        out.extend([0; 24]);
        let mode = if entry.executable { 0o100_755_u32 } else { 0o100_644 };
        out.extend(mode.to_be_bytes());
        out.extend([0; 34]);
        out.extend(entry.path.to_string_lossy().as_bytes());
        let end = (out.len() - start) / 8 * 8 + 8;
        out.resize(start + end, 0);
    }
    out
}
