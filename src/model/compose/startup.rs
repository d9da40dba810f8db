//! The start-up graph: who waits for whom, and what never starts when one service never becomes healthy.

use std::collections::{BTreeMap, BTreeSet};

use super::{DependencyInfo, ServiceInfo, StackInfo};
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};

pub(super) fn build(model: &mut Model<'_>, stack: &StackInfo) {
    let by_name: BTreeMap<&str, &ServiceInfo> = stack.services.iter().map(|s| (s.name.as_str(), s)).collect();
    let mut waiting: BTreeMap<&str, Vec<(&ServiceInfo, &DependencyInfo)>> = BTreeMap::new();
    for service in &stack.services {
        for dependency in &service.dependencies {
            waiting.entry(&dependency.target).or_default().push((service, dependency));
            let target = by_name.get(dependency.target.as_str()).map_or(Value::Null, |s| s.id.into());
            model.facts.set(dependency.id, "target", Field::derived(target));
        }
    }
    for service in &stack.services {
        let direct = waiting.get(service.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let dependents: Vec<FactId> = direct.iter().map(|(_, d)| d.id).collect();
        model.facts.set(service.id, "dependents", dependents);
        model.facts.set(service.id, "blocked", blocked(service, &waiting));
        let completes = direct.iter().any(|(_, d)| d.completes);
        if completes || matches!(restart(service), Some("no")) {
            model.facts.set(service.id, "one_shot", true);
        }
    }
}

fn restart(service: &ServiceInfo) -> Option<&str> {
    service.node.get("restart")?.known()
}

/// The waits that never end when `service` never becomes healthy: those for its health, and all for whoever waits so.
fn blocked(service: &ServiceInfo, waiting: &BTreeMap<&str, Vec<(&ServiceInfo, &DependencyInfo)>>) -> Vec<FactId> {
    let mut seen = BTreeSet::from([service.name.as_str()]);
    let mut todo = vec![(service.name.as_str(), true)];
    let mut edges = Vec::new();
    while let Some((name, first)) = todo.pop() {
        for (waiter, dependency) in waiting.get(name).into_iter().flatten() {
            if !dependency.required || (first && !dependency.healthy) || !seen.insert(&waiter.name) {
                continue;
            }
            edges.push(dependency.id);
            todo.push((&waiter.name, false));
        }
    }
    edges.sort_unstable();
    edges
}
