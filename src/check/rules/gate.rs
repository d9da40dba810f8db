//! What decides whether a rule fires: its variables, and its condition in parts of which each is compiled when a fact
//! first asks for it.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock, OnceLock};

use super::super::expr::value::{Data, Truth, Val};
use super::super::expr::{Env, Expr, Key, Scope, Type};
use super::compile;
use crate::model::fact::{FactId, Field, FieldKind, Value};
use crate::model::subject::Subject;

/// What decides whether a rule fires.
#[derive(Debug)]
pub(super) struct Gate {
    /// What has to hold, all of it. Most facts fail the first, so most of the others are never compiled.
    pub(super) conditions: Vec<Condition>,
    /// The fields of the fact and of its parents that are variables.
    pub(super) parents: Arc<[Parent]>,
}

/// A variable that is reached over fields which are facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) key: Key,
    /// The variable that it is a field of, by its place in the scope.
    pub(super) of: usize,
}

/// One part of a condition.
#[derive(Debug)]
pub(super) struct Condition {
    /// As written; empty where it was compiled at once.
    written: &'static str,
    compiled: OnceLock<Option<Compiled>>,
}

/// A compiled part of a condition.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) expr: Expr,
    /// The parents that it asks for, by their place among them; whoever comes later may be a field of an earlier one.
    pub(super) asked: Vec<usize>,
}

impl Gate {
    /// From a whole condition.
    pub(super) fn new(when: Expr, parents: Arc<[Parent]>) -> Self {
        let mut conditions = Vec::new();
        parts(when, &mut |part| {
            let compiled = OnceLock::from(Some(Compiled::new(part, &parents)));
            conditions.push(Condition { written: "", compiled });
        });
        Self { conditions, parents }
    }

    /// From the parts of a condition, which are compiled later.
    pub(super) fn written(parts: &'static [&'static str], parents: Arc<[Parent]>) -> Self {
        let conditions = parts.iter().map(|written| Condition { written, compiled: OnceLock::new() }).collect();
        Self { conditions, parents }
    }
}

/// The operands of the outermost `and`s.
fn parts(expr: Expr, see: &mut dyn FnMut(Expr)) {
    match expr {
        Expr::And(a, b) => {
            parts(*a, see);
            parts(*b, see);
        }
        one => see(one),
    }
}

impl Condition {
    /// The compiled condition; `compile` makes it of what is written. `None` where that is no valid expression.
    pub(super) fn compiled(&self, parents: &[Parent], compile: impl FnOnce(&str) -> Option<Expr>) -> Option<&Compiled> {
        let compiled = self.compiled.get_or_init(|| Some(Compiled::new(compile(self.written)?, parents)));
        compiled.as_ref()
    }
}

impl Compiled {
    fn new(expr: Expr, parents: &[Parent]) -> Self {
        let mut asked = vec![false; parents.len() + 2];
        expr.variables(&mut |at| {
            if let Some(asked) = asked.get_mut(at) {
                *asked = true;
            }
        });
        // Whoever asks for a parent asks for what it is a field of.
        for (at, parent) in parents.iter().enumerate().rev() {
            if asked.get(at + 2) == Some(&true)
                && let Some(of) = asked.get_mut(parent.of)
            {
                *of = true;
            }
        }
        let asked = asked.iter().skip(2).enumerate().filter_map(|(at, asked)| asked.then_some(at)).collect();
        Self { expr, asked }
    }
}

impl super::Rule {
    /// Whether the condition holds for a fact. Binds the variables of the rule as far as that asks for them.
    pub(in super::super) fn holds<'a>(&'a self, id: FactId, env: &mut Env<'a>) -> Truth<'a> {
        let gate = self.gate();
        let facts = env.facts;
        env.vars.clear();
        env.vars.extend([Val::fact(id, facts), Val::field(&self.options, facts, None)]);
        let mut truth = Truth::Yes;
        for condition in &gate.conditions {
            let Some(compiled) = condition.compiled(&gate.parents, |written| compile::condition(self, written)) else {
                return Truth::No;
            };
            compiled.asked.iter().for_each(|at| bind(&gate.parents, *at, env));
            match (env.truth(&compiled.expr), &truth) {
                (Truth::No, _) => return Truth::No,
                (Truth::Unknown(why), Truth::Yes) => truth = Truth::Unknown(why),
                _ => {}
            }
        }
        truth
    }

    /// Binds the other variables of the rule, after [`Rule::holds`](super::Rule::holds).
    pub(in super::super) fn bind_all(&self, env: &mut Env<'_>) {
        let gate = self.gate();
        env.vars.resize_with(gate.parents.len() + 2, Val::null);
        (0..gate.parents.len()).for_each(|at| bind(&gate.parents, at, env));
    }
}

/// Binds one parent, after those that it is a field of.
fn bind(parents: &[Parent], at: usize, env: &mut Env<'_>) {
    let Some(parent) = parents.get(at) else { return };
    if env.vars.len() < at + 3 {
        // Most conditions ask for the fact alone: nothing is made for the others before.
        env.vars.resize_with(at + 3, Val::null);
    } else if env.vars.get(at + 2).is_none_or(|bound| !matches!(bound.data, Data::Null)) {
        return;
    }
    let Some(found) = env.vars.get(parent.of).map(|of| of.key(&parent.key, env.facts)) else { return };
    if let Some(var) = env.vars.get_mut(at + 2) {
        *var = found;
    }
}

/// The variables of a rule about `subject`: the fact, `options`, the facts that its fields name, and those that these
/// name; an earlier variable keeps its name.
pub(super) fn scope_of(subject: Subject, options: &Field) -> (Scope, Arc<[Parent]>) {
    // Made once, since most subjects have many rules.
    static COMMON: LazyLock<Vec<OnceLock<Common>>> =
        LazyLock::new(|| Subject::ALL.iter().map(|_| OnceLock::new()).collect());
    let at = Subject::ALL.iter().position(|s| *s == subject);
    let common = at.and_then(|at| COMMON.get(at)).map(|common| common.get_or_init(|| variables(subject)));
    let (mut names, parents) = common.cloned().unwrap_or_else(|| variables(subject));
    if let Some((_, of)) = names.get_mut(1) {
        *of = Type::Record(match &options.value {
            Value::Map(map) => map.iter().map(|(name, f)| (name.clone(), Type::of_value(&f.value))).collect(),
            _ => Vec::new(),
        });
    }
    (Scope::new(names), parents)
}

/// What rules about one subject have in common: their variables, and which of them are parents.
type Common = (Vec<(Cow<'static, str>, Type)>, Arc<[Parent]>);

fn variables(subject: Subject) -> Common {
    let mut names =
        vec![(subject.variable().into(), Type::Fact(subject)), (Cow::from("options"), Type::Record(Vec::new()))];
    let mut parents = Vec::new();
    let mut level = vec![(0, subject)];
    for _ in 0..2 {
        let mut next = Vec::new();
        for (of, subject) in level {
            for field in subject.schema().fields {
                let FieldKind::Fact(found) = field.kind else { continue };
                if names.iter().any(|(name, _)| name == field.name) {
                    continue;
                }
                next.push((names.len(), found));
                parents.push(Parent { key: Key::new(&Type::Fact(subject), field.name), of });
                names.push((field.name.into(), Type::Fact(found)));
            }
        }
        level = next;
    }
    (names, parents.into())
}
