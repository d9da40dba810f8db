//! What an expression may hold, from the schemas of facts: the ground of every "there is no such field".

use std::borrow::Cow;

use crate::model::fact::{FieldKind, Value};
use crate::model::subject::Subject;

/// What a value is, as far as it is known before a run. Everything may also be null or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Anything.
    Any,
    /// True or false.
    Bool,
    /// A number.
    Int,
    /// Characters.
    Str,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list.
    List(Box<Type>),
    /// A mapping from names.
    Map(Box<Type>),
    /// A fact.
    Fact(Subject),
    /// A mapping whose keys are known.
    Record(Vec<(String, Type)>),
}

/// The variables that an expression may use, in order.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: Vec<(Cow<'static, str>, Type)>,
    trusted: bool,
}

impl Type {
    /// What a field of this kind holds.
    pub fn of(kind: &FieldKind) -> Type {
        match kind {
            FieldKind::Bool => Type::Bool,
            FieldKind::Int => Type::Int,
            FieldKind::Str => Type::Str,
            FieldKind::OneOf(words) => Type::OneOf(words),
            FieldKind::Any => Type::Any,
            FieldKind::List(item) => Type::List(Box::new(Type::of(item))),
            FieldKind::Map(value) => Type::Map(Box::new(Type::of(value))),
            FieldKind::Fact(subject) => Type::Fact(*subject),
        }
    }

    /// What a value holds, for the defaults of options.
    pub fn of_value(value: &Value) -> Type {
        match value {
            Value::Bool(_) => Type::Bool,
            Value::Int(_) | Value::Float(_) => Type::Int,
            Value::Str(_) => Type::Str,
            Value::List(items) => Type::List(Box::new(items.first().map_or(Type::Any, |f| Type::of_value(&f.value)))),
            Value::Map(map) => Type::Map(Box::new(map.values().next().map_or(Type::Any, |f| Type::of_value(&f.value)))),
            Value::Null | Value::Fact(_) | Value::Unknown(_) => Type::Any,
        }
    }

    /// A list of this.
    #[must_use]
    pub fn listed(self) -> Type {
        Type::List(Box::new(self))
    }

    /// What the items of a list hold.
    #[must_use]
    pub fn item(&self) -> Type {
        match self {
            Type::List(item) => (**item).clone(),
            _ => Type::Any,
        }
    }

    /// The type in words.
    pub fn words(&self) -> String {
        match self {
            Type::Any => "anything".to_owned(),
            Type::Bool => "true or false".to_owned(),
            Type::Int => "a number".to_owned(),
            Type::Str | Type::OneOf(_) => "characters".to_owned(),
            Type::List(item) if **item == Type::Any => "a list".to_owned(),
            Type::List(item) => format!("a list; each item is {}", item.words()),
            Type::Map(_) | Type::Record(_) => "a mapping".to_owned(),
            Type::Fact(subject) => format!("a `{}`", subject.schema().name),
        }
    }

    /// Whether the two can never be equal: both are plain and of different kinds.
    pub fn never_equals(&self, other: &Type) -> bool {
        let plain = |t: &Type| matches!(t, Type::Bool | Type::Int | Type::Str);
        let (a, b) = (self.clone().widened(), other.clone().widened());
        plain(&a) && plain(&b) && a != b
    }

    /// Without the list of its words: what values of this and of other places have in common.
    #[must_use]
    pub fn widened(self) -> Type {
        match self {
            Type::OneOf(_) => Type::Str,
            Type::List(item) => Type::List(Box::new(item.widened())),
            other => other,
        }
    }

    /// What a value holds that is either of the two.
    #[must_use]
    pub fn or(self, other: Type) -> Type {
        if self == other {
            return self;
        }
        let (a, b) = (self.widened(), other.widened());
        if a == b { a } else { Type::Any }
    }
}

impl Scope {
    /// A scope of these variables.
    pub fn new(names: Vec<(Cow<'static, str>, Type)>) -> Self {
        Self { names, trusted: false }
    }

    /// Takes the expressions for valid, because a test compiled them: their patterns are built when they are first used.
    pub fn trust(&mut self) {
        self.trusted = true;
    }

    /// Whether the expressions are known to be valid.
    pub fn trusted(&self) -> bool {
        self.trusted
    }

    /// Binds one more variable; it hides an earlier one of the same name.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, of: Type) {
        self.names.push((name.into(), of));
    }

    /// Unbinds the last `count` variables.
    pub fn pop(&mut self, count: usize) {
        self.names.truncate(self.names.len().saturating_sub(count));
    }

    /// The place and type of a variable.
    pub fn find(&self, name: &str) -> Option<(usize, &Type)> {
        let at = self.names.iter().rposition(|(n, _)| n == name)?;
        Some((at, &self.names[at].1))
    }

    /// How many variables there are.
    pub fn depth(&self) -> usize {
        self.names.len()
    }

    /// The names of all variables, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(n, _)| n.as_ref())
    }
}
