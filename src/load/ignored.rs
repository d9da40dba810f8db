//! Whether git leaves a file out of the repository that it lies in.

use std::path::Path;

use ignore::gitignore::GitignoreBuilder;

/// No repository is nested deeper.
const MAX_FOLDERS: usize = 64;

/// Whether a `.gitignore` between the file and the root of its repository names it. The nearest one that says anything
/// decides, as in git; without a repository none counts, not even one that stands there.
pub fn ignored_by_git(file: &Path) -> bool {
    let mut verdict = None;
    if submodule(file) {
        return true;
    }
    for folder in file.ancestors().skip(1).take(MAX_FOLDERS) {
        if verdict.is_none() {
            verdict = says(folder, file);
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    verdict.unwrap_or(false)
}

/// Whether a `.gitmodules` above the file says that its folder is another repository's.
fn submodule(file: &Path) -> bool {
    file.ancestors().skip(1).take(MAX_FOLDERS).any(|folder| {
        let listed = folder.join(".gitmodules");
        let text = if listed.is_file() { std::fs::read_to_string(listed).unwrap_or_default() } else { String::new() };
        let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim_start().strip_prefix('='));
        paths.map(str::trim).any(|path| !path.is_empty() && file.starts_with(folder.join(path)))
    })
}

/// What the `.gitignore` in `folder` says of the file, if anything.
fn says(folder: &Path, file: &Path) -> Option<bool> {
    let rules = folder.join(".gitignore");
    if !rules.is_file() || file.strip_prefix(folder).is_err() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    // A line that is no pattern is left out, as git leaves it out.
    let _ = builder.add(rules);
    let built = builder.build().ok()?;
    match built.matched_path_or_any_parents(file, false) {
        ignore::Match::None => None,
        ignore::Match::Ignore(_) => Some(true),
        ignore::Match::Whitelist(_) => Some(false),
    }
}
