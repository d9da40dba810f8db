//! All Ansible documents of a deployment, with their tasks, and how one finds another: roles, includes, imports.
//!
//! Paths are compared as reports print them. Which order the tasks run in is left to `order`.

use std::collections::BTreeMap;

use crate::ansible::walk::{Task, walk};
use crate::document::{Document, Kind};
use crate::expand::Deployment;
use crate::text::Text;
use crate::text::path::join;
use crate::yaml::Node;

/// Identifies a task within one [`Library`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId {
    /// Index into [`Library::files`].
    pub file: usize,
    /// Index into [`File::tasks`].
    pub task: usize,
}

/// A document with its tasks.
#[derive(Debug)]
pub struct File<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its tasks and handlers, in the order of the text.
    pub tasks: Vec<Task<'a>>,
    /// The role that it belongs to, by its folder.
    pub role: Option<Role<'a>>,
}

/// A role, as a path tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role<'a> {
    /// The role's folder, without a slash at its end.
    pub folder: &'a str,
    /// The role's name: the last part of the folder.
    pub name: &'a str,
}

/// The Ansible documents of a deployment.
#[derive(Debug)]
pub struct Library<'a> {
    /// Playbooks, task files and handler files, by path.
    pub files: Vec<File<'a>>,
    by_path: BTreeMap<&'a str, usize>,
    metas: BTreeMap<&'a str, &'a Document>,
}

impl<'a> Library<'a> {
    /// The library of `deployment`; of templated documents the first variant.
    pub fn new(deployment: &'a Deployment) -> Self {
        let mut library = Self { files: Vec::new(), by_path: BTreeMap::new(), metas: BTreeMap::new() };
        for document in deployment.documents.iter().filter(|d| d.variant == 0) {
            match document.kind {
                Kind::AnsiblePlaybook | Kind::AnsibleTasks => library.add(document),
                _ => {
                    if let Some(folder) = meta_of(&document.path) {
                        library.metas.insert(folder, document);
                    }
                }
            }
        }
        library
    }

    /// The task with this id, which must come from here.
    pub fn task(&self, id: TaskId) -> Option<&Task<'a>> {
        self.files.get(id.file)?.tasks.get(id.task)
    }

    /// All tasks with their ids, in order of files and text.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, &Task<'a>)> {
        self.files
            .iter()
            .enumerate()
            .flat_map(|(file, f)| f.tasks.iter().enumerate().map(move |(task, t)| (TaskId { file, task }, t)))
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The file `name` as an include in `from` finds it: beside the file, in the role's `tasks` or `handlers`.
    pub fn included(&self, from: usize, name: &str) -> Option<usize> {
        let file = self.files.get(from)?;
        let beside = join(parent(&file.document.path), name);
        let in_role = file.role.into_iter().flat_map(|role| {
            let of = |part: &str| join(&join(role.folder, part), name);
            [of("tasks"), of("handlers"), join(role.folder, name)]
        });
        std::iter::once(beside).chain(in_role).find_map(|path| self.file(&path))
    }

    /// The folder of role `name` as a file at `from` finds it: of several the one that shares most of its path.
    pub fn role(&self, name: &str, from: &str) -> Option<&'a str> {
        let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or(name);
        let plain = last.rsplit('.').next().unwrap_or(last);
        let folders = self.files.iter().filter_map(|f| f.role);
        let mut found: Vec<Role<'a>> = folders.filter(|r| r.name == last || r.name == plain).collect();
        found.sort_unstable();
        found.dedup();
        let shared = |folder: &str| folder.bytes().zip(from.bytes()).take_while(|(a, b)| a == b).count();
        found.into_iter().rev().max_by_key(|r| shared(r.folder)).map(|r| r.folder)
    }

    /// The file of a role: `part` is `tasks` or `handlers`, `name` is `main` unless the task says another.
    pub fn role_file(&self, folder: &str, part: &str, name: &str) -> Option<usize> {
        let base = join(&join(folder, part), name);
        [base.clone(), format!("{base}.yml"), format!("{base}.yaml")].iter().find_map(|path| self.file(path))
    }

    /// The roles that `meta/main.yml` of a role says run before it.
    pub fn dependencies(&self, folder: &str) -> Vec<&'a Text> {
        let node = self.metas.get(folder).and_then(|d| d.nodes().first());
        let items = node.and_then(|n| n.get("dependencies")).and_then(Node::seq).unwrap_or(&[]);
        items.iter().filter_map(role_name).collect()
    }

    fn add(&mut self, document: &'a Document) {
        let role = role_of(&document.path);
        self.by_path.insert(&document.path, self.files.len());
        self.files.push(File { document, tasks: walk(document), role });
    }
}

/// The name of a role where a play or a role's `meta` lists it: a string, `role:` or `name:`.
pub fn role_name(item: &Node) -> Option<&Text> {
    item.text().or_else(|| item.get("role").or_else(|| item.get("name"))?.text())
}

/// The role that a file belongs to: the folder above its `tasks` or `handlers`.
fn role_of(path: &str) -> Option<Role<'_>> {
    let at = ["/tasks/", "/handlers/"].iter().filter_map(|part| path.rfind(part)).max()?;
    let folder = path.get(..at)?;
    let name = folder.rsplit('/').next().unwrap_or(folder);
    Some(Role { folder, name })
}

fn meta_of(path: &str) -> Option<&str> {
    ["/meta/main.yml", "/meta/main.yaml"].iter().find_map(|end| path.strip_suffix(end))
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}
