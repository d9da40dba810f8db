//! Files that tasks put into others: `lookup('template', …)` and `lookup('file', …)`.
//!
//! What is written so need not be a whole file of its kind: a compose file's services without `services:` above them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::deployed::sources;
use super::vars::tasks::{of_play, tasks};
use crate::document::{Document, Kind};
use crate::text::Text;
use crate::yaml::{self, Node};

/// How deep a task's nodes are followed.
const MAX_DEPTH: usize = 30;

/// The paths that lookups of the tasks of `documents` may mean.
pub(super) fn looked_up(documents: &[Arc<Document>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for document in documents.iter().filter(|d| d.text.value().contains("lookup(")) {
        let all = match document.kind {
            Kind::AnsibleTasks => document.nodes().iter().flat_map(tasks).collect::<Vec<_>>(),
            Kind::AnsiblePlaybook => {
                document.nodes().iter().filter_map(Node::seq).flatten().flat_map(of_play).collect()
            }
            _ => continue,
        };
        for task in all {
            in_node(&document.path, &task.node, 0, &mut found);
        }
    }
    found
}

/// The same document as plain YAML, where it is only a part of a compose file.
pub(super) fn part(document: &Document, parts: &BTreeSet<String>, deployed: bool) -> Option<Document> {
    let compose = document.kind == Kind::Compose && !deployed && parts.contains(&document.path);
    let whole = ["services", "include", "networks", "volumes", "name"];
    let is_whole = document.nodes().iter().any(|n| whole.iter().any(|key| n.get(key).is_some()));
    (compose && !is_whole).then(|| Document { kind: Kind::Yaml, ..document.clone() })
}

fn in_node(path: &str, node: &Node, depth: usize, into: &mut BTreeSet<String>) {
    match node.value() {
        _ if depth > MAX_DEPTH => {}
        yaml::Value::Scalar(scalar) => in_text(path, &scalar.text, into),
        yaml::Value::Seq(items) => items.iter().for_each(|n| in_node(path, n, depth + 1, into)),
        yaml::Value::Map(entries) => entries.iter().for_each(|e| in_node(path, &e.value, depth + 1, into)),
    }
}

/// The names that lookups in `text` write out.
fn in_text(path: &str, text: &Text, into: &mut BTreeSet<String>) {
    let value = text.value();
    for (at, call) in value.match_indices("lookup(") {
        let arguments = value.get(at + call.len()..).unwrap_or("");
        let arguments = arguments.split(')').next().unwrap_or(arguments);
        let mut words = arguments.split(',').map(|w| w.trim().trim_matches(['"', '\'']));
        let module = match words.next().unwrap_or("").rsplit('.').next() {
            Some("template") => "template",
            Some("file") => "copy",
            _ => continue,
        };
        if let Some(name) = words.next() {
            // A folder that Ansible knows may stand before the name.
            let own = name.rsplit("/templates/").next().unwrap_or(name);
            into.extend(sources(path, module, own));
        }
    }
}
