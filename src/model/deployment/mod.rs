//! Facts about a stack and the files around it: variables used and documented, paths that two services mean, logs that
//! grow, what production and development disagree on.
//!
//! Each file is one subject. What a service is by itself is `compose`'s.

mod around;
mod binds;
mod dollars;
mod drift;
mod example;
mod logs;
mod made;
mod options;
mod paths;
mod shared;
mod variables;

pub use binds::SCHEMA as BIND;
pub(crate) use binds::file_like;
pub use dollars::SCHEMA as DOLLAR;
pub use drift::SCHEMA as DRIFT;
pub(in crate::model) use example::{Example, near};
pub use logs::SCHEMA as LOG;
pub use options::SCHEMA as OPTION;
pub use paths::SCHEMA as PATH;
pub use shared::SCHEMA as SHARED_PATH;
pub use variables::SCHEMA as VARIABLE;

use super::Model;
use super::compose::read::{self, entries};
use super::fact::{FactId, Value};
use super::subject::Subject;
use crate::expand::Stack;
use crate::text::Text;
use crate::yaml::{self, Node};
use around::Around;

/// A project with the facts that `compose` made of it.
pub(crate) struct View<'a> {
    pub(crate) id: FactId,
    pub(crate) stack: &'a Stack,
    pub(crate) services: Vec<ServiceView<'a>>,
}

/// A service of a [`View`].
pub(crate) struct ServiceView<'a> {
    pub(crate) id: FactId,
    pub(crate) name: String,
    pub(crate) key: &'a Node,
    pub(crate) node: &'a Node,
}

/// A mount as a service writes it.
pub(crate) struct MountView<'a> {
    pub(crate) kind: String,
    pub(crate) source: Option<&'a Text>,
    pub(crate) target: &'a Text,
    pub(crate) read_only: Option<bool>,
}

/// Builds all facts of this folder.
pub fn build(model: &mut Model<'_>) {
    let views = views(model);
    let around = Around::new(model.deployment);
    let common = variables::common(&views);
    for view in &views {
        let dollars = dollars::build(model, view, &around);
        variables::build(model, view, &around, &dollars, &common);
        options::build(model, view, &around);
        shared::build(model, view);
        binds::build(model, view, &around);
        paths::build(model, view);
        logs::build(model, view, &around);
    }
    drift::build(model, &views);
}

/// The stacks' facts stand in the order of the stacks.
fn views<'a>(model: &Model<'a>) -> Vec<View<'a>> {
    let ids = model.facts.of(Subject::Stack);
    let stacks = model.deployment.stacks.iter().zip(ids);
    stacks.map(|(stack, id)| View { id, stack, services: services(model, id, stack) }).collect()
}

fn services<'a>(model: &Model<'_>, id: FactId, stack: &'a Stack) -> Vec<ServiceView<'a>> {
    let ids = match model.facts.get(id).field("services").map(|f| &f.value) {
        Some(Value::List(items)) => items.iter().filter_map(|f| match f.value {
            Value::Fact(id) => Some(id),
            _ => None,
        }),
        _ => return Vec::new(),
    };
    let nodes = entries(stack.project.get("services")).iter();
    nodes.zip(ids).map(|(e, id)| ServiceView { id, name: read::display(&e.key), key: &e.key, node: &e.value }).collect()
}

impl ServiceView<'_> {
    /// Its environment: name, value (null where it is passed through).
    pub(crate) fn environment(&self) -> impl Iterator<Item = (&Node, &Node)> {
        entries(self.node.get("environment")).iter().map(|e| (&e.key, &e.value))
    }

    /// Its mounts that name a target; tmpfs included.
    pub(crate) fn mounts(&self) -> Vec<MountView<'_>> {
        let items = self.node.get("volumes").and_then(Node::seq).unwrap_or(&[]);
        let view = |node| {
            let text = |key: &str| Node::get(node, key).and_then(Node::text);
            Some(MountView {
                kind: text("type").and_then(Text::known).unwrap_or("volume").to_owned(),
                source: text("source"),
                target: text("target")?,
                read_only: read::truth(node.get("read_only"), false),
            })
        };
        items.iter().filter_map(view).collect()
    }
}

/// All scalars below `node`, keys left out, in order; shared nodes once each time they stand.
pub(crate) fn scalars<'a>(node: &'a Node, into: &mut Vec<&'a Text>) {
    match node.value() {
        yaml::Value::Scalar(scalar) => into.push(&scalar.text),
        yaml::Value::Seq(items) => items.iter().for_each(|item| scalars(item, into)),
        yaml::Value::Map(entries) => entries.iter().for_each(|entry| scalars(&entry.value, into)),
    }
}

/// The folder of a path with `/`; empty for a bare name.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether `path` is `base` or below it.
pub(crate) fn below(path: &str, base: &str) -> bool {
    let base = base.trim_end_matches('/');
    path == base || path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
#[path = "deployment_tests.rs"]
mod tests;
