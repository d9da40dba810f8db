//! The mounts of compose services: `volumes` and `tmpfs`.

use super::read::{place, scalar, texts, truth_field};
use crate::model::fact::{Field, Value};
use crate::model::mount::Mount;
use crate::yaml::Node;

/// All mounts of the service `node`.
pub(super) fn of(node: &Node) -> Vec<Mount> {
    let volumes = node.get("volumes").and_then(Node::seq).unwrap_or(&[]).iter().map(one);
    volumes.chain(texts(node.get("tmpfs")).iter().map(Mount::tmpfs)).collect()
}

fn one(node: &Node) -> Mount {
    let text = |key: &str| {
        let part = node.get(key)?;
        part.text().map(|text| text.clone().with_span(part.span()))
    };
    let kind = match scalar(node.get("type")) {
        Field { value: Value::Str(kind), .. } => kind,
        _ => "volume".to_owned(),
    };
    Mount {
        place: place(node),
        kind: Field::derived(kind),
        source: text("source"),
        target: text("target"),
        read_only: truth_field(node.get("read_only"), false),
        label: node.path(&["bind", "selinux"]).and_then(Node::known).and_then(|word| word.chars().next()),
        part: node.path(&["volume", "subpath"]).is_some_and(|n| !n.is_null()),
    }
}
