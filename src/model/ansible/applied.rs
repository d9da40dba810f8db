//! Whether a file that a task writes, and that a container mounts, comes into effect: by a handler, a restart, or a
//! container that is made anew.
//!
//! `docker compose up -d` looks at the compose file and the images only: what a mounted file holds is none of its business.

use std::collections::HashMap;

use super::docker::{Verb, calls, is_true};
use super::library::{Library, TaskId};
use crate::ansible::walk::{Section, Task};
use crate::expand::{Deployment, Stack};
use crate::text::Text;
use crate::yaml::Node;

/// What the tasks of each role do with containers, and those of each file outside of roles: asked for every file that a task
/// writes.
#[derive(Debug, Default)]
pub(super) struct Groups<'a>(HashMap<Key<'a>, Group>);

/// The folder of a role, or the index of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key<'a> {
    Role(&'a str),
    File(usize),
}

#[derive(Debug, Default)]
struct Group {
    /// Whether a task restarts containers, makes them anew, or may do anything.
    applies: bool,
    /// The tasks that start a compose project, in order.
    ups: Vec<TaskId>,
    /// The containers of tasks, by each file that they mount, in order.
    own: HashMap<String, Vec<(TaskId, Text)>>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(library: &Library<'a>) -> Self {
        let mut groups = Self::default();
        for (id, task) in library.tasks() {
            let Some(key) = Self::key(library, id) else { continue };
            let group = groups.0.entry(key).or_default();
            group.applies |= makes_anew(task);
            for call in calls(task) {
                match call.verb {
                    Verb::Create if call.compose.is_some() => group.ups.push(id),
                    Verb::Create => {
                        for (source, name) in mounted_by(task) {
                            group.own.entry(source).or_default().push((id, name));
                        }
                    }
                    Verb::Exec => {}
                    Verb::Restart | Verb::Unit | Verb::Unknown => group.applies = true,
                }
            }
        }
        groups
    }

    fn key(library: &Library<'a>, id: TaskId) -> Option<Key<'a>> {
        let file = library.files.get(id.file)?;
        // Outside of a role its own file is all that is looked at.
        Some(file.role.map_or(Key::File(id.file), |role| Key::Role(role.folder)))
    }
}

/// What mounts a file that nothing applies: the service's or the container's name, at the mount.
pub(super) fn unapplied(
    deployment: &Deployment,
    (library, groups): (&Library<'_>, &Groups<'_>),
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
    let group = groups.0.get(&Groups::key(library, id)?).filter(|group| !group.applies)?;
    let after = |other: &TaskId| other.file == id.file && *other > id;
    let own = dest.known().and_then(|dest| group.own.get(dest)).map_or(&[][..], Vec::as_slice);
    if let Some((_, name)) = own.get(own.partition_point(|(other, _)| *other <= id)).filter(|(other, _)| after(other)) {
        return Some(name.clone());
    }
    let next = group.ups.get(group.ups.partition_point(|other| *other <= id));
    next.filter(|other| after(other))?;
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

/// The files that the container of a task mounts, each with its name at the mount: the module compares what it is told, not
/// what a file holds.
fn mounted_by(task: &Task<'_>) -> Vec<(String, Text)> {
    let read = |key: &str| task.arg(key).filter(|n| !n.is_null());
    // What is not seen may carry a sum of the file.
    let sum = |node: &Node| {
        let mut texts = node.map().into_iter().flatten().flat_map(|e| [e.key.text(), e.value.text()]).flatten();
        node.map().is_none() || texts.any(|t| !t.is_known() || t.value().contains("{{") || sums(t.value()))
    };
    let (Some(name), false) =
        (task.arg_text("name"), ["labels", "env"].iter().filter_map(|key| read(key)).any(|node| sum(&node)))
    else {
        return Vec::new();
    };
    let (volumes, image) = (read("volumes"), task.arg_text("image"));
    let mounts = volumes.as_ref().and_then(Node::seq).unwrap_or_default().iter().filter_map(Node::text);
    let one = |mount: &Text| {
        let mut parts = mount.value().split(':');
        let (source, target) = (parts.next()?, parts.next().unwrap_or_default());
        let again = image.as_ref().is_some_and(|image| rereads(image.value(), target));
        (!again).then(|| (source.to_owned(), name.clone().with_span(mount.span())))
    };
    mounts.filter_map(one).collect()
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
