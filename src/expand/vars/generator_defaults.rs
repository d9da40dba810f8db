//! Defaults of template generators: what a template becomes when nobody answers otherwise.
//!
//! Copier asks the questions of `copier.yml`, cookiecutter those of `cookiecutter.json`, boilerplates those of the `spec`
//! in `template.yaml`. Their defaults are like those of a role: what its user gets who says nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::layout;
use super::scope::{Entry, Layer, Rank};
use super::set_facts::{Files, variables};
use crate::yaml::{self, Node, Value};

/// Defaults by the folder that they are for.
pub(super) type Answers = BTreeMap<String, Layer>;

/// All defaults of generators in the tree.
pub(super) fn answers(files: &Files<'_>) -> Answers {
    let mut found = BTreeMap::new();
    for path in files.keys() {
        let folder = layout::folder(path);
        let entries = match &path[folder.len()..] {
            "copier.yml" | "copier.yaml" => variables(path, files).map(|n| copier(&n)),
            "cookiecutter.json" => variables(path, files).map(|n| cookiecutter(&n)),
            "template.yml" | "template.yaml" => variables(path, files).and_then(|n| boilerplate(&n)),
            _ => None,
        };
        if let Some(names) = entries.filter(|names| !names.is_empty()) {
            let label: Arc<str> = (*path).into();
            found.insert(folder.to_owned(), Layer { rank: Rank::OtherRoles, label, names: Arc::new(names) });
        }
    }
    found
}

/// Those of the nearest folder at or above `folder`.
pub(super) fn nearest<'a>(answers: &'a Answers, folder: &str) -> Option<&'a Layer> {
    if answers.is_empty() {
        return None;
    }
    let mut folder = folder;
    loop {
        if let Some(found) = answers.get(folder) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = layout::folder(folder.trim_end_matches('/'));
    }
}

type Names = BTreeMap<String, Entry>;

fn entry(from: &yaml::Entry, value: &Node) -> Option<(String, Entry)> {
    let name = from.key.known()?.to_owned();
    Some((name, Entry::Written { key: from.key.span(), value: value.clone() }))
}

/// A question is a default, or a mapping with one; names that begin with `_` are settings.
fn copier(node: &Node) -> Names {
    let entries = node.map().unwrap_or(&[]).iter();
    let asked = entries.filter(|e| !e.key.known().is_some_and(|k| k.starts_with('_')));
    let one = |e: &yaml::Entry| match e.value.map() {
        Some(_) => entry(e, e.value.get("default")?),
        None => entry(e, &e.value),
    };
    asked.filter_map(one).collect()
}

/// One variable, `cookiecutter`, with all answers; of a list the first item is the default.
fn cookiecutter(node: &Node) -> Names {
    let first = |e: &yaml::Entry| {
        let value = e.value.seq().and_then(<[Node]>::first).unwrap_or(&e.value).clone();
        yaml::Entry::new(e.key.clone(), value, e.merged)
    };
    let all = Node::new(Value::Map(node.map().unwrap_or(&[]).iter().map(first).collect()), node.span());
    BTreeMap::from([("cookiecutter".to_owned(), Entry::Written { key: node.span(), value: all })])
}

/// The variables of all sections.
fn boilerplate(node: &Node) -> Option<Names> {
    let sections = node.get("spec")?.map()?.iter();
    let asked = sections.filter_map(|s| s.value.get("vars")).filter_map(Node::map).flatten();
    Some(asked.filter_map(|e| entry(e, e.value.get("default")?)).collect())
}
