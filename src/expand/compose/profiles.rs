//! Which services the active profiles take in.

use super::tree;
use crate::yaml::{Entry, Node, Value};

/// The profiles that a list like `COMPOSE_PROFILES` names.
pub(super) fn listed(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
}

/// The project without the services that no active profile takes in, and their names.
pub(super) fn active(project: &Node, profiles: &[String]) -> (Node, Vec<String>) {
    let mut disabled = Vec::new();
    let project = tree::change(project, "services", |services| {
        let Some(all) = services.map() else { return services.clone() };
        let enabled = |entry: &&Entry| {
            let enabled = enabled(&entry.value, profiles);
            if !enabled {
                disabled.extend(entry.key.known().map(str::to_owned));
            }
            enabled
        };
        let kept = all.iter().filter(enabled).cloned().collect();
        tree::with(services, Value::Map(kept))
    });
    (project, disabled)
}

/// Whether the service runs with these profiles, or may run.
fn enabled(service: &Node, profiles: &[String]) -> bool {
    let wanted = service.get("profiles").and_then(Node::seq).unwrap_or_default();
    let on = |p: &Node| p.known().is_none_or(|p| profiles.iter().any(|a| a == p));
    wanted.is_empty() || profiles.iter().any(|p| p == "*") || wanted.iter().any(on)
}
