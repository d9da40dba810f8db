//! Facts of subject `ansible.notify`: names that a task notifies and that no handler of the tree has, though one is like it.
//!
//! Ansible compares names letter by letter. Handlers of roles from elsewhere are not seen, so a name that is like none is
//! left alone.

use std::collections::{HashMap, HashSet};

use super::library::{Library, TaskId};
use crate::ansible::walk::{Section, Task};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::text::{Text, slip};
use crate::yaml::Node;

/// The fields of `ansible.notify`.
pub const SCHEMA: Schema = Schema {
    name: "ansible.notify",
    doc: "A name in a task's `notify`.",
    fields: &[
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The name." },
        FieldSchema {
            name: "known",
            kind: FieldKind::Bool,
            doc: "Whether a handler of the tree has the name, or listens to it.",
        },
        FieldSchema {
            name: "nearest",
            kind: FieldKind::Str,
            doc: "The name of a handler of the same role or playbook that it is a slip of, where it has one.",
        },
    ],
};

/// How many handlers are compared with a name that none of them has.
const MOST: usize = 200;

/// Adds the names that tasks notify.
pub(super) fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let handlers: Vec<(TaskId, &Task<'_>)> =
        library.tasks().filter(|(_, task)| task.section == Section::Handlers).collect();
    let answers: Vec<(TaskId, &Text)> = handlers
        .iter()
        .flat_map(|(id, task)| {
            let listens = task.keyword("listen").map(strings).unwrap_or_default();
            task.name.into_iter().chain(listens).map(|name| (*id, name))
        })
        .collect();
    // A name that is not known may be any.
    let known: HashSet<&str> = answers.iter().filter_map(|(_, text)| text.known()).collect();
    let unknown: Vec<&Text> = answers.iter().map(|(_, text)| *text).filter(|text| !text.is_known()).collect();
    let open = |name: &str| known.contains(name) || unknown.iter().any(|text| may_be(text, name));
    // By where they answer.
    let mut near: HashMap<Reach<'_>, Vec<&Text>> = HashMap::new();
    for (id, text) in &answers {
        near.entry(reach(library, *id)).or_default().push(text);
    }
    for (id, task) in library.tasks() {
        for text in task.keyword("notify").map(strings).unwrap_or_default() {
            let Some(name) = text.known() else { continue };
            let plain = name.split_once(" : ").map_or(name, |(_, plain)| plain);
            let known = open(name) || open(plain);
            let near = if known { None } else { near.get(&reach(library, id)).and_then(|all| nearest(all, plain)) };
            let mut fact =
                Fact::new(Subject::AnsibleNotify, text.place()).with("name", Field::text(text)).with("known", known);
            if let Some(near) = near {
                fact = fact.with("nearest", Field::text(near));
            }
            model.facts.add(fact);
        }
    }
}

/// Whether a template's name may stand for `name`: its known beginning and end fit.
fn may_be(text: &Text, name: &str) -> bool {
    let value = text.value();
    let start = value.split(crate::text::UNKNOWN).next().unwrap_or("");
    let end = value.rsplit(crate::text::UNKNOWN).next().unwrap_or("");
    name.starts_with(start) && name.ends_with(end)
}

/// What a task and its handlers share: the folder of their role, or the file.
type Reach<'a> = (Option<&'a str>, usize);

fn reach<'a>(library: &Library<'a>, id: TaskId) -> Reach<'a> {
    match library.files.get(id.file).and_then(|f| f.role) {
        Some(role) => (Some(role.folder), 0),
        None => (None, id.file),
    }
}

/// The handler of those in reach whose name is the same but for capitals, spaces or a letter or two; none where there are
/// too many to look at.
fn nearest<'t>(near: &[&'t Text], name: &str) -> Option<&'t Text> {
    if near.len() > MOST {
        return None;
    }
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let wanted = plain(name);
    let allowed = if name.len() < 8 { 0 } else { 2 };
    let scored = near.iter().filter_map(|text| Some((slip::slips(&plain(text.known()?), &wanted, allowed)?, *text)));
    scored.min_by_key(|(distance, _)| *distance).map(|(_, text)| text)
}

fn strings(node: &Node) -> Vec<&Text> {
    let list = || node.seq().map(|items| items.iter().filter_map(Node::text).collect());
    node.text().map(|t| vec![t]).or_else(list).unwrap_or_default()
}
