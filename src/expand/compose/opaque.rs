//! A service that is known in part: what it extends can't be read, or a template puts more into it.
//!
//! Such a service has an entry with an unknown key. What it does not say itself may be said there, so each attribute that
//! it leaves out is unknown, and each of its lists and mappings may hold more.

use super::tree::{self, named};
use crate::source::Span;
use crate::text::Text;
use crate::yaml::{Entry, Node, Value};

/// Attributes with one value: what is not written is not known.
const SINGLE: [&str; 12] = [
    "command",
    "container_name",
    "entrypoint",
    "healthcheck",
    "hostname",
    "init",
    "logging",
    "privileged",
    "read_only",
    "restart",
    "scale",
    "user",
];

/// `service` with what may stand in the part that is not known; as it is where all of it is known.
pub(super) fn service(service: &Node) -> Node {
    let mut entries = tree::entries(service);
    let Some(unseen) = entries.iter().find(|e| e.key.known().is_none()).map(|e| e.key.clone()) else {
        return service.clone();
    };
    let absent = |entries: &[Entry], key: &str| tree::get(entries, key).is_none_or(Node::is_null);
    for key in SINGLE {
        if absent(&entries, key) {
            tree::put(&mut entries, key, unknown(unseen.span()));
        }
    }
    if absent(&entries, "image") && absent(&entries, "build") {
        tree::put(&mut entries, "image", unknown(unseen.span()));
    }
    if absent(&entries, "network_mode") {
        more_entries(&mut entries, "networks", unseen.span());
    }
    more_entries(&mut entries, "environment", unseen.span());
    more_mounts(&mut entries, unseen.span());
    tree::with(service, Value::Map(entries))
}

fn unknown(span: Span) -> Node {
    Node::plain(Text::opaque("what the service takes from elsewhere", span))
}

fn more_entries(entries: &mut Vec<Entry>, key: &str, span: Span) {
    let found = tree::get(entries, key).filter(|n| !n.is_null()).cloned();
    let place = found.as_ref().map_or(span, Node::span);
    if found.as_ref().is_some_and(|n| n.map().is_none()) {
        return;
    }
    let mut all = found.as_ref().map(tree::entries).unwrap_or_default();
    all.push(tree::entry(unknown(span), unknown(span)));
    tree::put(entries, key, tree::map(all, place));
}

fn more_mounts(entries: &mut Vec<Entry>, span: Span) {
    let found = tree::get(entries, "volumes").filter(|n| !n.is_null()).cloned();
    let place = found.as_ref().map_or(span, Node::span);
    let mut all: Vec<Node> = match &found {
        Some(node) => match node.seq() {
            Some(items) => items.to_vec(),
            None => return,
        },
        None => Vec::new(),
    };
    let parts = ["type", "source", "target", "read_only"];
    all.push(tree::map(parts.iter().map(|part| named(part, unknown(span))).collect(), span));
    tree::put(entries, "volumes", tree::seq(all, place));
}
