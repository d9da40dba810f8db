//! Whether a file that a task writes, and that a container mounts, comes into effect: by a handler, a restart, or a
//! container that is made anew.
//!
//! `docker compose up -d` looks at the compose file and the images only: what a mounted file holds is none of its business.

use super::docker::{Verb, calls, is_true};
use super::library::{Library, TaskId};
use crate::ansible::walk::{Section, Task};
use crate::expand::{Deployment, Stack};
use crate::text::Text;
use crate::yaml::Node;

/// What mounts a file that nothing applies: the service's name, at the mount.
pub(super) fn unapplied(
    deployment: &Deployment,
    library: &Library<'_>,
    id: TaskId,
    task: &Task<'_>,
    dest: &Text,
) -> Option<Text> {
    if !matches!(task.module_name(), "copy" | "template") || task.section == Section::Handlers {
        return None;
    }
    if task.inherited("notify").is_some() || task.keyword("register").is_some() || once(task) {
        return None;
    }
    let role = library.files.get(id.file)?.role?.folder;
    let mut ups = 0;
    for (other, task) in library
        .tasks()
        .filter(|(at, _)| library.files.get(at.file).and_then(|f| f.role).is_some_and(|r| r.folder == role))
    {
        for call in calls(task) {
            match call.verb {
                Verb::Create if call.compose.is_some() && other.file == id.file && other.task > id.task => ups += 1,
                Verb::Create | Verb::Exec => {}
                Verb::Restart | Verb::Unit | Verb::Unknown => return None,
            }
        }
        if makes_anew(task) {
            return None;
        }
    }
    if ups == 0 {
        return None;
    }
    deployment.stacks.iter().find_map(|stack| mounts(stack, dest))
}

/// Whether the file is written once and never again.
fn once(task: &Task<'_>) -> bool {
    task.arg("force").is_some_and(|n| !is_true(&n))
        || task.arg_text("dest").is_some_and(|d| d.value().rsplit('.').next() == Some("env"))
}

/// Whether a task makes containers anew, or restarts them, whatever has changed.
fn makes_anew(task: &Task<'_>) -> bool {
    let says =
        |key: &str, values: &[&str]| task.arg_text(key).is_some_and(|v| v.known().is_none_or(|v| values.contains(&v)));
    let anew = says("recreate", &["always"])
        || says("state", &["restarted", "reloaded"]) && task.module_name().contains("docker");
    let forced =
        ["restarted", "force_recreate", "restart"].iter().any(|key| task.arg(key).is_some_and(|n| !n.is_null()));
    let line = task.command().and_then(|c| c.line).map(|l| l.value().to_owned()).unwrap_or_default();
    let words = ["--force-recreate", " restart", " down", " rm ", " stop", "kill", "reload"];
    anew || forced && task.module_name().contains("docker") || words.iter().any(|w| line.contains(w))
}

/// The service that mounts the file itself, where its definition does not carry a sum of it.
fn mounts(stack: &Stack, dest: &Text) -> Option<Text> {
    let wanted = dest.display();
    let services = stack.project.get("services").and_then(Node::map)?;
    services.iter().find_map(|service| {
        let volumes = service.value.get("volumes").and_then(Node::seq)?;
        let mount = volumes.iter().find(|v| {
            let source = v.get("source").and_then(Node::text).map(Text::display).unwrap_or_default();
            let relative = source.strip_prefix("./").unwrap_or(&source);
            source == wanted
                || !source.starts_with('/') && format!("{}/{relative}", stack.directory.trim_end_matches('/')) == wanted
        })?;
        let told = ["labels", "environment"].iter().filter_map(|key| service.value.get(key)?.map()).flatten();
        let sum =
            |text: &str| ["hash", "sum", "sha", "stat", "md5"].iter().any(|w| text.to_ascii_lowercase().contains(w));
        let mut told = told.flat_map(|e| [e.key.text(), e.value.text()]).flatten();
        if told.any(|text| !text.is_known() || sum(&text.display())) || watches(&service.value, mount) {
            return None;
        }
        let place = mount.get("source").and_then(Node::text)?.span();
        service.key.text().map(|name| name.clone().with_span(place))
    })
}

/// Whether the program looks for changes of the file by itself.
fn watches(service: &Node, mount: &Node) -> bool {
    let image = service.get("image").and_then(Node::text).map_or("", Text::value);
    let target = mount.get("target").and_then(Node::text).map_or("", Text::value);
    let command = service.get("command").and_then(Node::seq).unwrap_or_default();
    let told =
        command.iter().filter_map(Node::text).any(|w| w.value().contains("watch") || w.value().contains("reload"));
    let dynamic = image.contains("traefik") && !target.contains("traefik.y") && !target.contains("traefik.toml");
    let homepage = ["homepage", "gatus", "glance", "dashy", "homer", "openclaw", "home-assistant", "adguard"];
    told || dynamic || homepage.iter().any(|name| image.contains(name))
}
