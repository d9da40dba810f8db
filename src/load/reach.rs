//! Where files may be read that nobody named outright.
//!
//! An audited file can name any path of the machine (`env_file: /etc/shadow`, a link to somewhere else). Followed are such
//! names only within the repositories and folders that are audited, wherever links lead.

use std::path::{Path, PathBuf};

/// The folders within which a file is read because another one names it; by default none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Without links.
    roots: Vec<PathBuf>,
    /// Whether there is no bound.
    everywhere: bool,
}

impl Reach {
    /// No bound (`--follow-outside`).
    pub fn everywhere() -> Self {
        Self { roots: Vec::new(), everywhere: true }
    }

    /// The repositories that `paths` lie in; of a path in none, the folder itself, or the one that the file lies in.
    pub fn around<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut roots: Vec<PathBuf> = paths.into_iter().filter_map(root).collect();
        roots.sort();
        roots.dedup();
        Self { roots, everywhere: false }
    }

    /// Whether the file or folder at `disk` lies within, after all links; also where it does not exist.
    pub fn holds(&self, disk: &Path) -> bool {
        self.everywhere || real(disk).is_some_and(|path| self.roots.iter().any(|root| path.starts_with(root)))
    }
}

fn root(path: &Path) -> Option<PathBuf> {
    let path = std::fs::canonicalize(path).ok()?;
    let folder = if path.is_dir() { path.as_path() } else { path.parent()? };
    let repository = folder.ancestors().find(|folder| folder.join(".git").exists());
    Some(repository.unwrap_or(folder).to_owned())
}

/// `path` without links, as far as it exists.
fn real(path: &Path) -> Option<PathBuf> {
    let path = crate::discover::normal(&std::path::absolute(path).ok()?);
    let (there, found) = path.ancestors().find_map(|folder| {
        // A link to nothing exists, and nobody knows where it will lead.
        folder.symlink_metadata().ok()?;
        Some((folder, std::fs::canonicalize(folder).ok()))
    })?;
    Some(found?.join(path.strip_prefix(there).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_the_folder_is_held_and_nothing_else() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let reach = Reach { roots: vec![std::fs::canonicalize(here).unwrap().join("src")], everywhere: false };
        assert!(reach.holds(&here.join("src/load/mod.rs")));
        assert!(reach.holds(&here.join("src/load/not-there/at-all.yml")));
        assert!(!reach.holds(&here.join("src/../Cargo.toml")));
        assert!(!reach.holds(Path::new("/etc/passwd")));
        assert!(!Reach::default().holds(&here.join("src")));
        assert!(Reach::everywhere().holds(Path::new("/etc/passwd")));
    }
}
