//! Short forms to long forms, before merging.
//!
//! What is not of the expected form stays as it is: `schema` has said so already. Units (`512m`, `30s`) stay as
//! written; only `print` turns them into docker compose's numbers.

use crate::problem::{Problem, ProblemKind};
use crate::text::Text;
use crate::yaml::{Entry, Node, Value};

use super::tree::{self, named, plain, word};
use super::{numbers, ports, repeated, volumes, words};

/// The most ports that the ranges of one file are made into.
const MAX_PORTS: usize = 16_384;

/// The canonical form of a whole file; what can't be read is added to `problems`.
pub(super) fn project(project: &Node, problems: &mut Vec<Problem>) -> Node {
    let mut room = MAX_PORTS;
    let project = tree::change(project, "services", |all| tree::each(all, |e| service(&e.value, &mut room, problems)));
    let project = tree::change(&project, "include", |all| {
        items(
            all,
            |i| if i.scalar().is_some() { tree::map(vec![named("path", i.clone())], i.span()) } else { i.clone() },
        )
    });
    ["networks", "volumes", "secrets", "configs"]
        .iter()
        .fold(project, |project, kind| tree::change(&project, kind, |all| tree::each(all, |e| resource(&e.value))))
}

/// `external: {name: x}` is `external: true` with a name.
fn resource(node: &Node) -> Node {
    if node.map().is_none() {
        return node.clone();
    }
    let node = tree::change(node, "labels", mapping);
    let Some(external) = node.get("external").filter(|e| e.map().is_some()) else { return node };
    let name = external.get("name").cloned();
    let mut entries = tree::entries(&node);
    tree::put(&mut entries, "external", plain("true", external.span()));
    if let Some(name) = name
        && tree::get(&entries, "name").is_none()
    {
        tree::put(&mut entries, "name", name);
    }
    tree::with(&node, Value::Map(entries))
}

fn service(node: &Node, room: &mut usize, problems: &mut Vec<Problem>) -> Node {
    if node.map().is_none() {
        return node.clone();
    }
    tree::each(node, |entry| {
        let value = &entry.value;
        let Some(key) = entry.key.known() else { return value.clone() };
        match key {
            "command" | "entrypoint" => command(value, problems),
            "healthcheck" => tree::change(value, "test", healthcheck_test),
            "environment" | "labels" | "annotations" | "sysctls" => {
                rewritten(value, problems);
                problems.extend(repeated::entries(key, value));
                mapping(value)
            }
            "build" => {
                if let Some(args) = value.get("args") {
                    rewritten(args, problems);
                }
                build(value)
            }
            "depends_on" => depends_on(value),
            "networks" | "models" => names(value),
            "ports" => all_ports(value, room, problems),
            "volumes" => items(value, |v| mount(v, problems)),
            "env_file" => env_files(value),
            "label_file" | "dns" | "dns_search" | "tmpfs" => list(value),
            "secrets" => items(value, secret),
            "configs" => items(value, file_mount),
            "devices" => items(value, |d| device(d, problems)),
            "extra_hosts" => hosts(value),
            "extends" => tree_or(value, "service"),
            "gpus" => gpus(value),
            "expose" | "group_add" => items(value, string),
            "deploy" => deploy(value),
            "post_start" | "pre_stop" | "pre_start" => items(value, |h| hook(h, problems)),
            "develop" => develop(value, problems),
            _ => value.clone(),
        }
    })
}

/// `node` with its items changed; other nodes stay.
pub(super) fn items(node: &Node, change: impl FnMut(&Node) -> Node) -> Node {
    match node.seq() {
        Some(all) => tree::with(node, Value::Seq(all.iter().map(change).collect())),
        None => node.clone(),
    }
}

fn scalar(node: &Node) -> Option<&Text> {
    node.text().filter(|_| !node.is_null())
}

fn list(node: &Node) -> Node {
    match scalar(node) {
        Some(_) => tree::seq(vec![node.clone()], node.span()),
        None => node.clone(),
    }
}

fn string(node: &Node) -> Node {
    tree::text(node).map_or_else(|| node.clone(), Node::string)
}

fn tree_or(node: &Node, key: &str) -> Node {
    match scalar(node) {
        Some(_) => tree::map(vec![named(key, node.clone())], node.span()),
        None => node.clone(),
    }
}

fn command(node: &Node, problems: &mut Vec<Problem>) -> Node {
    let Some(line) = scalar(node) else { return node.clone() };
    if let Some(words) = words::split(line) {
        if let Some((operator, rest)) = words::cut(line) {
            let message =
                format!("the command line ends at `{}`: docker compose drops the rest of it", operator.value());
            let problem = Problem::new(ProblemKind::CommandCutShort, message, operator.span())
                .label(rest.span(), "dropped")
                .help("write `[\"sh\", \"-c\", \"…\"]` for a shell's operators, or quote the word that holds the character");
            problems.push(problem);
        }
        return tree::seq(words.into_iter().map(Node::string).collect(), node.span());
    }
    let problem = Problem::new(ProblemKind::InvalidValue, "docker compose can't split this command line", node.span())
        .help("balance the quotes, or write the command as a list");
    problems.push(problem);
    node.clone()
}

fn hook(node: &Node, problems: &mut Vec<Problem>) -> Node {
    tree::change(&tree::change(node, "environment", mapping), "command", |c| command(c, problems))
}

fn healthcheck_test(node: &Node) -> Node {
    match scalar(node) {
        Some(_) => tree::seq(vec![word("CMD-SHELL", node.span()), node.clone()], node.span()),
        None => node.clone(),
    }
}

/// `[A=1, B]` or `{A: 1, B:}` to a mapping of strings and nulls.
pub(super) fn mapping(node: &Node) -> Node {
    if node.map().is_some() {
        return tree::each(node, |e| if e.value.is_null() { e.value.clone() } else { string(&e.value) });
    }
    let Some(all) = node.seq() else { return node.clone() };
    let mut entries: Vec<Entry> = Vec::with_capacity(all.len());
    let mut index = tree::Index::of(&[]);
    for item in all {
        let Some(text) = item.text() else { continue };
        let added = match text.split_once('=') {
            Some((key, value)) => tree::entry(Node::string(key), Node::string(value)),
            None => tree::entry(Node::string(text.clone()), plain("", text.span())),
        };
        let found = added.key.known().and_then(|_| index.find(&added.key));
        if let Some(found) = found.and_then(|at| entries.get_mut(at)) {
            *found = added;
        } else {
            index.add(&added.key, entries.len());
            entries.push(added);
        }
    }
    tree::map(entries, node.span())
}

/// Reports the values that YAML takes for numbers or dates and that arrive as other characters.
fn rewritten(node: &Node, problems: &mut Vec<Problem>) {
    for entry in node.map().unwrap_or_default() {
        let Some(kind) = numbers::rewritten(entry) else { continue };
        let (written, shown) = kind;
        let message =
            format!("without quotes, YAML reads `{written}` as {} and passes on `{shown}`", numbers::what(&shown));
        let problem = Problem::new(ProblemKind::UnquotedNumber, message, entry.value.span());
        problems.push(problem.help(format!("write `\"{written}\"`")));
    }
}

fn build(node: &Node) -> Node {
    let node = tree_or(node, "context");
    let keys = ["args", "labels", "additional_contexts"];
    let node = keys.iter().fold(node, |node, key| tree::change(&node, key, mapping));
    let node = tree::change(&node, "ssh", mapping);
    let node = tree::change(&node, "secrets", |s| items(s, file_mount));
    tree::change(&node, "extra_hosts", hosts)
}

fn depends_on(node: &Node) -> Node {
    let defaults = |span| {
        let required = tree::map(vec![named("required", plain("true", span))], span);
        with_default(&required, "condition", word("service_started", span))
    };
    if let Some(all) = node.seq() {
        let entries = all.iter().map(|n| tree::entry(n.clone(), defaults(n.span()))).collect();
        return tree::map(entries, node.span());
    }
    tree::each(node, |e| {
        if e.value.map().is_none() {
            return e.value.clone();
        }
        with_default(&e.value, "required", plain("true", e.value.span()))
    })
}

fn with_default(node: &Node, key: &str, value: Node) -> Node {
    let mut entries = tree::entries(node);
    if tree::get(&entries, key).is_none() {
        tree::put(&mut entries, key, value);
    }
    tree::with(node, Value::Map(entries))
}

fn names(node: &Node) -> Node {
    let Some(all) = node.seq() else { return node.clone() };
    let mut entries: Vec<Entry> = Vec::with_capacity(all.len());
    for name in all {
        if !entries.iter().any(|e| tree::same_key(&e.key, name)) {
            entries.push(tree::entry(name.clone(), plain("", name.span())));
        }
    }
    tree::map(entries, node.span())
}

/// The long forms of the ports, as long as there is `room` for more.
fn all_ports(node: &Node, room: &mut usize, problems: &mut Vec<Problem>) -> Node {
    let Some(all) = node.seq() else { return node.clone() };
    let mut out = Vec::with_capacity(all.len());
    for port in all {
        let Some(text) = scalar(port).and_then(|_| tree::text(port)) else {
            out.push(ports::defaults(port));
            continue;
        };
        let count = ports::count(&text);
        if count > *room && count > 1 {
            let message = format!("the port ranges of one file name more than {MAX_PORTS} ports");
            problems.push(Problem::new(ProblemKind::Refused, message, port.span()));
            out.push(ports::too_many(&text));
            continue;
        }
        *room -= count.min(*room);
        match ports::parse(&text) {
            Ok(long) => out.extend(long),
            Err(why) => problems.push(
                Problem::new(ProblemKind::InvalidValue, format!("this is no port: {why}"), port.span())
                    .help("write `[address:][host port:]container port[/protocol]`, quoted"),
            ),
        }
    }
    tree::with(node, Value::Seq(out))
}

fn mount(node: &Node, problems: &mut Vec<Problem>) -> Node {
    let Some(text) = scalar(node) else { return volumes::defaults(node) };
    if volumes::drive(text) {
        let message = "a volume of one letter is read as a drive of Windows, and the engine refuses the mount";
        let problem = Problem::new(ProblemKind::InvalidValue, message, node.span());
        problems.push(problem.help("give the volume a longer name, or write the mount in its long form"));
    }
    if let Some(mode) = volumes::dropped(text) {
        let written = mode.known().unwrap_or_default();
        let message = format!("docker compose drops the mode `{written}`: the mount is writable");
        problems.push(Problem::new(ProblemKind::MountModeIgnored, message, mode.span()).help("write `:ro`"));
    }
    volumes::parse(text).unwrap_or_else(|why| {
        let problem = Problem::new(ProblemKind::InvalidValue, format!("this is no mount: {why}"), node.span())
            .help("write `[source:]target[:options]`");
        problems.push(problem);
        node.clone()
    })
}

fn env_files(node: &Node) -> Node {
    items(&list(node), |file| {
        let file = tree_or(file, "path");
        if file.map().is_none() { file } else { with_default(&file, "required", plain("true", file.span())) }
    })
}

fn file_mount(node: &Node) -> Node {
    tree_or(node, "source")
}

/// A secret of a service, which lands in `/run/secrets` unless it says otherwise.
fn secret(node: &Node) -> Node {
    let node = file_mount(node);
    let Some(source) = node.get("source").and_then(Node::text) else { return node };
    let target = tree::join(&Text::literal("", source.span_at(0..0)), "/run/secrets/", source);
    with_default(&node, "target", Node::string(target.with_span(source.span())))
}

/// `source[:target[:permissions]]` to its long form.
fn device(node: &Node, problems: &mut Vec<Problem>) -> Node {
    let Some(text) = scalar(node) else { return node.clone() };
    let mut parts = Vec::new();
    let mut at = 0;
    for part in text.value().split(':') {
        parts.push(text.slice(at..at + part.len()));
        at += part.len() + 1;
    }
    if parts.len() > 3 {
        let problem = Problem::new(ProblemKind::InvalidValue, "this is no device: too many colons", node.span());
        problems.push(problem.help("write `source[:target[:permissions]]`"));
        return node.clone();
    }
    let mut parts = parts.into_iter();
    let source = parts.next().unwrap_or_else(|| text.clone());
    let target = parts.next().filter(|t| !t.is_empty()).unwrap_or_else(|| source.clone());
    let permissions = parts.next().map_or_else(|| word("rwm", node.span()), Node::string);
    let entries = vec![
        named("source", Node::string(source)),
        named("target", Node::string(target)),
        named("permissions", permissions),
    ];
    tree::map(entries, node.span())
}

/// `host: address` to docker compose's list of `host=address`.
fn hosts(node: &Node) -> Node {
    if let Some(entries) = node.map() {
        let mut out = Vec::new();
        for entry in entries {
            let Some(host) = entry.key.text() else { continue };
            let addresses = entry.value.seq().map_or_else(|| vec![entry.value.clone()], <[Node]>::to_vec);
            out.extend(addresses.iter().filter_map(tree::text).map(|a| Node::string(tree::join(host, "=", &bare(&a)))));
        }
        return tree::seq(out, node.span());
    }
    items(node, |item| {
        let Some(text) = item.text() else { return item.clone() };
        let Some((host, address)) = text.split_once('=').or_else(|| text.split_once(':')) else { return item.clone() };
        Node::string(tree::join(&host, "=", &bare(&address)).with_span(text.span()))
    })
}

/// An address without the brackets of IPv6.
fn bare(address: &Text) -> Text {
    let value = address.value();
    let bracketed = value.len() > 2 && value.starts_with('[') && value.ends_with(']');
    if bracketed { address.slice(1..value.len() - 1) } else { address.clone() }
}

fn gpus(node: &Node) -> Node {
    match scalar(node) {
        Some(_) => tree::seq(vec![tree::map(vec![named("count", node.clone())], node.span())], node.span()),
        None => items(node, device_request),
    }
}

fn deploy(node: &Node) -> Node {
    let node = tree::change(node, "labels", mapping);
    tree::change(&node, "resources", |resources| {
        tree::change(resources, "reservations", |reserved| {
            tree::change(reserved, "devices", |devices| items(devices, device_request))
        })
    })
}

/// A request that says neither how many devices nor which ones wants them all.
fn device_request(node: &Node) -> Node {
    if node.map().is_none() || node.get("device_ids").is_some() {
        return node.clone();
    }
    with_default(node, "count", word("all", node.span()))
}

fn develop(node: &Node, problems: &mut Vec<Problem>) -> Node {
    tree::change(node, "watch", |watch| {
        items(watch, |w| {
            let w = tree::change(&tree::change(w, "ignore", list), "include", list);
            tree::change(&w, "exec", |h| hook(h, problems))
        })
    })
}
