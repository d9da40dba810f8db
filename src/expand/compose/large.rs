//! Projects that are larger than any that is deployed: they are told, and not audited.
//!
//! A line of a template makes any number of services, and each service takes tens of kilobytes of facts.

use crate::problem::{Problem, ProblemKind};
use crate::yaml::{Node, Value};

/// How many services a project may have.
const MAX_SERVICES: usize = 2_000;

/// How many keys, values and items its services may have, aliases and what is included counted each time.
const MAX_NODES: usize = 200_000;

/// What is told of a project that is too large.
pub(super) fn problem(model: &Node) -> Option<Problem> {
    let services = model.get("services")?;
    let count = services.map().map_or(0, <[_]>::len);
    let message = if count > MAX_SERVICES {
        format!("the project has {count} services: one of more than {MAX_SERVICES} is not audited")
    } else if larger(services) {
        format!("the project's services have more than {MAX_NODES} values: it is not audited")
    } else {
        return None;
    };
    let span = services.span();
    let start = crate::source::Span { end: span.start, ..span };
    Some(Problem::new(ProblemKind::Unparsable, message, start).help("split it into several projects"))
}

fn larger(services: &Node) -> bool {
    let (mut open, mut count) = (vec![services], 0);
    while let Some(node) = open.pop() {
        count += 1;
        if count > MAX_NODES {
            return true;
        }
        match node.value() {
            Value::Scalar(_) => {}
            Value::Seq(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
        }
    }
    false
}
