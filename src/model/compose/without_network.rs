//! What a service without a network of its own has written that belongs to one.

use crate::model::fact::{Field, Value};
use crate::text::UNKNOWN;
use crate::yaml::{Entry, Node};

/// Whether the mode of its network is another file's than its first port.
pub(super) fn mode_overlaid(node: &Node) -> bool {
    let mode = node.get("network_mode").filter(|n| !n.is_null()).map(|n| n.span().source);
    let port = node.get("ports").and_then(Node::seq).and_then(<[Node]>::first).map(|n| n.span().source);
    mode.zip(port).is_some_and(|(mode, port)| mode != port)
}

/// The first option that the network of another container refuses: who owns the network has its name and its resolver. An
/// empty one is no option.
pub(super) fn refused_option(node: &Node) -> Field {
    let mode = node.get("network_mode").and_then(Node::known).unwrap_or_default();
    if !mode.starts_with("service:") && !mode.starts_with("container:") {
        return Field::derived(Value::Null);
    }
    let set = |name: &&str| {
        let value = node.get(name)?;
        let empty = value.is_null()
            || value.seq().is_some_and(<[Node]>::is_empty)
            || value.map().is_some_and(<[Entry]>::is_empty)
            || value.known() == Some("");
        let open = value.text().is_some_and(|t| !t.is_known() && t.value().chars().all(|c| c == UNKNOWN));
        let said = if open { Value::Unknown(format!("`{name}` may be empty")) } else { Value::from(*name) };
        (!empty).then(|| Field::at(said, value.span().into()))
    };
    let found: Vec<Field> = ["hostname", "dns", "extra_hosts"].iter().filter_map(set).collect();
    let certain = found.iter().find(|field| matches!(field.value, Value::Str(_)));
    certain.or(found.first()).cloned().unwrap_or_else(|| Field::derived(Value::Null))
}
