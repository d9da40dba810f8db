//! Facts hold what their schemas promise: rules are checked against the schemas, so a fact that breaks its promise
//! would make a valid rule silent.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::collections::BTreeSet;
use std::path::PathBuf;

use deploylint::check::rules::RuleSet;
use deploylint::expand::Options;
use deploylint::knowledge::Knowledge;
use deploylint::model::fact::{Fact, Facts, FieldKind, Value};
use deploylint::model::subject::Subject;
use deploylint::source::{Source, Sources, Span};
use deploylint::{Audit, audit, discover, examples};

#[test]
fn facts_hold_what_their_schemas_say() {
    let rules = RuleSet::embedded().expect("valid rules");
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    let mut wrong = BTreeSet::new();
    for rule in rules.iter() {
        let all = rule.file.examples.bad.iter().chain(&rule.file.examples.good);
        for example in all {
            let audit = examples::audit(rule, example, &rules, &knowledge).expect("options that fit");
            conform(&audit.facts, &mut wrong);
        }
    }
    conform(&fixtures(&rules, &knowledge).facts, &mut wrong);
    let shown: Vec<_> = wrong.into_iter().collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn a_broken_promise_is_noticed() {
    let source = Sources::default().add(Source::new("a", None, ""));
    let mut facts = Facts::default();
    facts.add(Fact::new(Subject::Problem, Span::new(source, 0, 0).into()).with("message", true));
    let mut wrong = BTreeSet::new();
    conform(&facts, &mut wrong);
    assert_eq!(wrong.into_iter().collect::<Vec<_>>(), ["problem.message is declared Str and holds Bool(true)"]);
}

/// All deployments of the repository, in one run.
fn fixtures(rules: &RuleSet, knowledge: &Knowledge) -> Audit {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let found = discover::discover(&[root]).expect("the fixtures");
    audit(&found.candidates, &Options::default(), rules, knowledge)
}

fn conform(facts: &Facts, wrong: &mut BTreeSet<String>) {
    for (_, fact) in facts.iter() {
        let schema = fact.subject.schema();
        for (name, field) in fact.fields() {
            match schema.fields.iter().find(|f| f.name == name) {
                None => {
                    wrong.insert(format!("{} sets `{name}`, which its schema has not", schema.name));
                }
                Some(declared) if !holds(&field.value, &declared.kind, facts) => {
                    let line =
                        format!("{}.{name} is declared {:?} and holds {:?}", schema.name, declared.kind, field.value);
                    wrong.insert(line.chars().take(200).collect());
                }
                Some(_) => {}
            }
        }
    }
}

fn holds(value: &Value, kind: &FieldKind, facts: &Facts) -> bool {
    match (value, kind) {
        (Value::Null | Value::Unknown(_), _)
        | (_, FieldKind::Any)
        | (Value::Bool(_), FieldKind::Bool)
        | (Value::Int(_) | Value::Float(_), FieldKind::Int)
        | (Value::Str(_), FieldKind::Str) => true,
        (Value::Str(word), FieldKind::OneOf(words)) => words.contains(&word.as_str()),
        (Value::List(items), FieldKind::List(item)) => items.iter().all(|f| holds(&f.value, item, facts)),
        (Value::Map(map), FieldKind::Map(kind)) => map.values().all(|f| holds(&f.value, kind, facts)),
        (Value::Fact(id), FieldKind::Fact(subject)) => facts.get(*id).subject == *subject,
        _ => false,
    }
}
