//! One canonical project over another, by the rules of each attribute.
//!
//! Sequences append and then lose what a later item redefines; mappings merge; commands and tests replace; `!reset` and
//! `!override` have been applied to the base before.

use std::collections::{HashMap, HashSet};

use crate::problem::{Problem, ProblemKind};
use crate::text::Text;
use crate::yaml::{Entry, Node, Value};

use super::tree::{self, MAX_DEPTH, Path, matches};

/// Attributes that the later file replaces as a whole.
const REPLACED: &[&str] = &["services.*.command", "services.*.entrypoint", "services.*.healthcheck.test"];

/// `over` merged over `base`; what can't be merged is added to `problems` and stays as in `base`.
pub(super) fn project(base: &Node, over: &Node, problems: &mut Vec<Problem>) -> Node {
    let mut path = Vec::new();
    unique(&merge(base, over, &mut path, problems), &mut Vec::new())
}

/// What `over` itself says: a key without a value leaves that of `base` alone.
pub(super) fn said(base: &Node, over: &Node) -> Node {
    let (Some(below), Some(above)) = (base.map(), over.map()) else { return over.clone() };
    let opaque = below.iter().any(|e| e.key.known().is_none());
    let mut kept = Vec::with_capacity(above.len());
    for entry in above {
        let earlier = entry.key.known().and_then(|key| tree::get(below, key));
        let there = earlier.is_some_and(|e| !e.is_null()) || opaque;
        if !(entry.value.is_null() && there) {
            let value = earlier.map_or_else(|| entry.value.clone(), |earlier| said(earlier, &entry.value));
            kept.push(entry.with(value));
        }
    }
    tree::with(over, Value::Map(kept))
}

/// The service `over` merged over `base`, as `extends` does it.
pub(super) fn service(base: &Node, over: &Node, problems: &mut Vec<Problem>) -> Node {
    let mut path = vec!["services", "x"];
    let merged = merge(base, over, &mut path, problems);
    unique(&merged, &mut path)
}

/// A resource of the top-level section `section`, merged as `include` does it.
pub(super) fn resource<'a>(section: &'a str, base: &Node, over: &'a Node, problems: &mut Vec<Problem>) -> Node {
    let mut path: Path<'a> = vec![section, "x"];
    merge(base, over, &mut path, problems)
}

fn merge<'a>(base: &Node, over: &'a Node, path: &mut Path<'a>, problems: &mut Vec<Problem>) -> Node {
    if REPLACED.iter().any(|p| matches(path, p)) {
        return over.clone();
    }
    if over.is_null() || path.len() > MAX_DEPTH {
        return base.clone();
    }
    if matches(path, "services.*.logging") && different(base, over, "driver") {
        return over.clone();
    }
    if matches(path, "services.*.ulimits.*") {
        return over.clone();
    }
    match (base.value(), over.value()) {
        (Value::Map(a), Value::Map(b)) => tree::with(over, Value::Map(mappings(a, b, path, problems))),
        (Value::Seq(a), Value::Seq(b)) if matches(path, "networks.*.ipam.config") => {
            tree::with(over, Value::Seq(subnets(a, b)))
        }
        (Value::Seq(a), Value::Seq(b)) => {
            let hosts = matches(path, "services.*.extra_hosts");
            let said: HashSet<_> = a.iter().filter(|_| hosts).filter_map(Node::text).map(written).collect();
            let fresh = b.iter().filter(|n| !n.text().is_some_and(|text| said.contains(&written(text))));
            tree::with(over, Value::Seq(a.iter().chain(fresh).cloned().collect()))
        }
        (Value::Map(_) | Value::Seq(_), _) => {
            let message =
                format!("this can't be merged over the earlier `{}`, which is of another form", path.join("."));
            let problem =
                Problem::new(ProblemKind::InvalidValue, message, over.span()).label(base.span(), "the earlier value");
            problems.push(problem);
            base.clone()
        }
        (Value::Scalar(_), _) => over.clone(),
    }
}

/// What makes two texts the same.
fn written(text: &Text) -> (bool, &str) {
    (text.is_known(), text.value())
}

fn mappings<'a>(base: &[Entry], over: &'a [Entry], path: &mut Path<'a>, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let mut merged = base.to_vec();
    let replaces_null = NULLS.iter().any(|p| matches(path, p));
    let mut index = tree::Index::of(base);
    for entry in over {
        let Some(found) = index.find(&entry.key).and_then(|at| merged.get_mut(at)) else {
            index.add(&entry.key, merged.len());
            merged.push(entry.clone());
            continue;
        };
        path.push(entry.key.known().unwrap_or_default());
        let value = if replaces_null { entry.value.clone() } else { merge(&found.value, &entry.value, path, problems) };
        path.pop();
        let taken = !value.same(&found.value);
        *found = Entry::new(if taken { entry.key.clone() } else { found.key.clone() }, value, false);
    }
    merged
}

/// Mappings that are lists of `KEY=value` at heart, where a null (a key passed through) replaces too.
const NULLS: &[&str] = &[
    "services.*.environment",
    "services.*.labels",
    "services.*.annotations",
    "services.*.sysctls",
    "services.*.build.args",
    "services.*.build.labels",
    "services.*.build.additional_contexts",
    "services.*.deploy.labels",
    "networks.*.labels",
    "volumes.*.labels",
];

fn different(base: &Node, over: &Node, key: &str) -> bool {
    match (base.get(key).and_then(Node::known), over.get(key).and_then(Node::known)) {
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

/// Subnets of the two lists, those of the same name merged.
fn subnets(base: &[Node], over: &[Node]) -> Vec<Node> {
    let name = |n: &Node| n.get("subnet").and_then(Node::known).map(str::to_owned);
    let mut out = base.to_vec();
    let mut places = HashMap::new();
    for (at, node) in out.iter().enumerate() {
        places.entry(name(node)).or_insert(at);
    }
    for node in over {
        let at = *places.entry(name(node)).or_insert(out.len());
        match out.get_mut(at) {
            Some(found) => {
                let mut entries = tree::entries(found);
                for entry in tree::entries(node) {
                    if let Some(key) = entry.key.known() {
                        tree::put(&mut entries, key, entry.value.clone());
                    }
                }
                *found = tree::with(node, Value::Map(entries));
            }
            None => out.push(node.clone()),
        }
    }
    out
}

/// How an item of a list names itself, for the lists in which a later item redefines an earlier one.
#[derive(Clone, Copy)]
enum Identity {
    KeyValue,
    Target,
    File,
    FileMount(&'static str),
    Port,
}

const UNIQUE: &[(&str, Identity)] = &[
    ("services.*.build.tags", Identity::KeyValue),
    ("services.*.cap_add", Identity::KeyValue),
    ("services.*.cap_drop", Identity::KeyValue),
    ("services.*.devices", Identity::Target),
    ("services.*.configs", Identity::FileMount("")),
    ("services.*.dns", Identity::KeyValue),
    ("services.*.dns_opt", Identity::KeyValue),
    ("services.*.dns_search", Identity::KeyValue),
    ("services.*.env_file", Identity::File),
    ("services.*.expose", Identity::KeyValue),
    ("services.*.links", Identity::KeyValue),
    ("services.*.networks.*.aliases", Identity::KeyValue),
    ("services.*.networks.*.link_local_ips", Identity::KeyValue),
    ("services.*.ports", Identity::Port),
    ("services.*.profiles", Identity::KeyValue),
    ("services.*.secrets", Identity::FileMount("/run/secrets")),
    ("services.*.tmpfs", Identity::KeyValue),
    ("services.*.volumes", Identity::Target),
];

/// `node` without the list items that a later one redefines; the later stands at the earlier one's place.
fn unique<'a>(node: &'a Node, path: &mut Path<'a>) -> Node {
    if path.len() > 5 {
        return node.clone();
    }
    match node.value() {
        Value::Map(entries) => {
            let mut values = Vec::with_capacity(entries.len());
            for entry in entries {
                path.push(entry.key.known().unwrap_or_default());
                values.push(unique(&entry.value, path));
                path.pop();
            }
            tree::with_values(node, entries, values)
        }
        Value::Seq(items) => match UNIQUE.iter().find(|(pattern, _)| matches(path, pattern)) {
            Some((_, identity)) if items.len() > 1 => tree::with_items(node, items, distinct(items, *identity)),
            _ => node.clone(),
        },
        Value::Scalar(_) => node.clone(),
    }
}

fn distinct(items: &[Node], identity: Identity) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::with_capacity(items.len());
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for item in items {
        let Some(name) = name(item, identity) else {
            out.push(item.clone());
            continue;
        };
        if let Some(at) = seen.get(&name) {
            out[*at] = item.clone();
            continue;
        }
        seen.insert(name, out.len());
        out.push(item.clone());
    }
    out
}

/// The identity of an item; `None` where it is not known, which is never equal to another's.
fn name(item: &Node, identity: Identity) -> Option<String> {
    let field = |key: &str| item.get(key).and_then(tree::text);
    let known = |key: &str| field(key).and_then(|t| t.known().map(str::to_owned));
    match identity {
        Identity::KeyValue => {
            let text = tree::text(item)?;
            let known = text.known()?;
            Some(known.split_once('=').map_or(known, |(key, _)| key).to_owned())
        }
        Identity::Target => known("target"),
        Identity::File => known("path").or_else(|| item.known().map(str::to_owned)),
        Identity::FileMount(folder) => match field("target") {
            Some(target) => target.known().map(str::to_owned),
            None => Some(format!("{folder}/{}", known("source")?)),
        },
        Identity::Port => {
            let or = |key: &str, default: &str| match field(key) {
                Some(text) => text.known().map(str::to_owned),
                None => Some(default.to_owned()),
            };
            let (host, published) = (or("host_ip", "0.0.0.0")?, or("published", "")?);
            Some(format!("{host}:{published}:{}/{}", known("target")?, or("protocol", "tcp")?))
        }
    }
}
