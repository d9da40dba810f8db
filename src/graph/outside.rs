//! Containers that no compose file starts: of Ansible's modules, of Quadlet and Kubernetes, of a `docker run` that names what it starts.
//!
//! They have no facts of networks, ports and volumes: their options say in words what they join, publish and mount.

use std::collections::BTreeMap;

use super::read::{fact, field, list, mapping, name, text, texts, truth, yes};
use super::{Draft, Kind, Link};
use crate::finding::Severity;
use crate::model::fact::{Fact, FactId, Facts, Value};
use crate::model::subject::Subject;

/// A container that has a box.
#[derive(Debug)]
pub(super) struct Outside {
    pub(super) at: usize,
    pub(super) fact: FactId,
}

/// Where a container is on a network.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Joined<'a> {
    /// The host's own.
    Host,
    /// The one that the engine gives to those that name none.
    Default,
    /// The one of a cluster.
    Cluster,
    /// Another container's.
    Of(&'a str),
    /// One with a name.
    Named(&'a str),
    /// One whose name is not known.
    Unknown,
}

/// Draws a box for each.
pub(super) fn boxes(draft: &mut Draft<'_>) -> Vec<Outside> {
    let all = draft.facts;
    let mut found = Vec::new();
    for id in all.of(Subject::Container).into_iter().filter(|id| stays(all.get(*id))) {
        let container = all.get(id);
        let place = draft.at(container.place.span);
        let title = text(container, "name").or(text(container, "image")).unwrap_or("…");
        let at = draft.node(&format!("{}/container/{title}", place.path), Kind::Service, title);
        let mut words: Vec<String> = text(container, "title").map(str::to_owned).into_iter().collect();
        for role in texts(container, "roles").into_iter().map(|role| role.replace('-', " ")) {
            if !words.iter().any(|word| word.eq_ignore_ascii_case(&role)) {
                words.push(role);
            }
        }
        if !words.is_empty() {
            draft.note(at, &words.join(", "));
        }
        draft.note(at, starter(container));
        let marks = draft.marks(&[id]);
        if let Some(node) = draft.graph.nodes.get_mut(at) {
            node.place.get_or_insert(place);
            node.marks.extend(marks);
        }
        found.push(Outside { at, fact: id });
    }
    found
}

/// Whether it is part of a deployment: no compose service, no job, and of commands only what has a name.
fn stays(container: &Fact) -> bool {
    let command = text(container, "origin") == Some("command");
    let named = text(container, "name") != text(container, "image");
    fact(container, "service").is_none() && !yes(container, "one_shot") && (named || !command)
}

/// What starts it.
fn starter(container: &Fact) -> &'static str {
    match text(container, "origin") {
        Some("ansible") => "started by Ansible",
        Some("quadlet") => "started by Quadlet",
        Some("kubernetes") => "started by Kubernetes",
        _ => "started by a command",
    }
}

/// The networks that a container is on.
pub(super) fn joined(container: &Fact) -> Vec<Joined<'_>> {
    let cluster = text(container, "origin") == Some("kubernetes");
    if cluster {
        let host = text(container, "network_mode") == Some("host");
        return vec![if host { Joined::Host } else { Joined::Cluster }];
    }
    let named = list(container, "networks").unwrap_or_default();
    let mode = || field(container, "network_mode").into_iter().filter(|v| !matches!(v, Value::Null)).collect();
    let named: Vec<&Value> = if named.is_empty() { mode() } else { named };
    if named.is_empty() {
        return vec![Joined::Default];
    }
    named.into_iter().filter_map(one).collect()
}

fn one(value: &Value) -> Option<Joined<'_>> {
    let Value::Str(written) = value else { return Some(Joined::Unknown) };
    // Podman takes options behind the name.
    let (word, rest) = written.split_once(':').unwrap_or((written, ""));
    Some(match word {
        "none" => return None,
        "host" => Joined::Host,
        "bridge" | "default" | "private" | "pasta" | "slirp4netns" => Joined::Default,
        "container" => Joined::Of(rest),
        _ => Joined::Named(word),
    })
}

/// The networks that something other than compose makes, and whether they lead out, where that is known.
pub(super) fn declared(all: &Facts) -> BTreeMap<String, Option<bool>> {
    let tasks = all.of(Subject::AnsibleTask).into_iter().filter_map(|id| of_task(all.get(id)));
    let commands = all.of(Subject::Command).into_iter().filter_map(|id| of_command(all.get(id)));
    let mut found: BTreeMap<String, Option<bool>> = BTreeMap::new();
    for (name, open) in tasks.chain(commands).chain(of_quadlet(all)) {
        // Made in two ways, nobody knows which of them counts.
        let known = found.entry(name).or_insert(open);
        *known = if *known == open { open } else { None };
    }
    found
}

fn of_task(task: &Fact) -> Option<(String, Option<bool>)> {
    if !matches!(text(task, "module"), Some("docker_network" | "podman_network")) {
        return None;
    }
    let arguments = mapping(task, "arguments")?;
    let word =
        |key: &str| if let Some(Value::Str(word)) = arguments.get(key).map(|f| &f.value) { Some(word) } else { None };
    let open = match arguments.get("internal").map(|f| &f.value) {
        None | Some(Value::Null) => Some(true),
        Some(Value::Bool(internal)) => Some(!internal),
        Some(_) => None,
    };
    (word("state").map(String::as_str) != Some("absent")).then(|| Some((word("name")?.clone(), open)))?
}

/// `docker network create --internal NAME`
fn of_command(command: &Fact) -> Option<(String, Option<bool>)> {
    let words = texts(command, "words");
    let [engine, "network", "create", options @ ..] = words.as_slice() else { return None };
    let name = options.last().filter(|word| matches!(*engine, "docker" | "podman") && !word.starts_with('-'))?;
    Some(((*name).to_owned(), Some(!options.contains(&"--internal"))))
}

/// The `.network` files, by their own names: so do `.container` files name them.
fn of_quadlet(all: &Facts) -> Vec<(String, Option<bool>)> {
    let mut found: BTreeMap<String, Option<bool>> = BTreeMap::new();
    for key in all.of(Subject::QuadletKey).into_iter().map(|id| all.get(id)) {
        if text(key, "kind") != Some("network") {
            continue;
        }
        let file = text(key, "path").and_then(|path| path.rsplit('/').next()).unwrap_or_default().to_owned();
        let open = found.entry(file).or_insert(Some(true));
        if text(key, "name") == Some("Internal") {
            let value = text(key, "value").map(str::to_ascii_lowercase);
            *open = value.map(|value| !matches!(value.as_str(), "1" | "yes" | "true" | "on"));
        }
    }
    found.into_iter().collect()
}

/// A published port: the address of the host, its port, the container's, whether it is of UDP.
pub(super) fn port(written: &str) -> Option<(&str, &str, &str, bool)> {
    let (whole, protocol) = written.split_once('/').unwrap_or((written, "tcp"));
    let (outer, target) = whole.rsplit_once(':').unwrap_or(("", whole));
    let (address, published) = outer.rsplit_once(':').unwrap_or(("", outer));
    let number = |port: &str| port.starts_with(|c: char| c.is_ascii_digit());
    number(target).then_some((address.trim_matches(['[', ']']), published, target, protocol == "udp"))
}

/// The volumes and paths of the host that several of them share, or that are worth a look by themselves.
pub(super) fn volumes(draft: &mut Draft<'_>, outside: &[Outside]) {
    let all = draft.facts;
    let mut users: BTreeMap<&str, Vec<(usize, FactId)>> = BTreeMap::new();
    for container in outside {
        for mount in super::read::facts(all.get(container.fact), "mounts") {
            if let Some(source) = text(all.get(mount), "source") {
                users.entry(source).or_default().push((container.at, mount));
            }
        }
    }
    for (source, mounts) in users {
        let id = format!("volume/{source}");
        let any = |test: &dyn Fn(&Fact) -> bool| mounts.iter().any(|(_, mount)| test(all.get(*mount)));
        let socket = any(&|mount| text(mount, "socket").is_some());
        let secret = any(&|mount| yes(mount, "credential"));
        let marked = mounts.iter().any(|(_, mount)| !draft.marks(&[*mount]).is_empty());
        let shared = mounts.iter().any(|(at, _)| Some(*at) != mounts.first().map(|(first, _)| *first));
        if !shared && !socket && !secret && !marked && !draft.known.contains_key(&id) {
            continue;
        }
        let kind = if socket {
            Kind::Socket
        } else if secret {
            Kind::Credentials
        } else {
            Kind::Volume
        };
        let at = draft.node(&id, kind, source);
        draft.note(at, if source.starts_with('/') { "path of the host" } else { "volume" });
        if secret {
            draft.note(at, "holds credentials");
        }
        for (user, mount) in mounts {
            let target = text(all.get(mount), "target").unwrap_or("…");
            let mode = if truth(all.get(mount), "read_only") == Some(true) { " (read-only)" } else { "" };
            draft.link((user, at), Link::Mounts, &format!("{target}{mode}"), &[mount], Severity::Error);
        }
    }
}

/// The box of the container with this name.
pub(super) fn named(all: &Facts, outside: &[Outside], wanted: &str) -> Option<usize> {
    outside.iter().find(|one| name(all.get(one.fact)) == wanted).map(|one| one.at)
}

#[cfg(test)]
#[path = "outside_tests.rs"]
mod tests;
