//! Where the passwords of data stores stand that publish no port: only services of the same networks reach these.

use std::collections::HashSet;

use crate::knowledge::Role;
use crate::model::compose::StackInfo;
use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;

/// How deep variables are followed.
const MAX_DEPTH: usize = 8;

/// The places of all values in the environments of such stores, those of their variables included.
pub(super) fn places(stacks: &[StackInfo]) -> HashSet<Span> {
    let mut found = HashSet::new();
    for service in stacks.iter().flat_map(|stack| &stack.services) {
        let alone = service.ports.is_empty() && service.node.get("network_mode").is_none_or(Node::is_null);
        if !alone || !service.is(Role::Datastore) {
            continue;
        }
        for entry in service.node.get("environment").and_then(Node::map).unwrap_or(&[]) {
            if let Some(text) = entry.value.text() {
                add(text, &mut found, 0);
            }
        }
    }
    found
}

fn add(text: &Text, found: &mut HashSet<Span>, depth: usize) {
    found.insert(text.span());
    if depth < MAX_DEPTH {
        text.variables().iter().filter_map(|v| v.value.as_ref()).for_each(|value| add(value, found, depth + 1));
    }
}
