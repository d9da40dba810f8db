//! Whether a project is for `docker stack deploy`, which reads the same files otherwise than docker compose.

use super::read::entries;
use crate::document::Kind;
use crate::expand::{Deployment, Stack};
use crate::yaml::Node;

/// Keys of `deploy` that docker compose does not read.
const SWARM_KEYS: &[&str] = &["placement", "update_config", "rollback_config", "endpoint_mode"];

/// Folders that hold what is done to the tree around them.
const AROUND: &[&str] = &[
    "scripts",
    "script",
    "bin",
    "tasks",
    "handlers",
    "defaults",
    "vars",
    "group_vars",
    "host_vars",
    "docs",
    "playbooks",
];

/// The folders of which a script, a task or a page says that they are for a swarm: its own, with all below it. What a
/// role does says nothing of another one.
pub(super) fn told(deployment: &Deployment) -> Vec<&str> {
    let speaks =
        |text: &str| text.contains("docker stack ") || text.contains("docker swarm") || text.contains("docker_stack");
    let all = deployment.documents.iter().filter(|d| {
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
    });
    all.map(|d| around(&d.path)).collect()
}

/// The folder that what stands in the file at `path` is about.
fn around(path: &str) -> &str {
    let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let (above, last) = folder.rsplit_once('/').unwrap_or(("", folder));
        if last.is_empty() || !AROUND.contains(&last) {
            return folder;
        }
        folder = above;
    }
}

/// Whether one of these folders, as [`told`] gives them, holds a file of the project.
pub(super) fn holds(folders: &[&str], deployment: &Deployment, stack: &Stack) -> bool {
    let paths = || stack.documents.iter().filter_map(|at| deployment.documents.get(*at)).map(|d| d.path.as_str());
    let inside = |folder: &str, path: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    folders.iter().any(|folder| paths().any(|path| inside(folder, path)))
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
