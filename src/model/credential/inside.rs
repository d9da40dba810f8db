//! Where the passwords of data stores stand that publish no port: only services of the same networks reach these.

use std::collections::HashSet;

use crate::knowledge::Role;
use crate::model::compose::{ServiceInfo, StackInfo};
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
        let file = service.node.get("image").and_then(Node::text).map(|image| image.span().source);
        for entry in service.node.get("environment").and_then(Node::map).unwrap_or(&[]) {
            // An env file that the store reads may hold what others need.
            let own =
                entry.key.text().is_some_and(|key| Some(key.span().source) == file || is_of(service, key.value()));
            if let Some(text) = entry.value.text().filter(|_| own) {
                add(text, &mut found, 0);
            }
        }
    }
    found
}

/// Whether the variable's name begins as that of the software does: `POSTGRES_PASSWORD`.
fn is_of(service: &ServiceInfo, variable: &str) -> bool {
    let begin = service.title.as_deref().and_then(|title| title.get(..5));
    begin.is_some_and(|begin| variable.get(..5).is_some_and(|own| own.eq_ignore_ascii_case(begin)))
}

fn add(text: &Text, found: &mut HashSet<Span>, depth: usize) {
    found.insert(text.span());
    if depth < MAX_DEPTH {
        text.variables().iter().filter_map(|v| v.value.as_ref()).for_each(|value| add(value, found, depth + 1));
    }
}
