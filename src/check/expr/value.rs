//! Values of rule expressions: three-valued, each with the place that says it.
//!
//! They borrow from the facts, so reading a field copies nothing but scalars' handles. What may be done with them is left
//! to `eval` and `functions`.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::Key;
use crate::model::fact::{Fact, FactId, Facts, Field, Value};
use crate::text::Place;

/// A value with its place.
#[derive(Debug, Clone)]
pub struct Val<'a> {
    /// The value.
    pub data: Data<'a>,
    /// The place that says exactly this value.
    pub place: Option<&'a Place>,
    /// The nearest place that encloses it.
    pub near: Option<&'a Place>,
}

/// A value.
#[derive(Debug, Clone)]
pub enum Data<'a> {
    /// Absent.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Characters.
    Str(Cow<'a, str>),
    /// A list.
    List(List<'a>),
    /// A mapping of a fact.
    Map(&'a IndexMap<String, Field>),
    /// A mapping that the expression makes.
    Dict(Vec<(String, Val<'a>)>),
    /// A fact.
    Fact(FactId),
    /// Not known, and what would decide it.
    Unknown(Cow<'a, str>),
}

/// A list of values.
#[derive(Debug, Clone, Default)]
pub struct List<'a> {
    /// The items that are surely in it.
    pub items: Vec<Val<'a>>,
    /// Set where there may be more items (a `select` that met an unknown), with what would decide it.
    pub open: Option<Cow<'a, str>>,
}

/// Whether something holds: Kleene's logic, so that a known `false` settles an `and` whatever else is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth<'a> {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It can't be known from the files, and what would decide it.
    Unknown(Cow<'a, str>),
}

impl<'a> Val<'a> {
    /// A value that is written nowhere.
    pub fn new(data: impl Into<Data<'a>>) -> Self {
        Self { data: data.into(), place: None, near: None }
    }

    /// The absent value.
    pub fn null() -> Self {
        Self::new(Data::Null)
    }

    /// A list of strings.
    pub fn strings(items: impl IntoIterator<Item = String>) -> Self {
        Self::list(items.into_iter().map(|s| Val::new(Data::Str(s.into()))).collect())
    }

    /// A list that is complete.
    pub fn list(items: Vec<Val<'a>>) -> Self {
        Self::new(Data::List(List { items, open: None }))
    }

    /// A fact, at its own place.
    pub fn fact(id: FactId, facts: &'a Facts) -> Self {
        let place = Some(&facts.get(id).place);
        Self { data: Data::Fact(id), place, near: place }
    }

    /// A field's value; `near` is the place around it.
    pub fn field(field: &'a Field, facts: &'a Facts, near: Option<&'a Place>) -> Self {
        let mut place = field.place.as_ref();
        let data = match &field.value {
            Value::Null => Data::Null,
            Value::Bool(b) => Data::Bool(*b),
            Value::Int(n) => Data::Int(*n),
            Value::Float(n) => Data::Float(*n),
            Value::Str(s) => Data::Str(Cow::Borrowed(s)),
            Value::List(items) => {
                let near = place.or(near);
                let items = items.iter().map(|f| Val::field(f, facts, near)).collect();
                Data::List(List { items, open: None })
            }
            Value::Map(map) => Data::Map(map),
            Value::Fact(id) => {
                place = place.or(Some(&facts.get(*id).place));
                Data::Fact(*id)
            }
            Value::Unknown(why) => Data::Unknown(Cow::Borrowed(why)),
        };
        Self { data, place, near: place.or(near) }
    }

    /// The value that `name` of a fact or a mapping has; null where there is none.
    #[must_use]
    pub fn attribute(&self, name: &str, facts: &'a Facts) -> Val<'a> {
        let found = match &self.data {
            Data::Fact(id) => {
                let fact: &'a Fact = facts.get(*id);
                // A field's own surroundings are its fact's, wherever the fact was mentioned.
                let near = Some(&fact.place);
                return fact.field(name).map_or_else(|| Val::null().near(near), |f| Val::field(f, facts, near));
            }
            Data::Map(map) => map.get(name).map(|f| Val::field(f, facts, self.near)),
            Data::Dict(pairs) => pairs.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()),
            Data::Unknown(_) => Some(self.clone()),
            _ => None,
        };
        found.unwrap_or_else(|| Val::null().near(self.near))
    }

    /// The same, where it may be known where a fact has it.
    #[must_use]
    pub fn key(&self, key: &Key, facts: &'a Facts) -> Val<'a> {
        if let (Data::Fact(id), Some((subject, slot))) = (&self.data, key.slot) {
            let fact: &'a Fact = facts.get(*id);
            if fact.subject == subject {
                let near = Some(&fact.place);
                return fact.at(slot).map_or_else(|| Val::null().near(near), |f| Val::field(f, facts, near));
            }
        }
        self.attribute(&key.name, facts)
    }

    /// Whether the value counts as true: null, zero and whatever is empty do not.
    pub fn truth(&self) -> Truth<'a> {
        let holds = match &self.data {
            Data::Null => false,
            Data::Bool(b) => *b,
            Data::Int(n) => *n != 0,
            Data::Float(n) => *n != 0.0,
            Data::Str(s) => !s.is_empty(),
            Data::List(list) => match &list.open {
                Some(why) if list.items.is_empty() => return Truth::Unknown(why.clone()),
                _ => !list.items.is_empty(),
            },
            Data::Map(map) => !map.is_empty(),
            Data::Dict(pairs) => !pairs.is_empty(),
            Data::Fact(_) => true,
            Data::Unknown(why) => return Truth::Unknown(why.clone()),
        };
        Truth::from(holds)
    }

    /// What would decide it, where it is unknown.
    pub fn unknown(&self) -> Option<Cow<'a, str>> {
        match &self.data {
            Data::Unknown(why) => Some(why.clone()),
            _ => None,
        }
    }

    /// Whether it is absent.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The characters, where it has some.
    pub fn str(&self) -> Option<&str> {
        match &self.data {
            Data::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match &self.data {
            #[allow(clippy::cast_precision_loss)] // Ports, counts and sizes are far below 2^53.
            Data::Int(n) => Some(*n as f64),
            Data::Float(n) => Some(*n),
            _ => None,
        }
    }

    /// Whether both are equal. Different types never are, but whole and other numbers compare by value.
    pub fn equals(&self, other: &Val<'a>, facts: &'a Facts) -> Truth<'a> {
        if let Some(why) = self.unknown().or_else(|| other.unknown()) {
            return Truth::Unknown(why);
        }
        match (&self.data, &other.data) {
            (Data::Null, Data::Null) => Truth::Yes,
            (Data::Bool(a), Data::Bool(b)) => Truth::from(a == b),
            (Data::Str(a), Data::Str(b)) => Truth::from(a == b),
            (Data::Fact(a), Data::Fact(b)) => Truth::from(a == b),
            (Data::List(a), Data::List(b)) => a.equals(b, facts),
            (Data::Map(_) | Data::Dict(_), Data::Map(_) | Data::Dict(_)) => {
                let (a, b) = (self.pairs(facts), other.pairs(facts));
                if a.len() != b.len() {
                    return Truth::No;
                }
                Truth::all(a.iter().map(|(k, v)| match b.iter().find(|(other, _)| other == k) {
                    Some((_, other)) => v.equals(other, facts),
                    None => Truth::No,
                }))
            }
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => Truth::from((a - b).abs() < f64::EPSILON),
                _ => Truth::No,
            },
        }
    }

    /// The pairs of a mapping, in order; empty for other values.
    pub fn pairs(&self, facts: &'a Facts) -> Vec<(String, Val<'a>)> {
        match &self.data {
            Data::Map(map) => map.iter().map(|(k, f)| (k.clone(), Val::field(f, facts, self.near))).collect(),
            Data::Dict(pairs) => pairs.clone(),
            _ => Vec::new(),
        }
    }

    /// The value for people. Unknown values show what would decide them where that is a variable as written, else `?`.
    pub fn display(&self, facts: &'a Facts) -> String {
        match &self.data {
            Data::Null => String::new(),
            Data::Bool(b) => b.to_string(),
            Data::Int(n) => n.to_string(),
            Data::Float(n) => n.to_string(),
            Data::Str(s) => s.to_string(),
            Data::List(list) => list.items.iter().map(|v| v.display(facts)).collect::<Vec<_>>().join(", "),
            Data::Map(_) | Data::Dict(_) => {
                let pairs = self.pairs(facts).into_iter().map(|(k, v)| format!("{k}: {}", v.display(facts)));
                pairs.collect::<Vec<_>>().join(", ")
            }
            Data::Fact(id) => {
                let name = facts.get(*id).field("name").map(|f| Val::field(f, facts, None).display(facts));
                name.unwrap_or_else(|| facts.get(*id).subject.variable().to_owned())
            }
            Data::Unknown(why) if why.starts_with("${") || why.starts_with("{{") => why.to_string(),
            Data::Unknown(_) => "?".to_owned(),
        }
    }

    fn near(mut self, near: Option<&'a Place>) -> Self {
        self.near = near;
        self
    }
}

impl<'a> List<'a> {
    fn equals(&self, other: &List<'a>, facts: &'a Facts) -> Truth<'a> {
        if let Some(why) = self.open.as_ref().or(other.open.as_ref()) {
            return Truth::Unknown(why.clone());
        }
        if self.items.len() != other.items.len() {
            return Truth::No;
        }
        Truth::all(self.items.iter().zip(&other.items).map(|(a, b)| a.equals(b, facts)))
    }
}

impl<'a> Truth<'a> {
    /// Whether one holds; unknown where none is known to and one is unknown.
    pub fn any(all: impl IntoIterator<Item = Truth<'a>>) -> Truth<'a> {
        let mut found = Truth::No;
        for truth in all {
            match truth {
                Truth::Yes => return Truth::Yes,
                Truth::Unknown(_) if found == Truth::No => found = truth,
                Truth::No | Truth::Unknown(_) => {}
            }
        }
        found
    }

    /// Whether all hold; unknown where none is known not to and one is unknown.
    pub fn all(all: impl IntoIterator<Item = Truth<'a>>) -> Truth<'a> {
        !Truth::any(all.into_iter().map(|t| !t))
    }
}

impl std::ops::Not for Truth<'_> {
    type Output = Self;

    /// The opposite; the opposite of unknown is unknown.
    fn not(self) -> Self {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            unknown @ Truth::Unknown(_) => unknown,
        }
    }
}

impl From<bool> for Truth<'_> {
    fn from(holds: bool) -> Self {
        if holds { Truth::Yes } else { Truth::No }
    }
}

impl<'a> From<Truth<'a>> for Val<'a> {
    fn from(truth: Truth<'a>) -> Self {
        Val::new(match truth {
            Truth::Yes => Data::Bool(true),
            Truth::No => Data::Bool(false),
            Truth::Unknown(why) => Data::Unknown(why),
        })
    }
}

impl From<bool> for Data<'_> {
    fn from(value: bool) -> Self {
        Data::Bool(value)
    }
}

impl From<String> for Data<'_> {
    fn from(value: String) -> Self {
        Data::Str(value.into())
    }
}

impl From<usize> for Data<'_> {
    fn from(value: usize) -> Self {
        Data::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

/// Whether `list` (or text, or mapping) holds `item`. A list with unknown items holds what is among the known ones;
/// whether it holds anything else is not known.
pub fn contains<'a>(list: &Val<'a>, item: &Val<'a>, facts: &'a Facts) -> Truth<'a> {
    match &list.data {
        Data::Unknown(why) => Truth::Unknown(why.clone()),
        Data::List(list) => {
            let open = list.open.iter().map(|why| Truth::Unknown(why.clone()));
            Truth::any(list.items.iter().map(|v| v.equals(item, facts)).chain(open))
        }
        Data::Str(text) => match &item.data {
            Data::Unknown(why) => Truth::Unknown(why.clone()),
            Data::Str(part) => text.contains(part.as_ref()).into(),
            _ => Truth::No,
        },
        Data::Map(_) | Data::Dict(_) => match &item.data {
            Data::Unknown(why) => Truth::Unknown(why.clone()),
            Data::Str(key) => list.pairs(facts).iter().any(|(k, _)| k == key).into(),
            _ => Truth::No,
        },
        _ => Truth::No,
    }
}

/// Whether `a` is less than `b`; false where the two can't be compared (null, say).
pub fn less(a: &Val<'_>, b: &Val<'_>) -> bool {
    match (a.number(), b.number(), a.str(), b.str()) {
        (Some(a), Some(b), ..) => a < b,
        (.., Some(a), Some(b)) => a < b,
        _ => false,
    }
}

/// Whether `a` is not greater than `b`; false where the two can't be compared.
pub fn at_most(a: &Val<'_>, b: &Val<'_>) -> bool {
    match (a.number(), b.number(), a.str(), b.str()) {
        (Some(a), Some(b), ..) => a <= b,
        (.., Some(a), Some(b)) => a <= b,
        _ => false,
    }
}
