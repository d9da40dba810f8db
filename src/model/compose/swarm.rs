//! Whether a project is for `docker stack deploy`, which reads the same files otherwise than docker compose.

use super::read::entries;
use crate::document::Kind;
use crate::expand::{Deployment, Stack};
use crate::yaml::Node;

/// Keys of `deploy` that docker compose does not read.
const SWARM_KEYS: &[&str] = &["placement", "update_config", "rollback_config", "endpoint_mode"];

/// Whether a script, a task or a page of the deployment speaks of a swarm.
pub(super) fn told(deployment: &Deployment) -> bool {
    let speaks =
        |text: &str| text.contains("docker stack ") || text.contains("docker swarm") || text.contains("docker_stack");
    deployment.documents.iter().any(|d| {
        let kinds = [
            Kind::Script,
            Kind::Markdown,
            Kind::AnsibleTasks,
            Kind::AnsiblePlaybook,
            Kind::AnsibleVars,
            Kind::Unit,
            Kind::Compose,
        ];
        kinds.contains(&d.kind) && speaks(d.text.value())
    })
}

/// Whether its own keys or its files' names say so.
pub(super) fn written(deployment: &Deployment, stack: &Stack) -> bool {
    let project = &stack.project;
    let named = stack.documents.iter().filter_map(|at| deployment.documents.get(*at)).any(|d| {
        let name = d.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        name.contains("swarm") || name.starts_with("docker-stack") || name.starts_with("stack.")
    });
    let services = entries(project.get("services")).iter().map(|e| &e.value);
    let deploys = services.filter_map(|s| s.get("deploy")).any(|deploy| {
        SWARM_KEYS.iter().any(|key| deploy.get(key).is_some_and(|n| !n.is_null()))
            // A template that asks for one.
            || deploy.get("mode").and_then(Node::text).is_some_and(|mode| mode.known().is_none_or(|m| m == "global"))
    });
    let overlay = |e: &crate::yaml::Entry| e.value.get("driver").and_then(Node::known) == Some("overlay");
    let outside = |section: &str| {
        entries(project.get(section)).iter().any(|e| e.value.get("external").is_some_and(|n| !n.is_null()))
    };
    named || deploys || entries(project.get("networks")).iter().any(overlay) || outside("secrets") || outside("configs")
}
