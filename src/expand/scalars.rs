//! Ansible documents with the Jinja of their scalars evaluated: what a task, a play or a variables file will see.

use std::sync::Arc;

use crate::document::{Body, Document, Kind};
use crate::expand::jinja::value::{Data, Value};
use crate::expand::vars::choices::Preset;
use crate::expand::vars::tasks::condition;
use crate::expand::vars::{Catalogue, Lookup, Scope, layout, set_facts};
use crate::source::Span;
use crate::text::{Builder, PieceKind, Provenance, Syntax, Text, Variable};
use crate::yaml::{self, Entry, Node, Scalar, Style};

/// How deep nodes are followed.
const MAX_DEPTH: usize = 60;

/// The most nodes that one expression may put in place of a scalar.
const MAX_GRAFTED: usize = 2_000;

/// The most readings of one scalar that are compared: hosts and groups, times the items of loops.
const MAX_READINGS: usize = 16;

/// One reading of a task: the variables of a host or group, and those of the task and of its loop's item.
struct Reading {
    scope: Arc<Scope>,
    locals: Vec<(String, Value)>,
    /// The conditions that hold where the task runs, and the folder that they are of.
    given: Preset,
    folder: Arc<str>,
}

impl Reading {
    fn lookup(&self) -> Lookup<'_> {
        Lookup::new(&self.scope, &self.locals, &|_, _| None).under(&self.given)
    }

    fn copied(&self) -> Self {
        let (scope, folder) = (Arc::clone(&self.scope), Arc::clone(&self.folder));
        Reading { scope, locals: self.locals.clone(), given: self.given.clone(), folder }
    }
}

/// `document` with each scalar that holds Jinja made the text that it becomes. What differs between readings is not
/// known: a document of tasks has one variant.
pub(super) fn expand(document: &Document, catalogue: &Catalogue) -> Option<Document> {
    let jinja = matches!(document.kind, Kind::AnsibleTasks | Kind::AnsiblePlaybook | Kind::AnsibleVars);
    if !jinja || !holds_jinja(document.text.value()) {
        return None;
    }
    let scopes = catalogue.scopes(&document.path);
    let folder: Arc<str> = layout::role(&document.path).unwrap_or_else(|| layout::folder(&document.path)).into();
    let reading = |scope: &Arc<Scope>| {
        let (scope, folder) = (Arc::clone(scope), Arc::clone(&folder));
        Reading { scope, locals: Vec::new(), given: Preset::new(), folder }
    };
    let readings: Vec<Reading> = scopes.iter().take(MAX_READINGS).map(reading).collect();
    let nodes = document.nodes().iter().map(|n| node(n, &readings, 0).unwrap_or_else(|| n.clone())).collect();
    Some(Document { body: Body::Nodes(nodes), ..document.clone() })
}

/// What a scalar became.
struct Expanded {
    text: Text,
    value: Option<Value>,
}

/// What `text` is in all readings alike; where they differ it is not known.
fn scalar(text: &Text, readings: &[Reading]) -> Expanded {
    let Some((first, rest)) = readings.split_first() else { return Expanded { text: text.clone(), value: None } };
    let lookup = first.lookup();
    let mut found = once(text, &lookup);
    for preset in lookup.choices().others() {
        found = common(found, &once(text, &lookup.choosing(&preset)));
    }
    // Most readings differ in what this text does not ask for.
    for other in rest.iter().filter(|r| !lookup.same_in(&r.scope, &r.locals)) {
        let lookup = other.lookup();
        found = common(found, &once(text, &lookup));
        for preset in lookup.choices().others() {
            found = common(found, &once(text, &lookup.choosing(&preset)));
        }
    }
    found
}

fn once(text: &Text, lookup: &Lookup<'_>) -> Expanded {
    match super::jinja::scalar(text, lookup) {
        Ok(rendered) => Expanded { text: rendered.text.with_span(text.span()), value: rendered.value },
        Err(_) => Expanded { text: Text::opaque("could not be evaluated", text.span()), value: None },
    }
}

/// What two readings of a scalar have in common: a variable that differs is not known.
fn common(a: Expanded, b: &Expanded) -> Expanded {
    let omitted = |e: &Expanded| matches!(e.value.as_ref().map(|v| &v.data), Some(Data::Omit));
    if a.text.value() == b.text.value() && omitted(&a) == omitted(b) {
        return a;
    }
    let (left, right) = (a.text.pieces(), b.text.pieces());
    let aligned = left.len() == right.len() && left.iter().zip(right).all(|(x, y)| x.span == y.span);
    if !aligned {
        return Expanded { text: Text::opaque("differs between hosts or items", a.text.span()), value: None };
    }
    let mut out = Builder::new(a.text.span());
    for (x, y) in left.iter().zip(right) {
        let same = a.text.value().get(x.range.clone()) == b.text.value().get(y.range.clone());
        match &x.kind {
            PieceKind::Variable(v) if !same => {
                let unknown = Variable { value: None, provenance: Provenance::Dynamic, ..(**v).clone() };
                out.variable(unknown, x.span);
            }
            PieceKind::Literal if !same => out.opaque("differs between hosts or items", x.span),
            _ => out.text(&a.text.slice(x.range.clone())),
        }
    }
    Expanded { text: out.finish(), value: None }
}

/// `node` expanded; `None` where it is to be left out (`omit`).
fn node(node: &Node, readings: &[Reading], depth: usize) -> Option<Node> {
    if depth > MAX_DEPTH || node.tag().is_some_and(|t| t.starts_with("!vault") || t == "!unsafe") {
        return Some(node.clone());
    }
    match node.value() {
        yaml::Value::Scalar(scalar) => leaf(node, scalar, readings),
        yaml::Value::Seq(items) => {
            let items = items.iter().filter_map(|n| self::node(n, readings, depth + 1)).collect();
            Some(Node::tagged(yaml::Value::Seq(items), node.span(), node.tag().map(Arc::from)))
        }
        yaml::Value::Map(entries) => {
            let own = own_readings(node, readings);
            let readings = own.as_deref().unwrap_or(readings);
            let mut out = Vec::with_capacity(entries.len());
            for entry in entries {
                let Some(value) = self::node(&entry.value, readings, depth + 1) else { continue };
                let key = self::node(&entry.key, readings, depth + 1).unwrap_or_else(|| entry.key.clone());
                out.push(Entry::new(key, value, entry.merged));
            }
            Some(Node::tagged(yaml::Value::Map(out), node.span(), node.tag().map(Arc::from)))
        }
    }
}

/// What a task, a block or a play adds to each reading: the items of its loop, its `vars`.
fn own_readings(node: &Node, readings: &[Reading]) -> Option<Vec<Reading>> {
    let task = super::vars::tasks::Task { node: node.clone(), vars: Vec::new(), when: Vec::new() };
    let vars = node.get("vars").and_then(Node::map);
    let repeated = task.repeated();
    let when: Vec<String> = node.get("when").map(condition).into_iter().collect();
    if vars.is_none() && repeated.is_none() && when.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    for reading in readings {
        let mut own = reading.copied();
        own.given.extend(set_facts::given(&own.folder, &when));
        let Some((_, name)) = &repeated else {
            all.push(own);
            continue;
        };
        let list = own.lookup();
        let items: Vec<Value> = task.literal_items().unwrap_or(&[]).iter().map(|i| settled(&list, name, i)).collect();
        let few = !items.is_empty() && items.len() * readings.len() <= MAX_READINGS;
        for item in if few { items } else { vec![Value::opaque(name)] } {
            let mut one = own.copied();
            one.locals.push((name.clone(), item));
            all.push(one);
        }
    }
    for reading in &mut all {
        for entry in vars.unwrap_or(&[]) {
            if let Some(name) = entry.key.known() {
                let value = settled(&reading.lookup(), name, &entry.value);
                reading.locals.push((name.to_owned(), value));
            }
        }
    }
    Some(all)
}

/// The value of `node`, where it has no alternatives that differ.
fn settled(lookup: &Lookup<'_>, name: &str, node: &Node) -> Value {
    let first = lookup.value(node);
    let others = lookup.choices().others();
    let same = others.iter().all(|preset| lookup.choosing(preset).value(node).equals(&first) == Some(true));
    if same { first } else { Value::opaque(name) }
}

fn leaf(node: &Node, scalar: &Scalar, readings: &[Reading]) -> Option<Node> {
    if !holds_jinja(scalar.text.value()) {
        return Some(node.clone());
    }
    let expanded = self::scalar(&scalar.text, readings);
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
                out.push(Entry::new(key, graft(value, here, variable, left)?, false));
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
