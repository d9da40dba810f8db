//! Variables and labels that a list gives twice: docker compose takes the last one without a word.

use std::collections::HashMap;

use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::yaml::Node;

/// What the list `node` under `key` gives twice, with two values.
pub(super) fn entries(key: &str, node: &Node) -> Vec<Problem> {
    let items = node.seq().unwrap_or_default().iter().filter_map(Node::text);
    let mut seen: HashMap<&str, (&str, Span)> = HashMap::new();
    let mut found = Vec::new();
    for text in items {
        let Some((name, value)) = text.known().and_then(|t| t.split_once('=')) else { continue };
        let Some((other, first)) = seen.insert(name, (value, text.span())) else { continue };
        if other != value {
            let message = format!("`{key}` gives `{name}` twice, with two values: the last one counts");
            let problem = Problem::new(ProblemKind::EntryRepeated, message, first);
            found.push(problem.label(text.span(), "this one counts").help("keep one of the two"));
        }
    }
    found
}
