//! Facts of subject `compose.environment`, and what values say about other hosts. A secret's value stays out.

use indexmap::IndexMap;

use super::VariableInfo;
use super::read::{self, entries, place};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::network::address::{Address, addresses};
use crate::model::secret::{may_be_secret_name, shapes, url_password};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::text::path::join;
use crate::yaml::{Entry, Node};

/// The fields of `compose.environment`.
pub(crate) const SCHEMA: Schema = Schema {
    name: "compose.environment",
    doc: "A variable that a service's environment sets.",
    fields: &[
        field("name", FieldKind::Str, "The variable's name."),
        field("value", FieldKind::Str, "Its value; null for secrets and for variables passed through."),
        field("secret", FieldKind::Bool, "Whether its name says that it is a secret."),
        field("secret_path", FieldKind::Str, "The path of a mounted secret, where the value is nothing else."),
        field("secret_mounted", FieldKind::Bool, "Of such a path: whether a secret, a config or a mount brings it."),
        field("listed", FieldKind::Bool, "Whether it is an entry `NAME=value` of a list, and no key of a mapping."),
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field(
            "hosts",
            FieldKind::List(&FieldKind::Str),
            "The hosts of the URLs in it, or of the `host:port` that it is, or a list of them.",
        ),
        field(
            "ports",
            FieldKind::List(&FieldKind::Int),
            "For each of `hosts` its port: the one that is written, else its scheme's; null where the scheme has none.",
        ),
        field("target", FieldKind::Fact(Subject::Service), "The service of the deployment that the value names."),
    ],
};

/// Where compose mounts a secret; the path itself tells nothing.
fn secret_path(value: &Text) -> Option<String> {
    let path = value.known()?.trim();
    let name = path.strip_prefix("/run/secrets/")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!name.is_empty() && name.chars().all(plain)).then(|| path.to_owned())
}

/// Whether a secret, a config or a mount of a service brings the file at `path`; `None` where that is not known.
fn brings(service: &Node, path: &str) -> Option<bool> {
    if service.get("volumes_from").is_some_and(|n| !n.is_null()) {
        return None;
    }
    let mut open = false;
    for section in ["secrets", "configs", "volumes"] {
        for item in service.get(section).and_then(Node::seq).unwrap_or_default() {
            let target = item.get("target").filter(|n| !n.is_null());
            let target = match (target.map(Node::known), section) {
                (Some(target), "secrets") => target.map(|t| join("/run/secrets", t)),
                (Some(target), _) => target.map(|t| join("/", t)),
                (None, "secrets") => item.get("source").and_then(Node::known).map(|name| join("/run/secrets", name)),
                (None, _) => item.get("source").and_then(Node::known).map(|name| join("/", name)),
            };
            match target {
                Some(target) if path == target || path.starts_with(&format!("{}/", target.trim_end_matches('/'))) => {
                    return Some(true);
                }
                Some(_) => {}
                None => open = true,
            }
        }
    }
    (!open).then_some(false)
}

pub(super) fn build(model: &mut Model<'_>, stack: FactId, service: FactId, node: &Node) -> Vec<VariableInfo> {
    let mut all = Vec::new();
    for entry in entries(node.get("environment")) {
        let name = read::display(&entry.key);
        let value = entry.value.text().filter(|_| !entry.value.is_null()).cloned();
        let secret = hides(&name, value.as_ref());
        let addresses: Vec<Address> = value.iter().flat_map(addresses).collect();
        let at = if entry.value.is_null() { place(&entry.key) } else { place(&entry.value) };
        let path = value.as_ref().and_then(secret_path);
        let mounted = path.as_deref().map_or(Value::Null, |path| read::tri(brings(node, path), "what is mounted"));
        let fact = Fact::new(Subject::Environment, at)
            .with("name", read::key_field(entry))
            .with("value", shown(value.as_ref(), secret))
            .with("secret", secret)
            .with("secret_path", path.as_deref())
            .with("secret_mounted", mounted)
            .with("listed", listed(entry))
            .with("service", service)
            .with("stack", stack)
            .with("hosts", Value::List(addresses.iter().map(|a| Field::text(&a.host)).collect()))
            .with("ports", Value::List(addresses.iter().map(port).collect()));
        all.push(VariableInfo { id: model.facts.add(fact), name, value });
    }
    all
}

/// Whether the value stands directly behind the name, with the `=` alone between them.
fn listed(entry: &Entry) -> bool {
    let (name, value) = (entry.key.span(), entry.value.span());
    name.source == value.source && value.start == name.end + 1 && !value.is_empty()
}

/// All of it as one mapping, for rules that look one variable up.
pub(super) fn map(node: &Node) -> Field {
    let pairs = entries(node.get("environment")).iter().map(|e| {
        let name = read::display(&e.key);
        let value = e.value.text().filter(|_| !e.value.is_null());
        let secret = hides(&name, value);
        (name, shown(value, secret))
    });
    Field::derived(pairs.collect::<IndexMap<_, _>>())
}

/// The labels of a service, by the same measure: many hold the hash of a password.
pub(super) fn labels(node: &Node) -> Field {
    let pairs = entries(node.get("labels")).iter().map(|e| {
        let name = read::display(&e.key);
        let value = e.value.text().filter(|_| !e.value.is_null());
        let secret = hides(&name, value) || name.contains("basicauth") || name.contains("digestauth");
        (name, shown(value, secret))
    });
    Field::derived(pairs.collect::<IndexMap<_, _>>())
}

/// Whether a variable's value may be, or may hold, a secret.
pub(in crate::model) fn hides(name: &str, value: Option<&Text>) -> bool {
    let carries = |v: &Text| url_password(v.value()).is_some() || !shapes(v.value()).is_empty();
    may_be_secret_name(name) || value.is_some_and(carries)
}

fn shown(value: Option<&Text>, secret: bool) -> Field {
    match value {
        Some(text) if secret => Field::at(Value::Null, text.place()),
        Some(text) => Field::text(text),
        None => Field::derived(Value::Null),
    }
}

/// The port that an address means: what it says, or its scheme's; null where nobody can tell.
fn port(address: &Address) -> Field {
    match (&address.port, address.port_number()) {
        (Some(written), Some(number)) => Field::at(Value::Int(number), written.place()),
        (None, Some(number)) => Field::derived(Value::Int(number)),
        (Some(written), None) => Field::derived(Value::Unknown(written.display())),
        (None, None) => Field::derived(Value::Null),
    }
}

/// A URL in a text.
#[derive(Debug, Clone)]
pub(super) struct Url {
    /// The whole, without the characters around it.
    pub(super) whole: Text,
    /// Whether its scheme is `http` or `https`.
    pub(super) http: bool,
    /// Whether its scheme is `https`.
    pub(super) secure: bool,
    /// The host, without brackets.
    pub(super) host: Text,
    /// The port, where it says one.
    pub(super) port: Option<Text>,
    /// The path, without query; empty where it says none.
    pub(super) path: Text,
}

/// The URLs that `text` holds, in order.
pub(super) fn urls(text: &Text) -> Vec<Url> {
    let value = text.value();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(mark) = value[from..].find("://").map(|at| at + from) {
        let scheme = value[..mark]
            .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+')
            .map_or(0, |at| at + value[at..].chars().next().map_or(1, char::len_utf8));
        let ends = |c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ')' | '<' | '>' | '|' | ';' | ',' | '}' | '\\')
        };
        let end = value[mark + 3..].find(ends).map_or(value.len(), |at| at + mark + 3);
        found.push(url(text, scheme, mark + 3, end));
        from = end.max(mark + 3);
    }
    found
}

/// The URL of a text that may leave its scheme out, as `curl` takes it.
pub(super) fn url_of(text: &Text) -> Url {
    urls(text).into_iter().next().unwrap_or_else(|| url(text, 0, 0, text.value().len()))
}

fn url(text: &Text, scheme: usize, start: usize, end: usize) -> Url {
    let value = text.value();
    let authority_end = value[start..end].find(['/', '?', '#']).map_or(end, |at| at + start);
    let host_start = value[start..authority_end].rfind('@').map_or(start, |at| at + start + 1);
    let bracket = value[host_start..authority_end].find(']').map(|at| at + host_start);
    let colon =
        value[bracket.unwrap_or(host_start)..authority_end].rfind(':').map(|at| at + bracket.unwrap_or(host_start));
    let host_end = colon.unwrap_or(authority_end);
    let host = if bracket.is_some() { host_start + 1..bracket.unwrap_or(host_end) } else { host_start..host_end };
    let path_end = value[authority_end..end].find(['?', '#']).map_or(end, |at| at + authority_end);
    let name = value[scheme..start].trim_end_matches("://");
    Url {
        whole: text.slice(scheme..end),
        http: matches!(name, "" | "http" | "https"),
        secure: name == "https",
        host: text.slice(host),
        port: colon.map(|c| text.slice(c + 1..authority_end)),
        path: text.slice(authority_end..path_end),
    }
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
