//! The values of variables: definitions evaluated when a template asks for them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::{Arc, PoisonError};

use super::choices::{Choices, MAX_ALTERNATIVES, Preset};
use super::scope::{Entry, Rank, Scope};
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
    /// Whether an answer is this evaluation's own: it depends on a choice or on the task at hand.
    own: Cell<bool>,
    evaluated: Cell<usize>,
    /// The names that answers were made of.
    asked: RefCell<BTreeSet<Arc<str>>>,
    choices: Rc<Choices>,
    /// Answers of this evaluation alone.
    kept: Rc<RefCell<HashMap<String, Value>>>,
}

impl<'a> Lookup<'a> {
    /// Answers from `scope`; `templates` finds included templates and files by name.
    pub fn new(
        scope: &'a Scope,
        locals: &'a [(String, Value)],
        templates: &'a (dyn Fn(&str, Span) -> Option<Text> + Sync),
    ) -> Self {
        Self {
            scope,
            locals,
            templates,
            open: RefCell::default(),
            partial: Cell::new(false),
            own: Cell::new(false),
            evaluated: Cell::new(0),
            asked: RefCell::default(),
            choices: Rc::default(),
            kept: Rc::default(),
        }
    }

    /// The same question where the conditions of `given` are known.
    pub(crate) fn under(self, given: &Preset) -> Self {
        Self { choices: Rc::new(Choices::with(given, &Preset::new())), ..self }
    }

    /// The same question, with other alternatives taken.
    pub(crate) fn choosing(&self, preset: &Preset) -> Self {
        let choices = Rc::new(Choices::with(self.choices.given(), preset));
        Self { choices, ..Self::new(self.scope, self.locals, self.templates) }
    }

    /// The same question, where `locals` are known as well.
    pub(crate) fn knowing<'b>(&self, locals: &'b [(String, Value)]) -> Lookup<'b>
    where
        'a: 'b,
    {
        Lookup::new(self.scope, locals, self.templates).under(self.choices.given())
    }

    /// The variables of the task or loop at hand.
    pub(crate) fn locals(&self) -> &'a [(String, Value)] {
        self.locals
    }

    /// What was taken of what had alternatives.
    pub(crate) fn choices(&self) -> &Choices {
        &self.choices
    }

    /// Whether `other` with `locals` would answer the questions so far in the same way.
    pub(crate) fn same_in(&self, other: &Scope, locals: &[(String, Value)]) -> bool {
        let own = |locals: &[(String, Value)], name: &str| {
            locals.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.clone())
        };
        self.asked.borrow().iter().all(|name| match (own(self.locals, name), own(locals, name)) {
            (Some(a), Some(b)) => a.equals(&b) == Some(true),
            (None, None) => self.scope.says_the_same(other, name),
            _ => false,
        })
    }

    /// Whether anything defines `name`.
    pub fn defines(&self, name: &str) -> bool {
        if self.locals.iter().any(|(n, _)| n == name) || runtime(name) {
            return true;
        }
        match self.scope.nth(name, 0) {
            // A loop over nothing does not run.
            Some((_, Entry::Each { .. })) => !matches!(self.variable(name).data, Data::Undefined),
            found => found.is_some(),
        }
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

    fn defined(&self, name: &str, entry: &Entry, strongest: bool) -> Value {
        let keep = |kept| if strongest { kept } else { Keep::No };
        match entry {
            Entry::Runtime { .. } => Value::opaque(name),
            Entry::Written { value, .. } => self.evaluated(name, value, keep(Keep::Shared), |found| found),
            Entry::OneOf { options, .. } => {
                let picked = self.picked(options, false).and_then(|i| options.get(i));
                let Some((_, value)) = picked else { return Value::opaque(name) };
                self.evaluated(name, value, keep(Keep::Own), |found| found)
            }
            Entry::Each { key, list } => self.evaluated(name, list, keep(Keep::Own), |found| {
                let Some(items) = found.items() else { return Value::opaque(name) };
                if items.is_empty() {
                    return Value::undefined(name);
                }
                let numbers = 0..items.len().min(MAX_ALTERNATIVES);
                let conditions: Vec<Arc<str>> = numbers.map(|i| format!("{key:?} {i}").into()).collect();
                let picked = self.choices.pick(&conditions, false).and_then(|i| items.get(i));
                picked.cloned().unwrap_or_else(|| Value::opaque(name))
            }),
        }
    }

    fn picked(&self, options: &[(Arc<str>, Node)], open: bool) -> Option<usize> {
        let conditions: Vec<Arc<str>> = options.iter().map(|(c, _)| Arc::clone(c)).collect();
        self.own.set(true);
        self.choices.pick(&conditions, open)
    }

    /// The value of the definition `value` of `name`, kept as far as it is the same for all.
    fn evaluated(&self, name: &str, value: &Node, keep: Keep, then: impl FnOnce(Value) -> Value) -> Value {
        if let Some(kept) = self.kept.borrow().get(name).filter(|_| keep != Keep::No).cloned() {
            self.own.set(true);
            return kept;
        }
        if keep == Keep::Shared {
            let cache = self.scope.cache.lock().unwrap_or_else(PoisonError::into_inner);
            // With variables of a task's own, a definition may mean something else.
            if let Some((cached, of)) = cache.get(name).filter(|(_, of)| !self.local(of)) {
                self.asked.borrow_mut().extend(of.iter().cloned());
                return cached.clone();
            }
        }
        if self.open.borrow().len() >= MAX_NESTING || self.evaluated.get() >= MAX_EVALUATED {
            self.partial.set(true);
            return Value::opaque(name);
        }
        self.evaluated.set(self.evaluated.get() + 1);
        self.open.borrow_mut().push(name.to_owned());
        let nested = Lookup {
            open: self.open.clone(),
            choices: Rc::clone(&self.choices),
            kept: Rc::clone(&self.kept),
            ..Lookup::new(self.scope, self.locals, self.templates)
        };
        nested.evaluated.set(self.evaluated.get());
        let mut found = then(nested.value(value));
        self.evaluated.set(nested.evaluated.get());
        self.open.borrow_mut().pop();
        if found.name.is_none() && !found.is_seen() {
            found.name = Some(name.into());
        }
        let of = nested.asked.into_inner();
        let own = keep == Keep::Own || nested.own.get() || self.local(&of);
        self.own.set(self.own.get() || own);
        self.asked.borrow_mut().extend(of.iter().cloned());
        if nested.partial.get() {
            self.partial.set(true);
        } else if keep != Keep::No && own {
            self.kept.borrow_mut().insert(name.to_owned(), found.clone());
        } else if keep == Keep::Shared {
            let mut cache = self.scope.cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.insert(name.to_owned(), (found.clone(), Arc::new(of)));
        }
        found
    }

    /// Whether one of the names is the task's own.
    fn local(&self, names: &BTreeSet<Arc<str>>) -> bool {
        self.locals.iter().any(|(name, _)| names.contains(name.as_str()))
    }
}

/// For whom an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// All evaluations in this scope.
    Shared,
    /// This evaluation alone.
    Own,
    /// Nobody: it is a definition that a stronger one hides.
    No,
}

impl Env for Lookup<'_> {
    fn variable(&self, name: &str) -> Value {
        self.asked.borrow_mut().insert(name.into());
        if let Some((_, value)) = self.locals.iter().rev().find(|(n, _)| n == name) {
            return value.clone();
        }
        // `set_fact: {x: "{{ x }}"}` means the weaker definition.
        let inner = self.open.borrow().iter().filter(|n| *n == name).count();
        for hidden in inner.. {
            let Some((_, entry)) = self.scope.nth(name, hidden) else { break };
            if inner > 0 && self.open.borrow().last().is_some_and(|n| n != name) {
                self.partial.set(true);
            }
            if let Entry::OneOf { options, open: true, .. } = entry {
                // Where nothing weaker defines it, the template needs one of them.
                let weaker = self.scope.nth(name, hidden + 1).is_some();
                if self.picked(options, weaker).is_none() {
                    continue;
                }
            }
            return self.defined(name, entry, hidden == 0);
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

    fn off_by_default(&self, name: &str) -> bool {
        if self.locals.iter().any(|(n, _)| n == name) || runtime(name) || self.scope.vaulted {
            return false;
        }
        match self.scope.nth(name, 0) {
            None => true,
            Some((layer, Entry::Written { value, .. })) => {
                let off = matches!(value.resolve(yaml::Schema::Python), Some(yaml::Resolved::Bool(false)));
                layer.rank <= Rank::RoleDefaults && off
            }
            Some(_) => false,
        }
    }

    fn environment(&self, name: &str, from: Span) -> Option<Value> {
        let found = self.scope.environment.iter().find(|(n, _)| n == name)?;
        Some(Value::computed(&found.1, from))
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
