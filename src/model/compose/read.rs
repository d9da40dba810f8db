//! Reading the normal form's nodes: booleans that may be unknown, lists, keys with their places.

use crate::model::fact::{Field, Value};
use crate::source::Span;
use crate::text::{Place, Text};
use crate::yaml::{Entry, Node, Resolved, Schema};

/// A boolean as docker compose decodes it: `None` where it is not known, `absent` where there is no node.
pub(crate) fn truth(node: Option<&Node>, absent: bool) -> Option<bool> {
    let Some(node) = node else { return Some(absent) };
    match node.resolve(Schema::Compose)? {
        Resolved::Bool(b) => Some(b),
        Resolved::Null | Resolved::Float(_) => Some(absent),
        Resolved::Str(s) => Some(matches!(s.as_str(), "true" | "1" | "t" | "T" | "TRUE" | "True" | "yes" | "on" | "y")),
        Resolved::Int(n) => Some(n != 0),
    }
}

/// A field of a boolean that may be unknown, at the node's place.
pub(crate) fn truth_field(node: Option<&Node>, absent: bool) -> Field {
    let value = tri(truth(node, absent), "a value that is not known before deployment");
    Field { value, place: node.map(place) }
}

/// `None` is unknown, for the reason `why`.
pub(crate) fn tri(value: Option<bool>, why: &str) -> Value {
    value.map_or_else(|| Value::Unknown(why.to_owned()), Value::Bool)
}

/// The field of a scalar; null where it is absent.
pub(crate) fn scalar(node: Option<&Node>) -> Field {
    match node {
        Some(node) if !node.is_null() => match node.text() {
            Some(text) => Field { place: Some(place(node)), ..Field::text(text) },
            None => Field::node(node, Schema::Compose),
        },
        Some(_) | None => Field::derived(Value::Null),
    }
}

/// The field of a list of scalars; a single scalar is a list of one, an absent node an empty list.
pub(crate) fn list(node: Option<&Node>) -> Field {
    let Some(node) = node.filter(|n| !n.is_null()) else { return Field::derived(Value::List(Vec::new())) };
    let items = match (node.seq(), node.map()) {
        (Some(items), _) => items.iter().map(|n| scalar(Some(n))).collect(),
        (None, Some(entries)) => entries.iter().map(|e| scalar(Some(&e.key))).collect(),
        (None, None) => vec![scalar(Some(node))],
    };
    Field::at(Value::List(items), place(node))
}

/// The texts of a list of scalars.
pub(crate) fn texts(node: Option<&Node>) -> Vec<Text> {
    let Some(node) = node.filter(|n| !n.is_null()) else { return Vec::new() };
    match (node.seq(), node.text()) {
        (Some(items), _) => items.iter().filter_map(|n| n.text().cloned()).collect(),
        (None, Some(text)) => vec![text.clone()],
        (None, None) => Vec::new(),
    }
}

/// The entries of a mapping; none for anything else.
pub(crate) fn entries(node: Option<&Node>) -> &[Entry] {
    node.and_then(Node::map).unwrap_or(&[])
}

/// Whether a service may be given variables that are not seen: by an env file, by a mapping or a name that a template
/// makes.
pub(crate) fn hides_variables(service: &Node) -> bool {
    let file = service.get("env_file").is_some_and(|n| !n.is_null() && n.seq().is_none_or(|files| !files.is_empty()));
    let given = service.get("environment").filter(|n| !n.is_null());
    file || given.is_some_and(|n| n.map().is_none()) || entries(given).iter().any(|e| e.key.known().is_none())
}

/// Where a node is, with the definitions of its variables.
pub(crate) fn place(node: &Node) -> Place {
    let definitions = node.text().map(|t| t.place().definitions).unwrap_or_default();
    Place { span: node.span(), definitions }
}

/// The field of a place alone: the value is not the point.
pub(crate) fn key_field(entry: &Entry) -> Field {
    scalar(Some(&entry.key))
}

/// A name that survives being unknown: for maps and messages.
pub(crate) fn display(node: &Node) -> String {
    node.text().map(Text::display).unwrap_or_default()
}

/// Where a key stands, or its value where the key has no place of its own.
pub(crate) fn key_span(entry: &Entry) -> Span {
    entry.key.span()
}
