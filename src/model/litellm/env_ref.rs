//! Facts of subject `litellm.env_ref`: references to environment variables, rightly and wrongly written.
//!
//! LiteLLM replaces a value that starts with `os.environ/` in any mapping of the config. Everything else that looks like
//! a reference is sent, or used as a key, as it is written. All forms here were run on both measured versions.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Config;
use super::service::{Use, Variable};
use super::view::Lookup;
use crate::expand::Deployment;
use crate::model::Model;
use crate::model::deployment::{Example, folder, near};
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// The fields of `litellm.env_ref`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.env_ref",
    doc: "A reference from a LiteLLM config to an environment variable, rightly or wrongly written.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field("key", FieldKind::Str, "The key whose value it is."),
        field("name", FieldKind::Str, "The variable's name."),
        field(
            "form",
            FieldKind::OneOf(&["proper", "other", "space", "list", "embedded", "part"]),
            "`proper`, `other` (another program's syntax), `space`, `list` (an item of a list), `embedded` (not at the start) or `part` (a shell's syntax inside a longer value).",
        ),
        field(
            "state",
            FieldKind::OneOf(&["set", "unset", "unknown"]),
            "`set`, `unset` in the container's environment, or `unknown`.",
        ),
        field(
            "example",
            FieldKind::Str,
            "Of a variable in state `unknown` that the container's `environment` does not name: the example env file beside the config or above it that lists most of what the config reads and not this one, at its beginning.",
        ),
        field("in_file", FieldKind::Str, "The same file's `environment_variables`, where they define the name."),
        field(
            "leaks_to",
            FieldKind::Str,
            "The custom `api_base` that gets the process's default key while the variable is unset.",
        ),
    ],
};

/// How deep a config is walked, and how many values of it.
const DEPTH: usize = 32;
const VALUES: usize = 50_000;

/// Adds the references of one config.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>, used: Option<&Use>, examples: &[Example<'_>]) {
    let mut found = Vec::new();
    let mut budget = VALUES;
    for root in &config.view.roots {
        for entry in root.map().unwrap_or_default() {
            let Some(section) = entry.key.known() else { continue };
            if READ.contains(&section) {
                walk(&entry.value, section, None, DEPTH, &mut budget, &mut found);
            }
        }
    }
    let found: Vec<_> = found.into_iter().filter_map(|f| read(&f).map(|(form, name)| (f, form, name))).collect();
    let names: BTreeSet<&str> = found.iter().filter(|(_, form, _)| *form == "proper").map(|(_, _, n)| &**n).collect();
    let example = example(model.deployment, examples, config, &names);
    for (found, form, name) in &found {
        let (form, name) = (*form, name.clone());
        let state = used.map_or(Variable::Unknown, |u| u.variable(&name));
        // What compose hands on is the project's to document, by `deployment.variable`.
        let given = state == Variable::Given;
        let state = match state {
            Variable::Unknown | Variable::Given => "unknown",
            Variable::Unset => "unset",
            Variable::Empty | Variable::Set { .. } => "set",
        };
        let mut fact = Fact::new(Subject::LiteLlmEnvRef, found.node.span().into())
            .with("config", config.id)
            .with("key", found.key)
            .with("form", form)
            .with("state", state);
        let lacks = |e: &&&Example<'_>| state == "unknown" && !given && !e.documents(&name);
        if let Some(example) = example.as_ref().filter(lacks) {
            let start = example.document.text.slice(0..0).span();
            fact = fact.with("example", Field::at(example.document.path.as_str(), start.into()));
        }
        if let Lookup::Entry(entry) = config.view.setting("environment_variables", &name) {
            fact = fact.with("in_file", Field::at(name.as_str(), entry.key.span().into()));
        }
        if let Some((base, place)) = found.base.as_ref().filter(|_| found.key == "api_key") {
            fact = fact.with("leaks_to", Field::at(base.as_str(), (*place).into()));
        }
        model.facts.add(fact.with("name", name));
    }
}

/// The nearest example env file beside the config or above it that lists most of `names`.
fn example<'b, 'a>(
    deployment: &Deployment,
    examples: &'b [Example<'a>],
    config: &Config<'_>,
    names: &BTreeSet<&str>,
) -> Option<&'b Example<'a>> {
    if examples.is_empty() {
        return None;
    }
    let source = config.view.roots.first()?.span().source;
    let own = folder(&deployment.documents.iter().find(|d| d.source == source)?.path);
    near(examples, own).into_iter().find(|e| e.lists_most(names))
}

/// The sections whose values LiteLLM resolves. Pass-through headers, guardrails and MCP servers have rules of their own.
const READ: [&str; 6] = [
    "model_list",
    "litellm_settings",
    "general_settings",
    "router_settings",
    "credential_list",
    "environment_variables",
];

/// A value that may be a reference.
struct Found<'a> {
    node: &'a Node,
    key: &'a str,
    list: bool,
    /// The `api_base` beside it.
    base: Option<(String, Span)>,
}

fn walk<'a>(
    node: &'a Node,
    key: &'a str,
    parent: Option<&'a Node>,
    depth: usize,
    budget: &mut usize,
    found: &mut Vec<Found<'a>>,
) {
    if depth == 0 || *budget == 0 {
        return;
    }
    *budget -= 1;
    match node.value() {
        Value::Scalar(_) => {
            let list = parent.is_some_and(|p| p.seq().is_some());
            let base = parent.and_then(|p| p.get("api_base")).and_then(|n| Some((n.known()?.to_owned(), n.span())));
            found.push(Found { node, key, list, base });
        }
        Value::Seq(items) => items.iter().for_each(|item| walk(item, key, Some(node), depth - 1, budget, found)),
        Value::Map(entries) => {
            for entry in entries {
                let Some(name) = entry.key.known() else { continue };
                if name != "pass_through_endpoints" && name != "extra_headers" && name != "headers" {
                    walk(&entry.value, name, Some(node), depth - 1, budget, found);
                }
            }
        }
    }
}

/// The form and the variable's name, where a value is a reference or looks like one.
fn read(found: &Found<'_>) -> Option<(&'static str, String)> {
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = "([A-Za-z_][A-Za-z0-9_]*)";
        let upper = "([A-Z][A-Z0-9_]{2,})";
        let forms = [
            format!(r"^\$\{{{name}(?::?[-?+][^}}]*)?\}}$"),
            format!(r"^\${upper}$"),
            format!(r"^os\.environ\.{name}$"),
            format!(r#"^os\.environ\[["']?{name}["']?\]$"#),
            format!(r#"^os\.environ\.get\(["']{name}["']\)$"#),
            format!(r#"^os\.getenv\(["']{name}["']\)$"#),
            format!(r"^(?i:os\.env|env|os\.environs|os\.enviorn|os_environ|osenviron|environ)/{upper}$"),
            format!(r"^(?i:os\.environ)/{name}$"),
            format!(r"^(?i:env):{upper}$"),
            format!(r"^\{{\{{\s*{upper}\s*\}}\}}$"),
        ];
        Regex::new(&forms.join("|")).ok()
    });
    let text = found.node.known()?;
    if let Some(name) = text.strip_prefix("os.environ/") {
        let form = if name.contains(char::is_whitespace) {
            "space"
        } else if found.list {
            "list"
        } else {
            "proper"
        };
        return Some((form, name.trim().to_owned()));
    }
    if let Some((_, rest)) = text.split_once("os.environ/") {
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        let short = text.len() < 300 && !text.contains('\n') && !name.is_empty();
        return short.then(|| ("embedded", name.to_owned()));
    }
    // What one of the forms begins with: most values are none of them, and the pattern is never built.
    if text.starts_with(['$', 'o', 'O', 'e', 'E', '{'])
        && let Some(captures) = OTHER.as_ref()?.captures(text)
    {
        let name = captures.iter().skip(1).flatten().next()?;
        return Some(("other", name.as_str().to_owned()));
    }
    part(text).map(|name| ("part", name))
}

/// The variable of a shell's `${NAME}` inside an address or a key; in a prompt it is text like any other.
fn part(text: &str) -> Option<String> {
    static PART: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\$\{([A-Z][A-Z0-9_]{2,})(?::?[-?+][^}]*)?\}").ok());
    if text.len() > 300 || text.contains(char::is_whitespace) || !text.contains("${") {
        return None;
    }
    Some(PART.as_ref()?.captures(text)?.get(1)?.as_str().to_owned())
}
