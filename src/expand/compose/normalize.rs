//! What docker compose adds by itself: the default network, names, dependencies that follow from other attributes, and
//! what a service's env and label files say.

use std::collections::HashSet;
use std::path::Path;

use super::environment::Environment;
use super::interpolate::Unset;
use super::opaque;
use super::read::Context;
use super::service_files::ServiceFiles;
use super::tree::{self, entry, named, plain, word};
use crate::problem::Problem;
use crate::text::Text;
use crate::yaml::{Entry, Node, Value};

/// The normal form of a merged canonical project called `name`; `folder` is where `env_file` paths start.
pub(super) fn project(
    project: &Node,
    name: &Text,
    environment: &Environment,
    folder: &Path,
    context: &Context<'_>,
    problems: &mut Vec<Problem>,
) -> Node {
    let project = tree::change(project, "services", |all| {
        tree::each(all, |e| service(&e.value, environment, folder, context, problems))
    });
    let project = networks(&project);
    let mut project = project;
    for kind in ["networks", "volumes", "secrets", "configs"] {
        project = tree::change(&project, kind, |all| tree::each(all, |e| resource(e, name)));
    }
    let mut entries = vec![entry(word("name", name.span()), Node::string(name.clone()))];
    entries.extend(tree::entries(&project).into_iter().filter(|e| e.key.known() != Some("name")));
    tree::with(&project, Value::Map(entries))
}

fn service(
    node: &Node,
    environment: &Environment,
    folder: &Path,
    context: &Context<'_>,
    problems: &mut Vec<Problem>,
) -> Node {
    if node.map().is_none() {
        return node.clone();
    }
    let node = tree::change(node, "build", |build| build_defaults(build, environment));
    let node = tree::change(&node, "dns", without_empty);
    let node = tree::change(&node, "environment", |all| passed_through(all, environment, true));
    let mut files = ServiceFiles { environment, folder, context, problems };
    let node = files.environment(&node);
    let node = files.labels(&node);
    let node = tree::change(&node, "pull_policy", |policy| {
        if policy.known() == Some("if_not_present") { word("missing", policy.span()) } else { policy.clone() }
    });
    let node = implied_dependencies(&node);
    // What `config` prints is what it was given.
    let node = if context.unset == Unset::Empty { node } else { opaque::service(&node) };
    if node.get("network_mode").is_some() || node.get("provider").is_some() {
        return node;
    }
    let empty = node.get("networks").is_none_or(|n| n.is_null() || n.map().is_some_and(<[Entry]>::is_empty));
    if !empty {
        return node;
    }
    let span = node.get("networks").map_or_else(|| node.span(), Node::span);
    let mut entries = tree::entries(&node);
    tree::put(&mut entries, "networks", tree::map(vec![named("default", plain("", span))], span));
    tree::with(&node, Value::Map(entries))
}

/// A list without its empty strings, which a variable without a value leaves behind.
fn without_empty(list: &Node) -> Node {
    let Some(items) = list.seq() else { return list.clone() };
    let said = |item: &&Node| item.known() != Some("");
    tree::with(list, Value::Seq(items.iter().filter(said).cloned().collect()))
}

fn build_defaults(build: &Node, environment: &Environment) -> Node {
    if build.map().is_none() {
        return build.clone();
    }
    let build = tree::change(build, "args", |args| passed_through(args, environment, false));
    let mut entries = tree::entries(&build);
    let set = |entries: &[Entry], key: &str| tree::get(entries, key).is_some_and(|n| !n.is_null());
    if !set(&entries, "dockerfile") && !set(&entries, "dockerfile_inline") {
        tree::put(&mut entries, "dockerfile", word("Dockerfile", build.span()));
    }
    tree::with(&build, Value::Map(entries))
}

/// Keys without a value take the environment's; those that it does not have stay null, or go.
fn passed_through(all: &Node, environment: &Environment, keep: bool) -> Node {
    let Some(entries) = all.map() else { return all.clone() };
    let resolved = entries.iter().filter_map(|e| {
        if !e.value.is_null() {
            return Some(e.clone());
        }
        match e.key.known().and_then(|k| environment.get(k)) {
            Some(value) => Some(e.with(Node::string(value.clone()))),
            None => keep.then(|| e.clone()),
        }
    });
    tree::with(all, Value::Map(resolved.collect()))
}

/// Dependencies that follow from links, shared namespaces and `volumes_from`.
fn implied_dependencies(node: &Node) -> Node {
    let mut implied: Vec<(Text, bool)> = Vec::new();
    for link in node.get("links").and_then(Node::seq).unwrap_or_default().iter().filter_map(Node::text) {
        let name = link.split_once(':').map_or_else(|| link.clone(), |(name, _)| name);
        implied.push((name, true));
    }
    for key in ["network_mode", "ipc", "pid", "uts", "cgroup"] {
        let Some(text) = node.get(key).and_then(Node::text) else { continue };
        if text.value().starts_with("service:") {
            implied.push((text.slice("service:".len()..text.value().len()), true));
        }
    }
    for from in node.get("volumes_from").and_then(Node::seq).unwrap_or_default().iter().filter_map(Node::text) {
        if !from.value().starts_with("container:") {
            let name = from.split_once(':').map_or_else(|| from.clone(), |(name, _)| name);
            implied.push((name, false));
        }
    }
    if implied.is_empty() {
        return node.clone();
    }
    let span = node.get("depends_on").map_or_else(|| node.span(), Node::span);
    let mut all = node.get("depends_on").map(tree::entries).unwrap_or_default();
    let key = |name: &Text| (name.value().to_owned(), name.is_known());
    let mut there: HashSet<_> = all.iter().filter_map(|e| e.key.text().map(key)).collect();
    for (name, restart) in implied {
        let at = name.span();
        if !there.insert(key(&name)) {
            continue;
        }
        let name = Node::string(name);
        let mut dependency = vec![named("condition", word("service_started", at))];
        if restart {
            dependency.push(named("restart", plain("true", at)));
        }
        dependency.push(named("required", plain("true", at)));
        all.push(entry(name, tree::map(dependency, at)));
    }
    let mut entries = tree::entries(node);
    tree::put(&mut entries, "depends_on", tree::map(all, span));
    tree::with(node, Value::Map(entries))
}

/// The implicit `default` network, where a service is on it.
fn networks(project: &Node) -> Node {
    let services = project.get("services").and_then(Node::map).unwrap_or_default();
    let user = services.iter().find(|e| e.value.path(&["networks", "default"]).is_some());
    let declared = project.get("networks").is_some_and(|n| n.map().is_none() && !n.is_null());
    let Some(user) = user.filter(|_| !declared) else { return project.clone() };
    if project.path(&["networks", "default"]).is_some() {
        return project.clone();
    }
    let span = user.key.span();
    let mut all = project.get("networks").map(tree::entries).unwrap_or_default();
    all.push(named("default", tree::map(Vec::new(), span)));
    let mut entries = tree::entries(project);
    let place = tree::get(&entries, "networks").map_or(span, Node::span);
    tree::put(&mut entries, "networks", tree::map(all, place));
    tree::with(project, Value::Map(entries))
}

/// A network, volume, secret or config with its name.
fn resource(resource: &Entry, project: &Text) -> Node {
    let node = &resource.value;
    if node.map().is_none() && !node.is_null() {
        return node.clone();
    }
    let mut entries = tree::entries(node);
    if tree::get(&entries, "name").is_some_and(|n| !n.is_null()) {
        return node.clone();
    }
    let Some(key) = resource.key.text() else { return node.clone() };
    let external = tree::get(&entries, "external").is_some_and(|e| !matches!(e.known(), Some("false" | "")));
    let name = if external { key.clone() } else { tree::join(project, "_", key).with_span(key.span()) };
    tree::put(&mut entries, "name", Node::string(name));
    tree::with(node, Value::Map(entries))
}
