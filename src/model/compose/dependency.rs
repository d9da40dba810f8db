//! Facts of subject `compose.dependency`: one for each entry of `depends_on`.

use super::DependencyInfo;
use super::read::{self, place, tri, truth};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field};
use crate::model::subject::Subject;
use crate::yaml::{Entry, Node};

pub(super) fn build(
    model: &mut Model<'_>,
    stack: FactId,
    service: FactId,
    name: &str,
    node: &Node,
) -> Vec<DependencyInfo> {
    let Some(depends) = node.get("depends_on") else { return Vec::new() };
    if let Some(items) = depends.seq() {
        return items.iter().map(|n| one(model, stack, service, name, n, None)).collect();
    }
    let entries: &[Entry] = read::entries(Some(depends));
    entries.iter().map(|e| one(model, stack, service, name, &e.key, Some(&e.value))).collect()
}

fn one(
    model: &mut Model<'_>,
    stack: FactId,
    service: FactId,
    name: &str,
    key: &Node,
    value: Option<&Node>,
) -> DependencyInfo {
    let condition = value.and_then(|v| v.get("condition"));
    let required = truth(value.and_then(|v| v.get("required")), true);
    let said = condition.and_then(Node::known);
    let condition_field = match condition {
        Some(node) => read::scalar(Some(node)),
        None => Field::derived("service_started"),
    };
    let fact = Fact::new(Subject::Dependency, place(key))
        .with("name", Field::at(name, place(key)))
        .with("service", service)
        .with("stack", stack)
        .with("condition", condition_field)
        .with("required", tri(required, "`required` is not known"));
    DependencyInfo {
        id: model.facts.add(fact),
        target: read::display(key),
        healthy: said == Some("service_healthy"),
        completes: said == Some("service_completed_successfully"),
        required: required == Some(true),
    }
}
