//! Facts of subject `ansible.source`: files that a task copies, renders or imports: those that are not where Ansible looks for
//! them, and templates that are copied as they are.
//!
//! Ansible looks in the role's `files` or `templates`, in the folder of the task file and beside the playbook. A role from elsewhere,
//! or a name that a variable completes, is left alone.

use super::library::{File, Library};
use crate::ansible::walk::Task;
use crate::document::{Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::text::path::{clean, join};
use crate::yaml::Node;

/// The fields of `ansible.source`.
pub const SCHEMA: Schema = Schema {
    name: "ansible.source",
    doc: "A file that a task copies, renders or imports, and that is missing or is not what the task takes it for.",
    fields: &[
        FieldSchema {
            name: "kind",
            kind: FieldKind::OneOf(&["missing", "playbook", "template"]),
            doc: "`missing`: no such file where Ansible looks; `playbook`: the same of an imported playbook; `template`: a template that is copied unrendered.",
        },
        FieldSchema { name: "module", kind: FieldKind::Str, doc: "The module, without its collection." },
        FieldSchema { name: "source", kind: FieldKind::Str, doc: "The name as the task gives it." },
        FieldSchema { name: "folder", kind: FieldKind::Str, doc: "The folder that is searched first." },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The task's file." },
    ],
};

/// Adds the facts.
pub(super) fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let paths = &model.deployment.paths;
    if paths.len() < 2 {
        return;
    }
    let mut found = Vec::new();
    for (id, task) in library.tasks() {
        let Some(file) = library.files.get(id.file) else { continue };
        found.extend(of_task(library, file, task, paths));
    }
    for document in model.deployment.documents.iter().filter(|d| d.kind == Kind::AnsiblePlaybook && d.variant == 0) {
        found.extend(imports(document, paths));
    }
    for fact in found {
        model.facts.add(fact);
    }
}

fn fact(kind: &'static str, text: &Text, source: &str, path: &str) -> Fact {
    Fact::new(Subject::AnsibleSource, text.place()).with("kind", kind).with("source", source).with("path", path)
}

/// The sources of a task that copies or renders files of its role.
fn of_task(library: &Library<'_>, file: &File<'_>, task: &Task<'_>, paths: &[String]) -> Vec<Fact> {
    let module = task.module_name();
    let part = match module {
        "copy" => "files",
        "template" => "templates",
        _ => return Vec::new(),
    };
    let remote = task.arg("remote_src").is_some_and(|n| !matches!(n.known(), Some("false" | "no" | "False")));
    let (Some(role), Some(source), false) = (file.role, task.arg_text("src"), remote) else { return Vec::new() };
    let whole = join(role.folder, part);
    let mut found = Vec::new();
    for (text, name) in named(task, &source) {
        if name.starts_with(['/', '~']) || name.contains(['*', '{']) || name.is_empty() {
            continue;
        }
        let places = places(&file.document.path, role.folder, part, &name);
        let there = places.iter().find(|p| holds(paths, p));
        match there {
            None if (holds(paths, &whole) || part == "files" && holds(paths, &join(role.folder, "tasks")))
                && !optional(task)
                && !made(library, role.folder, &name) =>
            {
                found.push(
                    fact("missing", &text, &name, &file.document.path)
                        .with("module", module)
                        .with("folder", whole.as_str()),
                );
            }
            Some(_) if module == "copy" && is_template(&name) && !copied_as_template(task) => {
                found.push(
                    fact("template", &text, &name, &file.document.path)
                        .with("module", module)
                        .with("folder", whole.as_str()),
                );
            }
            _ => {}
        }
    }
    found
}

/// The names that the source stands for: itself, or each item of a list that is written out.
fn named(task: &Task<'_>, source: &Text) -> Vec<(Text, String)> {
    if let Some(name) = source.known().filter(|_| source.is_literal()) {
        return vec![(source.clone(), name.to_owned())];
    }
    let [piece] = source.pieces() else { return Vec::new() };
    let crate::text::PieceKind::Variable(variable) = &piece.kind else { return Vec::new() };
    if variable.name != "item" || variable.names.len() != 1 {
        return Vec::new();
    }
    let items = task.items().and_then(Node::seq).unwrap_or(&[]);
    items
        .iter()
        .filter_map(Node::text)
        .filter(|t| t.is_literal())
        .filter_map(|t| Some((t.clone(), t.known()?.to_owned())))
        .collect()
}

/// Where Ansible looks for the file.
fn places(task: &str, role: &str, part: &str, name: &str) -> Vec<String> {
    let beside = task.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut folders =
        vec![join(role, part), role.to_owned(), join(role, "tasks"), join(beside, part), beside.to_owned()];
    // The folders of the playbooks that may use the role.
    let mut above = role;
    while let Some((folder, _)) = above.rsplit_once('/') {
        folders.extend([folder.to_owned(), join(folder, part)]);
        above = folder;
    }
    folders.extend([String::new(), part.to_owned(), format!("playbooks/{part}"), "playbooks".to_owned()]);
    folders.iter().map(|folder| join(folder, name)).collect()
}

/// Whether the role's tasks name the file more than once: one of them makes it.
fn made(library: &Library<'_>, role: &str, name: &str) -> bool {
    let files = library.files.iter().filter(|f| f.role.is_some_and(|r| r.folder == role));
    let last = name.rsplit('/').next().unwrap_or(name);
    files.map(|f| f.document.text.value().matches(last).count()).sum::<usize>() > 1
}

/// Whether the task may run without the file: it fails quietly, or only under a condition.
fn optional(task: &Task<'_>) -> bool {
    task.keyword("ignore_errors").is_some()
        || task.keyword("failed_when").is_some()
        || !task.accumulated("when").is_empty()
        || task.rescued()
}

fn is_template(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "j2")
}

/// Whether the copy keeps the template's name: another step renders it.
fn copied_as_template(task: &Task<'_>) -> bool {
    task.arg_text("dest")
        .is_none_or(|d| is_template(d.value()) || d.value().ends_with('/') || !d.is_known() && !d.value().contains('.'))
}

/// Playbooks that a playbook imports and that are not there.
fn imports(document: &Document, paths: &[String]) -> Vec<Fact> {
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for item in document.nodes().iter().filter_map(|n| n.seq()).flatten() {
        let keys = ["import_playbook", "ansible.builtin.import_playbook", "include"];
        let Some(text) = keys.iter().find_map(|k| item.get(k)?.text()) else { continue };
        let Some(name) = text.known().filter(|_| text.is_literal()) else { continue };
        let path = clean(&join(folder, name));
        let collection = !name.contains('/') && name.matches('.').count() >= 2;
        if path.starts_with("..") || name.starts_with('/') || collection || holds(paths, &path) {
            continue;
        }
        found.push(fact("playbook", text, name, &document.path).with("folder", folder));
    }
    found
}

fn holds(paths: &[String], path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let at = paths.partition_point(|p| p.as_str() < path);
    let below = |p: &String| p.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    paths.get(at..).unwrap_or(&[]).iter().take_while(|p| p.starts_with(path)).any(below)
}
