//! The values of variables: definitions evaluated when a template asks for them.

use std::cell::{Cell, RefCell};
use std::sync::PoisonError;

use super::scope::{Entry, Scope};
use crate::expand::jinja::value::{Data, Value, from_scalar};
use crate::expand::jinja::{self, Env};
use crate::source::Span;
use crate::text::{Provenance, Text};
use crate::yaml::{self, Node};

/// How deep variables may refer to each other.
const MAX_NESTING: usize = 12;

/// The most definitions that one question evaluates.
const MAX_EVALUATED: usize = 5_000;

/// The most nodes of one value.
const MAX_NODES: usize = 20_000;

/// Answers what a template asks, from one scope.
pub struct Lookup<'a> {
    scope: &'a Scope,
    /// Variables of the task or loop at hand, which win.
    locals: &'a [(String, Value)],
    templates: &'a (dyn Fn(&str, Span) -> Option<Text> + Sync),
    /// The names under evaluation, for cycles.
    open: RefCell<Vec<String>>,
    /// Whether an answer depended on where the question started: it must not be kept.
    partial: Cell<bool>,
    evaluated: Cell<usize>,
}

impl<'a> Lookup<'a> {
    /// Answers from `scope`; `templates` finds included templates and files by name.
    pub fn new(
        scope: &'a Scope,
        locals: &'a [(String, Value)],
        templates: &'a (dyn Fn(&str, Span) -> Option<Text> + Sync),
    ) -> Self {
        let (open, partial, evaluated) = (RefCell::default(), Cell::new(false), Cell::new(0));
        Self { scope, locals, templates, open, partial, evaluated }
    }

    /// Whether anything defines `name`.
    pub fn defines(&self, name: &str) -> bool {
        self.locals.iter().any(|(n, _)| n == name) || self.scope.nth(name, 0).is_some() || runtime(name)
    }

    /// The value of `node` with its Jinja evaluated.
    pub fn value(&self, node: &Node) -> Value {
        self.value_at(node, &mut 0, 0)
    }

    fn value_at(&self, node: &Node, nodes: &mut usize, depth: usize) -> Value {
        *nodes += 1;
        if *nodes > MAX_NODES || depth > 60 {
            return Value::unknown();
        }
        match node.value() {
            yaml::Value::Seq(items) => {
                let items = items.iter().map(|n| self.value_at(n, nodes, depth + 1));
                Value::list(items.filter(|v| !matches!(v.data, Data::Omit)).collect())
            }
            yaml::Value::Map(entries) => {
                let mut out = Vec::with_capacity(entries.len());
                for entry in entries {
                    let key = self.value_at(&entry.key, nodes, depth + 1);
                    let value = self.value_at(&entry.value, nodes, depth + 1);
                    if !matches!(value.data, Data::Omit) {
                        out.push((key, value));
                    }
                }
                Value::map(out)
            }
            yaml::Value::Scalar(scalar) => {
                let literal = node.tag().is_some_and(|t| t.starts_with("!vault") || t == "!unsafe");
                if literal || !holds_jinja(scalar.text.value()) {
                    return from_scalar(node, scalar);
                }
                self.text_value(&scalar.text)
            }
        }
    }

    /// The value of a text that holds Jinja.
    pub fn text_value(&self, text: &Text) -> Value {
        let Ok(rendered) = jinja::scalar(text, self) else { return Value::unknown() };
        match rendered.value {
            None => Value::str(rendered.text),
            Some(value) => match value.data {
                Data::Str(_) => Value { data: Data::Str(rendered.text.clone()), text: Some(rendered.text), ..value },
                Data::None | Data::Bool(_) | Data::Int(_) | Data::Float(_) => {
                    let text = (!rendered.text.is_empty()).then_some(rendered.text);
                    Value { text, ..value }
                }
                Data::Macro(_) | Data::Namespace(_) | Data::Loop(_) | Data::Module(_) => Value::unknown(),
                _ => value,
            },
        }
    }

    fn defined(&self, name: &str, entry: &Entry, inner: bool) -> Value {
        let Entry::Written { value, .. } = entry else { return Value::opaque(name) };
        let cached = self.scope.cache.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(cached) = cached.filter(|_| !inner) {
            return cached;
        }
        if self.open.borrow().len() >= MAX_NESTING || self.evaluated.get() >= MAX_EVALUATED {
            self.partial.set(true);
            return Value::opaque(name);
        }
        self.evaluated.set(self.evaluated.get() + 1);
        self.open.borrow_mut().push(name.to_owned());
        // What a definition refers to is not the task's own, so that its value can be kept.
        let plain = Lookup { locals: &[], open: self.open.clone(), ..Lookup::new(self.scope, &[], self.templates) };
        plain.evaluated.set(self.evaluated.get());
        let mut found = plain.value(value);
        self.evaluated.set(plain.evaluated.get());
        self.open.borrow_mut().pop();
        if found.name.is_none() && !found.is_seen() {
            found.name = Some(name.into());
        }
        if plain.partial.get() {
            self.partial.set(true);
        } else if !inner {
            let mut cache = self.scope.cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.insert(name.to_owned(), found.clone());
        }
        found
    }
}

impl Env for Lookup<'_> {
    fn variable(&self, name: &str) -> Value {
        if let Some((_, value)) = self.locals.iter().rev().find(|(n, _)| n == name) {
            return value.clone();
        }
        // `set_fact: {x: "{{ x }}"}` means the weaker definition.
        let inner = self.open.borrow().iter().filter(|n| *n == name).count();
        if let Some((_, entry)) = self.scope.nth(name, inner) {
            if inner > 0 && self.open.borrow().last().is_some_and(|n| n != name) {
                self.partial.set(true);
            }
            return self.defined(name, entry, inner > 0);
        }
        if inner > 0 {
            self.partial.set(true);
            return Value::opaque(name);
        }
        if name == "omit" {
            return Value::undefined(name);
        }
        if runtime(name) {
            return Value::opaque(name);
        }
        if self.scope.vaulted || name.starts_with("vault_") {
            let secret = name.contains("vault") || secretive(name);
            return Value { secret, provenance: Provenance::Dynamic, ..Value::opaque(name) };
        }
        Value::undefined(name)
    }

    fn template(&self, name: &str, from: Span) -> Option<Text> {
        (self.templates)(name, from)
    }

    fn file(&self, path: &str, from: Span) -> Option<Text> {
        (self.templates)(path, from)
    }
}

/// Whether `text` may hold Jinja; most scalars do not, and are left alone.
pub(super) fn holds_jinja(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Names that Ansible itself sets when it runs.
fn runtime(name: &str) -> bool {
    name.starts_with("ansible_")
        || matches!(
            name,
            "hostvars"
                | "groups"
                | "group_names"
                | "inventory_hostname"
                | "inventory_hostname_short"
                | "inventory_dir"
                | "inventory_file"
                | "play_hosts"
                | "playbook_dir"
                | "role_path"
                | "role_name"
                | "environment"
                | "item"
                | "vars"
                | "template_host"
                | "template_path"
                | "template_fullpath"
                | "template_run_date"
                | "template_uid"
        )
}

/// Whether a name says that its value is a secret.
pub(super) fn secretive(name: &str) -> bool {
    ["password", "secret", "token", "api_key", "private_key"].iter().any(|word| name.contains(word))
}
