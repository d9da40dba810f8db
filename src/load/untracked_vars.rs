//! Files of variables that version control ignores.
//!
//! A tree's real `group_vars` are often kept out of version control, so that the walk does not meet them. What they say
//! counts, like an ignored `.env`; they are not audited themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::classify::by_name;
use super::{File, Reach, load_one, parse};
use crate::document::{Document, Kind};
use crate::source::Sources;

/// The most files that are read so.
const MAX_FILES: usize = 200;

/// How deep folders of variables nest.
const MAX_DEPTH: usize = 3;

/// The variables of groups and hosts that lie beside `files` within `reach`, and are none of them.
pub fn variables(files: &[File], reach: &Reach, sources: &Sources) -> Vec<Document> {
    let known: BTreeSet<&Path> = files.iter().filter_map(|f| f.disk.as_deref()).collect();
    let mut found = Vec::new();
    for folder in bases(files) {
        for part in ["group_vars", "host_vars", "inventory", "inventories"] {
            let folder = folder.join(part);
            if reach.holds(&folder) {
                list(&folder, 0, &mut found);
            }
        }
    }
    found.sort();
    found.dedup();
    found.retain(|path| !known.contains(path.as_path()));
    found.truncate(MAX_FILES);
    found.iter().filter(|path| reach.holds(path)).filter_map(|path| document(path, sources)).collect()
}

/// The folders that Ansible looks for variables in: those of inventories and playbooks, and those around roles.
fn bases(files: &[File]) -> BTreeSet<PathBuf> {
    let mut bases = BTreeSet::new();
    for file in files {
        let Some(disk) = &file.disk else { continue };
        match file.verdict {
            super::Verdict::Audited(Kind::AnsiblePlaybook | Kind::AnsibleInventory) => {
                let folder = disk.parent();
                bases.extend(folder.map(Path::to_owned));
                let within = folder.filter(|f| f.file_name().is_some_and(|n| n == "playbooks"));
                bases.extend(within.and_then(Path::parent).map(Path::to_owned));
            }
            super::Verdict::Audited(Kind::AnsibleTasks) => {
                let roles = disk.ancestors().find(|a| a.file_name().is_some_and(|n| n == "roles"));
                bases.extend(roles.and_then(Path::parent).map(Path::to_owned));
            }
            _ => {}
        }
    }
    bases
}

/// All files of variables below `folder`, in order.
fn list(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if into.len() >= 10 * MAX_FILES {
            return;
        }
        // A link may lead anywhere.
        let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
        if meta.is_dir() && depth < MAX_DEPTH {
            list(&path, depth + 1, into);
        }
        if meta.is_file() && kind(&path).is_some() {
            into.push(path);
        }
    }
}

/// What kind of file says something about hosts and their variables.
fn kind(disk: &Path) -> Option<Kind> {
    let path = disk.to_string_lossy().replace('\\', "/");
    let (folder, name) = path.rsplit_once('/')?;
    by_name(&format!("{folder}/"), name).filter(|k| matches!(k, Kind::AnsibleVars | Kind::AnsibleInventory))
}

fn document(disk: &Path, sources: &Sources) -> Option<Document> {
    let kind = kind(disk)?;
    let (_, text) = load_one(disk, sources).ok()?;
    let (body, _) = parse(kind, &text);
    let path = crate::discover::display(disk);
    Some(Document::plain(path, Some(disk.to_owned()), kind, text, (body, Vec::new())))
}
