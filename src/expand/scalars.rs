//! Ansible documents with the Jinja of their scalars evaluated: what a task, a play or a variables file will see.

use std::sync::Arc;

use crate::document::{Body, Document, Kind};
use crate::expand::jinja::value::{Data, Value};
use crate::expand::vars::{Catalogue, Lookup, Scope};
use crate::source::Span;
use crate::text::{Builder, Syntax, Text, Variable};
use crate::yaml::{self, Entry, Node, Scalar, Style};

/// How deep nodes are followed.
const MAX_DEPTH: usize = 60;

/// The most nodes that one expression may put in place of a scalar.
const MAX_GRAFTED: usize = 2_000;

/// `document` with each scalar that holds Jinja made the text that it becomes.
pub(super) fn expand(document: &Document, catalogue: &Catalogue) -> Option<Document> {
    let jinja = matches!(document.kind, Kind::AnsibleTasks | Kind::AnsiblePlaybook | Kind::AnsibleVars);
    if !jinja || !holds_jinja(document.text.value()) {
        return None;
    }
    let scopes = catalogue.scopes(&document.path);
    let scope = scopes.first()?;
    let nodes = document.nodes().iter().map(|n| node(n, scope, &[], 0).unwrap_or_else(|| n.clone())).collect();
    Some(Document { body: Body::Nodes(nodes), ..document.clone() })
}

/// The text that a scalar's `text` becomes under `scope`; itself where it holds no Jinja.
pub(super) fn scalar(text: &Text, scope: &Scope) -> Text {
    scalar_with(text, scope, &[]).text
}

/// What a scalar became.
struct Expanded {
    text: Text,
    value: Option<Value>,
}

fn scalar_with(text: &Text, scope: &Scope, locals: &[(String, Value)]) -> Expanded {
    if !holds_jinja(text.value()) {
        return Expanded { text: text.clone(), value: None };
    }
    let lookup = Lookup::new(scope, locals, &|_, _| None);
    match super::jinja::scalar(text, &lookup) {
        Ok(rendered) => Expanded { text: rendered.text.with_span(text.span()), value: rendered.value },
        Err(_) => Expanded { text: Text::opaque("could not be evaluated", text.span()), value: None },
    }
}

/// `node` expanded; `None` where it is to be left out (`omit`).
fn node(node: &Node, scope: &Scope, locals: &[(String, Value)], depth: usize) -> Option<Node> {
    if depth > MAX_DEPTH || node.tag().is_some_and(|t| t.starts_with("!vault") || t == "!unsafe") {
        return Some(node.clone());
    }
    match node.value() {
        yaml::Value::Scalar(scalar) => leaf(node, scalar, scope, locals),
        yaml::Value::Seq(items) => {
            let items = items.iter().filter_map(|n| self::node(n, scope, locals, depth + 1)).collect();
            Some(Node::tagged(yaml::Value::Seq(items), node.span(), node.tag().map(Arc::from)))
        }
        yaml::Value::Map(entries) => {
            let own = own_variables(node, scope, locals);
            let locals = own.as_deref().unwrap_or(locals);
            let mut out = Vec::with_capacity(entries.len());
            for entry in entries {
                let Some(value) = self::node(&entry.value, scope, locals, depth + 1) else { continue };
                let key = self::node(&entry.key, scope, locals, depth + 1).unwrap_or_else(|| entry.key.clone());
                out.push(Entry { key, value, merged: entry.merged });
            }
            Some(Node::tagged(yaml::Value::Map(out), node.span(), node.tag().map(Arc::from)))
        }
    }
}

/// What a task, a block or a play adds to the variables: its `vars`, its loop's item.
fn own_variables(node: &Node, scope: &Scope, locals: &[(String, Value)]) -> Option<Vec<(String, Value)>> {
    let task = super::vars::tasks::Task { node: node.clone(), vars: Vec::new(), when: Vec::new() };
    let vars = node.get("vars").and_then(Node::map);
    let repeated = task.repeated();
    if vars.is_none() && repeated.is_none() {
        return None;
    }
    let mut all = locals.to_vec();
    if let Some((_, name)) = repeated {
        let items = task.literal_items().unwrap_or(&[]);
        let value = match items {
            [only] => Lookup::new(scope, locals, &|_, _| None).value(only),
            _ => Value::opaque(&name),
        };
        all.push((name, value));
    }
    for entry in vars.unwrap_or(&[]) {
        if let Some(name) = entry.key.known() {
            let value = Lookup::new(scope, &all, &|_, _| None).value(&entry.value);
            all.push((name.to_owned(), value));
        }
    }
    Some(all)
}

fn leaf(node: &Node, scalar: &Scalar, scope: &Scope, locals: &[(String, Value)]) -> Option<Node> {
    if !holds_jinja(scalar.text.value()) {
        return Some(node.clone());
    }
    let expanded = scalar_with(&scalar.text, scope, locals);
    let style = match expanded.value.as_ref().map(|v| &v.data) {
        Some(Data::Omit) => return None,
        Some(Data::List(_) | Data::Tuple(_) | Data::Map(_)) => {
            let mut left = MAX_GRAFTED;
            let variable = expanded.text.variables().first().map(|v| (*v).clone());
            let grafted = expanded.value.and_then(|v| graft(&v, scalar.text.span(), variable.as_ref(), &mut left));
            return grafted.or_else(|| Some(Node::plain(Text::opaque("too large", node.span()))));
        }
        Some(Data::Int(_) | Data::Float(_) | Data::Bool(_) | Data::None) => Style::Plain,
        _ => scalar.style,
    };
    let value = yaml::Value::Scalar(Scalar { text: expanded.text, style });
    Some(Node::tagged(value, node.span(), node.tag().map(Arc::from)))
}

/// The nodes of a collection that an expression at `here` gave; each scalar keeps the place where it was written.
fn graft(value: &Value, here: Span, variable: Option<&Variable>, left: &mut usize) -> Option<Node> {
    *left = left.checked_sub(1)?;
    match &value.data {
        Data::List(items) | Data::Tuple(items) => {
            let items: Option<Vec<_>> = items.iter().map(|v| graft(v, here, variable, left)).collect();
            Some(Node::new(yaml::Value::Seq(items?), here))
        }
        Data::Map(entries) => {
            let mut out = Vec::with_capacity(entries.len());
            for (key, value) in entries.iter() {
                let key = graft(key, here, None, left)?;
                out.push(Entry { key, value: graft(value, here, variable, left)?, merged: false });
            }
            Some(Node::new(yaml::Value::Map(out), here))
        }
        data => {
            let printed = value.print(here);
            // The use is what the task says; the value's own place becomes its definition.
            let text = match variable {
                Some(variable) if value.is_seen() => {
                    let mut out = Builder::new(here);
                    let used = Variable { value: Some(printed), secret: value.secret, ..variable.clone() };
                    out.variable(Variable { syntax: Syntax::Jinja, ..used }, here);
                    out.finish()
                }
                _ => printed,
            };
            let quoted = matches!(data, Data::Str(_));
            Some(if quoted { Node::string(text) } else { Node::plain(text) })
        }
    }
}

fn holds_jinja(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}
