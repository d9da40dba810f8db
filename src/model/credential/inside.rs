//! Where the passwords of data stores stand that publish no port: only services of the same networks reach these.

use std::collections::HashSet;

use crate::knowledge::Role;
use crate::model::compose::{ServiceInfo, StackInfo};
use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;

/// How deep variables are followed.
const MAX_DEPTH: usize = 8;

/// The places of all values in the environments and commands of data stores, those of their variables included.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Of stores that publish no port.
    pub(super) inside: HashSet<Span>,
    /// Of those that others may reach.
    pub(super) open: HashSet<Span>,
}

pub(super) fn places(stacks: &[StackInfo]) -> Places {
    let mut places = Places::default();
    for service in stacks.iter().flat_map(|stack| &stack.services) {
        let alone = service.ports.is_empty() && service.node.get("network_mode").is_none_or(Node::is_null);
        if !service.is(Role::Datastore) {
            continue;
        }
        let found = if alone { &mut places.inside } else { &mut places.open };
        let file = service.node.get("image").and_then(Node::text).map(|image| image.span().source);
        for entry in service.node.get("environment").and_then(Node::map).unwrap_or(&[]) {
            // An env file that the store reads may hold what others need.
            let own =
                entry.key.text().is_some_and(|key| Some(key.span().source) == file || is_of(service, key.value()));
            if let Some(text) = entry.value.text().filter(|_| own) {
                add(text, found, 0);
            }
        }
        let words = service.node.get("command").and_then(Node::seq).unwrap_or(&[]);
        words.iter().filter_map(Node::text).for_each(|word| add(word, found, 0));
    }
    places
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
