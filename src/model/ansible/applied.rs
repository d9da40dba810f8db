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
    // Outside of a role its own file is all that is looked at.
    let role = library.files.get(id.file)?.role.map(|r| r.folder);
    let (mut ups, mut own) = (0, None);
    for (other, task) in library.tasks().filter(|(at, _)| match role {
        Some(folder) => library.files.get(at.file).and_then(|f| f.role).is_some_and(|r| r.folder == folder),
        None => at.file == id.file,
    }) {
        for call in calls(task) {
            match call.verb {
                Verb::Create if call.compose.is_some() && other.file == id.file && other.task > id.task => ups += 1,
                Verb::Create if other.file == id.file && other.task > id.task => own = own.or(mounted_by(task, dest)),
                Verb::Create | Verb::Exec => {}
                Verb::Restart | Verb::Unit | Verb::Unknown => return None,
            }
        }
        if makes_anew(task) {
            return None;
        }
    }
    if own.is_some() || ups == 0 {
        return own;
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

/// The container of a task that mounts the file itself: the module compares what it is told, not what the file holds.
fn mounted_by(task: &Task<'_>, dest: &Text) -> Option<Text> {
    let wanted = dest.known()?;
    let read = |key: &str| task.arg(key).filter(|n| !n.is_null());
    // What is not seen may carry a sum of the file.
    let sum = |node: &Node| {
        let texts: Vec<&Text> =
            node.map().into_iter().flatten().flat_map(|e| [e.key.text(), e.value.text()]).flatten().collect();
        node.map().is_none() || texts.iter().any(|t| !t.is_known() || t.value().contains("{{") || sums(t.value()))
    };
    if ["labels", "env"].iter().filter_map(|key| read(key)).any(|node| sum(&node)) {
        return None;
    }
    let volumes = read("volumes")?;
    let at = volumes.seq()?.iter().filter_map(Node::text).find(|v| v.value().split(':').next() == Some(wanted))?;
    let image = task.arg_text("image").unwrap_or_else(|| at.clone());
    let target = at.value().split(':').nth(1).unwrap_or_default();
    let name = task.arg_text("name").filter(|_| !rereads(image.value(), target))?;
    Some(name.with_span(at.span()))
}

/// Whether a word speaks of a sum of a file.
fn sums(text: &str) -> bool {
    ["hash", "sum", "sha", "stat", "md5"].iter().any(|w| text.to_ascii_lowercase().contains(w))
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
        let mut told = told.flat_map(|e| [e.key.text(), e.value.text()]).flatten();
        if told.any(|text| !text.is_known() || sums(&text.display())) || watches(&service.value, mount) {
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
    told || rereads(image, target)
}

/// Whether the software in an image is known to look for changes of the file at `target`.
fn rereads(image: &str, target: &str) -> bool {
    let dynamic = image.contains("traefik") && !target.contains("traefik.y") && !target.contains("traefik.toml");
    let homepage = ["homepage", "gatus", "glance", "dashy", "homer", "openclaw", "home-assistant", "adguard"];
    dynamic || homepage.iter().any(|name| image.contains(name))
}
