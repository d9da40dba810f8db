//! Facts of subject `credential`: secrets that are written out, as a value or as a default.
//!
//! `collect` looks where each format keeps values, `peers` what beside one makes it easy to guess, `forbidden` which of them a task
//! refuses, `inside` which of them open nothing from outside, `same` tells which of them are one credential; names and values are judged by `secret`. A secret that is never
//! written out, but shows in a process table, is `command.argument`. No field ever holds the value.

mod collect;
mod forbidden;
mod inside;
mod peers;
mod same;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::Model;
use super::command::Commands;
use super::compose::StackInfo;
use super::env_file::EnvFiles;
use super::fact::{Fact, FactId, Facts, Field, FieldKind, Schema, Value, field};
use super::file_purpose::{Purposes, is_template, wants_defaults};
use super::secret;
use super::subject::Subject;
use super::workload::Workload;
use crate::document::Kind;
use crate::expand::Deployment;
use crate::source::{SourceId, Span};
use crate::text::Place;

/// The fields of `credential`.
pub const SCHEMA: Schema = Schema {
    name: "credential",
    doc: "A secret that is written out in a file of the deployment. Its value is in no field.",
    fields: &[
        field("name", FieldKind::Str, "The variable, key or option that holds it, or what its shape says."),
        field(
            "by",
            FieldKind::OneOf(&["name", "shape", "place"]),
            "How it was recognised: `name`, `shape` or `place` (a password in an address).",
        ),
        field(
            "kind",
            FieldKind::OneOf(&["literal", "default"]),
            "`literal`, or `default` where it stands only if nothing else is set.",
        ),
        field("weak", FieldKind::Bool, "Whether everybody can guess it: `changeme`, `postgres`."),
        field(
            "asks",
            FieldKind::Bool,
            "Whether the value itself asks to be replaced: `changeme`, `CHANGE_ME_db_password`.",
        ),
        field(
            "foreign",
            FieldKind::Bool,
            "Whether its name says that somebody else gives it out (`OPENAI_API_KEY`): a value that is easy to guess opens nothing.",
        ),
        field(
            "deployed",
            FieldKind::Bool,
            "Whether it is written in a compose project, or in an env file that one reads, and does not say what belongs there.",
        ),
        field(
            "origin",
            FieldKind::OneOf(crate::model::workload::origins!(
                "compose",
                "litellm",
                "openclaw",
                "ansible",
                "script",
                "dockerfile",
                "unit",
                "env",
                "container"
            )),
            "What it is written in.",
        ),
        field(
            "role_default",
            FieldKind::Bool,
            "Whether it is a default of an Ansible role, which inventories may replace.",
        ),
        field(
            "forbidden",
            FieldKind::Bool,
            "Whether a task refuses the value: an `assert` that fails on it, or a `fail` whose condition it meets.",
        ),
        field(
            "overridden",
            FieldKind::Bool,
            "Whether it is a default of a role, and an inventory or a play of the tree sets the variable.",
        ),
        field("inside", FieldKind::Bool, "Whether it is the password of a data store that publishes no port."),
        field(
            "own_store",
            FieldKind::Bool,
            "The same, where each place with the value is of such a store's variable, and none is of a data store that others may reach.",
        ),
        field(
            "wanted",
            FieldKind::Bool,
            "Whether it is a default, and the first comment of its file says that defaults are there for development on purpose.",
        ),
        field(
            "test",
            FieldKind::Bool,
            "Whether the file belongs to tests, by its folder or name, or its own name says so.",
        ),
        field(
            "development",
            FieldKind::Bool,
            "Whether the file is for a developer's own machine, by a word of its name or its folder, or the value says so by two of its words.",
        ),
        field("example", FieldKind::Bool, "Whether the file shows how something is used, by its folder."),
        field("path", FieldKind::Str, "The file."),
        field("variable", FieldKind::Str, "The variable whose default it is; null where it is none."),
        field(
            "syntax",
            FieldKind::OneOf(&["compose", "jinja", "shell", "docker", "litellm", "systemd", "openclaw"]),
            "Who expands that variable; null where it is none.",
        ),
        field("repeated", FieldKind::Bool, "Whether the same value at another place stands for this one."),
        field(
            "others",
            FieldKind::List(&FieldKind::Str),
            "The names of the places with the same value that it stands for.",
        ),
    ],
};

/// A credential on its way to a fact.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) by: &'static str,
    pub(super) default: bool,
    pub(super) weak: bool,
    pub(super) origin: &'static str,
    pub(super) path: String,
    /// The variable whose default it is, and who expands that.
    pub(super) variable: Option<(String, &'static str)>,
    /// What is compared with other places; it goes into no fact.
    pub(super) value: Arc<str>,
}

/// Adds the facts; each place once.
pub(crate) fn build(model: &mut Model<'_>, stacks: &[StackInfo], commands: &Commands, workloads: &[Workload]) {
    let all = collect::collect(model.deployment, commands, workloads);
    let leaders = same::leaders(&all);
    let forbidden = forbidden::Forbidden::new(model.deployment);
    let env_files = EnvFiles::new(model.deployment);
    let places = inside::places(stacks);
    let inside = &places.inside;
    let wanted = wanted(model.deployment);
    let set = set_for_hosts(model.deployment);
    let mut purposes = Purposes::default();
    let mut followers: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, leader) in leaders.iter().enumerate().filter(|(at, leader)| at != *leader) {
        followers.entry(*leader).or_default().push(at);
    }
    for (at, found) in all.iter().enumerate().filter(|(_, found)| !secret::names_object(&found.name, &found.value)) {
        let others = followers.get(&at).into_iter().flatten().filter_map(|other| all.get(*other));
        let here = |other: &&Found| other.path == found.path && inside.contains(&other.place.span);
        let store = inside.contains(&found.place.span) || others.clone().any(|o| here(&o));
        let group = || std::iter::once(found).chain(others.clone());
        let of_store = group().filter(|o| inside.contains(&o.place.span)).filter_map(|o| o.variable.as_ref());
        let of_store: HashSet<_> = of_store.collect();
        let own = |o: &Found| o.variable.as_ref().is_some_and(|v| of_store.contains(v));
        let own_store = store && group().all(|o| own(o) && !places.open.contains(&o.place.span));
        let others: Vec<Field> = others.map(|o| Field::at(o.name.as_str(), o.place.clone())).collect();
        let defaults = found.path.starts_with("defaults/") || found.path.contains("/defaults/");
        let role_default = found.origin == "ansible" && defaults;
        let (variable, syntax) = found.variable.as_ref().map(|(name, syntax)| (name.as_str(), *syntax)).unzip();
        let refused = (role_default || found.default)
            && forbidden.refuses(&found.path, variable.unwrap_or(&found.name), &found.value);
        let purpose = purposes.of(&found.path);
        let fact = Fact::new(Subject::Credential, found.place.clone())
            .with("name", found.name.as_str())
            .with("by", found.by)
            .with("kind", if found.default { "default" } else { "literal" })
            .with("weak", found.weak)
            .with("asks", secret::asks(&found.value))
            .with("foreign", secret::of_others(&found.name))
            .with(
                "deployed",
                found.origin == "compose"
                    || found.origin == "env" && env_files.reads(&found.path) && !secret::asks_for(&found.value),
            )
            .with("origin", found.origin)
            .with("role_default", role_default)
            .with("forbidden", refused)
            .with("overridden", role_default && set.contains(found.name.as_str()))
            .with("inside", store)
            .with("own_store", own_store)
            .with("wanted", found.default && wanted.contains(&found.place.span.source))
            .with("test", purpose.tests || secret::is_of_tests(&found.name))
            .with("development", purpose.development || peers::says_development(&found.value))
            .with("example", purpose.example)
            .with("path", found.path.as_str())
            .with("variable", variable)
            .with("syntax", syntax)
            .with("repeated", leaders.get(at).is_some_and(|leader| *leader != at))
            .with("others", Value::List(others));
        model.facts.add(fact);
    }
    of_configs(&mut model.facts);
}

/// Says of each LiteLLM config which credential its master key is.
fn of_configs(facts: &mut Facts) {
    // In the order of their places: the first one within a key is found without a look at all others.
    let credentials: BTreeMap<Span, FactId> = by_place(facts).into_iter().collect();
    for id in facts.of(Subject::LiteLlmConfig) {
        let key = facts.get(id).field("master_key").and_then(|field| field.place.as_ref()).map(|place| place.span);
        let from = |key: Span| credentials.range(Span { end: key.start, ..key }..);
        let within = |key: Span| from(key).take_while(move |(at, _)| at.source == key.source && at.start <= key.end);
        if let Some((_, credential)) = key.and_then(|key| within(key).find(|(at, _)| key.contains(**at))) {
            facts.set(id, "credential", Field::derived(*credential));
        }
    }
}

/// The files whose first comment says that their defaults are wanted.
fn wanted(deployment: &Deployment) -> HashSet<SourceId> {
    let wanted = deployment.documents.iter().filter(|d| wants_defaults(d.text.value()));
    wanted.map(|d| d.source).collect()
}

/// The variables that inventories and plays set; a role's defaults are none of these.
fn set_for_hosts(deployment: &Deployment) -> HashSet<&str> {
    let own = |path: &str| path.starts_with("defaults/") || path.contains("/defaults/") || is_template(path);
    let files = deployment.documents.iter().filter(|d| d.kind == Kind::AnsibleVars && !own(&d.path));
    let entries = files.flat_map(|d| d.nodes()).flat_map(|node| node.map().unwrap_or(&[]));
    entries.filter_map(|entry| entry.key.known()).collect()
}

/// The fact of each place that holds a credential; of a repeated one that which stands for it.
pub(crate) fn by_place(facts: &Facts) -> HashMap<Span, FactId> {
    let mut places = HashMap::new();
    for id in facts.of(Subject::Credential) {
        let fact = facts.get(id);
        places.entry(fact.place.span).or_insert(id);
    }
    places
}

#[cfg(test)]
#[path = "credential_tests.rs"]
mod tests;
