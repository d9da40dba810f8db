//! Facts of subjects `proxy.label` and `container.publish`: what Traefik is told by labels that it refuses or that leads nowhere, and
//! the ports that containers of Ansible and of command lines publish.
//!
//! Labels are those of compose services and of Ansible's `docker_container`. Whether a proxy reaches a service is `routes`'.

mod judge;

use super::label::{self, Label};
use super::listen::{self, Listening};
use super::mounted::Mounted;
use crate::ansible::walk::walk;
use crate::document::Kind;
use crate::model::Model;
use crate::model::compose::image::Reference;
use crate::model::compose::read::{entries, texts};
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value, field};
use crate::model::launched::Launched;
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::{Entry, Node};

/// The fields of `proxy.label`.
pub const LABEL: Schema = Schema {
    name: "proxy.label",
    doc: "A label for Traefik that it refuses, or that leads to nothing.",
    fields: &[
        field(
            "kind",
            FieldKind::OneOf(&["element", "option", "matcher", "port", "conflict", "quote"]),
            "What is wrong: an `element` or an `option` that Traefik does not know, a `matcher` of an older release, a `port` on which the container does not listen, a router or middleware that another container tells otherwise (`conflict`), a `quote` that closes none.",
        ),
        field("key", FieldKind::Str, "The label's name."),
        field("name", FieldKind::Str, "The part of it, or the word of its value, that is wrong."),
        field("nearest", FieldKind::Str, "What is meant, where that is known."),
        field("container", FieldKind::Str, "The service's or the container's name."),
        field("other", FieldKind::Str, "Of `conflict`: the other container, at its label."),
        field("listens", FieldKind::List(&FieldKind::Int), "Of `port`: the ports on which the container listens."),
    ],
};

/// The fields of `container.publish`.
pub const PUBLISH: Schema = Schema {
    name: "container.publish",
    doc: "A port that a container of Ansible's modules, or of a command line, publishes.",
    fields: &[
        FieldSchema { name: "container", kind: FieldKind::Str, doc: "The container's name." },
        FieldSchema { name: "target", kind: FieldKind::Int, doc: "The port in the container." },
        FieldSchema { name: "answered", kind: FieldKind::Bool, doc: "Whether the program listens there." },
        FieldSchema {
            name: "listens",
            kind: FieldKind::List(&FieldKind::Int),
            doc: "The ports on which it is known to listen.",
        },
        FieldSchema {
            name: "host_network",
            kind: FieldKind::Bool,
            doc: "Whether the container uses the host's own network.",
        },
    ],
};

/// A container with its labels.
struct Labelled<'a> {
    name: String,
    stack: usize,
    profiles: Vec<&'a str>,
    labels: Vec<Label>,
    listening: Listening,
}

/// The words of what a service starts.
fn words(node: &Node) -> Vec<Text> {
    [texts(node.get("entrypoint")), texts(node.get("command"))].concat()
}

/// Adds the facts.
pub(super) fn build(model: &mut Model<'_>, launched: &[Launched]) {
    let third = third(model);
    let (mut all, mut published) = (compose(model), Vec::new());
    ansible(model, &mut all, &mut published);
    published.extend(launched.iter().flat_map(|one| of_launched(model, one)));
    let mut found = published;
    for one in &all {
        found.extend(judge::of_container(one, third));
    }
    found.extend(judge::conflicts(&all));
    for fact in found {
        model.facts.add(fact);
    }
}

fn compose<'a>(model: &Model<'a>) -> Vec<Labelled<'a>> {
    let mut found = Vec::new();
    for (index, stack) in model.deployment.stacks.iter().enumerate().filter(|(_, s)| s.variant == 0) {
        for entry in entries(stack.project.get("services")) {
            let labels = [entry.value.get("labels"), entry.value.path(&["deploy", "labels"])]
                .into_iter()
                .flat_map(label::of)
                .collect();
            let profiles =
                entry.value.get("profiles").and_then(Node::seq).unwrap_or(&[]).iter().filter_map(Node::known).collect();
            let built = entry.value.get("build").is_some_and(|b| !b.is_null());
            let listening = if built { Listening::default() } else { listening(model, &entry.value) };
            found.push(Labelled {
                name: entry.key.text().map_or_else(String::new, Text::display),
                stack: index,
                profiles,
                labels,
                listening,
            });
        }
    }
    found
}

/// The ports of a container by its image, options and variables; what is mounted leaves them open.
fn listening(model: &Model<'_>, node: &Node) -> Listening {
    let Some(image) = node.get("image").and_then(Node::text) else { return Listening::default() };
    let reference = Reference::parse(image);
    let Some(entry) = reference.repository.known().and_then(|r| model.knowledge.listeners(r)) else {
        return Listening::default();
    };
    // A label on Traefik itself names any port: its own service is asked without one.
    if entry.names.iter().any(|name| name == "traefik") {
        return Listening::default();
    }
    let volumes = node.get("volumes").filter(|v| !v.is_null());
    let hides = |t: &str| {
        entry.configs.iter().any(|c| c.starts_with(t) || t.starts_with(c.as_str()))
            || entry.settings.iter().any(|c| t.starts_with(c.as_str()))
    };
    let brings = |v: &Node, t: &str| entry.settings.iter().any(|c| brought(model, v, t, c));
    let unseen = |v: &Node| target(v).is_none_or(|t| hides(&t) || brings(v, &t));
    // What `configs:` gives is a configuration, wherever the program is told to look for it.
    let given = node.get("configs").is_some_and(|n| n.seq().is_none_or(|items| !items.is_empty()) && !n.is_null());
    let open = volumes.is_some_and(|v| v.seq().is_none_or(|items| items.iter().any(unseen))) || given;
    let mut found = listen::known(entry, &reference, node, &Mounted::default());
    found.complete &= entry.configs.is_empty() && entry.settings.is_empty() || !open;
    found
}

/// Whether the files hold what a mount of a folder at `target` would bring to `path` below it.
fn brought(model: &Model<'_>, mount: &Node, target: &str, path: &str) -> bool {
    let Some(rest) = path.strip_prefix(target.trim_end_matches('/')).filter(|rest| rest.starts_with('/')) else {
        return false;
    };
    let short = || mount.text().and_then(|t| Some(t.split_once(':')?.0));
    let source = mount.get("source").and_then(Node::text).cloned().or_else(short);
    let folder = source.as_ref().and_then(|s| s.value().trim_end_matches('/').rsplit('/').next()).unwrap_or("");
    let wanted = format!("{folder}{rest}");
    model.deployment.paths.iter().any(|p| p.contains(&wanted))
}

/// The path in the container of a mount, in either form.
fn target(mount: &Node) -> Option<String> {
    if let Some(target) = mount.get("target") {
        return target.known().map(str::to_owned);
    }
    let (_, rest) = mount.text()?.split_once(':')?;
    rest.known()?.split(':').next().map(str::to_owned)
}

/// Ansible's containers, and what they publish.
fn ansible<'a>(model: &Model<'a>, all: &mut Vec<Labelled<'a>>, published: &mut Vec<Fact>) {
    let deployment = model.deployment;
    let own = |k: Kind| matches!(k, Kind::AnsibleTasks | Kind::AnsiblePlaybook);
    for document in deployment.documents.iter().filter(|d| d.variant == 0 && own(d.kind)) {
        for task in walk(document).iter().filter(|t| matches!(t.module_name(), "docker_container" | "podman_container"))
        {
            let Some(arguments) = task.module.as_ref().and_then(|m| m.args.mapping()) else { continue };
            let name = task.arg_text("name").map_or_else(String::new, |t| t.display());
            let listening = listening(model, &as_service(arguments));
            let ports =
                arguments.get("ports").or_else(|| arguments.get("published_ports")).and_then(Node::seq).unwrap_or(&[]);
            let host = arguments.get("network_mode").and_then(Node::known) == Some("host");
            let texts = ports.iter().filter_map(Node::text);
            published.extend(texts.filter_map(|text| publish(&name, text, &listening, host)));
            let labels = label::of(arguments.get("labels"));
            all.push(Labelled { name, stack: usize::MAX, profiles: Vec::new(), labels, listening });
        }
    }
}

/// What a container of a command line publishes.
fn of_launched(model: &Model<'_>, launched: &Launched) -> Vec<Fact> {
    if launched.ports.is_empty() {
        return Vec::new();
    }
    let name = launched.service.key.text().map_or_else(String::new, Text::display);
    let listening = listening(model, &launched.service.value);
    launched.ports.iter().filter_map(|text| publish(&name, text, &listening, launched.on_host)).collect()
}

/// The fact of one published port; what is no number, or of UDP, has none.
fn publish(name: &str, text: &Text, listening: &Listening, host: bool) -> Option<Fact> {
    let target = text.value().rsplit(':').next().unwrap_or("");
    let target = target.split('/').next().unwrap_or(target).parse::<u16>().ok()?;
    if text.value().ends_with("/udp") {
        return None;
    }
    let answered = listening.answers(i64::from(target));
    let answered = answered.map_or_else(|| Value::Unknown("the ports of this image".to_owned()), Value::Bool);
    let fact = Fact::new(Subject::ContainerPublish, text.place())
        .with("container", name)
        .with("target", i64::from(target))
        .with("answered", Field::derived(answered))
        .with("listens", numbers(listening))
        .with("host_network", host);
    Some(fact)
}

/// The arguments under the names that compose gives them.
fn as_service(arguments: &Node) -> Node {
    let renamed = arguments.map().unwrap_or(&[]).iter().map(|e| {
        if e.key.known() != Some("env") {
            return e.clone();
        }
        // A mapping that is not seen may hold any variable, as a file may.
        let name = if e.value.map().is_some() { "environment" } else { "env_file" };
        Entry::new(Node::plain(Text::literal(name, e.key.span())), e.value.clone(), e.merged)
    });
    Node::new(crate::yaml::Value::Map(renamed.collect()), arguments.span())
}

fn numbers(listening: &Listening) -> Vec<Field> {
    listening.ports().into_iter().map(Field::derived).collect()
}

/// Whether the tree has a Traefik, and all are of release 3 and its rules.
fn third(model: &Model<'_>) -> bool {
    let mut found = Vec::new();
    for stack in model.deployment.stacks.iter().filter(|s| s.variant == 0) {
        for entry in entries(stack.project.get("services")) {
            let Some(image) = entry.value.get("image").and_then(Node::text) else { continue };
            let reference = Reference::parse(image);
            if reference.repository.known().and_then(|r| r.rsplit('/').next()) != Some("traefik") {
                continue;
            }
            let tag = reference.tag.as_ref().and_then(Text::known).unwrap_or("");
            let old = words(&entry.value).iter().any(|w| w.value().to_ascii_lowercase().contains("rulesyntax"));
            found.push(tag.trim_start_matches('v').starts_with('3') && !old);
        }
    }
    !found.is_empty() && found.iter().all(|third| *third)
}
