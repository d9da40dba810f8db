//! Plays and roles that use other roles: for which hosts, and with which variables.

use super::layout;
use super::scope::{Entry, Layer, Rank};
use super::set_facts::{self, Files, SetFact};
use super::tasks::{self, Task};
use crate::document::Document;
use crate::text::Text;
use crate::text::path::clean;
use crate::yaml::{Node, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A role that a play or another role runs.
#[derive(Debug)]
pub(super) struct Use {
    /// Its name; `*` where it is not written out.
    name: String,
    /// The variables that it is given.
    pub layers: Vec<Layer>,
}

/// A play, as far as it concerns variables.
#[derive(Debug)]
pub(super) struct Play {
    /// The root of its tree.
    pub root: String,
    /// The folder of its file.
    pub folder: String,
    /// The hosts and groups that it is for; `None` where it is for all or nobody can tell.
    pub hosts: Option<Vec<String>>,
    /// The roles that it runs.
    pub uses: Vec<Use>,
    /// Its own variables.
    pub layers: Vec<Layer>,
}

impl Use {
    /// Whether the role of this folder is meant.
    pub(super) fn means(&self, folder: &str) -> bool {
        let role = layout::last(folder);
        let name = self.name.rsplit(['/', '.']).next().unwrap_or(&self.name);
        !role.is_empty() && (name == "*" || name == role)
    }

    /// Whether it may be any role.
    pub(super) fn any(&self) -> bool {
        self.name.rsplit('/').next() == Some("*")
    }
}

/// The plays of a playbook.
pub(super) fn plays(document: &Document, files: &Files<'_>) -> Vec<Play> {
    let list = document.nodes().iter().filter_map(Node::seq).flatten();
    list.filter(|n| n.map().is_some()).map(|node| play(document, node, files)).collect()
}

fn play(document: &Document, node: &Node, files: &Files<'_>) -> Play {
    let folder = layout::folder(&document.path);
    let path = document.path.as_str();
    let mut layers = Vec::new();
    layers.extend(node.get("vars").map(|v| Layer::of(Rank::Play, path, v)));
    for name in node.get("vars_files").and_then(Node::seq).unwrap_or(&[]) {
        // Of a list of names Ansible takes the first that exists.
        let names = name.seq().unwrap_or(std::slice::from_ref(name)).iter().filter_map(Node::known);
        let paths = names.map(|n| clean(&format!("{folder}{n}")));
        let found = paths.filter_map(|p| set_facts::variables(&p, files).map(|n| Layer::of(Rank::PlayFiles, p, &n)));
        layers.extend(found.into_iter().next());
    }
    let prompts = node.get("vars_prompt").and_then(Node::seq).unwrap_or(&[]).iter();
    layers.extend(prompts.filter_map(prompt));
    let tasks = tasks::of_play(node);
    let facts: Vec<SetFact> = tasks.iter().flat_map(|t| set_facts::of_task(t, folder, files)).collect();
    layers.extend(set_facts::layer(Rank::Facts, path, &facts));
    let roles = node.get("roles").and_then(Node::seq).unwrap_or(&[]).iter();
    let uses = roles.filter_map(|r| named(r, path)).chain(tasks.iter().filter_map(|t| of_task(t, path)));
    let (root, folder) = (layout::root(path).to_owned(), folder.to_owned());
    Play { root, folder, hosts: hosts(node), uses: uses.collect(), layers }
}

/// The answer to a question that is asked when the play starts: its default, where it has one.
fn prompt(node: &Node) -> Option<Layer> {
    let name = node.get("name")?;
    let key = name.span();
    let default = node.get("default").filter(|d| d.known().is_some_and(|k| !k.is_empty()));
    let entry = match default {
        Some(value) => Entry::Written { key, value: value.clone() },
        None => Entry::Runtime { key, why: "asked for when the play starts" },
    };
    let names = BTreeMap::from([(name.known()?.to_owned(), entry)]);
    Some(Layer { rank: Rank::Play, label: "vars_prompt".into(), names: Arc::new(names) })
}

/// The hosts and groups of a play that are written out.
fn hosts(node: &Node) -> Option<Vec<String>> {
    let hosts = node.get("hosts")?;
    let parts = hosts.seq().unwrap_or(std::slice::from_ref(hosts)).iter();
    let texts: Option<Vec<&str>> = parts.map(Node::known).collect();
    let names = texts?.into_iter().flat_map(|t| t.split([',', ':'])).map(str::trim);
    let names: Vec<String> = names.filter(|n| !n.is_empty() && !n.starts_with(['!', '&'])).map(str::to_owned).collect();
    let open = |n: &String| n == "all" || n.contains(['*', '{', '~', '[', '?']);
    (!names.is_empty() && !names.iter().any(open)).then_some(names)
}

/// A role that a task runs, with the variables of the task and of its loop.
pub(super) fn of_task(task: &Task, path: &str) -> Option<Use> {
    let name = ["include_role", "import_role"].iter().find_map(|m| task.argument(m, "name"))?;
    Some(Use { name: pattern(&name), layers: given(task, path) })
}

/// The variables that a task gives to what it includes.
pub(super) fn given(task: &Task, path: &str) -> Vec<Layer> {
    let mut layers: Vec<Layer> = task.vars.iter().map(|v| Layer::of(Rank::RoleParams, path, v)).collect();
    if let Some((list, variable)) = task.repeated() {
        let entry = Entry::Each { key: list.span(), list: list.clone() };
        let names = BTreeMap::from([(variable, entry)]);
        layers.push(Layer { rank: Rank::RoleParams, label: path.into(), names: Arc::new(names) });
    }
    layers
}

/// An entry of a play's `roles`, or of a role's `dependencies`, with its parameters.
pub(super) fn named(node: &Node, path: &str) -> Option<Use> {
    if let Some(name) = node.text() {
        return Some(Use { name: pattern(name), layers: Vec::new() });
    }
    let name = pattern(node.get("role").or_else(|| node.get("name"))?.text()?);
    let keywords = ["role", "name", "tags", "when", "become", "become_user", "vars", "delegate_to", "environment"];
    let own = node.map()?.iter().filter(|e| !e.key.known().is_some_and(|k| keywords.contains(&k)));
    let own = Node::new(Value::Map(own.cloned().collect()), node.span());
    let given = node.get("vars").into_iter().chain([&own]).map(|n| Layer::of(Rank::RoleParams, path, n));
    Some(Use { name, layers: given.filter(|l| !l.names.is_empty()).collect() })
}

fn pattern(name: &Text) -> String {
    set_facts::glob(name.value())
}
