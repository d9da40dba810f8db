//! Reading facts.

use indexmap::IndexMap;

use crate::model::fact::{Fact, FactId, Facts, Field, Value};
use crate::model::subject::Subject;

/// The characters of a field, where they are known.
pub(super) fn text<'a>(fact: &'a Fact, name: &str) -> Option<&'a str> {
    match &fact.field(name)?.value {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

/// The name of a fact; what of it is not known is an ellipsis.
pub(super) fn name(fact: &Fact) -> &str {
    text(fact, "name").unwrap_or("…")
}

/// Whether a field is true, where that is known.
pub(super) fn truth(fact: &Fact, name: &str) -> Option<bool> {
    match fact.field(name)?.value {
        Value::Bool(truth) => Some(truth),
        _ => None,
    }
}

/// Whether a field is known to be true.
pub(super) fn yes(fact: &Fact, name: &str) -> bool {
    truth(fact, name) == Some(true)
}

/// A number.
pub(super) fn number(fact: &Fact, name: &str) -> Option<i64> {
    match fact.field(name)?.value {
        Value::Int(number) => Some(number),
        _ => None,
    }
}

/// The fact that a field points at.
pub(super) fn fact(fact: &Fact, name: &str) -> Option<FactId> {
    match fact.field(name)?.value {
        Value::Fact(id) => Some(id),
        _ => None,
    }
}

/// The facts that a field lists.
pub(super) fn facts(fact: &Fact, name: &str) -> Vec<FactId> {
    let Some(Value::List(items)) = fact.field(name).map(|f| &f.value) else { return Vec::new() };
    items.iter().filter_map(|item| if let Value::Fact(id) = item.value { Some(id) } else { None }).collect()
}

/// The words that a field lists.
pub(super) fn texts<'a>(fact: &'a Fact, name: &str) -> Vec<&'a str> {
    let Some(Value::List(items)) = fact.field(name).map(|f| &f.value) else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| if let Value::Str(text) = &item.value { Some(text.as_str()) } else { None })
        .collect()
}

/// A field's value.
pub(super) fn field<'a>(fact: &'a Fact, name: &str) -> Option<&'a Value> {
    fact.field(name).map(|field| &field.value)
}

/// The values that a field lists.
pub(super) fn list<'a>(fact: &'a Fact, name: &str) -> Option<Vec<&'a Value>> {
    match field(fact, name)? {
        Value::List(items) => Some(items.iter().map(|item| &item.value).collect()),
        _ => None,
    }
}

/// A field that is a mapping.
pub(super) fn mapping<'a>(fact: &'a Fact, name: &str) -> Option<&'a IndexMap<String, Field>> {
    if let Value::Map(map) = field(fact, name)? { Some(map) } else { None }
}

/// The facts of `subject` by the service that they are of.
pub(super) fn of_service(facts: &Facts, subject: Subject, services: &[FactId]) -> Vec<FactId> {
    let of = |id: &FactId| fact(facts.get(*id), "service").is_some_and(|s| services.contains(&s));
    facts.of(subject).into_iter().filter(of).collect()
}
