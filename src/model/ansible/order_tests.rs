//! Tests of the order of a playbook's run.

use super::*;
use crate::model::test_support::deployment_of;

/// The names of the tasks of the first run, `|` for a flush and `?` for a gap.
fn names(files: &[(&str, &str)]) -> String {
    let deployment = deployment_of(files);
    let library = Library::new(&deployment);
    let runs = runs(&library);
    let name = |step: &Step| match step {
        Step::Task(id) => library.task(*id).and_then(|t| t.name).map(|t| t.value().to_owned()),
        Step::Flush => Some("|".to_owned()),
        Step::Gap => Some("?".to_owned()),
        Step::Play | Step::Handlers(_) => None,
    };
    runs.first().map(|(_, steps)| steps.iter().filter_map(name).collect::<Vec<_>>().join(" ")).unwrap_or_default()
}

#[test]
fn roles_run_between_pre_tasks_and_tasks() {
    let play = "- hosts: all\n  tasks: [{name: t, command: x}]\n  post_tasks: [{name: p, command: x}]\n  \
                pre_tasks: [{name: r, command: x}]\n  roles: [one, {role: ns.coll.two}, missing]\n";
    let two = "- include_tasks: more.yml\n- meta: flush_handlers\n- {name: b, command: x}\n";
    let files = [
        ("site.yml", play),
        ("roles/one/tasks/main.yml", "- {name: a, command: x}\n"),
        ("roles/two/tasks/main.yml", two),
        ("roles/two/tasks/more.yml", "- {name: m, command: x}\n"),
    ];
    assert_eq!(names(&files), "r | a m | b t | p |");
}

#[test]
fn imported_playbooks_run_in_place() {
    let site = "- import_playbook: a.yml\n- import_playbook: b.yml\n";
    let a = "- hosts: all\n  tasks: [{name: a, command: x}]\n";
    let b = "- hosts: all\n  tasks: [{name: b, include_tasks: gone.yml}]\n";
    assert_eq!(names(&[("site.yml", site), ("a.yml", a), ("b.yml", b)]), "| a | | | ? | |");
}

#[test]
fn dependencies_run_before_their_role_and_once() {
    let files = [
        ("site.yml", "- hosts: all\n  roles: [app, base]\n"),
        ("roles/app/meta/main.yml", "dependencies:\n  - role: base\n"),
        ("roles/app/tasks/main.yml", "- {name: a, command: x}\n"),
        ("roles/base/tasks/main.yml", "- {name: b, command: x}\n"),
    ];
    assert_eq!(names(&files), "| b a | |");
}

#[test]
fn a_role_that_includes_itself_ends() {
    let files = [
        ("site.yml", "- hosts: all\n  roles: [one]\n"),
        ("roles/one/tasks/main.yml", "- {name: a, command: x}\n- include_role: {name: one}\n"),
    ];
    assert!(names(&files).ends_with("? | |"));
}
