//! Three-valued logic over whole rules: what is found while a value is not known is found whatever the value is.
//!
//! Takes the facts of the rules' examples, makes one field unknown, and then each of the values that the field has anywhere.
//! So an unknown never makes a rule fire, and to decide it takes no other finding away.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::collections::BTreeMap;

use deploylint::Audit;
use deploylint::check::check;
use deploylint::check::rules::{Rule, RuleSet};
use deploylint::expand::Options;
use deploylint::finding::Severity;
use deploylint::model::fact::{FactId, Facts, Field, FieldKind, Value};
use deploylint::source::{Sources, Span};

use crate::fuzzed::{KNOWLEDGE, RULES, candidates, trees_of};
use crate::robustness::Dice;

/// How many fields of an example are made unknown.
const FIELDS: usize = 50;

/// How many values each of them takes then.
const VALUES: usize = 6;

/// A field of a subject, or an item of its list.
type Name = (&'static str, &'static str);

/// The values that fields have, each once.
type Pool = BTreeMap<Name, BTreeMap<String, Value>>;

/// One field that is made unknown.
#[derive(Clone, Copy)]
struct Hole {
    fact: FactId,
    name: &'static str,
    /// The item, where the field is a list.
    item: Option<usize>,
}

fn pool<'a>(audits: impl Iterator<Item = &'a Audit>) -> Pool {
    let mut pool = Pool::new();
    for (_, fact) in audits.flat_map(|audit| audit.facts.iter()) {
        let schema = fact.subject.schema();
        for field in schema.fields {
            let value = fact.field(field.name).map_or(&Value::Null, |field| &field.value);
            let values: Vec<&Value> = match value {
                Value::List(items) => items.iter().map(|item| &item.value).collect(),
                value => vec![value],
            };
            let seen = pool.entry((schema.name, field.name)).or_default();
            for value in values.into_iter().filter(|value| !matches!(value, Value::Unknown(_) | Value::Fact(_))) {
                if seen.len() < 200 {
                    seen.insert(format!("{value:?}"), value.clone());
                }
            }
        }
    }
    pool
}

/// The fields of the facts that the rule reads.
fn holes(rule: &Rule, facts: &Facts) -> Vec<Hole> {
    let mut holes = Vec::new();
    let read =
        |name: &str| rule.file.when.contains(name) || rule.file.cases.iter().any(|case| case.when.contains(name));
    for (fact, subject) in facts.iter().map(|(id, fact)| (id, fact.subject)) {
        for field in subject.schema().fields.iter().filter(|field| read(field.name)) {
            let value = facts.get(fact).field(field.name).map(|field| &field.value);
            let items = if let Some(Value::List(items)) = value { items.len() } else { 0 };
            if !matches!(field.kind, FieldKind::Fact(_) | FieldKind::List(FieldKind::Fact(_))) && items == 0 {
                holes.push(Hole { fact, name: field.name, item: None });
            }
            holes.extend((0..items).map(|item| Hole { fact, name: field.name, item: Some(item) }));
        }
    }
    holes
}

/// The facts with another value in the hole.
fn filled(facts: &Facts, hole: Hole, value: Value) -> Facts {
    let mut facts = facts.clone();
    let place = |field: Option<&Field>| field.and_then(|field| field.place.clone());
    let field = facts.get(hole.fact).field(hole.name).cloned();
    let new = match (field, hole.item) {
        (Some(Field { value: Value::List(mut items), place: whole }), Some(item)) => {
            let place = place(items.get(item));
            items[item] = Field { value, place };
            Field { value: Value::List(items), place: whole }
        }
        (field, _) => Field { value, place: place(field.as_ref()) },
    };
    facts.set(hole.fact, hole.name, new);
    facts
}

fn found(facts: &Facts, rule: &RuleSet, sources: &Sources) -> Vec<(Span, Severity, String)> {
    let checked = check(facts, rule, sources);
    checked.findings.into_iter().map(|finding| (finding.span, finding.severity, finding.message)).collect()
}

#[test]
fn what_is_found_while_a_value_is_not_known_is_found_whatever_it_is() {
    let mut audits: BTreeMap<&str, Vec<Audit>> = BTreeMap::new();
    for rule in RULES.iter() {
        let trees = trees_of(rule).into_iter().step_by(3).take(4);
        let audited = trees
            .map(|tree| deploylint::audit(&candidates(&tree), &Options::default(), &RuleSet::default(), &KNOWLEDGE));
        audits.insert(&rule.id, audited.collect());
    }
    let pool = pool(audits.values().flatten());
    let (mut fired, mut wrong) = (0, Vec::new());
    for (number, rule) in RULES.iter().enumerate() {
        let mut alone = RULES.clone();
        alone.retain(|other| other.id == rule.id);
        let mut dice = Dice(number as u64);
        for audit in &audits[rule.id.as_str()] {
            let holes = holes(rule, &audit.facts);
            for _ in 0..FIELDS.min(holes.len()) {
                let Some(hole) = holes.get(dice.roll(holes.len())).copied() else { continue };
                let unknown =
                    found(&filled(&audit.facts, hole, Value::Unknown("?".to_owned())), &alone, &audit.sources);
                if unknown.is_empty() {
                    continue;
                }
                fired += 1;
                let subject = audit.facts.get(hole.fact).subject.schema().name;
                let values: Vec<&Value> = pool[&(subject, hole.name)].values().collect();
                for _ in 0..VALUES {
                    let Some(value) = values.get(dice.roll(values.len())) else { continue };
                    let decided = found(&filled(&audit.facts, hole, (*value).clone()), &alone, &audit.sources);
                    let lost = unknown.iter().find(|(span, severity, _)| {
                        // Which of several items is underlined may be what is not known.
                        let near = |other: &Span| hole.item.is_some() || span.contains(*other) || other.contains(*span);
                        !decided.iter().any(|(other, worse, _)| near(other) && worse >= severity)
                    });
                    if let Some((_, _, message)) = lost {
                        let (id, name) = (&rule.id, hole.name);
                        wrong.push(format!(
                            "{id}: found with `{subject}.{name}` unknown, not with {value:?}: {message}"
                        ));
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(fired > 1_000, "only {fired} findings while something was not known");
}
