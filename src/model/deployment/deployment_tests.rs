//! Unit tests of the deployment facts that rules' examples can't show.

use crate::model::fact::{Facts, Value};
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

fn values(facts: &Facts, subject: Subject, field: &str) -> Vec<String> {
    let ids = facts.of(subject).into_iter();
    ids.map(|id| format!("{:?}", facts.get(id).field(field).map(|f| &f.value))).collect()
}

#[test]
fn variables_know_their_defaults_and_their_example() {
    let compose = "services:\n  a:\n    image: x:${TAG:-1}\n    command: $A ${B:?needed} ${A:-later}\n";
    let facts = facts_of(&[("app/compose.yml", compose), ("app/.env.example", "A=\n# TAG=2\n")]);
    let names = values(&facts, Subject::DeploymentVariable, "name");
    assert_eq!(names.len(), 3, "{names:?}");
    let of = |field: &str| values(&facts, Subject::DeploymentVariable, field);
    assert_eq!(of("defaulted"), ["Some(Bool(false))", "Some(Bool(false))", "Some(Bool(true))"]);
    assert_eq!(of("required"), ["Some(Bool(false))", "Some(Bool(true))", "Some(Bool(false))"]);
    assert_eq!(of("documented"), ["Some(Bool(true))", "Some(Bool(false))", "Some(Bool(true))"]);
    assert_eq!(of("uses"), ["Some(Int(2))", "Some(Int(1))", "Some(Int(1))"]);
}

#[test]
fn what_many_projects_use_and_none_sets_is_common() {
    let compose = "services:\n  a:\n    image: x:1\n    volumes: ['${DATA}/a:/a', '${OWN}:/b']\n";
    let other = "services:\n  a:\n    image: x:1\n    volumes: ['${DATA}/a:/a']\n";
    let files = [("a/compose.yml", compose), ("b/compose.yml", compose), ("c/compose.yml", other)];
    let facts = facts_of(&files);
    let common = values(&facts, Subject::DeploymentVariable, "common");
    assert_eq!(common.iter().filter(|c| *c == "Some(Bool(true))").count(), 3, "{common:?}");
    assert_eq!(common.len(), 5, "{common:?}");
    let two = facts_of(&files[..2]);
    assert!(!values(&two, Subject::DeploymentVariable, "common").contains(&"Some(Bool(true))".to_owned()));
}

#[test]
fn a_bind_source_is_looked_for_in_the_tree() {
    let compose = "services:\n  a:\n    image: x:1\n    volumes:\n      - ./conf:/c\n      - ./gone.yml:/g.yml\n      - ../up:/u\n";
    let facts = facts_of(&[("app/compose.yml", compose), ("app/conf/a.txt", "x"), ("up/b.txt", "x")]);
    let exists = values(&facts, Subject::DeploymentBind, "exists");
    assert_eq!(exists, ["Some(Bool(true))", "Some(Bool(false))", "Some(Bool(true))"]);
}

#[test]
fn unknown_paths_make_no_facts() {
    let compose = "services:\n  a:\n    image: x:1\n    volumes: ['${DIR}:/c']\n    environment: {OUT_DIR: '${DIR}'}\n";
    let facts = facts_of(&[("compose.yml", compose)]);
    assert!(facts.of(Subject::DeploymentBind).is_empty());
    assert!(facts.of(Subject::DeploymentSharedPath).is_empty());
    let unset = facts.of(Subject::DeploymentVariable);
    assert!(matches!(facts.get(unset[0]).field("set").map(|f| &f.value), Some(Value::Bool(false))));
}
